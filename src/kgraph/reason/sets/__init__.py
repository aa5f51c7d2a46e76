"""The closure in bulk: clauses as SQL over the identifiers of a store."""

from kgraph.reason.sets.closure import close, forget
from kgraph.reason.sets.noise import Noise
from kgraph.reason.sets.program import Closed, Finding, Program, View
from kgraph.reason.sets.store import Asked, close_store, program_of

__all__ = [
    "Asked",
    "Closed",
    "Finding",
    "Noise",
    "Program",
    "View",
    "close",
    "close_store",
    "forget",
    "program_of",
]
