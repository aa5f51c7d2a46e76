"""Property paths: SPARQL 1.1 Query section 18.4."""

import pytest
from pyoxigraph import NamedNode
from tests.unit.plan.terms import rows, triples, variable_or_term

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    OneOrMore,
    Path,
    PathPattern,
    SequencePath,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.plan.naive.paths import match_path

DATA = ":a :p :b . :b :p :c . :c :p :a . :a :q :c , :d . :d :q 1 ."
IRI_P, IRI_Q = NamedNode("http://example.com/p"), NamedNode("http://example.com/q")
P, Q = Link(IRI_P), Link(IRI_Q)
CASES = [
    ("?x", P, ":b", ":a"),
    (":a", Inverse(P), "?x", ":c"),
    (":a", SequencePath(P, P), "?x", ":c"),
    ("?x", SequencePath(P, Q), ":d", ":c"),
    (":a", AlternativePath(P, Q), "?x", ":b :c :d"),
    (":a", AlternativePath(Q, Q), "?x", ":c :c :d :d"),
    (":a", SequencePath(AlternativePath(Q, SequencePath(P, P)), P), "?x", ":a :a"),
    (":a", ZeroOrMore(P), "?x", ":a :b :c"),
    (":a", OneOrMore(P), "?x", ":a :b :c"),
    (":d", OneOrMore(Q), "?x", "1"),
    (":d", ZeroOrMore(Q), "?x", "1 :d"),
    ("?x", ZeroOrMore(Q), "1", "1 :a :d"),
    (":a", ZeroOrOne(AlternativePath(P, P)), "?x", ":a :b"),
    (":nowhere", ZeroOrMore(P), "?x", ":nowhere"),
    ("?x", ZeroOrOne(P), ":nowhere", ":nowhere"),
    (":nowhere", OneOrMore(P), "?x", ""),
    (":a", NegatedPropertySet((IRI_Q,), ()), "?x", ":b"),
    (":c", NegatedPropertySet((), (IRI_Q,)), "?x", ":b"),
    (":c", NegatedPropertySet((IRI_Q,), (IRI_P,)), "?x", ":a :a"),
    (":a", NegatedPropertySet((), ()), "?x", ":b :c :d"),
    ("?x", Inverse(SequencePath(P, Q)), ":c", ":c :d"),
    ("?x", P, "?x", ""),
    ("?x", OneOrMore(P), "?x", ":a :b :c"),
    ("?x", ZeroOrOne(Q), "?x", "1 :a :b :c :d"),
]


@pytest.mark.parametrize(("start", "path", "end", "found"), CASES)
def test_a_path_leads_to(start: str, path: Path, end: str, found: str) -> None:
    node = PathPattern(variable_or_term(start), path, variable_or_term(end))
    solutions = match_path(node, triples(DATA))
    assert sorted(row["x"] for row in rows(solutions)) == found.split()


@pytest.mark.parametrize("path", [P, ZeroOrMore(P), SequencePath(P, Q), OneOrMore(Q)])
def test_both_ends_free_gives_every_pair(path: Path) -> None:
    data = triples(DATA)
    free = PathPattern(variable_or_term("?x"), path, variable_or_term("?y"))
    found = [(row["x"], row["y"]) for row in match_path(free, data)]
    for start in (":a", ":b", ":c", ":d", "1"):
        bound = PathPattern(variable_or_term(start), path, variable_or_term("?y"))
        ends = [row["y"] for row in match_path(bound, data)]
        here = [y for x, y in found if x == variable_or_term(start)]
        assert sorted(map(str, ends)) == sorted(map(str, here))


def test_ground_ends_count_the_ways() -> None:
    node = PathPattern(variable_or_term(":a"), AlternativePath(Q, Q), variable_or_term(":d"))
    assert len(match_path(node, triples(DATA))) == 2
    none = PathPattern(variable_or_term(":x"), ZeroOrMore(Q), variable_or_term(":y"))
    assert match_path(none, triples(DATA)) == []
