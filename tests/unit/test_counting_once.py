"""A triple counts once in the union however many graphs hold it, and once for each in GRAPH ?g."""

import pytest

from kgraph.graph import KnowledgeGraph
from kgraph.sparql import Solutions

WHO = {"author": "curator", "message": "because"}
TRIPLE = "<https://w3id.org/kgraph/id/asem> a <https://w3id.org/kgraph/ns#Agent>"
GRAPHS = ["urn:g:one", "urn:g:two", "urn:g:three"]
UNION = f"SELECT (COUNT(*) AS ?n) {{ {TRIPLE} }}"
NAMED = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ {TRIPLE} }} }}"
SETS = "SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ {} ?s ?p ?o {} }} }} FILTER({}) }}"
SAME = "?s = <https://w3id.org/kgraph/id/asem> && ?o = <https://w3id.org/kgraph/ns#Agent>"


def number(graph: KnowledgeGraph, text: str, as_of: int | None = None) -> int:
    answer = graph.query(text, as_of=as_of)
    assert isinstance(answer, Solutions)
    [row] = answer
    return int(row["n"].value)  # type: ignore[union-attr]


def counts(graph: KnowledgeGraph, as_of: int | None = None) -> tuple[int, int]:
    """In the union and in GRAPH ?g, by a look-up and by a scan."""
    union = number(graph, UNION, as_of)
    named = number(graph, NAMED, as_of)
    assert number(graph, SETS.format("", "", SAME), as_of) == union
    assert number(graph, SETS.format("GRAPH ?g {", "}", SAME), as_of) == named
    return union, named


@pytest.mark.parametrize("order", [GRAPHS, GRAPHS[::-1], [GRAPHS[1], GRAPHS[0], GRAPHS[2]]])
def test_copies_come_and_go_and_the_triple_counts_once(
    small: KnowledgeGraph, order: list[str]
) -> None:
    assert counts(small) == (1, 1)  # it follows from the ontology
    data = " ".join(f"GRAPH <{name}> {{ {TRIPLE} }}" for name in GRAPHS)
    small.update(f"INSERT DATA {{ {data} }}", **WHO)
    assert counts(small) == (1, 3)
    full = small.commits()[-1].number
    for left, name in zip((2, 1, 1), order, strict=True):
        small.update(f"DELETE DATA {{ GRAPH <{name}> {{ {TRIPLE} }} }}", **WHO)
        assert counts(small) == (1, left)  # in the end it follows again, in a computed graph
    assert counts(small, as_of=full) == (1, 3)


def test_without_inference_the_last_copy_takes_the_triple_along(kg: KnowledgeGraph) -> None:
    data = " ".join(f"GRAPH <{name}> {{ {TRIPLE} }}" for name in GRAPHS)
    kg.update(f"INSERT DATA {{ {data} }}", **WHO)
    for left, name in zip((2, 1, 0), GRAPHS, strict=True):
        kg.update(f"DELETE DATA {{ GRAPH <{name}> {{ {TRIPLE} }} }}", **WHO)
        assert counts(kg) == (min(left, 1), left)
