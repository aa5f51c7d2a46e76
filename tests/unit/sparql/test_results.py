"""Result documents: equal bytes from Python and from SQL, and terms that come back as they were."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    Triple,
    parse_query_results,
)
from tests.unit.sparql.naive_engine import stored

from kgraph.plan.algebra import Term
from kgraph.plan.execution import Row, Rows, context_for
from kgraph.sparql.results import documents
from kgraph.sparql.results.documents import document
from kgraph.sparql.results.layouts import CSV, JSON, LAYOUTS, TSV, XML, Layout
from kgraph.store import Store

XSD = "http://www.w3.org/2001/XMLSchema#"
A, P = NamedNode("http://example.com/a"), NamedNode("http://example.com/p")
TEXTS = [
    *("", "a", " a", "a ", "a\nb", "\ta", "a,b", 'a"b', "a\\b", "é😀", "<&>", "a\rb", "\u2028"),
    "".join(map(chr, range(1, 0x21))),
    "\x7f\x80\ufffe\uffff\\n",
]
LITERALS = [
    *(Literal(text) for text in TEXTS),
    *(Literal(text, language="en") for text in TEXTS),
    *(Literal(text, datatype=NamedNode("http://example.com/d")) for text in TEXTS),
    Literal("a", language="ar", direction=BaseDirection.RTL),
    *(
        Literal(text, datatype=NamedNode(XSD + kind))
        for kind, texts in {
            "integer": ("0", "-7", "007", "99999999999999999999", "288230376151711743"),
            "decimal": ("1.0", "-0.5", "0.00", "1", "123456789.123456789012345678", "-12.30"),
            "boolean": ("true", "false", "1"),
            "double": ("1e0", "NaN", "1.0E3"),
            "date": ("2024-02-29", "0001-01-01", "9999-12-31", "2024-02-29Z", "2024-02-30"),
            "dateTime": (
                *("2024-02-29T23:59:59", "2024-02-29T00:00:00.5Z", "2024-02-29T00:00:00.050"),
                *("2024-02-29T00:00:00+01:00", "0001-01-01T00:00:00Z"),
            ),
        }.items()
        for text in texts
    ),
]
TERMS: list[Term] = [
    *LITERALS,
    A,
    NamedNode("http://example.com/é,(a)"),
    BlankNode("b"),
    Triple(A, P, Literal('a"b', language="en")),
    Triple(A, P, Triple(A, P, BlankNode("b"))),
]
terms = st.one_of(
    st.sampled_from(TERMS),
    st.text(max_size=8).map(Literal),
    st.builds(Literal, st.text(max_size=8), language=st.sampled_from(["en", "kk-Cyrl"])),
    st.integers().map(lambda n: Literal(str(n), datatype=NamedNode(XSD + "integer"))),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(
        lambda n: Literal(f"{n:f}", datatype=NamedNode(XSD + "decimal"))
    ),
    st.datetimes().map(lambda t: Literal(t.isoformat(), datatype=NamedNode(XSD + "dateTime"))),
)


class ArrowRows(Rows):
    """Rows as the set executor gives them."""

    def arrow_batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.batches:
            columns = list(zip(*batch, strict=True)) or [(None,) * len(batch)]
            arrays = [pa.array(column, pa.int64()) for column in columns]
            yield pa.RecordBatch.from_arrays(arrays, [f"c{n}" for n in range(len(arrays))])


def cut(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), 3):
        yield rows[start : start + 3]


def both_ways(
    store: Store,
    layout: Layout,
    solutions: list[tuple[Term | None, ...]],
    names: tuple[str, ...] = ("x", "y"),
    shown: tuple[str, ...] = ("x", "y"),
) -> tuple[bytes, bytes]:
    """The document by Python alone, and by SQL as far as it goes."""
    with store.snapshot() as snapshot:
        context = context_for(snapshot, union_default=True)
        ids = context.locals.id_for
        rows = [tuple(None if t is None else ids(t) for t in one) for one in solutions]
        made = [
            b"".join(document(layout, shown, kind(names, cut(rows)), context, lambda cursor: None))
            for kind in (Rows, ArrowRows)
        ]
    return made[0], made[1]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with stored(Quad(A, P, term) for term in TERMS) as made:
        yield made


@pytest.fixture(autouse=True)
def sql_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQL takes over after three rows, and writes six at a time."""
    monkeypatch.setattr(documents, "IN_PYTHON", 3)
    monkeypatch.setattr(documents, "AT_A_TIME", 6)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_python_and_sql_write_the_same_bytes(store: Store, layout: Layout) -> None:
    solutions = [(term, other) for term, other in zip(TERMS, reversed(TERMS), strict=True)]
    solutions += [(None, term) for term in TERMS] + [(None, None), (A, None)] * 5
    ours, sql = both_ways(store, layout, solutions)
    assert sql == ours


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.tuples(*2 * [st.one_of(terms, terms, st.none())]), max_size=30),
    st.sampled_from(list(LAYOUTS.values())),
)
def test_python_and_sql_write_the_same_bytes_of_any_terms(store, solutions, layout) -> None:
    ours, sql = both_ways(store, layout, solutions)
    assert sql == ours


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("names", [(), ("x",)])
def test_solutions_that_bind_nothing_are_there(store: Store, layout: Layout, names) -> None:
    solutions = [tuple(None for _ in names)] * 20
    ours, sql = both_ways(store, layout, solutions, names, names)
    assert sql == ours
    assert len(ours) > 20


def test_a_variable_that_no_row_knows_is_shown(store: Store) -> None:
    ours, sql = both_ways(store, TSV, [(A, P)] * 9, shown=("y", "z"))
    assert sql == ours
    assert ours.splitlines()[:2] == [b"?y\t?z", b"<http://example.com/p>\t"]


FORMATS = {JSON: QueryResultsFormat.JSON, XML: QueryResultsFormat.XML, TSV: QueryResultsFormat.TSV}


@pytest.mark.parametrize(("layout", "form"), FORMATS.items(), ids=[x.name for x in FORMATS])
def test_terms_come_back_as_they_were(store: Store, layout: Layout, form) -> None:
    wanted = [term for term in TERMS if layout is not XML or not _unfit_for_xml(term)]
    text, _ = both_ways(store, layout, [(term, None) for term in wanted])
    answer = parse_query_results(text, form)
    assert [v.value for v in answer.variables] == ["x", "y"]
    assert [tuple(row) for row in answer] == [(term, None) for term in wanted]


def _unfit_for_xml(term: Term) -> bool:
    text = str(getattr(term, "value", ""))
    return any(c in "\ufffe\uffff" or (c < " " and c not in "\t\n\r") for c in text)


def test_csv_has_the_values_alone(store: Store) -> None:
    text, _ = both_ways(store, CSV, [(Literal('a"b,c'), A), (BlankNode("b"), None)])
    assert text == b'x,y\r\n"a""b,c",http://example.com/a\r\n_:b,\r\n'


def test_an_answer_that_fails_has_no_end(store: Store) -> None:
    def failing() -> Iterator[list[Row]]:
        yield [(3 << 59 | 1 << 58,)] * 5
        raise RuntimeError("no more")

    for layout in (JSON, XML):
        with store.snapshot() as snapshot:
            context = context_for(snapshot, union_default=True)
            chunks = document(layout, ("x",), Rows(("x",), failing()), context, lambda c: None)
            made: list[bytes] = []
            with pytest.raises(RuntimeError, match="no more"):
                made.extend(chunks)
            assert not b"".join(made).endswith(layout.tail.encode())
