"""SPARQL 1.1 and 1.2: text read, planned, run within limits, answered."""

from kgraph.sparql.answers import Answer, Boolean, Solution, Solutions, Triples
from kgraph.sparql.engine import Engine, Request

__all__ = ["Answer", "Boolean", "Engine", "Request", "Solution", "Solutions", "Triples"]
