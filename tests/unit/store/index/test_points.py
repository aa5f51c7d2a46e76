"""Views of commits, against a list of quads for each commit."""

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.identifiers import Tag, identifier, inline_id
from kgraph.store.graphs import Merge, Named, UnionOfAll
from kgraph.store.index import Index, PointStore
from kgraph.terms import Term

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
LEVELS = (0, 1, 2)
TRIPLES = st.tuples(*(st.sampled_from(options) for options in (SUBJECTS, PREDICATES, OBJECTS)))
CHANGE = st.tuples(
    st.sampled_from(["add", "add", "remove"]), TRIPLES, st.sampled_from(GRAPHS),
    st.sampled_from(LEVELS), st.integers(0, 3),
)  # fmt: skip
STEP = st.tuples(st.sampled_from(["commit", "commit", "discard"]), st.lists(CHANGE, max_size=12))

Quad = tuple[int, int, int, int]


@dataclass
class Model:
    """What each commit holds: quad -> level and round."""

    now: dict[Quad, tuple[int, int]] = field(default_factory=dict)

    def changed(self, changes: list) -> list[tuple[bool, int, int, int, int, int, int]]:
        """Apply; the log rows of what really changed."""
        rows = []
        for what, triple, g, level, round_ in changes:
            quad = (*triple, g)
            held = self.now.get(quad)
            if what == "remove" and held:
                del self.now[quad]
                rows.append((False, *quad, *held))
            elif what == "add" and held != (level, round_):
                if held:
                    rows.append((False, *quad, *held))
                self.now[quad] = (level, round_)
                rows.append((True, *quad, level, round_))
        return rows

    def quads(self, level: int, graphs) -> set[Quad]:
        found = set()
        for quad, (of, _) in self.now.items():
            named = isinstance(graphs, Named) and graphs.graphs is None
            anywhere = isinstance(graphs, UnionOfAll)
            there = quad[3] != 0 if named else anywhere or quad[3] in graphs.graphs
            if of <= level and there:
                found.add(quad)
        return found


def matching(rows, s, p, o) -> list:
    wanted = [(0, s), (1, p), (2, o)]
    return sorted(r for r in rows if all(v is None or r[at] == v for at, v in wanted))


PATTERNS = [
    pattern
    for pattern in product(
        [None, IRIS[0], IRIS[2]], [None, *PREDICATES], [None, IRIS[0], OBJECTS[5], OBJECTS[7]]
    )
]


def agrees(index: Index, model: Model) -> None:
    """Everything that can be asked of a view."""
    for graphs in KINDS:
        triples = {quad[:3] for quad in model.quads(index.level, graphs)}
        for pattern in PATTERNS:
            expected = matching(triples, *pattern)
            assert sorted(index.match(graphs, *pattern)) == expected
            if pattern[0] is not None or pattern[2] is not None:
                assert index.count(graphs, *pattern) == len(expected)
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


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=5), st.sampled_from(LEVELS))
def test_each_view_shows_its_own_commit(steps: list, level: int) -> None:
    points, model = PointStore(), Model()
    views, commit = [(points.at(0, level), Model())], 0
    for what, changes in steps:
        kept = dict(model.now)
        half = len(changes) // 2
        points.apply(commit + 1, [], model.changed(changes[:half]))
        points.apply(commit + 1, [], model.changed(changes[half:]))
        staged = points.at(commit + 1, level)
        if what == "discard":
            agrees(staged, model)
            points.discard(commit + 1)
            model = Model(kept)
        else:
            commit += 1
            views.append((staged, Model(dict(model.now))))
    for view, then in views:
        agrees(view, then)


NAME: Term = NamedNode("http://example.org/a")


def test_terms_are_known_from_their_commit_on() -> None:
    points = PointStore()
    number = identifier(Tag.IRI, 1)
    points.apply(1, [(number, str(NAME))], [])
    assert points.at(0, 0).id_of(NAME) is None
    assert points.at(1, 0).id_of(NAME) == number
    assert points.at(1, 0).term_of(number) == NAME


def test_a_discarded_term_gives_its_number_back() -> None:
    points = PointStore()
    number, blank = identifier(Tag.IRI, 1), BlankNode("b")
    points.apply(1, [(number, str(NAME))], [])
    assert points.at(1, 0).term_of(number) == NAME
    points.discard(1)
    assert points.at(1, 0).id_of(NAME) is None
    other = NamedNode("http://example.org/b")
    points.apply(1, [(number, str(other)), (identifier(Tag.BLANK, 2), str(blank))], [])
    assert points.at(1, 0).term_of(number) == other
    assert points.at(1, 0).id_of(NAME) is None


def test_values_inside_identifiers_need_no_dictionary() -> None:
    index, seven = PointStore().at(0, 0), Literal(7)
    assert index.id_of(seven) == inline_id(seven)
    assert index.term_of(index.id_of(seven)) == seven
    assert index.text_of(index.id_of(seven)) == str(seven)


def test_an_unknown_identifier_is_an_error() -> None:
    with pytest.raises(KeyError):
        PointStore().at(0, 0).text_of(identifier(Tag.IRI, 12))


def test_commits_come_in_order() -> None:
    points = PointStore()
    points.apply(2, [], [(True, IRIS[0], PREDICATES[0], IRIS[1], 0, 0, 0)])
    with pytest.raises(ValueError, match="comes after"):
        points.apply(1, [], [])
    with pytest.raises(ValueError, match="stands"):
        points.discard(1)
