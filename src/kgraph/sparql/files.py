"""Queries on files alone: read into a store in memory, asked, and forgotten."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Self

from pyoxigraph import NamedNode

from kgraph.formats import Format, by_suffix
from kgraph.plan.explain import Explanation
from kgraph.progress import SILENT, Progress
from kgraph.sparql.answers import Answer
from kgraph.sparql.engine import Engine, Request, graph_iri
from kgraph.sparql.parse import parse_query
from kgraph.store import Store
from kgraph.store.files import File, in_memory, listed, present

Step = Callable[[], None]


class FileGraph:
    """Files as one dataset, read once and asked as often as one likes."""

    def __init__(
        self,
        data: Iterable[File] = (),
        named_graphs: Mapping[str, File | Iterable[File]] | None = None,
        *,
        progress: Progress = SILENT,
    ) -> None:
        """The default graph is what `data` holds, merged; GRAPH sees the named graphs.

        Graphs that TriG and N-Quads name themselves are there too. Errors name file, line, column.
        """
        self._store = _read(data, named_graphs or {}, progress)
        self._engine = Engine()

    def query(
        self, text: str, *, base_iri: str | None = None, seconds: float | None = None
    ) -> Answer:
        """The answer, which runs while it is read."""
        return self._asked(text, base_iri, seconds, ())

    def _asked(
        self, text: str, base_iri: str | None, seconds: float | None, after: tuple[Step, ...]
    ) -> Answer:
        snapshot = self._store.snapshot()
        request = Request(text, base_iri, union_default=False, seconds=seconds)
        return self._engine.query(snapshot, request, release=_steps(snapshot.close, *after))

    def explain_query(
        self, text: str, *, base_iri: str | None = None, seconds: float | None = None
    ) -> Explanation:
        """How a query is solved: `text()` for people, `as_json()` for programs."""
        with self._store.snapshot() as snapshot:
            request = Request(text, base_iri, union_default=False, seconds=seconds)
            return self._engine.explain(snapshot, request)

    def close(self) -> None:
        """Forget the files; answers that are not read to their end cannot be read any more."""
        self._store.close()

    def __enter__(self) -> Self:
        """Itself; closed at the end of the block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()


def query(
    text: str,
    *,
    data: File | Iterable[File] = (),
    named_graphs: Mapping[str, File | Iterable[File]] | None = None,
    base_iri: str | None = None,
    seconds: float | None = None,
) -> Answer:
    """The answer of a SPARQL query to files: solutions, a truth value, or triples.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.ttl"
    >>> _ = file.write_text("<urn:a> <urn:p> 1 , 2 .")
    >>> [row["n"].value for row in query("SELECT (SUM(?o) AS ?n) { ?s ?p ?o }", data=file)]
    ['3']
    """
    parse_query(text, base_iri=base_iri)  # a slip in the query is told before files are read
    graph = FileGraph(listed(data), named_graphs)
    return graph._asked(text, base_iri, seconds, (graph.close,))


def _read(
    data: Iterable[File],
    named_graphs: Mapping[str, File | Iterable[File]],
    progress: Progress,
) -> Store:
    documents: list[tuple[Path, Format, NamedNode | None]] = []
    for file in data:
        documents.append((present(file), by_suffix(file), None))
    for iri, files in named_graphs.items():
        name = graph_iri(iri)
        for file in listed(files):
            documents.append((present(file), by_suffix(file), name))
    return in_memory(documents, progress)


def _steps(*steps: Step) -> Step:
    def end() -> None:
        for step in steps:
            step()

    return end
