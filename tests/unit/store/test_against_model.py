"""Whatever is done to a store, it holds what the model holds: now, then, at every level."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from tests.unit.store.model import TYPE, Inferred, Model, instances, predicate_counts, union

from kgraph.identifiers import DEFAULT_GRAPH_ID, tag_of
from kgraph.store import Change, Merge, Named, Snapshot, Staged, Store, Transaction, UnionOfAll
from kgraph.store.visibility import LEVELS, MASKS, PUBLIC, SEALED

START = datetime(2024, 1, 1, tzinfo=UTC)
A, B = NamedNode("urn:a"), BlankNode("b")
NAMES = [NamedNode("urn:g"), NamedNode("urn:h"), BlankNode("i")]
OBJECTS = [A, B, Literal("x"), Literal("1", datatype=NamedNode("urn:t")), Literal(1)]
OBJECTS += [Literal("x", language="en"), Triple(A, A, B)]


@dataclass(frozen=True)
class InRows:
    """The same by SQL."""

    inferred: Inferred


subjects = st.sampled_from([A, B])
predicates = st.sampled_from([A, TYPE])
names = st.sampled_from(NAMES)
quads = st.builds(
    Quad, subjects, predicates, st.sampled_from(OBJECTS), st.one_of(st.just(DefaultGraph()), names)
)
some = st.lists(quads, max_size=4).map(tuple)
changes = st.builds(
    Change,
    added=some,
    removed=some,
    created=st.lists(names, max_size=1).map(tuple),
    dropped=st.lists(names, max_size=1).map(tuple),
    inferred=st.lists(st.tuples(quads, st.integers(1, 3)), max_size=3).map(tuple),
    no_longer_inferred=some,
    level=st.sampled_from(LEVELS),
)
inferred = st.builds(
    Inferred,
    added=st.lists(st.tuples(quads, st.integers(1, 3), st.sampled_from(MASKS)), max_size=4).map(
        tuple
    ),
    removed=some,
)
in_rows = st.builds(InRows, inferred)
commits = st.builds(
    lambda points, rows: [*points, *rows],
    st.lists(st.one_of(changes, inferred), min_size=1, max_size=3),
    st.just([]) | st.lists(st.one_of(in_rows, in_rows, inferred), max_size=3),
)
Part = Change | Inferred | InRows
steps = st.lists(
    st.one_of(commits, commits, commits, st.sampled_from(["merge", "merge", "reopen", "discard"])),
    max_size=7,
)


def triples_in_sql(snapshot: Snapshot, graphs: UnionOfAll | Merge, order: str) -> list[Triple]:
    found = snapshot.cursor().execute(
        f"SELECT s, p, o FROM {snapshot.relation(graphs, order=order)}"
    )
    return [Triple(*snapshot.terms_of(row)) for row in found.fetchall()]


def quads_in_sql(snapshot: Snapshot, graphs: Named) -> list[Quad]:
    found = snapshot.cursor().execute(f"SELECT s, p, o, g FROM {snapshot.relation(graphs)}")
    return [Quad(*snapshot.terms_of(row)) for row in found.fetchall()]


def once(found: list[Triple] | list[Quad]) -> set[Triple] | set[Quad]:
    assert len(set(found)) == len(found)
    return set(found)


def check_dataset(snapshot: Snapshot, expected: set[Quad], *, counted: bool = True) -> None:
    whole = union(expected)
    default = {q.triple for q in expected if isinstance(q.graph_name, DefaultGraph)}
    named = {q for q in expected if not isinstance(q.graph_name, DefaultGraph)}
    ids = [one for name in NAMES if (one := snapshot.id_of(name)) is not None]
    merged = {q.triple for q in named}
    for order in ("spo", "pos"):
        assert once(triples_in_sql(snapshot, UnionOfAll(), order)) == whole
    assert once(triples_in_sql(snapshot, Merge((DEFAULT_GRAPH_ID,)), "pos")) == default
    assert once(triples_in_sql(snapshot, Merge(tuple(ids)), "spo")) == merged
    assert triples_in_sql(snapshot, Merge(()), "spo") == []
    assert once(quads_in_sql(snapshot, Named())) == named
    assert quads_in_sql(snapshot, Named(())) == []
    for one in ids[:1]:
        those = {q for q in named if q.graph_name == snapshot.term_of(one)}
        assert once(quads_in_sql(snapshot, Named((one,)))) == those
    assert len(snapshot) == len(expected)
    assert not counted or snapshot.triples() == len(whole)
    assert once(list(snapshot.quads_for_pattern(None, None, None))) == expected
    for quad in sorted(expected, key=str)[:3]:
        assert quad in snapshot


def check_points(snapshot: Snapshot, expected: set[Quad]) -> None:
    index = snapshot.index
    assert index is not None
    for subject in (A, B):
        number = snapshot.id_of(subject)
        if number is not None:
            found = [
                Triple(*snapshot.terms_of(row))
                for row in index.match(UnionOfAll(), number, None, None)
            ]
            assert once(found) == {t for t in union(expected) if t.subject == subject}


def check_statistics(snapshot: Snapshot, model: Model, level: int) -> None:
    statistics = snapshot.statistics
    now = len(model.states) - 1
    seen = predicate_counts(union(model.visible(now, level)))
    everything = union(set(model.states[now][0]))
    of_all = predicate_counts(everything)
    for predicate in (A, TYPE):
        number = snapshot.id_of(predicate)
        found = None if number is None else statistics.predicate(number)
        if predicate not in seen:
            assert found is None
            continue
        assert found is not None
        assert found.triples == seen[predicate][0]
        assert (found.subjects, found.objects) == of_all[predicate][1:]
        for triple in everything:
            if triple.predicate == predicate:
                assert found.tags >> tag_of(snapshot.id_of(triple.object) or 0) & 1
    for class_, count in instances(everything).items():
        assert statistics.instances(snapshot.id_of(class_) or 0) == count


def check(store: Store, model: Model, level: int) -> None:
    """What the last commit holds at a level."""
    last = len(model.states) - 1
    assert store.last_commit == last
    with store.snapshot(level=level) as snapshot:
        check_dataset(snapshot, model.visible(last, level))
        check_points(snapshot, model.visible(last, level))
        check_statistics(snapshot, model, level)
        graphs = {g for g, at in model.graphs.items() if at <= level}
        assert set(snapshot.named_graphs()) == graphs


def check_past(store: Store, model: Model, level: int) -> None:
    """What each commit held, of which a level may see it today."""
    for commit in range(len(model.states) - 1):
        with store.snapshot(level=level, as_of=commit) as snapshot:
            check_dataset(snapshot, model.visible(commit, level))
            if level == SEALED:
                assert set(snapshot.named_graphs()) == model.states[commit][1].keys()


def check_history(store: Store, model: Model) -> None:
    for quad in {quad for quads, _ in model.states for quad in quads}:
        expected = []
        for number, (before, _) in enumerate(model.states[:-1], 1):
            old, new = before.get(quad), model.states[number][0].get(quad)
            if old != new:
                expected += [(number, False, *old)] if old else []
                expected += [(number, True, *new)] if new else []
        found = [(e.commit, e.added, e.levels, e.round) for e in store.history(quad)]
        assert found == expected


def stage(transaction: Transaction, model: Model, part: Part) -> Staged:
    if isinstance(part, Change):
        model.stage(part)
        return transaction.stage(part)
    if isinstance(part, InRows):
        return stage_rows(transaction, model, part.inferred)
    part = Inferred(tuple({copy[0]: copy for copy in part.added}.values()), part.removed)
    model.stage_inferred(part)
    added = [(*key_of(transaction, q), round_, mask) for q, round_, mask in part.added]
    return transaction.stage_inferred(added, [key_of(transaction, q) for q in part.removed])


def stage_rows(transaction: Transaction, model: Model, part: Inferred) -> Staged:
    """Of rows for one quad, one counts: the model does not get the others."""
    added: dict[Quad, tuple[int, int]] = {}
    for quad, *copy in part.added:
        added[quad] = min(added.get(quad, tuple(copy)), tuple(copy))
    less = tuple(quad for quad in part.removed if quad not in added)
    model.stage_inferred(Inferred(tuple((q, *copy) for q, copy in added.items()), less))
    more = [(*key_of(transaction, q), *copy) for q, *copy in part.added]
    gone = [key_of(transaction, q) for q in part.removed]
    return transaction.stage_inferred_rows(values(more, 6), values(gone, 4))


def values(rows: list[tuple[int, ...]], width: int) -> str:
    if not rows:
        return f"SELECT {', '.join(['0'] * width)} WHERE false"
    return "VALUES " + ", ".join(f"({', '.join(map(str, row))})" for row in rows)


def key_of(transaction: Transaction, quad: Quad) -> tuple[int, ...]:
    key = transaction.intern([quad.subject, quad.predicate, quad.object])
    if isinstance(quad.graph_name, DefaultGraph):
        return (*key, DEFAULT_GRAPH_ID)
    return (*key, *transaction.intern([quad.graph_name]))


def commit(store: Store, model: Model, parts: list[Part]) -> None:
    with store.write() as transaction:
        for at, part in enumerate(parts):
            stage(transaction, model, part)
            if at == 0:  # what is staged is seen, by points and by SQL, and more can follow
                for level in LEVELS:
                    check_dataset(transaction.view(level), model.staged(level), counted=False)
                check_dataset(transaction.snapshot, model.staged(SEALED))
        for level in LEVELS:
            if transaction.snapshot.index is None:
                check_dataset(transaction.view(level), model.staged(level), counted=False)
            else:
                check_points(transaction.view(level), model.staged(level))
            then = model.visible(len(model.states) - 1, level)
            with transaction.view(level, before=True) as before:
                check_points(before, then)
        number = len(model.states)
        time = START + timedelta(days=number)
        before = model.states[-1][0]
        record = transaction.commit(author="me", message=f"change {number}", time=time)
    model.commit()
    asserted = [{q for q, (_, r) in quads.items() if r == 0} for quads in (before, model.quads)]
    assert (record.number, record.time) == (number, time)
    assert record.added == len(asserted[1] - asserted[0])
    assert record.removed == len(asserted[0] - asserted[1])


def reopened(store: Store, folder: Path | None) -> Store:
    if folder is None:
        return store
    store.close()
    return Store.open(folder)


def run(store: Store, folder: Path | None, actions: list[list[Part] | str]) -> None:
    model = Model()
    late: list[tuple[Snapshot, set[Quad]]] = []
    try:
        for action in actions:
            if action == "merge":
                store.merge()
            elif action == "reopen":
                late.clear()
                store = reopened(store, folder)
            elif action == "discard":
                with store.write() as transaction:
                    transaction.stage(Change(added=(Quad(A, A, NamedNode("urn:new")),)))
                    transaction.stage(Change(removed=tuple(model.quads)))
                    assert len(transaction.snapshot) == 1
            else:
                late += [
                    (store.snapshot(level=level), model.staged(level)) for level in (PUBLIC, SEALED)
                ]
                commit(store, model, action)
            check(store, model, PUBLIC)
            check(store, model, SEALED)
        for level in LEVELS:
            check(store, model, level)
            check_past(store, model, level)
        check_history(store, model)
        numbers = [record.number for record in store.commits()]
        assert numbers == list(range(1, len(model.states)))
        for snapshot, expected in late:  # its cursor is opened long after its commit
            check_dataset(snapshot, expected)
            check_points(snapshot, expected)
    finally:
        store.close()


@given(steps)
@settings(max_examples=25, deadline=None)
def test_in_memory(actions: list[list[Part] | str]) -> None:
    run(Store.open(None), None, actions)


@given(steps)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_on_disk(actions: list[list[Part] | str]) -> None:
    with TemporaryDirectory() as name:
        run(Store.open(Path(name)), Path(name), actions)


def test_a_moment_finds_its_commit() -> None:
    store, model = Store.open(None), Model()
    for number in range(1, 4):
        commit(store, model, [Change(added=(Quad(A, A, Literal(number)),))])
    moments: Iterator[tuple[timedelta, int]] = iter(
        [
            (timedelta(0), 0),
            (timedelta(days=1), 1),
            (timedelta(days=2, hours=5), 2),
            (timedelta(days=90), 3),
        ]
    )
    for after, expected in moments:
        with store.snapshot(as_of=START + after) as snapshot:
            assert snapshot.commit == expected
            assert len(snapshot) == expected
    store.close()
