"""What can be asked of a graph; nothing here changes it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple, serialize

from kgraph import ingest
from kgraph.config import Settings
from kgraph.errors import Forbidden, MalformedRequest, UnknownGraph
from kgraph.formats import rdf_format
from kgraph.graph.explaining import Explaining, triple_of
from kgraph.graph.past import AsOf, Happening, happenings
from kgraph.ingest.commits import Commit, commit_of
from kgraph.ingest.transaction import Writer
from kgraph.plan.algebra import walk
from kgraph.plan.explain import Explanation as PlanExplanation
from kgraph.sparql import Answer, Engine, Request, Solutions
from kgraph.sparql.running import RunningQuery
from kgraph.stats import Stats, count
from kgraph.store import SEALED, Level, Snapshot, Store, UnionOfAll
from kgraph.terms import Term, graph_node, graph_text

ELSEWHERE = "http://elsewhere.invalid/"
"""What relative IRIs are read against where they are to be nobody's name of ours."""
PIECE = 65536


class Reading(Explaining):
    """The half of `KnowledgeGraph` that answers."""

    settings: Settings
    corpus: ingest.Corpus
    _store: Store
    _writer: Writer
    _engine: Engine

    def at(self, level: int) -> "Reading":
        """The same graph as another level sees it; closing is left to whoever opened it."""
        found = Reading()
        found.__dict__.update(self.__dict__, _programs=self._programs)
        found.level = Level(level)
        return found

    def _snapshot(self, as_of: AsOf | None = None) -> Snapshot:
        return self._store.snapshot(level=self.level, as_of=as_of)

    # Queries

    def query(
        self,
        text: str,
        *,
        base_iri: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        as_of: AsOf | None = None,
        level: int | None = None,
        collapse_same_as: bool = False,
        seconds: float | None = None,
        query_id: str = "",
    ) -> Answer:
        """The answer, lazily, from the commit that is current when it is asked.

        `as_of` asks an earlier commit, by number or by time; `level` says whose view is asked,
        else that of `self.level`. `collapse_same_as`: what is the same is seen under one name.
        `seconds` is a limit below the one that is set; `query_id` is what `cancel` is to know the
        query by.
        """
        request = self._request(text, base_iri, default_graphs, named_graphs, seconds, query_id)
        request = self._collapsing(request, collapse_same_as)
        level = self.level if level is None else level
        snapshot = self._store.snapshot(level=level, as_of=as_of)
        commit = snapshot.commit

        def again() -> Snapshot:
            return self._store.snapshot(level=level, as_of=commit)

        return self._engine.query(snapshot, request, release=snapshot.close, again=again)

    def _request(
        self,
        text: str,
        base_iri: str | None = None,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
        seconds: float | None = None,
        query_id: str = "",
    ) -> Request:
        settings = self.settings
        limits = [limit for limit in (settings.query_seconds, seconds) if limit]
        return Request(
            text,
            base_iri,
            default,
            named,
            union_default=settings.union_default_graph,
            seconds=min(limits, default=None),
            max_rows=settings.query_rows or None,
            id=query_id,
        )

    def _collapsing(self, request: Request, collapse: bool) -> Request:
        if collapse and not self.settings.reasoning:
            raise Forbidden(
                "nothing is inferred in this data folder: what is said of a thing under one name "
                "is not known under the others, so leaving names out would lose it"
            )
        return replace(request, collapse_same_as=collapse)

    def _select(self, text: str) -> Iterable[Iterable[Any]]:
        answer = self.query(text)
        assert isinstance(answer, Solutions)
        return answer

    def explain_query(
        self,
        text: str,
        *,
        base_iri: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        as_of: AsOf | None = None,
        level: int | None = None,
        collapse_same_as: bool = False,
        seconds: float | None = None,
        query_id: str = "",
    ) -> PlanExplanation:
        """How a query is solved: `text()` for people, `as_json()` for programs.

        It runs, within the limits of a query, to count rows.
        """
        request = self._request(text, base_iri, default_graphs, named_graphs, seconds, query_id)
        request = self._collapsing(request, collapse_same_as)
        level = self.level if level is None else level
        with self._store.snapshot(level=level, as_of=as_of) as snapshot:
            return self._engine.explain(snapshot, request)

    def running(self) -> list[RunningQuery]:
        """The queries that run now, the oldest first."""
        return list(self._engine.running)

    def cancel(self, query_id: str) -> bool:
        """Stop a query by the id of its answer; False if none of that id runs."""
        return self._engine.running.cancel(query_id)

    def names_in(self, text: str) -> list[str]:
        """The IRIs of a query, each once, but those of a CONSTRUCT's template.

        Relative IRIs are left out. Raises QuerySyntaxError for a text that is no query.
        """
        query = self._engine.parse(text, ELSEWHERE)
        parts = [getattr(query, part.name) for part in fields(query) if part.name != "template"]
        found: dict[str, None] = {}
        for node in walk(tuple(parts)):
            if isinstance(node, NamedNode):
                found.setdefault(node.value)
            elif isinstance(node, Literal):
                found.setdefault(node.datatype.value)
        return [iri for iri in found if not iri.startswith(ELSEWHERE)]

    # Graphs and things

    def mentions(self, iri: str) -> bool:
        """Whether a triple or a graph has this name; by look-ups alone."""
        with self._snapshot() as snapshot:
            number, index = snapshot.id_of(NamedNode(iri)), snapshot.index
            if number is None:
                return False
            assert index is not None, "the last commit has an index"
            everything = UnionOfAll()
            return (
                snapshot.statistics.predicate(number) is not None
                or index.some(everything, number, None, None)
                or index.some(everything, None, None, number)
                or number in snapshot.graphs()
            )

    def names_under(self, start: str, *, limit: int) -> list[str]:
        """Names of things and graphs that begin so, at most so many."""
        found = self._store.terms_with(start, at_start=True, limit=limit, level=self.level)
        return [term.value for term in found if isinstance(term, NamedNode)]

    def has_graph(self, graph_name: str | None, *, as_of: AsOf | None = None) -> bool:
        """Whether a graph exists, be it empty; the default graph always does."""
        if graph_name is None:
            return True
        with self._snapshot(as_of) as snapshot:
            return snapshot.contains_named_graph(NamedNode(graph_name))

    def graph(self, graph_name: str | None, *, as_of: AsOf | None = None) -> Iterator[Triple]:
        """The triples of one graph; None is the default graph itself, not the union."""
        node = graph_node(graph_name)
        if not self.has_graph(graph_name, as_of=as_of):
            raise UnknownGraph(f"there is no graph {graph_name}")
        return (quad.triple for quad in self._quads(None, None, None, node, as_of=as_of))

    def _quads(self, *pattern: Any, as_of: AsOf | None = None) -> Iterator[Quad]:
        with self._snapshot(as_of) as snapshot:
            yield from snapshot.quads_for_pattern(*pattern)

    def quads_for_pattern(
        self, subject: Term | None, predicate: NamedNode | None, object: Term | None
    ) -> Iterator[Quad]:
        """The quads that match, of all graphs; None is any."""
        return self._quads(subject, predicate, object)

    def graph_names(self) -> list[str]:
        """The names of all graphs, sorted; the default graph has none."""
        with self._snapshot() as snapshot:
            nodes = snapshot.named_graphs()
            return sorted(node.value for node in nodes if isinstance(node, NamedNode))

    def describe(self, iri: str) -> Iterator[Quad]:
        """The quads that have this IRI as subject or object, with the graphs they stand in."""
        node = graph_node(iri)
        if not isinstance(node, NamedNode):
            raise MalformedRequest("describe what? Give an IRI")
        yield from self._quads(node, None, None)
        yield from (quad for quad in self._quads(None, None, node) if quad.subject != node)

    # Where things come from

    def attach(self, file: Path, document: str | None = None) -> ingest.Attachment:
        """Check a document's text against its passages; a copy is kept if all agree."""
        folder = self.settings.data_folder
        return ingest.attach(self._select, self.names, file, folder, document)

    def passage_text(self, passage: str) -> str | None:
        """The words of a passage, where its document's text is attached; else None."""
        folder = self.settings.data_folder
        with self._snapshot() as snapshot:
            return ingest.passage_text(snapshot, self.names, folder, passage)

    # The past

    @property
    def last_commit(self) -> int:
        """The number of the current commit; 0 where there is none."""
        return self._store.last_commit

    def commit_at(self, as_of: AsOf | None) -> int:
        """The number of the commit that is meant; None is the current one."""
        return self.last_commit if as_of is None else self._store.commit_at(as_of)

    def commits(self, *, after: int = 0, to: int | None = None) -> Sequence[Commit]:
        """Commits in order, those of the sources too: all, or those with `after` < number <= `to`.

        They are those that changed what the level sees. Reports are for the keepers of the store,
        and known of commits that were made since it was opened.
        """
        if self.level == SEALED:
            return tuple(self._writer.commits(after=after, to=to))
        found = self._store.commits(after=after, to=to, level=self.level)
        return tuple(commit_of(one) for one in found)

    def history(self, subject: str, predicate: str, object_: Term) -> list[Happening]:
        """Which commits brought a triple into which graphs, and which took it away, in order."""
        triple = triple_of(subject, predicate, object_)
        found = happenings(self._store, triple, self.level)
        return sorted(found, key=lambda one: (one.commit.number, one.graph or "", one.added))

    # All of it

    def export(
        self,
        media_type: str,
        *,
        graph_name: str | None = None,
        include_inferred: bool = True,
        as_of: AsOf | None = None,
    ) -> Iterator[bytes]:
        """One graph, or all of it; sorted, so that equal graphs give equal bytes.

        Formats for datasets keep graph names; in the others a triple stands once.
        """
        form = rdf_format(media_type)
        if graph_name is not None:
            quads = [Quad(*t) for t in self.graph(graph_name, as_of=as_of)]
        else:
            quads = list(self._quads(None, None, None, as_of=as_of))
        if not include_inferred:
            prefix = self.names.inferred
            quads = [q for q in quads if not (graph_text(q.graph_name) or "").startswith(prefix)]
        if form.rdf.supports_datasets:
            data = serialize(sorted(quads, key=str), format=form.rdf, prefixes=self.names.written)
        else:
            triples = sorted({quad.triple for quad in quads}, key=str)
            data = serialize(triples, format=form.rdf, prefixes=self.names.written)
        data = data or b""
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]

    def export_parquet(self, folder: Path, *, as_of: AsOf | None = None) -> list[Path]:
        """Write quads, the union's triples, and terms as Parquet files; returns their paths.

        Subjects, predicates, objects and graphs are numbers there, and `terms.parquet` says what
        they stand for (`kgraph.store.export`).
        """
        return self._store.export_parquet(folder, level=self.level, as_of=as_of)

    def stats(self) -> Stats:
        """Counts per graph, class and predicate; a triple in two graphs counts once."""
        with self._snapshot() as snapshot:
            return count(
                snapshot,
                self.names,
                commits=len(self.commits(to=snapshot.commit)),
                in_full=self._writer.concluder.in_full(),
                evaluation_date=self.evaluation_date(),
                corpus=self.corpus.digest,
            )

    def evaluation_date(self) -> str | None:
        """The day that "current" refers to, from the data."""
        found = self._quads(None, self.names.term("evaluationDate"), None)
        return min((q.object.value for q in found if isinstance(q.object, Literal)), default=None)
