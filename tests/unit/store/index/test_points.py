"""Views of commits, against a dict of quads for each commit; runs, built in between or not."""

from itertools import product
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode
from tests.unit.store.index.model import TERMS, A, Model, tables

from kgraph.identifiers import Tag, identifier, inline_id
from kgraph.store.graphs import Merge, Named, UnionOfAll
from kgraph.store.index import Index, PointStore
from kgraph.store.visibility import ALL, LEVELS, MASKS

IRIS = [identifier(Tag.IRI, n) for n in (1, 2, 5, 9)]
SUBJECTS = [*IRIS, identifier(Tag.BLANK, 3)]
PREDICATES = [identifier(Tag.IRI, 1), identifier(Tag.IRI, 4)]
OBJECTS = [
    *SUBJECTS,
    identifier(Tag.STRING, 6),
    identifier(Tag.TRIPLE, 7),
    identifier(Tag.INTEGER, 1 << 58),
    identifier(Tag.BOOLEAN, 1),
]
GRAPHS = [0, identifier(Tag.IRI, 8), identifier(Tag.IRI, 10)]
KINDS = [
    UnionOfAll(),
    Merge(()),
    *(Merge((g,)) for g in GRAPHS),
    Merge((GRAPHS[0], GRAPHS[2])),
]
NAMED = [Named(), Named((GRAPHS[1],)), Named(())]
TRIPLES = st.tuples(*(st.sampled_from(options) for options in (SUBJECTS, PREDICATES, OBJECTS)))
CHANGE = st.tuples(
    st.sampled_from(["add", "add", "remove"]), TRIPLES, st.sampled_from(GRAPHS),
    st.sampled_from(MASKS), st.integers(0, 3),
)  # fmt: skip
PLAIN = st.tuples(st.just("add"), TRIPLES, st.just(0), st.just(ALL), st.just(0))
CHANGES = st.lists(CHANGE, max_size=12) | st.lists(PLAIN, max_size=12)
STEP = st.tuples(st.sampled_from(["commit", "commit", "discard", "build"]), CHANGES)
PATTERNS = list(
    product([None, IRIS[0], IRIS[2]], [None, *PREDICATES], [None, IRIS[0], OBJECTS[5], OBJECTS[7]])
)


def matching(rows, s, p, o) -> list:
    wanted = [(0, s), (1, p), (2, o)]
    return sorted(r for r in rows if all(v is None or r[at] == v for at, v in wanted))


def agrees(index: Index, model: Model) -> None:
    """Everything that can be asked of a view."""
    for graphs in KINDS:
        triples = {quad[:3] for quad in model.quads(index.level, graphs)}
        for pattern in PATTERNS:
            expected = matching(triples, *pattern)
            assert sorted(index.match(graphs, *pattern)) == expected
            if pattern[0] is not None or pattern[2] is not None:
                assert index.count(graphs, *pattern) == len(expected)
                assert index.estimate(graphs, *pattern) == len(expected)
                assert index.some(graphs, *pattern) == (len(expected) > 0)
        for s in SUBJECTS:
            expected = [(p, o) for _, p, o in matching(triples, s, None, None)]
            assert sorted(index.pairs_of(graphs, s)) == expected
            for p in PREDICATES:
                expected = [o for _, _, o in matching(triples, s, p, None)]
                assert sorted(index.objects(graphs, s, p)) == expected
        for triple in product(SUBJECTS[2:], PREDICATES, OBJECTS[3:]):
            assert index.contains(graphs, *triple) == (triple in triples)
    names_agree(index, model)


def names_agree(index: Index, model: Model) -> None:
    """With the graph beside each triple, and all that is kept of a triple."""
    for graphs in NAMED:
        quads = model.quads(index.level, graphs)
        for pattern in PATTERNS:
            expected = matching(quads, *pattern)
            assert sorted(index.match_named(graphs, *pattern)) == expected
            if pattern[0] is not None or pattern[2] is not None:
                assert index.count(graphs, *pattern) == len(expected)
    for triple in product(SUBJECTS[2:], PREDICATES, OBJECTS[3:]):
        expected = sorted((q[3], *held) for q, held in model.now.items() if q[:3] == triple)
        assert sorted(index.graphs_of(*triple)) == expected
        rounds = [round_ for _, mask, round_ in expected if mask >> index.level & 1]
        assert index.round_of(*triple) == min(rounds, default=None)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEP, max_size=5), st.sampled_from(LEVELS), st.booleans())
def test_each_view_shows_its_own_commit(
    tmp_path: Path, steps: list, level: int, in_memory: bool
) -> None:
    points, model = PointStore(None if in_memory else tmp_path), Model()
    views, commit, latest = [(points.at(0, level), Model())], 0, Model()
    for what, changes in steps:
        if what == "build":
            points.use(points.build(tables(latest), commit))
            views.append((points.at(commit, level), latest))
            continue
        model = Model(dict(latest.now))
        half = len(changes) // 2
        points.apply(commit + 1, [], model.changed(changes[:half]))
        points.apply(commit + 1, [], model.changed(changes[half:]))
        staged = points.at(commit + 1, level)
        if what == "discard":
            agrees(staged, model)
            points.discard(commit + 1)
        else:
            commit, latest = commit + 1, model
            views.append((staged, model))
    for view, then in views:
        agrees(view, then)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHANGES, CHANGES, CHANGES)
