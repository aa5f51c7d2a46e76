"""What patterns and expressions are evaluated under."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Pattern, Service
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Triples, View
from kgraph.plan.naive.solutions import Solution

Endpoint = Callable[[NamedNode, Service], Iterable[Solution]]
"""Asks another endpoint for the solutions of a pattern; raises KGraphError if it fails."""


@dataclass(frozen=True)
class Scope:
    """The dataset, the active graph, and what functions and SERVICE may use."""

    view: View
    graph: Triples
    functions: FunctionContext
    endpoint: Endpoint | None
    solve: Callable[[Pattern, "Scope"], list[Solution]]
    """Evaluates a pattern; here, so that expressions can ask whether one EXISTS."""

    def on(self, graph: Triples) -> "Scope":
        """The same with another active graph."""
        return replace(self, graph=graph)
