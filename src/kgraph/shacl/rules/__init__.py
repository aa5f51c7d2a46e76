"""SHACL Advanced Features: rules, targets, functions, node expressions, expression constraints.

https://www.w3.org/TR/shacl-af/. Not: JavaScript.
"""

from kgraph.shacl.rules.advanced import Advanced

__all__ = ["Advanced"]
