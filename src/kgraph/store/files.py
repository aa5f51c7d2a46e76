"""Files alone: read into a store in memory, which nobody else sees."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode

from kgraph.errors import MalformedRequest
from kgraph.formats import Format
from kgraph.progress import SILENT, Progress
from kgraph.store.bulk import bulk_load
from kgraph.store.database import Store

File = str | Path


def listed(files: File | Iterable[File]) -> list[File]:
    """One file, or several."""
    return [files] if isinstance(files, str | Path) else list(files)


def present(file: File) -> Path:
    """The path of a file; MalformedRequest if there is none."""
    path = Path(file)
    if not path.is_file():
        raise MalformedRequest(f"{path}: there is no such file")
    return path


def in_memory(
    documents: Sequence[tuple[Path, Format, NamedNode | BlankNode | None]],
    progress: Progress = SILENT,
) -> Store:
    """A store with what documents say, each in its graph, as `bulk_load` reads them.

    RDFSyntaxError names the place in a file that is not well-formed; nothing is kept then.
    """
    store = Store.open(None)
    try:
        if documents:
            now = datetime.now(UTC)
            bulk_load(store, documents, progress=progress, author="", message="", time=now)
    except BaseException:
        store.close()
        raise
    return store
