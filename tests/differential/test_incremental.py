"""A store that grew change by change answers as one that was made from its quads at once."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, serialize
from tests.differential import engines
from tests.differential.engines import assert_same
from tests.differential.test_queries import quick
from tests.differential.texts import DENSE, WHOLE, Dialect, queries
from tests.differential.updates import requests

from kgraph.errors import KGraphError
from kgraph.formats import by_suffix
from kgraph.sparql import Engine, Request
from kgraph.store import Change, Store
from kgraph.store.bulk import bulk_load

STEPS = ("merge", "reopen", "checkpoint", "discard")


def histories(dialect: Dialect) -> st.SearchStrategy[list[str]]:
    """Texts of updates, and what happens between them."""
    texts = requests(dialect)
    return st.lists(st.one_of(texts, texts, texts, st.sampled_from(STEPS)), min_size=2, max_size=9)


def grown(folder: Path, history: list[str]) -> Store:
    """The store after a history; each update that fails is as if it had not been."""
    store, engine = Store.open(folder, threads=1), Engine()
    for number, step in enumerate(history):
        if step == "merge":
            store.merge()
        elif step == "checkpoint":
            store.checkpoint()
        elif step == "reopen":
            store.close()
            store = Store.open(folder, threads=1)
        elif step == "discard":
            with store.write() as transaction:
                engine.update(transaction, Request("INSERT DATA { <urn:new> <urn:p> 7 }"))
                engine.update(transaction, Request("CLEAR ALL"))
        else:
            apply(engine, store, step, number)
    return store


def apply(engine: Engine, store: Store, text: str, number: int) -> None:
    request = Request(text, union_default=False, functions=engines.functions())
    with store.write() as transaction:
        try:
            engine.update(transaction, request)
        except KGraphError:
            return
        time = engines.NOW + timedelta(seconds=number)
        transaction.commit(author="test", message=text, time=time)


def made_at_once(folder: Path, store: Store) -> tuple[Store, list[Quad]]:
    """A store in memory with the quads of another, read from its export, and those quads."""
    with store.snapshot() as snapshot:
        quads = list(snapshot.quads_for_pattern(None, None, None))
        graphs = tuple(snapshot.named_graphs())
    file = folder / "all.nq"
    serialize(quads, str(file), RdfFormat.N_QUADS)
    made = Store.open(None, threads=1)
    documents = [(file, by_suffix(file), None)]
    bulk_load(made, documents, author="test", message="", time=engines.NOW)
    with made.write() as transaction:
        transaction.stage(Change(created=graphs))
        transaction.commit(author="test", message="", time=engines.NOW)
    return made, quads


def check(history: list[str], texts: list[str], *, union: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = grown(folder / "store", history)
        fresh, quads = made_at_once(folder, store)
        with store, fresh:
            for text in texts:
                wanted = engines.ours(Engine(), fresh, text, union=union)
                for executor, engine in engines.engines().items():
                    found = engines.ours(engine, store, text, union=union)
                    what = f"{executor} after {history}"
                    assert_same(what, text, quads, found, wanted)


@quick(15)
@given(histories(DENSE), st.lists(queries(DENSE), min_size=3, max_size=6), st.booleans())
def test_few_terms(history: list[str], texts: list[str], union: bool) -> None:
    check(history, texts, union=union)


NAMELESS = Dialect(**{**vars(WHOLE), "blank_nodes": False})
"""Blank nodes get other names in a load, and what is cut is ordered by names."""


@quick(10)
@given(histories(NAMELESS), st.lists(queries(NAMELESS), min_size=3, max_size=6), st.booleans())
def test_many_terms(history: list[str], texts: list[str], union: bool) -> None:
    check(history, texts, union=union)
