"""The OWL 2 RL closure of much data: ours and the peers'."""
