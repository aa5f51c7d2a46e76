"""The W3C suites, run against kgraph; `python -m tests.conformance` writes docs/conformance.*."""
