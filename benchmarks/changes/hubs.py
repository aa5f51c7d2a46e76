"""Changes of what very much hangs on, each made, timed, undone and made again.

A curator makes them seldom; they cost what follows from them, which may be a part of the graph.
"""

from collections.abc import Callable, Iterator, Mapping
from statistics import median
from time import perf_counter

from pyoxigraph import Literal, NamedNode, Quad

from benchmarks.changes.draw import edited
from benchmarks.changes.timing import Timing, timed
from benchmarks.generate.terms import GRAPH, ID, ISSUED, KG, KGV, TITLE, TYPE, XSD
from kgraph.ingest.closing import Concluder
from kgraph.store import SEALED, Change, Snapshot, Store, UnionOfAll
from kgraph.vocab import Names

Hub = Callable[[Snapshot], Change]
BROADER = NamedNode("http://www.w3.org/2004/02/skos/core#broader")


def hub_timings(
    store: Store, concluder: Concluder, name: str, runs: int, limit: float = 120.0
) -> Iterator[tuple[Timing, Timing]]:
    """The change of a hub and its undoing, so many times; none begins after `limit` seconds."""
    with store.snapshot(level=SEALED) as snapshot:
        change = HUBS[name](snapshot)
    back = Change(added=change.removed, removed=change.added)
    start = perf_counter()
    for _ in range(runs):
        yield timed(store, concluder, name, change), timed(store, concluder, name, back)
        if perf_counter() - start > limit:
            return


def hub_summary(found: list[tuple[Timing, Timing]]) -> dict[str, object]:
    """What a hub's change comes to, p50 and the worst of what it takes and of undoing it."""
    one, back = found[0][0], [undone for _, undone in found]
    made = [done for done, _ in found]
    return {
        "runs": len(found),
        "facts": one.facts,
        "inferred": one.inferred,
        "results": one.results,
        **_p50_and_worst("closing", [each.closing for each in made]),
        **_p50_and_worst("commit", [each.commit for each in made]),
        **_p50_and_worst("whole", [each.whole for each in made]),
        **_p50_and_worst("processor", [each.processor for each in made]),
        **_p50_and_worst("undone", [each.whole for each in back]),
        "in_full": max(each.in_full for each in (*made, *back)),
        "in_bulk": next((each.in_bulk for each in (*made, *back) if each.in_bulk), ""),
    }


def _p50_and_worst(name: str, values: list[float]) -> dict[str, float]:
    return {f"{name} p50": round(median(values), 1), f"{name} worst": round(max(values), 1)}


# -- the hubs


def _court(snapshot: Snapshot) -> Change:
    """The court that decides most becomes a group, which is no body of the state."""
    court = _most_frequent(snapshot, KG.decidedBy)
    return _replaced(_stated(snapshot, court, TYPE, KG.Court), _node(KG.Group))


def _modality(snapshot: Snapshot) -> Change:
    """What is announced is no longer what is planned, but what is reported."""
    was = _broader(KGV.modality_announced, KGV.modality_planned)
    return Change(added=(_broader(KGV.modality_announced, KGV.modality_reported),), removed=(was,))


def _frequent_modality(snapshot: Snapshot) -> Change:
    """What is alleged, which very many claims are, becomes a kind of what is reported."""
    return Change(added=(_broader(KGV.modality_alleged, KGV.modality_reported),))


def _broader(term: str, parent: str) -> Quad:
    return Quad(_node(term), BROADER, _node(parent), Names().graph("ontology"))


def _provision(snapshot: Snapshot) -> Change:
    """The article that most are charged under is moved into another one."""
    within = KG.withinProvision
    found = _most_frequent(snapshot, KG.chargedUnder, having=within)
    return _replaced(_stated(snapshot, found, within), NamedNode(f"{ID}cc-500"))


def _header(snapshot: Snapshot) -> Change:
    """Another title, date and publisher for the document with most claims."""
    found = _most_frequent(snapshot, KG.inDocument)
    titles = _stated(snapshot, found, TITLE)
    dates = _stated(snapshot, found, ISSUED)
    publishers = _stated(snapshot, found, KG.publishedBy)
    there = {quad.object for quad in publishers}
    bodies = (NamedNode(f"{ID}organisation-{number}") for number in range(len(there) + 1))
    other = next(body for body in bodies if body not in there)
    day = Literal("2021-12-31", datatype=NamedNode(f"{XSD}date"))
    parts = (_replaced(dates, day), _replaced(publishers, other))
    return Change(
        added=(*map(edited, titles), *(quad for part in parts for quad in part.added)),
        removed=(*titles, *(quad for part in parts for quad in part.removed)),
    )


def _person(snapshot: Snapshot) -> Change:
    """The person who is accused most often becomes a group, which no person can be."""
    found = _most_frequent(snapshot, KG.accused)
    return _replaced(_stated(snapshot, found, TYPE, KG.Person), _node(KG.Group))


HUBS: Mapping[str, Hub] = {
    "class of a court": _court,
    "broader term of a modality": _modality,
    "broader term of a frequent modality": _frequent_modality,
    "parent of a provision": _provision,
    "header of a document": _header,
    "class of a person": _person,
}


# -- what they look up


def _node(term: str) -> NamedNode:
    return NamedNode(term.strip("<>"))


def _most_frequent(snapshot: Snapshot, predicate: str, having: str | None = None) -> NamedNode:
    """The most frequent object of a predicate, of those that have another one stated."""
    number = snapshot.id_of(_node(predicate))
    relation = snapshot.relation(UnionOfAll())
    rows = snapshot.cursor().execute(
        f"SELECT o FROM {relation} WHERE p = {number} GROUP BY o ORDER BY count(*) DESC, o"
    )
    for (found,) in rows.fetchall():
        term = snapshot.term_of(found)
        if isinstance(term, NamedNode) and (not having or _stated(snapshot, term, having)):
            return term
    raise LookupError(f"nothing that {predicate} leads to")


def _stated(
    snapshot: Snapshot, subject: NamedNode, predicate: str, value: str | None = None
) -> list[Quad]:
    """What documents say, without what was inferred."""
    wanted = None if value is None else _node(value)
    found = snapshot.quads_for_pattern(subject, _node(predicate), wanted)
    ours = (GRAPH + "document-", GRAPH + "shared")
    return [quad for quad in found if str(quad.graph_name).strip("<>").startswith(ours)]


def _replaced(there: list[Quad], value: NamedNode | Literal) -> Change:
    """Another object, once in each graph."""
    added = dict.fromkeys(Quad(q.subject, q.predicate, value, q.graph_name) for q in there)
    return Change(added=tuple(added), removed=tuple(there))
