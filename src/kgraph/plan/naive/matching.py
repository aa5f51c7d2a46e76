"""Basic graph patterns: matching triples, and terms within triple terms (section 18.3)."""

from collections.abc import Iterable

from pyoxigraph import Triple

from kgraph.plan.algebra import Node, Term, TriplePattern, Variable
from kgraph.plan.naive.dataset import Triples
from kgraph.plan.naive.solutions import Solution


def match_all(patterns: Iterable[TriplePattern], graph: Triples) -> list[Solution]:
    """The solutions of a basic graph pattern; as many as there are ways to match it."""
    solutions = [Solution()]
    for pattern in patterns:
        solutions = [
            found
            for solution in solutions
            for triple in graph
            if (found := match(pattern, triple, solution)) is not None
        ]
    return solutions


def match(node: Node, term: Term, solution: Solution) -> Solution | None:
    """The solution that makes a node of a pattern this term; None if nothing does."""
    if isinstance(node, Variable):
        bound = solution.get(node.name)
        if bound is None:
            return Solution((*solution.items(), (node.name, term)))
        return solution if bound == term else None
    if not isinstance(node, TriplePattern):
        return solution if node == term else None
    if not isinstance(term, Triple):
        return None
    found: Solution | None = solution
    for inner, part in zip(
        (node.subject, node.predicate, node.object),
        (term.subject, term.predicate, term.object),
        strict=True,
    ):
        found = None if found is None else match(inner, part, found)
    return found


def instance(node: Node, solution: Solution) -> Term | None:
    """The term that a node is under a solution; None if it is unbound or can be no term."""
    if isinstance(node, Variable):
        return solution.get(node.name)
    if not isinstance(node, TriplePattern):
        return node
    parts = [instance(n, solution) for n in (node.subject, node.predicate, node.object)]
    return None if None in parts else triple_of(*parts)


def triple_of(subject: object, predicate: object, object_: object) -> Triple | None:
    """A triple, or None where RDF allows none of these terms."""
    try:
        return Triple(subject, predicate, object_)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
