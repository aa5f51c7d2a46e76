"""The closure in bulk: clauses as SQL over the identifiers of a store."""

from kgraph.reason.sets.closure import close, forget
from kgraph.reason.sets.noise import Noise
from kgraph.reason.sets.program import Closed, Finding, Program, View

__all__ = ["Closed", "Finding", "Noise", "Program", "View", "close", "forget"]
