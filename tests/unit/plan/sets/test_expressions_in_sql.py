"""Every function and operator through SQL gives what `plan.functions` gives, on terms of all kinds.

One store holds all terms; rows of terms are filtered by, and extended with, an expression.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad
from tests.unit.plan.terms import context as functions
from tests.unit.plan.terms import term

from kgraph.identifiers import dictionary_tag, inline_id, tag_of
from kgraph.plan.algebra import Call, Expression, Extend, Filter, Term, Values, Variable, walk
from kgraph.plan.execution import Context, context_for
from kgraph.plan.functions.registry import builtins
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.expressions import holds, value
from kgraph.plan.naive.queries import scope_of
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.sets.expressions import filtering
from kgraph.plan.sets.run import compile as compile_plan
from kgraph.plan.sets.run import run
from kgraph.sparql.parse import parse_query
from kgraph.store import Change, Snapshot, Store
from kgraph.values.literals import XSD

TERMS = [
    *map(term, ("1", "2", "-3", "0", "10", "007", "+5", "99999999999999999999", '"7"^^xsd:byte')),
    *map(term, ("1.5", "-2.5", "2.0", "0.10", "1.50", '"5"^^xsd:decimal', "00.25", "0.5")),
    *map(term, ("1e0", "-2.5e0", '"NaN"^^xsd:double', '"INF"^^xsd:double', "1e-7", "0e0")),
    *map(term, ('"1.5"^^xsd:float', '"x"^^xsd:integer', '"300"^^xsd:byte', "123456789012.5")),
    *map(term, ('"a"', '""', '"abc"', '"Abc ß"', '"ÉÉ"', '"ΟΔΟΣ"', '"İi"', '"a\\nb"', '"it\'s"')),
    *map(term, ('"12"', '" 12 "', '"true"', '"1.0"', '"http://e/x"', '"привет Мир"', '"b%/"')),
    *map(term, ('"a"@en', '"abc"@en', '"abc"@en-gb', '"ab"@ar--rtl', '"Abc"@de', '"en"', '"*"')),
    *map(term, ("true", "false", '"1"^^xsd:boolean', '"0"^^xsd:boolean', '"z"^^xsd:boolean')),
    *map(
        term,
        (
            '"2022-01-31"^^xsd:date',
            '"2021-12-31"^^xsd:date',
            '"2022-01-31Z"^^xsd:date',
            '"0001-01-01"^^xsd:date',
            '"2022-01-31T10:20:30"^^xsd:dateTime',
            '"2022-01-31T10:20:30Z"^^xsd:dateTime',
            '"2022-01-31T20:20:30.25Z"^^xsd:dateTime',
            '"2022-02-02T00:00:00"^^xsd:dateTime',
            '"2022-01-31T10:20:30+05:00"^^xsd:dateTime',
            '"10:00:00"^^xsd:time',
            '"2022"^^xsd:gYear',
            '"P1Y"^^xsd:duration',
            '"P12M"^^xsd:yearMonthDuration',
            '"PT5H"^^xsd:dayTimeDuration',
        ),
    ),
    *map(term, ('"x"^^:d', '"y"^^:d', ":a", ":b", "_:n", "xsd:integer", "xsd:string")),
    *map(term, ("<<( :a :p 1 )>>", "<<( :a :p 1.0 )>>", "<<( :b :p :c )>>")),
]
"""Some are in the store, the others are the query's own."""
STORED = [one for place, one in enumerate(TERMS) if place % 5]
X, Y, Z = Variable("x"), Variable("y"), Variable("z")
CASTS = ("string", "boolean", "integer", "decimal", "double", "float", "dateTime", "date")
BY_ARITY = {
    1: (
        *("ISIRI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "ISTRIPLE", "STR", "LANG", "LANGDIR"),
        *("HASLANG", "HASLANGDIR", "DATATYPE", "STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI"),
        *("ABS", "ROUND", "CEIL", "FLOOR", "u+", "u-", "!", "MD5", "SHA1", "SHA256", "SHA384"),
        *("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TZ", "TIMEZONE", "ADJUST"),
        *("SUBJECT", "PREDICATE", "OBJECT", "IRI", "SHA512", "CONCAT"),
    ),
    2: (
        *("=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "SAMETERM", "&&", "||"),
        *("CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "CONCAT", "LANGMATCHES"),
        *("SUBSTR", "COALESCE", "IN", "NOT IN", "STRDT", "STRLANG", "ADJUST", "REGEX"),
    ),
    3: ("IF", "IN", "NOT IN", "COALESCE", "SUBSTR", "CONCAT", "REPLACE", "TRIPLE", "STRLANGDIR"),
}
ELSEWHERE = {"RAND", "UUID", "STRUUID", "BNODE", "NOW", "ISURI", "URI"}


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with Store.open(None, threads=1) as store:
        quads = tuple(
            Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), one, DefaultGraph())
            for one in STORED
        )
        with store.write() as transaction:
            transaction.stage(Change(added=quads))
            now = datetime(2022, 8, 31, tzinfo=UTC)
            transaction.commit(author="a", message="m", time=now)
        with store.snapshot() as found:
            yield found


leaves = st.one_of(st.sampled_from([X, X, Y]), st.sampled_from(TERMS))


def calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    found = [
        st.builds(Call, st.sampled_from(names), st.tuples(*arity * [inner]))
        for arity, names in BY_ARITY.items()
    ]
    cast = st.sampled_from([NamedNode(XSD + name) for name in CASTS])
    bound = st.builds(Call, st.just("BOUND"), st.tuples(st.sampled_from([X, Y])))
    return st.one_of(
        found[0], found[1], found[1], found[2], bound, st.builds(Call, cast, st.tuples(inner))
    )


expressions = st.recursive(leaves, calls, max_leaves=4).filter(lambda one: isinstance(one, Call))


def tag(one: Term) -> int:
    inline = inline_id(one)
    return dictionary_tag(one) if inline is None else tag_of(inline)


KINDS = [[one for one in TERMS if tag(one) == kind] for kind in sorted(set(map(tag, TERMS)))]
"""Terms by tag: a column of few kinds is what SQL can do most with."""


@st.composite
def rows(draw: Callable) -> list[tuple[Term | None, Term | None]]:
    def column() -> st.SearchStrategy[Term | None]:
        kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
        chosen = st.sampled_from([one for kind in kinds for one in kind])
        return st.one_of(st.none(), chosen) if draw(st.booleans()) else chosen

    return draw(st.lists(st.tuples(column(), column()), min_size=1, max_size=8))


def given_rows(members: list[tuple[Term | None, Term | None]]) -> Values:
    return Values((X, Y), tuple(members))


def answers(pattern: object, context: Context) -> list[dict[str, Term]]:
    found = run(compile_plan(pattern, context), context)
    return [
        {
            name: context.locals.term_of(one)
            for name, one in zip(found.variables, row, strict=True)
            if one is not None
        }
        for row in found
    ]


def key(row: dict[str, Term]) -> list[tuple[str, str]]:
    return sorted((name, str(one)) for name, one in row.items())


def expected(members: list[tuple[Term | None, Term | None]]) -> list[Solution]:
    pairs = (zip("xy", row, strict=True) for row in members)
    return [Solution((n, t) for n, t in pair if t is not None) for pair in pairs]


def check(snapshot: Snapshot, expression: Expression, members: list) -> None:
    """Filtered by the expression, and extended with it."""
    scope = scope_of(Dataset(), None, functions(), None)
    solutions = expected(members)
    wanted = [dict(one) for one in solutions if holds(expression, one, scope)]
    for most in (0, inf):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(filtering, "ROWS_A_TERM", most)
            context = context_for(snapshot, union_default=True, functions=functions())
            found = answers(Filter(expression, given_rows(members)), context)
        assert sorted(map(key, found)) == sorted(map(key, wanted)), f"filtered, {most}"
    extended = []
    for one in solutions:
        made = value(expression, one, scope)
        extended.append(dict(one) if made is None else {**one, "z": made})
    context = context_for(snapshot, union_default=True, functions=functions())
    found = answers(Extend(given_rows(members), Z, expression), context)
    assert sorted(map(key, found)) == sorted(map(key, extended)), "extended"


@given(expressions, rows())
@settings(max_examples=150, deadline=None)
def test_expressions_are_as_python_has_them(
    snapshot: Snapshot, expression: Expression, members: list
) -> None:
    check(snapshot, expression, members)


TEXT_TESTS = (
    'CONTAINS(STR(?x), "a")',
    'CONTAINS(UCASE(STR(?x)), "TRUE")',
    'CONTAINS(LCASE(STR(?x)), "t")',
    'STRENDS(STR(?x), "0")',
    'STRENDS(STR(?x), "Z")',
    'STRSTARTS(STR(?x), "-")',
    'CONTAINS(STR(?x), "b")',
    'REGEX(STR(?x), "[0-9]a?$")',
    'CONTAINS(?x, "a") || STRSTARTS(?x, "t")',
    'LANGMATCHES(LANG(?x), "en") && CONTAINS(STR(?x), "b")',
    'CONTAINS(LCASE(?x), "c")',
)
KIND_TESTS = (
    "ISLITERAL(?x)",
    "ISIRI(?x)",
    "ISBLANK(?x)",
    "ISNUMERIC(?x)",
    "!ISLITERAL(?x)",
    "?y = 2",
)


@pytest.mark.parametrize("asked", KIND_TESTS)
@pytest.mark.parametrize("text", TEXT_TESTS)
def test_a_text_of_some_kind_is_found(snapshot: Snapshot, text: str, asked: str) -> None:
    """What one condition says of kinds, another needs not look at."""
    query = f'SELECT * {{ ?s ?p ?x FILTER({asked} && {text} && CONTAINS(STR(?y), "2")) }}'
    pattern = parse_query(query).pattern
    found = next(part for part in walk(pattern) if isinstance(part, Filter))
    members = [(one, other) for one in TERMS for other in (term("2"), term('"12"'))]
    check(snapshot, found.condition, members)
    negated = Call("!", (found.condition,))
    check(snapshot, negated, members)


CALLED = [
    *sorted({name for names in BY_ARITY.values() for name in names}),
    *(NamedNode(XSD + name) for name in CASTS),
]


@pytest.mark.parametrize("name", CALLED, ids=str)
def test_a_function_of_a_column_is_as_python_has_it(
    snapshot: Snapshot, name: str | NamedNode
) -> None:
    """Each function on all terms at once, with constants beside them."""
    arity = next((arity for arity, names in BY_ARITY.items() if name in names), 1)
    others = [term(text) for text in ('"a"', "2", '"abc"@en', '"2022-01-31"^^xsd:date')]
    members = [(one, None) for one in TERMS]
    for other in others if arity > 1 else others[:1]:
        check(snapshot, Call(name, (X, *(arity - 1) * [other])), members)
    for kind in KINDS:
        pairs = [(one, other) for one in (None, *kind) for other in kind]
        check(snapshot, Call(name, (X, *(arity - 1) * [Y])), pairs)


def test_every_function_is_tried() -> None:
    tried = {name for names in BY_ARITY.values() for name in names}
    assert builtins().keys() <= tried | ELSEWHERE
