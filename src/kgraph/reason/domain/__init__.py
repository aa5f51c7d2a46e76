"""Domain rules on our own engine: loading, evaluating by stratum, increments, premises."""
