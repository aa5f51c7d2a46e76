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

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode

from kgraph.formats import Format
from kgraph.progress import SILENT, Progress
from kgraph.store.bulk.load import load_documents
from kgraph.store.changes import CommitRecord
from kgraph.store.database import Store
from kgraph.store.schema import PUBLIC

__all__ = ["bulk_load"]


def bulk_load(
    store: Store,
    documents: Sequence[tuple[Path, Format, NamedNode | BlankNode | None]],
    *,
    progress: Progress = SILENT,
    author: str,
    message: str,
    time: datetime,
    level: int = PUBLIC,
) -> CommitRecord:
    """Add the quads of documents to a store, all in one commit; waits for the store's writer.

    The third of each document is the graph of what it puts into no graph; None is the default
    graph. Blank nodes are new ones, by document. The whole of the sorted tables is written anew,
    so that a few facts for a large store are better staged in a transaction. RDFSyntaxError names
    the place in a document that is not well-formed; then nothing has changed.
    """
    return load_documents(
        store._writer,
        documents,
        progress=progress,
        author=author,
        message=message,
        time=time,
        level=level,
    )
