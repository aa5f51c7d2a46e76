"""Random small datasets and random algebra, for comparing evaluators.

Terms are canonical, because the other engine keeps values and not lexical forms; nothing is a blank
node, so that answers can be compared as multisets.
"""

from collections.abc import Callable, Iterator
from itertools import count, pairwise

from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad
from tests.unit.plan.terms import term

from kgraph.plan.algebra import (
    BGP,
    Aggregate,
    AlternativePath,
    Call,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Inverse,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    OneOrMore,
    Path,
    PathPattern,
    Pattern,
    Project,
    SequencePath,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
    walk,
)
from kgraph.plan.operations import QuadPattern

IRIS = [NamedNode(f"http://example.com/{name}") for name in "abc"]
PREDICATES = [NamedNode(f"http://example.com/{name}") for name in "pq"]
GRAPHS = [NamedNode(f"http://example.com/{name}") for name in "gh"]
LITERALS = [term(text) for text in ("1", "2", "1.5", '"a"', '"1"', '"b"@en', "true", '"x"^^:d')]
TRIPLE_TERMS = [term(text) for text in ("<<( :a :p 1 )>>", "<<( :a :p <<( :b :q :c )>> )>>")]
VARIABLES = [Variable(name) for name in "xyz"]
Draw = Callable[[st.SearchStrategy], object]

iris, predicates = st.sampled_from(IRIS), st.sampled_from(PREDICATES)
objects = st.sampled_from(IRIS + LITERALS + TRIPLE_TERMS)
variables = st.sampled_from(VARIABLES)
graph_names = st.sampled_from([DefaultGraph(), DefaultGraph(), *GRAPHS])
# 18.4: a path of length zero links a term with itself, whether the graph has it or not; pyoxigraph
# wants it there. So each graph has all the IRIs that a path may begin or end with.
NODES = [
    Quad(start, PREDICATES[0], end, graph)
    for graph in (DefaultGraph(), *GRAPHS)
    for start, end in pairwise(IRIS)
]
datasets = st.lists(st.builds(Quad, iris, predicates, objects, graph_names), max_size=12).map(
    lambda quads: NODES + quads
)
subjects = st.one_of(variables, variables, iris)
verbs = st.one_of(predicates, predicates, predicates, variables)
triple_patterns = st.builds(
    TriplePattern, subjects, verbs, st.one_of(variables, variables, objects)
)
# Triple terms with variables stand alone: in EXISTS pyoxigraph does not see that a variable within
# one is bound, and it fails where those that are bound make no triple (18.3.1: no solution).
triple_term_bgps = st.builds(
    lambda inner, subject, verb: BGP((TriplePattern(subject, verb, inner),)),
    st.builds(TriplePattern, subjects, verbs, st.one_of(variables, objects)),
    subjects,
    verbs,
)
templates = st.lists(
    st.builds(QuadPattern, triple_patterns, st.sampled_from([None, *GRAPHS])), max_size=2
).map(tuple)
bgps = st.builds(BGP, st.lists(triple_patterns, min_size=1, max_size=2).map(tuple))
links = st.builds(Link, predicates)
excluded = st.lists(predicates, min_size=1, max_size=2).map(tuple)
one_way = st.builds(NegatedPropertySet, excluded, st.just(()))
both_ways = st.builds(NegatedPropertySet, excluded, excluded)


def _paths(
    negated: st.SearchStrategy[Path], *further: Callable[..., Path]
) -> st.SearchStrategy[Path]:
    def longer(inner: st.SearchStrategy[Path]) -> st.SearchStrategy[Path]:
        one = (st.builds(kind, inner) for kind in (Inverse, ZeroOrMore, OneOrMore, ZeroOrOne))
        two = (st.builds(kind, inner, inner) for kind in (SequencePath, *further))
        return st.one_of(*one, *two)

    return st.recursive(st.one_of(links, links, negated), longer, max_leaves=4)


# 18.4: the solutions of an alternative are the Union of both, so duplicates stay, and a negated set
# of both directions is one (18.2.2.3); pyoxigraph drops them. Here both are compared as sets, and
# the tests of paths count them.
path_patterns = st.builds(PathPattern, subjects, _paths(one_way), subjects)
path_patterns_with_alternatives = st.builds(
    PathPattern, subjects, _paths(st.one_of(one_way, both_ways), AlternativePath), subjects
)
values = st.builds(
    lambda rows: Values((VARIABLES[0], VARIABLES[1]), tuple(rows)),
    st.lists(st.tuples(*2 * [st.one_of(objects, st.none())]), max_size=3),
)
aggregates = st.one_of(
    st.just(Aggregate("COUNT", None)),
    st.builds(
        Aggregate,
        st.sampled_from(["COUNT", "SUM", "MIN", "MAX", "AVG"]),
        variables,
        st.booleans(),
    ),
)


