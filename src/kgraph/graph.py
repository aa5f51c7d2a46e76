"""KnowledgeGraph: the one door to everything.

Parse, infer, validate, commit or refuse; query, explain, describe, export. One process owns the
data folder; inside it one writer at a time, and readers who see a commit whole or not at all.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, serialize
from pyoxigraph import Store as MemoryStore

from kgraph import ingest, provenance
from kgraph.config import Settings
from kgraph.errors import Forbidden, MalformedRequest, PayloadTooLarge, StoreLocked, UnknownGraph
from kgraph.formats import rdf_format
from kgraph.ingest.cache import Cache
from kgraph.ingest.delta import Delta
from kgraph.ingest.pipeline import Pipeline
from kgraph.ingest.transaction import Commit, Writer
from kgraph.progress import SILENT, Progress
from kgraph.provenance import Explanation, Saying
from kgraph.reason import Reasoner
from kgraph.shacl import ValidationReport, Validator
from kgraph.sparql import Answer, Engine, Request, Solutions
from kgraph.sparql.egress import Egress
from kgraph.stats import Stats, count
from kgraph.store import Snapshot, Store
from kgraph.terms import DEFAULT_GRAPH, Term, graph_node, graph_text
from kgraph.vocab import Names

__all__ = ["Commit", "Explanation", "KnowledgeGraph", "Saying", "Stats"]


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


def utc_now() -> datetime:
    """The time of a commit."""
    return datetime.now(UTC)


class KnowledgeGraph:
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
        pipeline: Pipeline,
        writer: Writer,
        engine: Engine,
    ) -> None:
        """Use `open`."""
        self.settings, self.corpus = settings, corpus
        self._store, self._writer, self._engine = store, writer, engine
        self._pipeline = pipeline
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
    ) -> "KnowledgeGraph":
        """Open the store, bring it to what the sources say, and be ready.

        Raises StoreLocked where another process owns the data folder. With `read_only`, a copy of
        what is committed is read instead, and changes are refused; `sources_only` reads the
        sources alone, into memory, and refuses changes too.
        """
        corpus = ingest.load_corpus(settings)
        store = _store(settings, read_only=read_only, in_memory=sources_only)
        try:
            cache = Cache(settings.data_folder / "cache")
            pipeline = Pipeline(corpus, settings.names, cache, progress)
            writer = Writer(store, pipeline, settings, clock)
            ingest.bring_in(writer, corpus, progress=progress)
            if not (read_only or sources_only):
                ingest.bring_in_patches(writer, settings.data_folder)
            graph = cls(settings, corpus, store, pipeline, writer, _engine(settings))
        except BaseException:
            store.close()
            raise
        graph._writable = not (read_only or sources_only)
        pipeline.progress = SILENT
        return graph

    def close(self) -> None:
        """Let go of the data folder."""
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

    @property
    def names(self) -> Names:
        """The IRIs under the namespace that is set."""
        return self.settings.names

    # For the second opinion (kgraph.audit), which compares and does not change

    @property
    def store(self) -> MemoryStore:
        """Asserted and inferred quads as they are, without the union."""
        return self._writer.concluder.copy.quads

    @property
    def reasoner(self) -> Reasoner:
        """What infers."""
        return self._pipeline.reasoner

    @property
    def validator(self) -> Validator:
        """What validates."""
        return self._pipeline.validator

    # Reading

    def query(
        self,
        text: str,
        *,
        base_iri: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        as_of: int | datetime | None = None,
    ) -> Answer:
        """The answer, lazily, from the commit that is current when it is asked.

        `as_of` asks an earlier commit, by number or by time.
        """
        request = self._request(text, base_iri, default_graphs, named_graphs)
        snapshot = self._store.snapshot(as_of=as_of)
        again = None if as_of is not None else self._store.snapshot
        return self._engine.query(snapshot, request, release=snapshot.close, again=again)

    def _request(
        self, text: str, base_iri: str | None, default: Sequence[str], named: Sequence[str]
    ) -> Request:
        settings = self.settings
        return Request(
            text,
            base_iri,
            default,
            named,
            union_default=settings.union_default_graph,
            seconds=settings.query_seconds or None,
            max_rows=settings.query_rows or None,
        )

    def _select(self, text: str) -> Iterable[Iterable[Any]]:
        answer = self.query(text)
        assert isinstance(answer, Solutions)
        return answer

    def explain_query(self, text: str, *, as_of: int | datetime | None = None) -> str:
        """How a query would be solved: EXPLAIN for people."""
        with self._store.snapshot(as_of=as_of) as snapshot:
            return self._engine.explain(snapshot, self._request(text, None, (), ()))

    def has_graph(self, graph_name: str | None) -> bool:
        """Whether a graph exists, be it empty; the default graph always does."""
        if graph_name is None:
            return True
        with self._store.snapshot() as snapshot:
            return snapshot.contains_named_graph(NamedNode(graph_name))

    def graph(self, graph_name: str | None) -> Iterator[Triple]:
        """The triples of one graph; None is the default graph itself, not the union."""
        node = graph_node(graph_name)
        if not self.has_graph(graph_name):
            raise UnknownGraph(f"there is no graph {graph_name}")
        return (quad.triple for quad in self._quads(None, None, None, node))

    def _quads(self, *pattern: Any) -> Iterator[Quad]:
        with self._store.snapshot() as snapshot:
            yield from snapshot.quads_for_pattern(*pattern)

    def graph_names(self) -> list[str]:
        """The names of all graphs, sorted; the default graph has none."""
        with self._store.snapshot() as snapshot:
            nodes = snapshot.named_graphs()
            return sorted(node.value for node in nodes if isinstance(node, NamedNode))

    def describe(self, iri: str) -> Iterator[Quad]:
        """The quads that have this IRI as subject or object, with the graphs they stand in."""
        node = graph_node(iri)
        if not isinstance(node, NamedNode):
            raise MalformedRequest("describe what? Give an IRI")
        yield from self._quads(node, None, None)
        yield from (quad for quad in self._quads(None, None, node) if quad.subject != node)

    def explain(
        self, subject: str, predicate: str, object_: Term, *, patience: float = -1
    ) -> Explanation:
        """Who asserts a triple, or the rule and the premises it follows from.

        A proof is looked for between changes. `patience` is how many seconds to wait for one that
        is being made; the derivation is None when they have passed. A negative number waits.
        """
        node = BlankNode(subject[2:]) if subject.startswith("_:") else graph_node(subject)
        link = graph_node(predicate)
        if not isinstance(node, NamedNode | BlankNode) or not isinstance(link, NamedNode):
            raise MalformedRequest("explain what? Give a subject and a predicate")
        triple = Triple(node, link, object_)
        with self._store.snapshot() as snapshot:
            return self._explained(snapshot, triple, patience)

    def _explained(self, snapshot: Snapshot, triple: Triple, patience: float) -> Explanation:
        graphs = provenance.graphs_of(snapshot, triple)
        claims = provenance.who_says(snapshot, self.names, triple)
        asserted = [g for g in graphs if g is None or not g.startswith(self.names.inferred)]
        derivation = None
        if graphs and not asserted and self._writer.lock.acquire(timeout=patience):
            try:
                depth = self.settings.explain_depth
                derivation = self._pipeline.explain(self.store, triple, depth)
            finally:
                self._writer.lock.release()
        grounds = provenance.grounds_of(snapshot, self.names, derivation) if derivation else []
        return Explanation(triple, tuple(graphs), tuple(claims), derivation, tuple(grounds))

    def who_says(self, triple: Triple) -> list[Saying]:
        """The claims that cover a triple."""
        with self._store.snapshot() as snapshot:
            return provenance.who_says(snapshot, self.names, triple)

    def attach(self, file: Path, document: str | None = None) -> ingest.Attachment:
        """Check a document's text against its passages; a copy is kept if all agree."""
        folder = self.settings.data_folder
        return ingest.attach(self._select, self.names, file, folder, document)

    def passage_text(self, passage: str) -> str | None:
        """The words of a passage, where its document's text is attached; else None."""
        folder = self.settings.data_folder
        with self._store.snapshot() as snapshot:
            return ingest.passage_text(snapshot, self.names, folder, passage)

    def export(
        self, media_type: str, *, graph_name: str | None = None, include_inferred: bool = True
    ) -> Iterator[bytes]:
        """One graph, or all of it; sorted, so that equal graphs give equal bytes.

        Formats for datasets keep graph names; in the others a triple stands once.
        """
        form = rdf_format(media_type)
        if graph_name is not None:
            quads = [Quad(*_parts(triple)) for triple in self.graph(graph_name)]
        else:
            quads = list(self._quads(None, None, None))
        if not include_inferred:
            prefix = self.names.inferred
            quads = [q for q in quads if not (graph_text(q.graph_name) or "").startswith(prefix)]
        if form.rdf.supports_datasets:
            data = serialize(sorted(quads, key=str), format=form.rdf, prefixes=self.names.written)
        else:
            triples = sorted({quad.triple for quad in quads}, key=str)
            data = serialize(triples, format=form.rdf, prefixes=self.names.written)
        data = data or b""
        for start in range(0, len(data), 65536):
            yield data[start : start + 65536]

    def stats(self) -> Stats:
        """Counts per graph, class and predicate; a triple in two graphs counts once."""
        with self._store.snapshot() as snapshot:
            return count(
                snapshot,
                self.names,
                commits=self._store.last_commit,
                evaluation_date=self.evaluation_date(),
                corpus=self.corpus.digest,
            )

    def evaluation_date(self) -> str | None:
        """The day that "current" refers to, from the data."""
        found = self._quads(None, self.names.term("evaluationDate"), None)
        return min((q.object.value for q in found if isinstance(q.object, Literal)), default=None)

    def commits(self) -> Sequence[Commit]:
        """All commits in order, those of the sources too."""
        return tuple(self._writer.commits())

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
    ) -> Commit:
        """Evaluate a SPARQL update and commit what it changes, all of it or nothing."""
        if len(text.encode()) > self.settings.max_body_bytes:
            raise PayloadTooLarge(f"the update is over {self.settings.max_body_bytes:,} bytes")
        request = self._request(text, base_iri, using_graphs, using_named_graphs)
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
            return self._writer.trial(self._writer.adding(named, unsaved.value, False))

    @contextmanager
    def _telling(self, progress: Progress) -> Iterator[None]:
        self._pipeline.progress = progress
        try:
            yield
        finally:
            self._pipeline.progress = SILENT

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


def _parts(triple: Triple) -> tuple[Any, Any, Any]:
    return triple.subject, triple.predicate, triple.object
