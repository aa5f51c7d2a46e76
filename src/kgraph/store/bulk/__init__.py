"""Bulk loads: documents of any size into a store, in one commit, in streams.

>>> import tempfile
>>> from datetime import UTC, datetime
>>> from kgraph.formats import by_suffix
>>> from kgraph.store import Store
>>> path = Path(tempfile.mkdtemp()) / "a.ttl"
>>> _ = path.write_text("<urn:a> a <urn:b> , <urn:c> .")
>>> with Store.open(None) as store:
...     record = bulk_load(store, [(path, by_suffix(path), None)], author="me", message="first",
...                        time=datetime(2026, 1, 1, tzinfo=UTC))
...     record.added
2
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import duckdb
from pyoxigraph import BlankNode, NamedNode

from kgraph.formats import Format
from kgraph.progress import SILENT, Progress
from kgraph.store.bulk.interning import intern_texts
from kgraph.store.bulk.load import STEPS, load_into, source_of
from kgraph.store.changes import CommitRecord
from kgraph.store.database import Store
from kgraph.store.schema import PUBLIC
from kgraph.store.transaction import Transaction

__all__ = ["bulk_load", "intern_texts", "load_into"]


def bulk_load(
    store: Store,
    documents: Sequence[tuple[Path, Format, NamedNode | BlankNode | None]],
    *,
    progress: Progress = SILENT,
    author: str,
    message: str,
    time: datetime,
    level: int = PUBLIC,
    then: Callable[[Transaction], object] | None = None,
) -> CommitRecord:
    """Add the quads of documents to a store, all in one commit; waits for the store's writer.

    The third of each document is the graph of what it puts into no graph; None is the default
    graph. Blank nodes are new ones, by document. The whole of the sorted tables is written anew,
    so that a few facts for a large store are better staged in a transaction. RDFSyntaxError names
    the place in a document that is not well-formed; then nothing has changed.

    `then` gets the transaction before it is committed, to stage what is inferred from the quads
    and to look at the result; what it raises discards the load.
    """
    with store.write() as transaction:
        load_into(transaction, documents, progress=progress, level=level)
        if then is not None:
            then(transaction)
        progress("sort", STEPS - 1, STEPS)
        source = source_of(documents)
        record = transaction.commit(author=author, message=message, time=time, source=source)
    with suppress(duckdb.TransactionException):  # somebody reads: the next one comes
        store.checkpoint()
    progress("sort", STEPS, STEPS)
    return record
