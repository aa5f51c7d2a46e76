"""The algebra that queries are translated to, and what evaluates it."""
