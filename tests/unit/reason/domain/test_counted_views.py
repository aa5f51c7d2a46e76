"""Views with counts of what is staged: comparisons need Python only for what may need it."""

from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Quad

from kgraph.plan.execution import LocalTerms
from kgraph.plan.sets.apply import MapDistinct
from kgraph.plan.sets.run import compile as compile_sets
from kgraph.plan.sets.run import run as run_sets
from kgraph.reason.domain.views import Scans, View, view_of
from kgraph.sparql.parse import parse_query
from kgraph.store import PUBLIC, Change, Store, Transaction
from kgraph.store.visibility import ALL, ANYWHERE

DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
ASKED = "PREFIX : <http://x/> SELECT ?a ?b { ?a :since ?s . ?b :to ?t FILTER(?s <= ?t) }"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def node(name: str) -> NamedNode:
    return NamedNode(f"http://x/{name}")


def view(transaction: Transaction, *, counted: bool) -> View:
    terms = LocalTerms(transaction.view(ANYWHERE))
    snapshot = transaction.view(PUBLIC, counted=counted)
    return view_of(snapshot, (), ALL, terms, Scans(), counted=counted)


def answer(transaction: Transaction, *, counted: bool) -> tuple[int, int]:
    """How many solutions there are, and how many steps in Python they took."""
    context = view(transaction, counted=counted).context
    plan = compile_sets(parse_query(ASKED).pattern, context)
    steps = sum(isinstance(step, MapDistinct) for step in plan.steps)
    return len(list(run_sets(plan, context))), steps


def test_dates_are_compared_by_identifiers_where_nothing_else_is_counted() -> None:
    dates = [Literal(f"2022-0{month}-01", datatype=DATE) for month in range(1, 5)]
    with Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(tuple(Quad(node("b"), node("to"), d) for d in dates)))
            transaction.commit(author="", message="", time=NOW)
        with store.write() as transaction:
            s, p, *rest = transaction.intern([node("a"), node("since"), node("g"), *dates])
            graph, *objects = rest
            rows = [f"SELECT {s}, {p}, {o}, {graph}, 1, {ALL}" for o in objects]
            transaction.stage_inferred_rows(" UNION ALL ".join(rows))
            assert transaction.snapshot.index is None
            assert answer(transaction, counted=True) == (10, 0)
            assert answer(transaction, counted=False)[0] == 10
            assert answer(transaction, counted=False)[1] > 0
            other, text = transaction.intern([node("c"), Literal("2022-01-01T00:00:00")])
            transaction.stage_inferred_rows(f"SELECT {other}, {p}, {text}, {graph}, 1, {ALL}")
            solutions, _ = answer(transaction, counted=True)
            assert solutions == 10
