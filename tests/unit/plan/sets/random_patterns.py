"""Random patterns of every kind in every place, for the set executor beside the naive one.

Wider than `random_queries`, whose patterns pyoxigraph has to agree on: EXISTS holds any pattern,
GRAPH ?g any, paths end anywhere, UNDEF and blank-node variables abound, slices are in subqueries.
"""

from itertools import count

from hypothesis import strategies as st
from pyoxigraph import NamedNode
from tests.unit.plan import random_queries as given
from tests.unit.plan.random_queries import GRAPHS, IRIS, Draw

from kgraph.plan.algebra import (
    BGP,
    UNIT,
    AlternativePath,
    Call,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from kgraph.plan.operations import DatasetClause

NAMES = [Variable(name) for name in ("x", "y", "z", "X", "_:b", ".p")]
variables = st.sampled_from(NAMES)
shown = st.sampled_from(NAMES[:-2])
absent = NamedNode("http://example.com/absent")
resources = st.sampled_from([*IRIS, *IRIS, absent])
ends = st.one_of(variables, variables, resources)
objects = st.one_of(variables, variables, given.objects)
inner_triples = st.builds(TriplePattern, ends, given.predicates, objects)
triples = st.builds(TriplePattern, ends, given.verbs, st.one_of(objects, objects, inner_triples))
bgps = st.builds(BGP, st.lists(triples, min_size=1, max_size=2).map(tuple))
ways = given._paths(st.one_of(given.one_way, given.both_ways), AlternativePath)
paths = st.builds(PathPattern, ends, ways, st.one_of(ends, given.objects))
values = st.builds(
    lambda names, rows: Values(tuple(names), tuple(row[: len(names)] for row in rows)),
    st.lists(shown, max_size=2, unique=True),
    st.lists(st.tuples(*2 * [st.one_of(given.objects, resources, st.none())]), max_size=3),
)
leaves = st.one_of(bgps, bgps, bgps, paths, values, st.just(UNIT))
graph_names = st.sampled_from([*GRAPHS, IRIS[0], absent, Variable("g"), Variable("g"), NAMES[0]])
clauses = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        DatasetClause,
        st.lists(st.sampled_from([*GRAPHS, absent]), max_size=2).map(tuple),
        st.lists(st.sampled_from([*GRAPHS, absent]), max_size=2).map(tuple),
    ),
)


@st.composite
def patterns(draw: Draw, depth: int = 3) -> Pattern:
    """A pattern; what BIND and aggregates make has names that nothing else has."""
    return _pattern(draw, depth, count())


def _pattern(draw: Draw, depth: int, numbers: count) -> Pattern:
    if not depth or draw(st.integers(0, 4)) == 0:
        return draw(leaves)

    def part() -> Pattern:
        return _pattern(draw, depth - 1, numbers)

    kind = draw(st.sampled_from(_KINDS))
    return kind(draw, part, numbers)


def _condition(draw: Draw, part: object) -> Expression:
    kind = draw(st.integers(0, 5))
    if kind <= 1:
        return Exists(part(), kind == 0)
    if kind == 2:
        return Call("||", (Exists(part(), draw(st.booleans())), draw(given.expressions(None))))
    if kind == 3:
        return Call("BOUND", (draw(variables),))
    if kind == 4:
        return Call(draw(st.sampled_from(["=", "!="])), (draw(variables), draw(variables)))
    return draw(given.expressions(None))


def _filter(draw: Draw, part: object, numbers: count) -> Pattern:
    inner = part()
    return Filter(_condition(draw, part), inner)


def _left_join(draw: Draw, part: object, numbers: count) -> Pattern:
    left, right = part(), part()
    return LeftJoin(left, right, _condition(draw, part) if draw(st.booleans()) else None)


def _group(draw: Draw, part: object, numbers: count) -> Pattern:
    keys = tuple((v, v) for v in draw(st.lists(shown, max_size=2, unique=True)))
    made = Variable(f"n{next(numbers)}")
    group = Group(part(), keys, ((made, draw(given.aggregates)),))
    return Project(group, (*(v for v, _ in keys), made))


def _slice(draw: Draw, part: object, numbers: count) -> Pattern:
    """Ordered by all that is shown, so that only equal solutions tie."""
    names = tuple(draw(st.lists(shown, min_size=1, max_size=3, unique=True)))
    inner = Project(OrderBy(part(), tuple((v, draw(st.booleans())) for v in names)), names)
    one = draw(st.sampled_from([inner, Distinct(inner)]))
    return Slice(one, draw(st.integers(0, 2)), draw(st.one_of(st.none(), st.integers(0, 3))))


def _project(draw: Draw, part: object, numbers: count) -> Pattern:
    names = tuple(draw(st.lists(shown, max_size=2, unique=True)))
    return draw(st.sampled_from([Project, lambda p, v: Distinct(Project(p, v))]))(part(), names)


def _extend(draw: Draw, part: object, numbers: count) -> Pattern:
    made = Variable(f"e{next(numbers)}")
    return Extend(part(), made, draw(given.expressions(None)))


_KINDS = [
    *3 * [lambda draw, part, numbers: Join(part(), part())],
    *2 * [lambda draw, part, numbers: Union(part(), part())],
    *2 * [lambda draw, part, numbers: Minus(part(), part())],
    *2 * [lambda draw, part, numbers: Graph(draw(graph_names), part())],
    *3 * [_left_join],
    *4 * [_filter],
    _group,
    _slice,
    _project,
    _extend,
]
