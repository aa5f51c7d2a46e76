"""Updates leave what the specification has them leave, and what pyoxigraph leaves."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Quad
from tests.conformance.terms import canonical
from tests.differential import engines
from tests.differential.differences import DATA, UPDATE_DIFFERENCES, UpdateDifference
from tests.differential.test_queries import quick
from tests.differential.texts import DENSE, OXIGRAPH, PREFIXES, WHOLE, Dialect, datasets, read
from tests.differential.updates import requests

from kgraph.errors import KGraphError
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.updates import update
from kgraph.sparql import Engine, Request
from kgraph.sparql.parse import parse_update
from kgraph.store import Store

State = tuple[object, frozenset[str], bool]
"""Quads whose blank nodes are named by where they stand; graphs; whether the request failed."""


def state(
    quads: Iterable[Quad], graphs: Iterable[NamedNode | BlankNode], failed: bool, *, values: bool
) -> State:
    named = frozenset(str(name) for name in graphs if isinstance(name, NamedNode))
    return canonical(quads, values=values), named, failed


def staged(engine: Engine, store: Store, text: str) -> bool:
    """Whether the request failed, and then nothing of it is left."""
    request = Request(text, union_default=False, functions=engines.functions())
    with store.write() as transaction:
        try:
            engine.update(transaction, request)
        except KGraphError:
            return True
        transaction.commit(author="test", message="", time=engines.NOW)
    return False


def by_engine(engine: Engine, texts: list[str], quads: list[Quad], *, values: bool) -> list[State]:
    found = []
    with engines.stored(quads) as store:
        for text in texts:
            failed = staged(engine, store, text)
            with store.snapshot() as snapshot:
                held = list(snapshot.quads_for_pattern(None, None, None))
                found.append(state(held, snapshot.named_graphs(), failed, values=values))
    return found


def naively(texts: list[str], quads: list[Quad]) -> list[State]:
    dataset, found = Dataset.of(quads), []
    for text in texts:
        failed = False
        try:
            update(parse_update(text), dataset, functions=engines.functions())
        except KGraphError:
            failed = True
        found.append(state(dataset.quads(), dataset.named, failed, values=False))
    return found


def by_oxigraph(texts: list[str], quads: list[Quad]) -> list[State]:
    store, found = pyoxigraph.Store(), []
    store.extend(quads)
    for text in texts:
        failed = False
        try:
            store.update(text)
        except RuntimeError:
            failed = True
        found.append(state(store, store.named_graphs(), failed, values=True))
    return found


@pytest.mark.parametrize("dialect", [WHOLE, DENSE], ids=["whole", "dense"])
def test_updates_leave_what_the_specification_says(dialect: Dialect) -> None:
    check(dialect, naively, values=False)


def test_updates_leave_what_pyoxigraph_leaves() -> None:
    check(replace(OXIGRAPH, blank_nodes=False), by_oxigraph, values=True)


@pytest.mark.parametrize("one", UPDATE_DIFFERENCES, ids=lambda one: one.texts[0])
def test_pyoxigraph_differs(one: UpdateDifference) -> None:
    texts, quads = [PREFIXES + text for text in one.texts], read(list(DATA))
    for engine in engines.engines().values():
        assert by_engine(engine, texts, quads, values=False) == naively(texts, quads)
        assert by_engine(engine, texts, quads, values=True) != by_oxigraph(texts, quads)


def check(
    dialect: Dialect, peer: Callable[[list[str], list[Quad]], list[State]], *, values: bool
) -> None:
    @quick(12)
    @given(st.lists(requests(dialect), min_size=1, max_size=3), datasets(dialect))
    def run(texts: list[str], quads: list[Quad]) -> None:
        wanted = peer(texts, quads)
        for name, engine in engines.engines().items():
            found = by_engine(engine, texts, quads, values=values)
            for text, one, other in zip(texts, found, wanted, strict=True):
                assert one == other, f"{name}: {text}\n{one}\n{other}"

    run()
