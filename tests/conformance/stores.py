"""Stores in memory, lent to one test after another: to open one takes longer than most tests."""

import atexit
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad

from kgraph.store import SEALED, Change, Store

_EMPTY: list[Store] = []


@contextmanager
def store_with(quads: Iterable[Quad] = (), graphs: Iterable[NamedNode] = ()) -> Iterator[Store]:
    """A store that holds these; emptied for the next test, or closed where this one failed."""
    store = _EMPTY.pop() if _EMPTY else Store.open(None, threads=1)
    try:
        commit(store, Change(added=tuple(quads), created=tuple(graphs)))
        yield store
        with store.snapshot(level=SEALED) as snapshot:
            left = tuple(snapshot.quads_for_pattern(None, None, None))
            names = tuple(snapshot.named_graphs())
        commit(store, Change(removed=left, dropped=names))
    except BaseException:
        store.close()
        raise
    _EMPTY.append(store)


def commit(store: Store, change: Change) -> None:
    if change != Change():
        with store.write() as transaction:
            transaction.stage(change)
            transaction.commit(author="", message="", time=datetime.now(UTC))


@atexit.register
def close_all() -> None:
    while _EMPTY:
        _EMPTY.pop().close()
