"""A graph as its owner has it: opened, changed, closed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import NamedNode, Quad, Triple

from kgraph import ingest
from kgraph.config import Settings
from kgraph.errors import Forbidden, MalformedRequest, PayloadTooLarge, StoreLocked, UnknownGraph
from kgraph.formats import by_suffix, rdf_format
from kgraph.graph.reading import Reading
from kgraph.ingest.closing import Theory
from kgraph.ingest.commits import Commit, commit_of
from kgraph.ingest.delta import Delta
from kgraph.ingest.purging import Purged, purge
from kgraph.ingest.transaction import Writer, staging
from kgraph.progress import SILENT, Progress
from kgraph.shacl import ValidationReport
from kgraph.sparql import Engine
from kgraph.sparql.egress import Egress
from kgraph.store import SEALED, Snapshot, Store
from kgraph.store.bulk import bulk_load
from kgraph.terms import DEFAULT_GRAPH, Term, graph_node

PATIENCE = 5.0
"""Seconds for which queries may wind down before the store is closed under them."""
OFF = "reasoning-off"
"""A file of this name in the data folder says that nothing is inferred or validated there."""
WHAT_OFF_MEANS = """This data folder holds bulk data as it came: nothing is inferred or validated.
Without this file, the next opening infers over all of it, in memory.
"""


def _engine(settings: Settings) -> Engine:
    egress = Egress(frozenset(settings.service_endpoints))
    return Engine(egress=egress, prefixes=settings.names.prefixes)


def _store(settings: Settings, *, read_only: bool, in_memory: bool) -> Store:
    if in_memory:
        return Store.open(None, memory_limit=settings.memory)
    folder = settings.data_folder / "store"
    try:
        return Store.open(folder, memory_limit=settings.memory)
    except StoreLocked:
        if not read_only:
            raise
        return Store.open_copy(folder, memory_limit=settings.memory)


@contextmanager
def _kept_off(mark: Path) -> Iterator[None]:
    """Mark the folder before what is done in it, and as it was if that fails."""
    marked = mark.exists()
    mark.write_text(WHAT_OFF_MEANS, encoding="utf-8")
    try:
        yield
    except BaseException:
        if not marked:
            mark.unlink()
        raise


def utc_now() -> datetime:
    """The time of a commit."""
    return datetime.now(UTC)


class KnowledgeGraph(Reading):
    """A corpus, the changes made since, and what follows from both.

    >>> import tempfile
    >>> empty = tempfile.mkdtemp()
    >>> with KnowledgeGraph.open(Settings(sources=empty, data=empty)) as kg:
    ...     bool(kg.query("ASK {}"))
    True
    """

    def __init__(
        self,
        settings: Settings,
        corpus: ingest.Corpus,
        store: Store,
        writer: Writer,
        engine: Engine,
    ) -> None:
        """Use `open`."""
        self.settings, self.corpus = settings, corpus
        self._store, self._writer, self._engine = store, writer, engine
        self._writable = True

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        progress: Progress = SILENT,
        clock: Callable[[], datetime] = utc_now,
        read_only: bool = False,
        sources_only: bool = False,
        with_sources: bool = True,
    ) -> "KnowledgeGraph":
        """Open the store, bring it to what the sources say, and be ready.

        Raises StoreLocked where another process owns the data folder. With `read_only`, a copy of
        what is committed is read instead, and changes are refused; `sources_only` reads the
        sources alone, into memory, and refuses changes too. Without `with_sources`, the store is
        left as it is until the next opening.
        """
        if not sources_only and (settings.data_folder / OFF).exists():
            settings = replace(settings, reasoning=False)
        corpus = ingest.load_corpus(settings)
        store = _store(settings, read_only=read_only, in_memory=sources_only)
        try:
            writer = Writer(store, corpus.theory(settings.names), settings, clock)
            writer.progress = progress
            if with_sources:
                ingest.bring_in(writer, corpus, progress=progress)
            if with_sources and not (read_only or sources_only):
                ingest.bring_in_patches(writer, settings.data_folder)
            graph = cls(settings, corpus, store, writer, _engine(settings))
        except BaseException:
            store.close()
            raise
        graph._writable = not (read_only or sources_only)
        writer.progress = SILENT
        return graph

    def close(self) -> None:
        """Stop the queries that run, and let go of the data folder."""
        for one in self.running():
            self.cancel(one.id)
        self._engine.running.wait_until_idle(PATIENCE)
        self._store.close()

    def __enter__(self) -> Self:
        """Itself; closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    # For the second opinion (kgraph.audit), which compares and does not change

    def audited(self) -> Snapshot:
        """Asserted and inferred quads of all levels as they are; close it when done."""
        self._only_where_reasoning_is_on()
        return self._store.snapshot(level=SEALED)

    @property
    def theory(self) -> Theory:
        """The rules and shapes at work."""
        return self._writer.theory

    # Changing

    def update(
        self,
        text: str,
        *,
        author: str,
        message: str,
        base_iri: str | None = None,
        using_graphs: Sequence[str] = (),
        using_named_graphs: Sequence[str] = (),
        seconds: float | None = None,
    ) -> Commit:
        """Evaluate a SPARQL update and commit what it changes, all of it or nothing.

        `seconds` is a limit below the one that is set.
        """
        if len(text.encode()) > self.settings.max_body_bytes:
            raise PayloadTooLarge(f"the update is over {self.settings.max_body_bytes:,} bytes")
        request = self._request(text, base_iri, using_graphs, using_named_graphs, seconds)
        with self._change():
            return self._writer.commit_staged(
                lambda transaction: self._engine.update(transaction, request),
                author,
                message,
            )

    def ingest(
        self,
        data: bytes,
        media_type: str,
        *,
        graph_name: str | None,
        author: str,
        message: str,
        replace: bool = False,
        base_iri: str | None = None,
    ) -> Commit:
        """Add a document's triples, or put them in place of the graph's (`replace`).

        `graph_name` None is the default graph, or the graphs that TriG and N-Quads name.
        """
        quads = self._read(data, media_type, graph_name, base_iri)
        with self._change():
            delta = self._writer.adding(quads, graph_name, replace)
            return self._writer.commit(delta, author, message)

    def delete_graph(self, graph_name: str | None, *, author: str, message: str) -> Commit:
        """Remove a graph with all its triples; the default graph is emptied."""
        node = graph_node(graph_name)
        with self._change():
            if not self.has_graph(graph_name):
                raise UnknownGraph(f"there is no graph {graph_name}, so nothing was deleted")
            gone = tuple(self._quads(None, None, None, node))
            dropped = (node,) if isinstance(node, NamedNode) else ()
            return self._writer.commit(Delta(removed=gone, dropped=dropped), author, message)

    def load(
        self,
        files: Sequence[Path],
        *,
        graph_name: str | None = None,
        author: str,
        message: str,
        progress: Progress = SILENT,
    ) -> Commit:
        """Load documents of any size in streams, all in one commit, as they are.

        What they put into no graph goes into `graph_name`, or the default graph. Nothing is
        inferred or validated, from now on: the data folder keeps that in mind. Forbidden where
        reasoning is on, or was.
        """
        node = None if graph_name is None else graph_node(graph_name)
        assert node is None or isinstance(node, NamedNode)
        documents = [(file, by_suffix(file), node) for file in files]
        with self._change():
            self._refuse_reasoning()
            with _kept_off(self.settings.data_folder / OFF):
                record = bulk_load(
                    self._store,
                    documents,
                    progress=progress,
                    author=author,
                    message=message,
                    time=self._writer.clock(),
                )
            self._writer.begin_anew()
        return commit_of(record)

    def _refuse_reasoning(self) -> None:
        names = self.graph_names()
        inferred = next((name for name in names if name.startswith(self.names.inferred)), None)
        if self.settings.reasoning or inferred:
            raise Forbidden(
                "a bulk load infers and validates nothing, and in this data folder every change is "
                f"inferred over and validated. Up to {self.settings.max_body_bytes:,} bytes: bring "
                "the file in with kgraph ingest. More: load into a data folder of its own, with "
                "kgraph --data FOLDER load --no-reasoning FILE"
            )

    def purge(
        self,
        terms: Sequence[Term] = (),
        quads: Sequence[Quad | Triple] = (),
        *,
        author: str,
        message: str = "purge",
    ) -> Purged:
        """Take terms and quads out of the present, the past and every file of the data folder.

        A triple is taken out of every graph. With a term go all quads that mention it; with both,
        what followed from them. What followed from a quad that was removed before is named by
        itself. StillInSources where a file of the sources says it: that would bring it back.
        """
        with self._change():
            folder = self.settings.data_folder
            return purge(self._writer, self.corpus, folder, terms, quads, author, message)

    def validate(
        self,
        data: bytes | None = None,
        media_type: str | None = None,
        *,
        progress: Progress = SILENT,
    ) -> ValidationReport:
        """The report on the whole graph; with data, what adding it would add to that report.

        Triples that come without a graph are tried in one of their own.
        """
        self._only_where_reasoning_is_on()
        quads = []
        if data is not None:  # a slip is told at once, whoever holds the lock
            quads = self._read(data, media_type or "text/turtle", None, None)
        progress("waiting for another change")
        with self._writer.lock, self._telling(progress):
            if data is None:
                return self._writer.whole_report()
            unsaved = self.names.graph("unsaved")
            named = [
                Quad(q.subject, q.predicate, q.object, unsaved)
                if q.graph_name == DEFAULT_GRAPH
                else q
                for q in quads
            ]
            delta = self._writer.adding(named, unsaved.value, False)
            return self._writer.trial(staging(delta)).report

    def _only_where_reasoning_is_on(self) -> None:
        if not self.settings.reasoning:
            raise Forbidden(
                "nothing is inferred or validated in this data folder, and what it holds may be "
                "more than fits into memory; validate documents with another one"
            )

    @contextmanager
    def _telling(self, progress: Progress) -> Iterator[None]:
        self._writer.progress = progress
        try:
            yield
        finally:
            self._writer.progress = SILENT

    # The write path

    def _change(self) -> threading.RLock:
        if not self._writable:
            raise Forbidden("this graph was opened for reading only; send the change to its owner")
        return self._writer.lock

    def _read(
        self, data: bytes, media_type: str, graph_name: str | None, base_iri: str | None
    ) -> list[Quad]:
        if len(data) > self.settings.max_body_bytes:
            raise PayloadTooLarge(
                f"{len(data):,} bytes; the limit is {self.settings.max_body_bytes:,}. "
                "Send it in parts"
            )
        limit = self.settings.max_literal_bytes
        form, base = rdf_format(media_type), base_iri or graph_name
        quads = ingest.parse_quads(data, form.rdf, base_iri=base, max_literal_bytes=limit)
        if graph_name is None:
            return quads
        node = NamedNode(graph_name)
        if stray := {q.graph_name for q in quads} - {DEFAULT_GRAPH, node}:
            raise MalformedRequest(
                f"the document has triples of {min(map(str, stray))}, and was sent to "
                f"<{graph_name}>; send it without naming a graph"
            )
        return [Quad(q.subject, q.predicate, q.object, node) for q in quads]
