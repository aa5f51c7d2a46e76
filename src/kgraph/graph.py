"""KnowledgeGraph: the one door to everything.

Parse, infer, validate, commit or refuse; query, explain, describe, export. One process owns the
data folder; inside it one writer at a time, and readers who see a commit whole or not at all.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple, serialize

from kgraph import ingest, provenance, sparql
from kgraph.config import Settings
from kgraph.errors import Forbidden, MalformedRequest, PayloadTooLarge, UnknownGraph
from kgraph.formats import rdf_format
from kgraph.ingest.cache import Cache
from kgraph.ingest.pipeline import Pipeline
from kgraph.ingest.transaction import Commit, Writer
from kgraph.progress import SILENT, Progress
from kgraph.provenance import Explanation, Saying
from kgraph.reason import Reasoner
from kgraph.shacl import ValidationReport, Validator
from kgraph.stats import Stats, count
from kgraph.store import Delta, FolderLock, Journal, State
from kgraph.terms import DEFAULT_GRAPH, Term, graph_node, graph_text
from kgraph.vocab import Names

__all__ = ["Commit", "Explanation", "KnowledgeGraph", "Saying", "Stats"]


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
        pipeline: Pipeline,
        writer: Writer,
        lock: FolderLock | None,
    ) -> None:
        """Use `open`."""
        self.settings, self.corpus = settings, corpus
        self._pipeline, self._writer, self._lock = pipeline, writer, lock
        self._state = writer.state
        self.warnings = writer.replay(owner=lock is not None)
        """What was wrong on opening without stopping it: torn patches, for example."""

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
        """Load the sources, replay the patches, close, and be ready.

        Raises StoreLocked where another process owns the data folder; `read_only` asks for no
        ownership, sees what is committed, and refuses changes; `sources_only` does so too and
        leaves the patches out.
        """
        read_only = read_only or sources_only
        lock = None if read_only else FolderLock(settings.data_folder)
        if lock:
            lock.acquire()
        try:
            folder = settings.data_folder
            corpus = ingest.load_corpus(settings)
            pipeline = Pipeline(corpus, settings.names, Cache(folder / "cache"), progress)
            state = State(corpus.quads(progress), union=settings.union_default_graph)
            journal = Journal(None if sources_only else folder)
            writer = Writer(state, pipeline, journal, settings, clock)
            graph = cls(settings, corpus, pipeline, writer, lock)
        except BaseException:
            if lock:
                lock.release()
            raise
        pipeline.progress = SILENT
        return graph

    def close(self) -> None:
        """Let go of the data folder."""
        if self._lock:
            self._lock.release()

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
    def store(self) -> Store:
        """Asserted and inferred quads as they are, without the union."""
        return self._state.quads

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
    ) -> sparql.Answer:
        """The answer, lazily, from the commit that is current when it is asked."""
        return sparql.evaluate_query(
            self._state.view,
            text,
            self.names.prefixes,
            base_iri=base_iri,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )

    def has_graph(self, graph_name: str | None) -> bool:
        """Whether a graph exists, be it empty; the default graph always does."""
        if graph_name is None:
            return True
        return bool(self._state.view.contains_named_graph(NamedNode(graph_name)))

    def graph(self, graph_name: str | None) -> Iterator[Triple]:
        """The triples of one graph; None is the default graph itself, not the union."""
        node = graph_node(graph_name)
        if graph_name is None:
            with self._writer.lock:
                return iter(list(self._state.graph(node)))
        if not self.has_graph(graph_name):
            raise UnknownGraph(f"there is no graph {graph_name}")
        found = self._state.view.quads_for_pattern(None, None, None, node)
        return (quad.triple for quad in found)

    def graph_names(self) -> list[str]:
        """The names of all graphs, sorted; the default graph has none."""
        nodes = self._state.view.named_graphs()
        return sorted(node.value for node in nodes if isinstance(node, NamedNode))

    def describe(self, iri: str) -> Iterator[Quad]:
        """The quads that have this IRI as subject or object, with the graphs they stand in."""
        node = graph_node(iri)
        if not isinstance(node, NamedNode):
            raise MalformedRequest("describe what? Give an IRI")
        view = self._state.view
        seen: set[Triple] = set()
        unnamed: list[Quad] = []
        for subject, object_ in ((node, None), (None, node)):
            for quad in view.quads_for_pattern(subject, None, object_):
                if quad.graph_name == DEFAULT_GRAPH:
                    unnamed.append(quad)
                else:
                    seen.add(quad.triple)
                    yield quad
        yield from (quad for quad in unnamed if quad.triple not in seen)

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
        triple, view = Triple(node, link, object_), self._state.view
        graphs = [g for g in provenance.graphs_of(view, triple) if g is not None]
        claims = provenance.who_says(view, self.names, triple)
        asserted = [g for g in graphs if not g.startswith(self.names.inferred)]
        only_unnamed = not graphs and Quad(node, link, object_) in view
        derivation = None
        if graphs and not asserted and self._writer.lock.acquire(timeout=patience):
            try:
                depth = self.settings.explain_depth
                derivation = self._pipeline.explain(self._state.quads, triple, depth)
            finally:
                self._writer.lock.release()
        shown: list[str | None] = [None] if only_unnamed else [*graphs]
        grounds = provenance.grounds_of(view, self.names, derivation) if derivation else []
        return Explanation(triple, tuple(shown), tuple(claims), derivation, tuple(grounds))

    def who_says(self, triple: Triple) -> list[Saying]:
        """The claims that cover a triple."""
        return provenance.who_says(self._state.view, self.names, triple)

    def attach(self, file: Path, document: str | None = None) -> ingest.Attachment:
        """Check a document's text against its passages; a copy is kept if all agree."""
        folder = self.settings.data_folder
        return ingest.attach(self._state.view, self.names, file, folder, document)

    def passage_text(self, passage: str) -> str | None:
        """The words of a passage, where its document's text is attached; else None."""
        folder = self.settings.data_folder
        return ingest.passage_text(self._state.view, self.names, folder, passage)

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
            with self._writer.lock:
                quads = list(self._state.quads)
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
        return count(
            self._state.view,
            self.names,
            graph_names=self.graph_names(),
            commits=len(self._writer.commits),
            evaluation_date=self.evaluation_date(),
            corpus=self.corpus.digest,
            union=self.settings.union_default_graph,
        )

    def evaluation_date(self) -> str | None:
        """The day that "current" refers to, from the data."""
        found = self._state.view.quads_for_pattern(None, self.names.term("evaluationDate"), None)
        return min((q.object.value for q in found if isinstance(q.object, Literal)), default=None)

    def commits(self) -> Sequence[Commit]:
        """All accepted changes since the corpus, in order."""
        return tuple(self._writer.commits)

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
        with self._change():
            before, graphs = self._state.lines(), set(self._state.graph_names())
            try:
                sparql.evaluate_update(
                    self._state.quads,
                    text,
                    self.names.prefixes,
                    union=self.settings.union_default_graph,
                    base_iri=base_iri,
                    using_graphs=using_graphs,
                    using_named_graphs=using_named_graphs,
                )
            finally:
                delta = self._writer.since(before, graphs)
                self._state.change(delta.inverse)
            return self._writer.commit(delta, author, message)

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
            gone = tuple(self._state.quads.quads_for_pattern(None, None, None, node))
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
        if self._lock is None:
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