def test_commits_go_on_while_runs_are_built(
    tmp_path: Path, first: list, second: list, third: list
) -> None:
    points, model = PointStore(tmp_path), Model()
    points.apply(1, [], model.changed(first))
    runs = points.build(tables(model), 1)
    points.apply(2, [(identifier(Tag.IRI, 15), "<x:new>")], model.changed(second))
    then = Model(dict(model.now))
    points.apply(3, [], model.changed(third))
    points.use(runs)
    agrees(points.at(2, 2), then)
    agrees(points.at(3, 1), model)
    assert points.at(2, 2).id_of(NamedNode("x:new")) == identifier(Tag.IRI, 15)
    assert points.at(1, 2).id_of(NamedNode("x:new")) is None
    points.discard(3)
    agrees(points.at(2, 0), then)


def test_terms_are_known_from_their_commit_on() -> None:
    points = PointStore()
    number = identifier(Tag.IRI, 1)
    points.apply(1, [(number, str(A))], [])
    assert points.at(0, 0).id_of(A) is None
    assert points.at(1, 0).id_of(A) == number
    assert points.at(1, 0).term_of(number) == A


def test_a_discarded_term_gives_its_number_back() -> None:
    points = PointStore()
    number, blank = identifier(Tag.IRI, 1), BlankNode("b")
    points.apply(1, [(number, str(A))], [])
    assert points.at(1, 0).term_of(number) == A
    points.discard(1)
    assert points.at(1, 0).id_of(A) is None
    other = NamedNode("http://example.org/b")
    points.apply(1, [(number, str(other)), (identifier(Tag.BLANK, 2), str(blank))], [])
    assert points.at(1, 0).term_of(number) == other
    assert points.at(1, 0).id_of(A) is None


@pytest.mark.parametrize("shuffled", [False, True])
def test_terms_come_back_from_runs_as_they_went_in(tmp_path: Path, shuffled: bool) -> None:
    points = PointStore(tmp_path)
    points.use(points.build(tables(Model(), shuffled=shuffled), 1))
    index = points.at(1, 0)
    for number, term in TERMS.items():
        assert index.text_of(number) == str(term)
        assert index.term_of(number) == term
        assert index.id_of(term) == number
    assert index.terms_of(list(TERMS)) == list(TERMS.values())
    assert index.id_of(NamedNode("http://example.org/nowhere")) is None


def test_values_inside_identifiers_need_no_dictionary() -> None:
    index, seven = PointStore().at(0, 0), Literal(7)
    assert index.id_of(seven) == inline_id(seven)
    assert index.term_of(index.id_of(seven)) == seven
    assert index.text_of(index.id_of(seven)) == str(seven)


@pytest.mark.parametrize("number", [identifier(Tag.IRI, 12), identifier(Tag.IRI, 99)])
def test_an_unknown_identifier_is_an_error(tmp_path: Path, number: int) -> None:
    points = PointStore(tmp_path)
    with pytest.raises(KeyError):
        points.at(0, 0).text_of(number)
    points.use(points.build(tables(Model()), 1))
    with pytest.raises(KeyError):
        points.at(1, 0).term_of(number)


def test_commits_come_in_order() -> None:
    points = PointStore()
    points.apply(2, [], [(True, IRIS[0], PREDICATES[0], IRIS[1], 0, ALL, 0)])
    with pytest.raises(ValueError, match="comes after"):
        points.apply(1, [], [])
    with pytest.raises(ValueError, match="stands"):
        points.discard(1)


def test_readers_see_one_commit_while_the_writer_goes_on(tmp_path: Path) -> None:
    points, model = PointStore(tmp_path), Model()
    triples = [(s, p, o) for s in SUBJECTS for p in PREDICATES for o in OBJECTS]
    points.apply(1, [], model.changed([("add", t, 0, ALL, 0) for t in triples[::2]]))
    points.use(points.build(tables(model), 1))
    points.apply(2, [], model.changed([("add", t, 0, ALL, 0) for t in triples[::3]]))
    index, expected = points.at(2, 0), {quad[:3] for quad in model.now}
    stop, wrong = Event(), []

    def read() -> None:
        while not stop.is_set():
            by_object = {t for o in OBJECTS for t in index.match(KINDS[0], None, None, o)}
            by_subject = {t for s in SUBJECTS for t in index.match(KINDS[0], s, None, None)}
            scanned = list(index.match(KINDS[0], None, None, None))
            if not by_object == by_subject == set(scanned) or len(scanned) != len(expected):
                wrong.append(by_object ^ by_subject)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for commit in range(3, 60):
        what = ("add", "remove")[commit % 2]
        changes = model.changed([(what, t, GRAPHS[commit % 3], ALL, 0) for t in triples])
        points.apply(3, [], changes)
        if commit % 4 == 0:
            points.discard(3)
            model = Model(dict.fromkeys(((*t, 0) for t in expected), (ALL, 0)))
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert {t for s in SUBJECTS for t in index.match(KINDS[0], s, None, None)} == expected


def test_estimates_do_not_go_through_what_is_recent() -> None:
    points = PointStore()
    rows = [(identifier(Tag.IRI, 100 + n), PREDICATES[0], OBJECTS[5]) for n in range(200)]
    points.apply(1, [], [(True, *row, 0, ALL, 0) for row in rows])
    points.apply(2, [], [(False, *row, 0, ALL, 0) for row in rows[:150]])
    index = points.at(2, 0)
    assert index.count(KINDS[0], None, PREDICATES[0], OBJECTS[5]) == 50
    assert index.estimate(KINDS[0], None, PREDICATES[0], OBJECTS[5]) == 200
    assert index.estimate(KINDS[0], None, None, OBJECTS[5]) == 200
    assert index.estimate(KINDS[0], rows[199][0], None, None) == 1
    assert index.estimate(KINDS[0], None, PREDICATES[0], None) == 200
    assert index.estimate(KINDS[0], None, None, None) == 200
