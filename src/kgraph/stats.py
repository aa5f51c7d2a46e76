"""What a graph holds, counted; a triple in two graphs counts once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kgraph.store import Snapshot
from kgraph.store.summary import instances_by_class, triples_by_graph, triples_only_in
from kgraph.terms import graph_text
from kgraph.vocab import Names


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
    in_full: dict[str, str]
    """Domain rules, by id, that a change of what they read evaluates for all records, and why."""


def count(
    snapshot: Snapshot,
    names: Names,
    *,
    commits: int,
    evaluation_date: str | None,
    corpus: str,
    in_full: Mapping[str, str],
) -> Stats:
    """Count a snapshot: most of it stands in the statistics that each commit keeps."""
    statistics = snapshot.statistics
    by_graph = triples_by_graph(snapshot)
    graphs = {g: _text(snapshot, g) for g in snapshot.graphs()}
    inferred = triples_only_in(
        snapshot, (g for g, name in graphs.items() if name.startswith(names.inferred))
    )
    predicates = {
        p: found.triples for p in statistics.predicates() if (found := statistics.predicate(p))
    }
    return Stats(
        triples=statistics.triples,
        asserted=statistics.triples - inferred,
        inferred=inferred,
        graphs={name: by_graph.get(g, 0) for g, name in sorted(graphs.items(), key=_by_name)},
        classes=_most_first(snapshot, instances_by_class(snapshot)),
        predicates=_most_first(snapshot, predicates),
        commits=commits,
        evaluation_date=evaluation_date,
        corpus=corpus,
        in_full=dict(sorted(in_full.items())),
    )


def _text(snapshot: Snapshot, identifier: int) -> str:
    return graph_text(snapshot.term_of(identifier)) or ""  # type: ignore[arg-type]


def _by_name(pair: tuple[int, str]) -> str:
    return pair[1]


def _most_first(snapshot: Snapshot, counts: Mapping[int, int]) -> dict[str, int]:
    pairs: Iterable[tuple[str, int]] = ((_text(snapshot, one), n) for one, n in counts.items())
    return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
