"""Random algebra beyond what pyoxigraph can be compared with."""

from collections.abc import Iterator
from itertools import count

from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Quad
from tests.unit.plan import random_queries as base
from tests.unit.plan.random_queries import (
    GRAPHS,
    IRIS,
    PREDICATES,
    VARIABLES,
    Draw,
    aggregates,
    bgps,
    expressions,
    path_patterns_with_alternatives,
    triple_term_bgps,
    values,
    variables,
)

from kgraph.plan.algebra import (
    BGP,
    Aggregate,
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
    Link,
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
    ZeroOrMore,
)
from kgraph.plan.operations import DatasetClause

datasets = base.datasets.map(lambda quads: quads[len(base.NODES) :])
"""Without edges between all IRIs, so that a path may begin at a term that the graph has not."""
some_graphs = st.lists(st.sampled_from([*GRAPHS, IRIS[0]]), max_size=3).map(tuple)
clauses = st.builds(DatasetClause, some_graphs, some_graphs)
leaves = st.one_of(
    bgps, bgps, bgps, path_patterns_with_alternatives, values, triple_term_bgps, st.just(BGP(()))
)
expressions_of_leaves = expressions(leaves)


@st.composite
def patterns(draw: Draw, depth: int = 3) -> Pattern:
    """A pattern; what BIND and aggregates make is called by names that nothing else has."""
    return _pattern(draw, depth, count())


def _pattern(draw: Draw, depth: int, numbers: Iterator[int]) -> Pattern:
    kind = draw(st.integers(0, 12 if depth else 0))
    if kind <= 1:
        return draw(leaves)
    one = _pattern(draw, depth - 1, numbers)
    if kind <= 6:
        other = _pattern(draw, depth - 1, numbers)
        return _binary(draw, kind, one, other)
    if kind == 7:
        return Extend(one, Variable(f"e{next(numbers)}"), draw(expressions_of_leaves))
    if kind == 8:
        name = draw(st.one_of(st.sampled_from(GRAPHS), st.just(Variable("g")), variables))
        return Graph(name, one)
    if kind == 9:
        shown = tuple(draw(st.lists(variables, min_size=1, max_size=2, unique=True)))
        return draw(st.sampled_from([Project(one, shown), Distinct(Project(one, shown))]))
    if kind == 10:
        keys = tuple((v, v) for v in draw(st.lists(variables, max_size=2, unique=True)))
        made = Variable(f"n{next(numbers)}")
        group = Group(one, keys, ((made, draw(aggregates)),))
        return Project(group, (*(v for v, _ in keys), made))
    if kind == 11:
        return Distinct(one)
    inner = draw(st.sampled_from(["bgp", "any"]))
    conditions = expressions_of_leaves
    if inner == "any" and depth > 1:
        conditions = expressions(st.just(_pattern(draw, 1, numbers)))
    return Filter(draw(conditions), one)


def _binary(draw: Draw, kind: int, one: Pattern, other: Pattern) -> Pattern:
    if kind == 4:
        return Union(one, other)
    if kind == 5:
        return Minus(one, other)
    if kind == 6:
        return LeftJoin(one, other, draw(st.one_of(st.none(), expressions_of_leaves)))
    return Join(one, other)


@st.composite
def _ordered(draw: Draw) -> Pattern:
    """Ordered by all variables, each way, and cut."""
    pattern = draw(st.one_of(bgps, st.builds(Union, bgps, bgps), st.builds(LeftJoin, bgps, bgps)))
    ways = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    ordered = OrderBy(pattern, tuple(zip(VARIABLES, ways, strict=True)))
    first, most = draw(st.integers(0, 3)), draw(st.one_of(st.none(), st.integers(0, 4)))
    shown = draw(st.booleans())
    return Slice(Project(ordered, tuple(VARIABLES)) if shown else ordered, first, most)


ordered_patterns = _ordered()


# Few terms, few predicates, conditions that often hold: solutions abound, and variables are bound
# on one side and not on the other.
_nodes = st.sampled_from(IRIS[:2])
_dense = st.builds(
    Quad, _nodes, st.sampled_from(PREDICATES), _nodes, st.sampled_from([DefaultGraph(), *GRAPHS])
)
dense_datasets = st.lists(_dense, min_size=3, max_size=12)
_ends = st.one_of(variables, variables, variables, _nodes)
_links = st.builds(TriplePattern, _ends, st.sampled_from(PREDICATES), _ends)
_bgps = st.lists(_links, min_size=1, max_size=2).map(lambda triples: BGP(tuple(triples)))
_reach = st.builds(
    PathPattern, _ends, st.builds(ZeroOrMore, st.sampled_from(PREDICATES).map(Link)), _ends
)
_rows = st.lists(st.tuples(st.one_of(st.none(), _nodes), st.one_of(st.none(), _nodes)), max_size=2)
_data = _rows.map(lambda rows: Values((VARIABLES[0], VARIABLES[2]), tuple(rows)))
_knots = st.one_of(_bgps, _bgps, _bgps, _reach, _data)


def _call(name: str, *arguments: Expression) -> Expression:
    return Call(name, arguments)


def _conditions(inner: st.SearchStrategy[Pattern]) -> st.SearchStrategy[Expression]:
    bound = variables.map(lambda v: _call("BOUND", v))
    some = st.one_of(
        bound,
        bound.map(lambda one: _call("!", one)),
        st.builds(_call, st.sampled_from(["=", "!=", "SAMETERM"]), variables, variables),
        st.builds(_call, st.just("="), variables, _nodes),
        st.builds(Exists, inner, st.booleans()),
    )
    return st.one_of(some, st.builds(_call, st.sampled_from(["&&", "||"]), some, some))


def _knotted(inner: st.SearchStrategy[Pattern]) -> st.SearchStrategy[Pattern]:
    conditions = _conditions(inner)
    shown = st.lists(variables, min_size=1, max_size=2, unique=True).map(tuple)
    names = st.one_of(st.sampled_from(GRAPHS), variables)
    count_of = st.builds(
        lambda one, key: Project(
            Group(one, ((key, key),), ((Variable("n"), Aggregate("COUNT", None)),)),
            (key, Variable("n")),
        ),
        inner,
        variables,
    )
    return st.one_of(
        st.builds(Join, inner, inner),
        st.builds(LeftJoin, inner, inner, st.one_of(st.none(), conditions)),
        st.builds(Join, inner, st.builds(LeftJoin, inner, inner, conditions)),
        st.builds(Filter, conditions, inner),
        st.builds(Join, inner, st.builds(Filter, conditions, inner)),
        st.builds(Minus, inner, inner),
        st.builds(Join, inner, st.builds(Minus, inner, inner)),
        st.builds(Union, inner, inner),
        st.builds(Project, inner, shown),
        st.builds(Distinct, st.builds(Project, inner, shown)),
        st.builds(Distinct, inner),
        st.builds(Graph, names, inner),
        count_of,
    )


knotty_patterns = st.recursive(_knots, _knotted, max_leaves=5)
