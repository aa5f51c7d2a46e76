"""Timings of the pipeline, out of the test run; results are committed with machine and revision."""
