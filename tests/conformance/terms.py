"""Comparing graphs, datasets and solutions: by isomorphism, never as text.

Literals of the numeric datatypes and booleans are compared by value (same datatype): the suites
are not of one mind about lexical forms. Solutions become small graphs, one blank node a row.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Triple,
)

XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = {
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "nonPositiveInteger",
        "positiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort",
        "unsignedByte",
    )
}  # fmt: skip
FLOATS = {XSD + "double", XSD + "float"}

Term = NamedNode | BlankNode | Literal | Triple
Row = dict[str, Term]


def by_value(term: Term | DefaultGraph) -> Term | DefaultGraph:
    """Return a literal with the one lexical form that its value has here; others as they are."""
    if isinstance(term, Triple):
        return Triple(term.subject, term.predicate, by_value(term.object))
    if not isinstance(term, Literal) or term.language:
        return term
    datatype, text = term.datatype.value, term.value.strip()
    try:
        if datatype in INTEGERS:
            return Literal(str(int(text)), datatype=term.datatype)
        if datatype == XSD + "decimal":
            return Literal(str(Decimal(text).normalize() + 0), datatype=term.datatype)
        if datatype in FLOATS:
            return Literal(repr(float(text.replace("INF", "inf"))), datatype=term.datatype)
    except (ValueError, InvalidOperation):
        return term
    if datatype == XSD + "boolean":
        return Literal({"1": "true", "0": "false"}.get(text, text), datatype=term.datatype)
    return term


def canonical(quads: Iterable[Quad | Triple], *, values: bool = True) -> Dataset:
    """Return a dataset whose blank nodes are named by where they stand."""
    dataset = Dataset()
    for quad in quads:
        name = quad.graph_name if isinstance(quad, Quad) else DefaultGraph()
        found = by_value(quad.object) if values else quad.object
        dataset.add(Quad(quad.subject, quad.predicate, found, name))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def isomorphic(
    one: Iterable[Quad | Triple], other: Iterable[Quad | Triple], *, values: bool = True
) -> bool:
    return canonical(one, values=values) == canonical(other, values=values)


def same_solutions(one: Sequence[Row], other: Sequence[Row], *, ordered: bool = False) -> bool:
    """Whether two answers have the same rows, as often, and in the same order if it counts."""
    if len(one) != len(other):
        return False
    return canonical(_rows(one, ordered)) == canonical(_rows(other, ordered))


def other_forms(
    found: Sequence[Row], expected: Sequence[Row], may_differ: Callable[[str, Literal], bool]
) -> str | None:
    """Say what differs, in lexical form only, between answers that are the same by value.

    `may_differ` says of a variable and the literal that it is bound to whether that can be right.
    """
    remarks = []
    for variable in sorted({name for row in found for name in row}):
        ours, theirs = (
            Counter(row[variable] for row in rows if isinstance(row.get(variable), Literal))
            for rows in (found, expected)
        )
        wrong = [literal for literal in ours - theirs if not may_differ(variable, literal)]
        assert not wrong, f"?{variable} is another term than in the data: {wrong}"
        if ours != theirs:
            remarks.append(f"?{variable} is {_list(ours - theirs)}, not {_list(theirs - ours)}")
    return "; ".join(remarks).replace(f"<{XSD}", "<xsd:") or None


def _list(literals: Iterable[Literal]) -> str:
    texts = sorted({f"`{literal}`" for literal in literals})
    return ", ".join(texts)


def _rows(rows: Sequence[Row], ordered: bool) -> Iterable[Quad]:
    for number, row in enumerate(rows):
        node = BlankNode()
        yield Quad(node, NamedNode("urn:row"), Literal(str(number) if ordered else "row"))
        for variable, term in row.items():
            yield Quad(node, NamedNode(f"urn:var:{variable}"), term)
