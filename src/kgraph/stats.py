"""What a graph holds, counted; a triple in two graphs counts once."""

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store, Triple

from kgraph.terms import graph_text
from kgraph.vocab import RDF_TYPE, Names


@dataclass(frozen=True)
class Stats:
    """Counts per graph, class and predicate, most frequent first."""

    triples: int
    asserted: int
    inferred: int
    graphs: dict[str, int]
    classes: dict[str, int]
    predicates: dict[str, int]
    commits: int
    evaluation_date: str | None
    corpus: str


def count(
    store: Store,
    names: Names,
    *,
    graph_names: list[str],
    commits: int,
    evaluation_date: str | None,
    corpus: str,
    union: bool,
) -> Stats:
    """Count a store; `union` says that its default graph holds the triples of all graphs."""
    graphs: Counter[str] = Counter()
    everything: set[Triple] = set()
    asserted: set[Triple] = set()
    unnamed: set[Triple] = set()
    for quad in store:
        triple, name = quad.triple, graph_text(quad.graph_name)
        everything.add(triple)
        if name is None:
            unnamed.add(triple)
            continue
        graphs[name] += 1
        if not name.startswith(names.inferred):
            asserted.add(triple)
    if not union:
        asserted |= unnamed
    inferred = {
        quad.triple
        for name in graphs
        if name.startswith(names.inferred)
        for quad in store.quads_for_pattern(None, None, None, NamedNode(name))
    } - asserted
    classes = Counter(
        triple.object.value
        for triple in everything
        if triple.predicate == RDF_TYPE and isinstance(triple.object, NamedNode)
    )
    predicates = Counter(triple.predicate.value for triple in everything)
    return Stats(
        triples=len(everything),
        asserted=len(everything) - len(inferred),
        inferred=len(inferred),
        graphs={name: graphs[name] for name in graph_names},
        classes=dict(sorted(classes.items(), key=lambda one: (-one[1], one[0]))),
        predicates=dict(sorted(predicates.items(), key=lambda one: (-one[1], one[0]))),
        commits=commits,
        evaluation_date=evaluation_date,
        corpus=corpus,
    )
