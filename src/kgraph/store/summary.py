"""What a snapshot holds, counted by graph."""

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store.graphs import Merge, Named, UnionOfAll
from kgraph.store.schema import NO_TERM
from kgraph.store.snapshot import Snapshot
from kgraph.store.visibility import ALL
from kgraph.vocab import RDF


def triples_by_graph(snapshot: Snapshot) -> Mapping[int, int]:
    """How many triples each named graph has; empty graphs are left out."""
    text = f"SELECT g, count(*) FROM {snapshot.relation(Named(None))} GROUP BY g"
    return dict(snapshot.cursor().execute(text).fetchall())


def instances_by_class(snapshot: Snapshot) -> Mapping[int, int]:
    """How many instances each class has, as the snapshot's level sees it."""
    if snapshot.index is not None and snapshot.index.masks() <= {ALL}:
        return snapshot.statistics.classes()  # they are counted of what any level sees
    type_id = snapshot.id_of(NamedNode(RDF + "type"))
    text = f"""SELECT o, count(*) FROM {snapshot.relation(UnionOfAll())}
        WHERE p = {type_id or NO_TERM} GROUP BY o"""
    return dict(snapshot.cursor().execute(text).fetchall())


def triples_only_in(snapshot: Snapshot, graphs: Iterable[int]) -> int:
    """How many triples are in one of these graphs and in no other, the default one included."""
    inside = tuple(sorted(graphs))
    if not inside:
        return 0
    others = tuple(sorted(set(snapshot.graphs()) - set(inside)))
    text = (
        f"SELECT count(*) FROM (SELECT s, p, o FROM {snapshot.relation(Merge(inside))}) "
        f"ANTI JOIN (SELECT s, p, o FROM {snapshot.relation(Merge((DEFAULT_GRAPH_ID, *others)))}) "
        "USING (s, p, o)"
    )
    found = snapshot.cursor().execute(text).fetchone()
    assert found is not None
    return int(found[0])
