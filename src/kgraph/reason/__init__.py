"""OWL 2 RL and domain rules: what follows from what is asserted, and why."""
