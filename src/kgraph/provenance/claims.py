"""Who says a triple.

A claim about a record covers the triples that have the record as subject in the claim's own graph
and no others: when a second document adds a detail, the first source has not said it. A claim
about one value covers that triple alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgraph.store import Snapshot
from kgraph.terms import DEFAULT_GRAPH, graph_text
from kgraph.vocab import Names


@dataclass(frozen=True)
class Saying:
    """One claim that covers a triple: who says it, how, and where it is written."""

    claim: str
    graph_name: str
    attributed_to: tuple[str, ...]
    modality: tuple[str, ...]
    polarity: tuple[str, ...]
    evidence: tuple[str, ...]
    whole_record: bool


def graphs_of(store: Snapshot, triple: Triple) -> list[str | None]:
    """The graphs that hold a triple, sorted; None is the default graph."""
    found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
    return sorted({graph_text(quad.graph_name) for quad in found}, key=lambda name: name or "")


def who_says(store: Snapshot, names: Names, triple: Triple) -> list[Saying]:
    """Every claim that covers the triple, in order of claim; empty where nobody is on record.

    A claim is read in the graph it stands in. The triple need not be asserted: what a source
    denies or alleges is said all the same.
    """
    covering = [*_about_record(store, names, triple), *_about_value(store, names, triple)]
    sayings = {
        (claim.subject, claim.graph_name): _saying(store, names, claim, whole)
        for claim, whole in covering
    }
    return sorted(sayings.values(), key=lambda saying: (saying.claim, saying.graph_name))


def _about_record(store: Snapshot, names: Names, triple: Triple) -> Iterator[tuple[Quad, bool]]:
    about, value_claim = names.term("about"), names.term("claimPredicate")
    for name in graphs_of(store, triple):
        if name is None or name.startswith(names.inferred) or isinstance(triple.subject, Triple):
            continue
        graph = NamedNode(name)
        for claim in store.quads_for_pattern(None, about, triple.subject, graph):
            one_value = store.quads_for_pattern(claim.subject, value_claim, None, graph)
            if next(one_value, None) is None:
                yield claim, True


def _about_value(store: Snapshot, names: Names, triple: Triple) -> Iterator[tuple[Quad, bool]]:
    if isinstance(triple.subject, Triple):
        return
    value = names.term("claimValue" if isinstance(triple.object, Literal) else "claimObject")
    subject, predicate = names.term("claimSubject"), names.term("claimPredicate")
    for claim in store.quads_for_pattern(None, subject, triple.subject):
        graph = claim.graph_name
        if graph == DEFAULT_GRAPH or str(graph_text(graph)).startswith(names.inferred):
            continue
        wanted = (
            Quad(claim.subject, predicate, triple.predicate, graph),
            Quad(claim.subject, value, triple.object, graph),
        )
        if all(quad in store for quad in wanted):
            yield claim, False


def _saying(store: Snapshot, names: Names, claim: Quad, whole_record: bool) -> Saying:
    def values(name: str) -> tuple[str, ...]:
        found = store.quads_for_pattern(claim.subject, names.term(name), None, claim.graph_name)
        return tuple(sorted(str(getattr(quad.object, "value", quad.object)) for quad in found))

    return Saying(
        claim=str(getattr(claim.subject, "value", claim.subject)),
        graph_name=graph_text(claim.graph_name) or "",
        attributed_to=values("attributedTo"),
        modality=values("modality"),
        polarity=values("polarity"),
        evidence=values("evidence"),
        whole_record=whole_record,
    )