def expressions(patterns: st.SearchStrategy[Pattern] | None) -> st.SearchStrategy[Expression]:
    """Expressions; with EXISTS where patterns for it are given."""
    leaves = st.one_of(variables, variables, objects)

    def calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        def call(arguments: int, *names: str) -> st.SearchStrategy[Expression]:
            return st.builds(Call, st.sampled_from(names), st.tuples(*arguments * [inner]))

        # 17.3 has `<` and its like for numbers, strings, booleans and dateTimes; pyoxigraph has
        # them for one IRI with itself too, and for strings of one language.
        ordered = st.builds(Call, st.sampled_from(["ABS", "STR"]), st.tuples(inner))
        order = st.sampled_from(["<", ">", "<=", ">="])
        return st.one_of(
            call(2, "=", "!="),
            st.builds(Call, order, st.tuples(ordered, ordered)),
            call(2, "&&", "||"),
            call(2, "+", "-", "*", "/"),
            call(2, "SAMETERM", "COALESCE", "CONCAT", "STRSTARTS", "CONTAINS", "STRAFTER"),
            call(1, "!", "ISIRI", "ISNUMERIC", "STR", "LANG", "DATATYPE", "STRLEN", "UCASE"),
            call(1, "ABS", "ROUND", "CEIL", "FLOOR"),
            call(3, "IF", "IN", "NOT IN"),
            st.builds(Call, st.just("BOUND"), st.tuples(variables)),
        )

    tree = st.recursive(leaves, calls, max_leaves=4)
    if patterns is None:
        return tree
    return st.one_of(tree, tree, tree, st.builds(Exists, patterns, st.booleans()))


@st.composite
def patterns(draw: Draw, depth: int = 3) -> Pattern:
    """A pattern; what BIND and aggregates make is called by names that nothing else has."""
    return _pattern(draw, depth, count())


def _pattern(draw: Draw, depth: int, numbers: Iterator[int]) -> Pattern:
    leaf = st.one_of(bgps, bgps, path_patterns, values)
    kind = draw(st.integers(0, 11 if depth else 0))
    if kind <= 1:
        return draw(leaf)
    one = _pattern(draw, depth - 1, numbers)
    if kind <= 6:
        return _binary(draw, kind, one, _pattern(draw, depth - 1, numbers))
    if kind == 7:
        return Extend(one, Variable(f"e{next(numbers)}"), draw(expressions(bgps)))
    if kind == 8:
        # 18.6: GRAPH ?g joins each graph's solutions with its name, whatever they come from;
        # pyoxigraph binds ?g by matching quads only, so a variable stands before triples only.
        named = st.builds(Graph, st.sampled_from(GRAPHS), st.just(one))
        return draw(st.one_of(named, st.builds(Graph, st.just(Variable("g")), bgps)))
    if kind == 9:
        shown = tuple(draw(st.lists(variables, min_size=1, max_size=2, unique=True)))
        return draw(st.sampled_from([Project(one, shown), Distinct(Project(one, shown))]))
    if kind == 10:
        keys = tuple((v, v) for v in draw(st.lists(variables, max_size=2, unique=True)))
        made = Variable(f"n{next(numbers)}")
        group = Group(one, keys, ((made, draw(aggregates)),))
        return Project(group, (*(v for v, _ in keys), made))
    # 18.6 leaves EXISTS open where BIND, VALUES or a subquery meets a variable that is bound.
    return Filter(draw(expressions(st.one_of(bgps, bgps.map(_filtered)))), one)


def _filtered(pattern: Pattern) -> Pattern:
    return Filter(Call("!=", (VARIABLES[0], VARIABLES[1])), pattern)


def _binary(draw: Draw, kind: int, one: Pattern, other: Pattern) -> Pattern:
    if kind == 4:
        return Union(one, other)
    if kind == 5:
        return Minus(one, other)
    if kind == 6:
        return LeftJoin(one, other, draw(st.one_of(st.none(), expressions(None))))
    return Join(one, other)


def visible(pattern: Pattern) -> tuple[Variable, ...]:
    """All variables of a pattern, in an order that does not change."""
    found = {part for part in walk(pattern) if isinstance(part, Variable)}
    return tuple(sorted({*found, *VARIABLES}, key=lambda variable: variable.name))
