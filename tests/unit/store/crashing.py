"""A process that writes to a store until it is killed, and what it must have left behind."""

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple
from tests.unit.store.model import Model, union

from kgraph.formats import by_suffix
from kgraph.store import Change, Merge, Named, Snapshot, Store, UnionOfAll, faults
from kgraph.store.bulk import bulk_load
from kgraph.store.schema import SEALED

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.unit.store.crashing"])
START = datetime(2024, 1, 1, tzinfo=UTC)
GRAPHS = [DefaultGraph(), NamedNode("urn:g0"), NamedNode("urn:g1")]
DOCUMENT = "".join(f'<urn:loaded{i % 50}> <urn:p{i % 3}> "{i}" .\n' for i in range(400))
LOADED = tuple(
    Quad(NamedNode(f"urn:loaded{i % 50}"), NamedNode(f"urn:p{i % 3}"), Literal(str(i)))
    for i in range(400)
)


def quads_of(number: int) -> tuple[Quad, ...]:
    """What commit `number` adds: some triples in two graphs."""
    return tuple(
        Quad(
            NamedNode(f"urn:s{number % 17}"),
            NamedNode(f"urn:p{i % 5}"),
            Literal(f"{number} {i}"),
            graph,
        )
        for i in range(12)
        for graph in (GRAPHS[i % 3], GRAPHS[(i + number) % 3])
    )


def change_of(number: int) -> Change:
    """What commit `number` does; none leaves the store as it was."""
    earlier = quads_of(number - 3) if number > 3 else ()
    inferred = tuple((q, 1) for q in quads_of(number + 1000)[:5])
    dropped = (NamedNode("urn:g1"),) if number % 11 == 0 else ()
    return Change(quads_of(number), earlier[::2], (), dropped, inferred, level=number % 3)


def write(folder: Path, fault: str, loads: bool, acknowledged: Connection) -> None:
    """Commit for ever, merging and checkpointing now and then; tell of each commit."""
    faults.arm(fault)
    store = Store.open(folder)
    number = store.last_commit
    acknowledged.send(number)
    if loads and not number:
        path = folder / "loaded.nt"
        path.write_text(DOCUMENT)
        document = (path, by_suffix(path), None)
        bulk_load(store, [document], author="me", message="", time=time_of(1))
        number = 1
        acknowledged.send(number)
    while True:
        number += 1
        with store.write() as transaction:
            transaction.stage(change_of(number))
            transaction.commit(author="me", message=str(number), time=time_of(number))
        acknowledged.send(number)
        if number % 6 == 0:
            store.merge()
        if number % 4 == 0:
            store.checkpoint()


def purge(folder: Path, fault: str, iri: str) -> None:
    faults.arm(fault)
    Store.open(folder).purge([NamedNode(iri)], author="keeper", time=START)


def time_of(number: int) -> datetime:
    return START + timedelta(hours=number)


def model_at(number: int, loads: bool) -> Model:
    model = Model()
    for one in range(1, number + 1):
        model.stage(Change(added=LOADED) if loads and one == 1 else change_of(one))
        model.commit()
    return model


def check(store: Store, loads: bool) -> None:
    """The store is at the end of a commit, whole, and its parts agree."""
    last = store.last_commit
    model = model_at(last, loads)
    assert [record.number for record in store.commits()] == list(range(1, last + 1))
    with store.snapshot(level=SEALED) as snapshot:
        assert set(snapshot.named_graphs()) == model.graphs.keys()
        assert set(in_tables(snapshot)) == model.quads.keys()
        assert len(snapshot) == len(model.quads)
        assert snapshot.triples() == len(union(set(model.quads)))
        check_index(snapshot, model)
    if last:
        with store.snapshot(level=SEALED, as_of=last - 1) as before:
            assert set(in_tables(before)) == model.states[-2][0].keys()


def in_tables(snapshot: Snapshot) -> Iterator[Quad]:
    for graphs in (Merge((0,)), Named()):
        text = f"SELECT * FROM {snapshot.relation(graphs)}"
        for row in snapshot.cursor().execute(text).fetchall():
            yield Quad(*snapshot.terms_of(row))


def check_index(snapshot: Snapshot, model: Model) -> None:
    """The point index answers as the tables do."""
    index = snapshot.index
    assert index is not None
    found: list[Triple] = []
    for subject in {quad.subject for quad in model.quads}:
        number = snapshot.id_of(subject)
        assert number is not None
        rows = index.match(UnionOfAll(), number, None, None)
        found += [Triple(*snapshot.terms_of(row)) for row in rows]
    assert len(found) == len(set(found))
    assert set(found) == union(set(model.quads))
    for quad, (mask, round_) in sorted(model.quads.items(), key=str)[::7]:
        s, p, o = (snapshot.id_of(part) or 0 for part in quad.triple)
        name = quad.graph_name
        g = 0 if isinstance(name, DefaultGraph) else snapshot.id_of(name)
        assert (g, mask, round_) in index.graphs_of(s, p, o)
