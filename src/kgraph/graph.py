"""KnowledgeGraph: the one door to everything.

Parse, infer, validate, commit or refuse; query, explain, describe, export. One process owns the
data folder; inside it one writer at a time, and readers who see a commit whole or not at all.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple, serialize

from kgraph import ingest, provenance, sparql
from kgraph.config import Settings
from kgraph.errors import (
    ChangeRefused,
    ComputedGraph,
    Forbidden,
    MalformedRequest,
    PayloadTooLarge,
    UnknownGraph,
)
from kgraph.formats import rdf_format
from kgraph.ingest.cache import Cache
from kgraph.ingest.engines import load_engines
from kgraph.ingest.parse import check_literals
from kgraph.ingest.pipeline import Pipeline, Standing, result_key
from kgraph.progress import SILENT, Progress
from kgraph.provenance import Saying
from kgraph.store import Delta, FolderLock, Journal, Patch, State
from kgraph.store.delta import between, delta_of_lines
from kgraph.store.journal import digests
from kgraph.terms import DEFAULT_GRAPH, Term, graph_node, graph_text
from kgraph.vocab import RDF_TYPE, Names

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Commit:
    """One accepted change; counts of quads, and what the shapes said that did not stop it."""

    number: int
    time: datetime
    author: str
    message: str
    added: int
    removed: int
    inferred: int
    report: Any


@dataclass(frozen=True)
class Explanation:
    """Why a triple holds: who asserts it and where, or what it follows from, or neither."""

    triple: Triple
    graphs: tuple[str | None, ...]
    claims: tuple[Saying, ...]
    derivation: Any | None

    @property
    def holds(self) -> bool:
        """Whether the graph has the triple at all."""
        return bool(self.graphs)

    @property
    def asserted(self) -> bool:
        """Whether somebody put it there."""
        return self.holds and self.derivation is None


@dataclass(frozen=True)
class Stats:
    """What the graph holds, counted."""

    triples: int
    asserted: int
    inferred: int
    graphs: dict[str, int]
    classes: dict[str, int]
    predicates: dict[str, int]
    commits: int
    evaluation_date: str | None
    corpus: str


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
        journal: Journal,
        lock: FolderLock | None,
        clock: Callable[[], datetime],
    ) -> None:
        """Use `open`."""
        self.settings = settings
        self._corpus, self._pipeline, self._journal = corpus, pipeline, journal
        self._lock, self._clock = lock, clock
        self._writing = threading.RLock()
        self._commits: list[Commit] = []
        self._report: tuple[int, Any] | None = None
        self.warnings: list[str] = []
        """What was wrong on opening without stopping it: torn patches, for example."""

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        progress: Progress = SILENT,
        clock: Callable[[], datetime] = utc_now,
        read_only: bool = False,
    ) -> "KnowledgeGraph":
        """Load the sources, replay the patches, close, and be ready.

        Raises StoreLocked where another process owns the data folder; `read_only` asks for no
        ownership, sees what is committed, and refuses changes.
        """
        lock = None if read_only else FolderLock(settings.data_folder)
        if lock:
            lock.acquire()
        try:
            corpus = ingest.load_corpus(settings, progress=progress)
            engines = load_engines(corpus, settings.names)
            cache = Cache(settings.data_folder / "cache")
            pipeline = Pipeline(engines, cache, corpus.digest, progress)
            graph = cls(settings, corpus, pipeline, Journal(settings.data_folder), lock, clock)
            graph._replay()
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

    @property
    def corpus(self) -> ingest.Corpus:
        """The sources as they were found."""
        return self._corpus

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
            with self._writing:
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

    def explain(self, subject: str, predicate: str, object_: Term) -> Explanation:
        """Who asserts a triple, or the rule and the premises it follows from."""
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
        if graphs and not asserted:
            derivation = self._pipeline.engines.explain(self._all_quads(), triple)
        shown: list[str | None] = [None] if only_unnamed else [*graphs]
        return Explanation(triple, tuple(shown), tuple(claims), derivation)

    def who_says(self, triple: Triple) -> list[Saying]:
        """The claims that cover a triple."""
        return provenance.who_says(self._state.view, self.names, triple)

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
            with self._writing:
                quads = list(self._all_quads())
        if not include_inferred:
            prefix = self.names.inferred
            quads = [q for q in quads if not (graph_text(q.graph_name) or "").startswith(prefix)]
        statements: Collection[Quad | Triple] = quads
        if not form.rdf.supports_datasets:
            statements = {quad.triple for quad in quads}
        prefixes = {p: iri for p, iri in self.names.prefixes.items() if p != "dcterms"}
        ordered = sorted(statements, key=str)
        data = serialize(ordered, format=form.rdf, prefixes=prefixes) or b""
        for start in range(0, len(data), 65536):
            yield data[start : start + 65536]

    def stats(self) -> Stats:
        """Counts per graph, class and predicate; a triple in two graphs counts once."""
        view, union = self._state.view, self.settings.union_default_graph
        graphs: Counter[str] = Counter()
        classes: Counter[str] = Counter()
        predicates: Counter[str] = Counter()
        inferred: set[Triple] = set()
        asserted: set[Triple] = set()
        for quad in view:
            name = graph_text(quad.graph_name)
            if name is not None:
                graphs[name] += 1
                (inferred if name.startswith(self.names.inferred) else asserted).add(quad.triple)
            elif not union:
                asserted.add(quad.triple)
        triples = {q.triple for q in view} if union else inferred | asserted
        for triple in triples:
            predicates[triple.predicate.value] += 1
            if triple.predicate == RDF_TYPE and isinstance(triple.object, NamedNode):
                classes[triple.object.value] += 1
        follows = inferred - asserted
        return Stats(
            triples=len(triples),
            asserted=len(triples) - len(follows),
            inferred=len(follows),
            graphs={name: graphs[name] for name in self.graph_names()},
            classes=dict(classes.most_common()),
            predicates=dict(predicates.most_common()),
            commits=len(self._commits),
            evaluation_date=self.evaluation_date(),
            corpus=self._corpus.digest,
        )

    def evaluation_date(self) -> str | None:
        """The day that "current" refers to, from the data."""
        found = self._state.view.quads_for_pattern(None, self.names.term("evaluationDate"), None)
        return min((q.object.value for q in found if isinstance(q.object, Literal)), default=None)

    def commits(self) -> Sequence[Commit]:
        """All accepted changes since the corpus, in order."""
        return tuple(self._commits)

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
                delta = self._since(before, graphs)
                self._state.change(delta.inverse)
            return self._commit(delta, author, message)

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
            return self._commit(self._adding(quads, graph_name, replace), author, message)

    def delete_graph(self, graph_name: str | None, *, author: str, message: str) -> Commit:
        """Remove a graph with all its triples; the default graph is emptied."""
        node = graph_node(graph_name)
        with self._change():
            if not self.has_graph(graph_name):
                raise UnknownGraph(f"there is no graph {graph_name}, so nothing was deleted")
            gone = tuple(self._state.quads.quads_for_pattern(None, None, None, node))
            dropped = (node,) if isinstance(node, NamedNode) else ()
            return self._commit(Delta(removed=gone, dropped=dropped), author, message)

    def validate(self, data: bytes | None = None, media_type: str | None = None) -> Any:
        """The report on the whole graph; with data, what adding it would add to that report."""
        if data is None:
            return self._whole_report()
        quads = self._read(data, media_type or "text/turtle", None, None)
        with self._writing:
            delta = self._adding(quads, None, False)
            self._refuse_computed(delta)
            self._state.change(delta)
            try:
                standing, report, consequences = self._conclude()
                self._state.change(consequences.inverse)
                return _only_new(report, self._standing)
            finally:
                self._state.change(delta.inverse)

    # The write path

    def _change(self) -> threading.RLock:
        if self._lock is None:
            raise Forbidden("this graph was opened for reading only; send the change to its owner")
        return self._writing

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

    def _adding(self, quads: list[Quad], graph_name: str | None, replace: bool) -> Delta:
        store = self._state.quads
        target = graph_node(graph_name)
        new = set(quads)
        removed: set[Quad] = set()
        if replace:
            for name in {quad.graph_name for quad in quads} or {target}:
                removed |= set(store.quads_for_pattern(None, None, None, name))
        names = {q.graph_name for q in quads} | {target}
        created = [
            n for n in names if isinstance(n, NamedNode) and not store.contains_named_graph(n)
        ]
        added = [quad for quad in new if quad not in store]
        return Delta(tuple(added), tuple(removed - new), tuple(sorted(created, key=str)))

    def _since(self, before: list[str], graphs: set[str]) -> Delta:
        added, removed = between(before, self._state.lines())
        now = set(self._state.graph_names())
        plain = delta_of_lines(added, removed)
        created = tuple(NamedNode(name) for name in sorted(now - graphs))
        dropped = tuple(NamedNode(name) for name in sorted(graphs - now))
        return Delta(plain.added, plain.removed, created, dropped)

    def _commit(self, delta: Delta, author: str, message: str) -> Commit:
        self._refuse_computed(delta)
        check_literals(delta.added, self.settings.max_literal_bytes)
        if not delta:
            return self._commit_of(self._patch(delta, author, message, -1), None)
        self._state.change(delta)
        undo = delta.inverse
        try:
            standing, report, consequences = self._standing, None, Delta()
            if self._pipeline.matters(delta.quads):
                standing, report, consequences = self._conclude()
                undo = consequences.inverse.and_then(undo)
                report = _only_new(report, self._standing)
                if report.blocks:
                    raise ChangeRefused(_refusal(report), report)
            patch = self._patch(delta, author, message, len(standing.inferred))
            self._journal.append(patch)
        except BaseException:
            self._state.change(undo)
            raise
        self._state.publish(delta.and_then(consequences))
        self._standing = standing
        commit = self._commit_of(patch, report)
        self._commits.append(commit)
        log.info("commit %d by %s: %s", commit.number, author, message)
        return commit

    def _conclude(self) -> tuple[Standing, Any, Delta]:
        """What follows now, what is wrong now, and the change in the first, which is applied."""
        inferred, inconsistencies = self._pipeline.infer(self._asserted())
        old = self._standing.inferred
        consequences = Delta(tuple(inferred - old), tuple(old - inferred))
        self._state.change(consequences)
        try:
            report = self._pipeline.validate(self._all_quads(), inconsistencies)
        except BaseException:
            self._state.change(consequences.inverse)
            raise
        known = frozenset(map(result_key, report.results))
        return Standing(inferred, known), report, consequences

    def _refuse_computed(self, delta: Delta) -> None:
        names = [graph_text(quad.graph_name) or "" for quad in delta.quads]
        names += [node.value for node in (*delta.created, *delta.dropped)]
        computed = sorted({n for n in names if n.startswith(self.names.inferred)})
        if computed:
            raise ComputedGraph(
                f"{computed[0]} is computed from the other graphs and cannot be written; "
                "change what it follows from, or name the graph that you mean"
            )

    def _patch(self, delta: Delta, author: str, message: str, inferred: int) -> Patch:
        number = len(self._commits) + (1 if delta else 0)
        return Patch(number, self._clock(), author, message, delta, max(inferred, 0))

    def _commit_of(self, patch: Patch, report: Any) -> Commit:
        return Commit(
            patch.number,
            patch.time,
            patch.author,
            patch.message,
            len(patch.delta.added),
            len(patch.delta.removed),
            patch.inferred,
            report if report is not None else self._pipeline.engines.empty_report(),
        )

    def _replay(self) -> None:
        patches, torn = self._journal.read()
        for path in torn:
            self.warnings.append(f"{path}: torn, so never committed; set aside")
            log.warning(self.warnings[-1])
        if self._lock:
            self._journal.set_aside(torn)
        self._state = State(self._corpus.quads, union=self.settings.union_default_graph)
        for patch in patches:
            self._state.change(patch.delta)
            self._commits.append(self._commit_of(patch, None))
        mattering = [p for p in patches if self._pipeline.matters(p.delta.quads)]
        self._standing = self._pipeline.standing(
            list(digests(mattering)), self._asserted, self._with_inferred
        )
        self._with_inferred(self._standing.inferred)
        self._state.refresh()

    def _asserted(self) -> Store:
        """A store of what was asserted, without what follows from it."""
        prefix, store = self.names.inferred, Store()
        store.bulk_extend(
            quad
            for quad in self._state.quads
            if not (graph_text(quad.graph_name) or "").startswith(prefix)
        )
        return store

    def _with_inferred(self, inferred: Collection[Quad]) -> Store:
        self._state.quads.extend(inferred)
        return self._state.quads

    def _all_quads(self) -> Store:
        return self._state.quads

    def _whole_report(self) -> Any:
        with self._writing:
            number = len(self._commits)
            if self._report is None or self._report[0] != number:
                _, inconsistencies = self._pipeline.infer(self._asserted())
                report = self._pipeline.validate(self._all_quads(), inconsistencies)
                self._report = (number, report)
            return self._report[1]


def _parts(triple: Triple) -> tuple[Any, Any, Any]:
    return triple.subject, triple.predicate, triple.object


def _only_new(report: Any, standing: Standing) -> Any:
    """The report without the results that stood before."""
    new = tuple(r for r in report.results if result_key(r) not in standing.known)
    return type(report)(new)


def _refusal(report: Any) -> str:
    count = sum(1 for result in report.results if str(result.severity).endswith("Violation"))
    first = next(r for r in report.results if str(r.severity).endswith("Violation"))
    words = next(iter(first.messages), "")
    return (
        f"refused, nothing was changed: {count} violation{'s' * (count != 1)}, "
        f"first at {first.focus_node}: {words}"
    )
