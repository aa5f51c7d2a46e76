"""Triple patterns by identifiers, matched with single triples."""

from kgraph.plan.algebra import Term, TriplePattern, Variable
from kgraph.plan.execution import LocalTerms
from kgraph.store.changes import TripleKey

Part = int | str
Resolved = tuple[Part, Part, Part]
"""Identifiers, and names of variables."""
Node = Term | Variable | TriplePattern


def resolved(pattern: TriplePattern, terms: LocalTerms) -> Resolved:
    """A pattern by identifiers; of a triple term with variables no more than that it is one."""
    return (
        _part(pattern.subject, terms),
        _part(pattern.predicate, terms),
        _part(pattern.object, terms),
    )


def _part(node: Node, terms: LocalTerms) -> Part:
    if isinstance(node, Variable):
        return node.name
    if isinstance(node, TriplePattern):
        return f".{id(node)}"
    return terms.id_for(node)


def matched(pattern: Resolved, triple: TripleKey) -> dict[str, int] | None:
    """What the variables stand for in a triple; None if it does not match."""
    bindings: dict[str, int] = {}
    for part, one in zip(pattern, triple, strict=True):
        if part.__class__ is int:
            if part != one:
                return None
        elif bindings.setdefault(part, one) != one:  # type: ignore[arg-type]
            return None
    return bindings
