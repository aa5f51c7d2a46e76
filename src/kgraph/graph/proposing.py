"""Changes as proposals: tried, committed, or refused and kept aside, to be sent again."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode, Quad

from kgraph import ingest
from kgraph.errors import (
    ChangeRefused,
    Forbidden,
    MalformedRequest,
    PayloadTooLarge,
    ShelfFull,
    UnknownGraph,
)
from kgraph.formats import rdf_format
from kgraph.graph.reading import Reading
from kgraph.ingest.aside import QUADS, UPDATE, Entry, Shelf
from kgraph.ingest.commits import Commit
from kgraph.ingest.levels import change_level
from kgraph.ingest.tasks import Tasks
from kgraph.ingest.transaction import Stage, staging
from kgraph.ingest.trials import LISTED, Trial
from kgraph.store import Level, Transaction
from kgraph.terms import DEFAULT_GRAPH, Term, from_lines, graph_node, to_lines

N_QUADS = "application/n-quads"
RESULTS_KEPT = 200
"""Most results of a refused change's report that are kept with it."""


@dataclass(frozen=True)
class Proposal:
    """A change that nobody has made yet."""

    stage: Stage
    kind: str
    """`quads` or `update`, as `kgraph.ingest.aside` keeps it."""
    body: Callable[[], str]
    how: Mapping[str, Any] = field(default_factory=dict)


class Proposing(Reading):
    """The part of `KnowledgeGraph` that takes changes."""

    _writable: bool

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
        level: int = Level.PUBLIC,
        accept_failures: bool = False,
    ) -> Commit:
        """Evaluate a SPARQL update and commit what it changes, all of it or nothing.

        It reads, removes and adds at a level: what that does not see stays. `seconds` is a limit
        below the one that is set; for the rest see `commit`.
        """
        proposal = self.propose_update(
            text,
            base_iri=base_iri,
            using_graphs=using_graphs,
            using_named_graphs=using_named_graphs,
            seconds=seconds,
            level=level,
        )
        return self.commit(proposal, author, message, accept_failures=accept_failures)

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
        level: int = Level.PUBLIC,
        accept_failures: bool = False,
    ) -> Commit:
        """Add a document's triples, or put them in place of what a level sees of the graph.

        `graph_name` None is the default graph, or the graphs that TriG and N-Quads name. The
        triples are seen from `level` on, or from a higher one that their graph has or that
        kg:sensitivity gives them. For the rest see `commit`.
        """
        proposal = self.propose_document(
            data, media_type, graph_name=graph_name, replace=replace, base_iri=base_iri, level=level
        )
        return self.commit(proposal, author, message, accept_failures=accept_failures)

    def change_level(
        self,
        level: int,
        things: Sequence[Term] = (),
        quads: Sequence[Quad] = (),
        *,
        author: str,
        message: str,
        accept_failures: bool = False,
    ) -> Commit:
        """Have things and quads seen from a level on, be it higher or lower, in one commit.

        A thing is a graph, with all in it, or anything else, with all that mentions it; what was
        said of its sensitivity says the level from now on. Forbidden where something keeps one of
        the quads at a higher level.
        """

        def stage(transaction: Transaction) -> None:
            change_level(transaction, self.names, Level(level), things, quads)

        with self._change():
            return self._writer.commit_staged(
                stage, author, message, accept_failures=accept_failures
            )

    def delete_graph(self, graph_name: str | None, *, author: str, message: str) -> Commit:
        """Remove a graph with all that is seen in it; the default graph is emptied."""
        return self.commit(self.propose_deletion(graph_name), author, message)

    # Proposals

    def propose_update(
        self,
        text: str,
        *,
        base_iri: str | None = None,
        using_graphs: Sequence[str] = (),
        using_named_graphs: Sequence[str] = (),
        seconds: float | None = None,
        level: int = Level.PUBLIC,
    ) -> Proposal:
        """A SPARQL update at a level, still to be evaluated."""
        if len(text.encode()) > self.settings.max_body_bytes:
            raise PayloadTooLarge(f"the update is over {self.settings.max_body_bytes:,} bytes")
        request = self._request(text, base_iri, using_graphs, using_named_graphs, seconds)
        how = {
            "base_iri": base_iri,
            "using_graphs": [*using_graphs],
            "using_named_graphs": [*using_named_graphs],
            "level": int(level),
        }

        def stage(transaction: Transaction) -> None:
            self._engine.update(transaction, request, level=level)

        return Proposal(stage, UPDATE, lambda: text, {k: v for k, v in how.items() if v})

    def propose_document(
        self,
        data: bytes,
        media_type: str,
        *,
        graph_name: str | None,
        replace: bool = False,
        base_iri: str | None = None,
        level: int = Level.PUBLIC,
    ) -> Proposal:
        """A document to add, or to put in place of its graphs; RDFSyntaxError names the place."""
        quads = self._read(data, media_type, graph_name, base_iri)
        return self._adding(quads, graph_name, replace, level)

    def propose_deletion(self, graph_name: str | None) -> Proposal:
        """The removal of a graph."""
        node = graph_node(graph_name)
        text = f"DROP GRAPH {node}" if graph_name else "DROP DEFAULT"
        request = self._request(text)

        def stage(transaction: Transaction) -> None:
            if not self.has_graph(graph_name):
                raise UnknownGraph(f"there is no graph {graph_name}, so nothing was deleted")
            self._engine.update(transaction, request, level=self.level)

        return Proposal(stage, UPDATE, lambda: text, {"level": int(self.level)})

    def propose_again(
        self, number: int, mended: bytes | None = None, media_type: str = N_QUADS
    ) -> Proposal:
        """A change that was set aside, or what it was mended to; UnknownChange if there is none.

        A document is mended as RDF of any format, an update as its text.
        """
        entry = self.aside.get(number)
        if entry.kind == UPDATE:
            text = entry.body if mended is None else _text(mended)
            return self.propose_update(text, **entry.how)
        graph, level = entry.how.get("graph"), entry.how.get("level", Level.PUBLIC)
        if mended is None:
            quads = [*from_lines([entry.body])]
        else:
            quads = self._read(mended, media_type, graph, None)
        return self._adding(quads, graph, bool(entry.how.get("replace")), level)

    def _adding(
        self, quads: list[Quad], graph_name: str | None, replace: bool, level: int
    ) -> Proposal:
        def stage(transaction: Transaction) -> object:
            delta = self._writer.adding(quads, graph_name, replace, level)
            return staging(delta, level)(transaction)

        how = {"graph": graph_name, "replace": replace, "level": int(level)}
        return Proposal(
            stage,
            QUADS,
            lambda: "\n".join([*to_lines(quads), ""]),
            {k: v for k, v in how.items() if v},
        )

    # What becomes of them

    def dry_run(
        self, proposal: Proposal, *, accept_failures: bool = False, listed: int = LISTED
    ) -> Trial:
        """What a proposal would make true and false, break and mend; nothing is changed.

        A graph that was opened for reading only can be asked, too.
        So many triples of each stratum are `listed`, all are counted.
        """
        with self._writer.lock:
            return self._writer.trial(
                proposal.stage, accept_failures=accept_failures, listed=listed
            )

    def commit(
        self, proposal: Proposal, author: str, message: str, *, accept_failures: bool = False
    ) -> Commit:
        """Make a proposal last, or raise ChangeRefused, change nothing, and keep it aside.

        It is refused if it adds results that the policy refuses, violations as a rule. With
        `accept_failures`, what a change of the ontology makes fail is filed as open tasks.
        """
        with self._change():
            try:
                return self._writer.commit_staged(
                    proposal.stage, author, message, accept_failures=accept_failures
                )
            except ChangeRefused as refused:
                raise self._set_aside(refused, proposal, author, message, None) from None

    def send_again(
        self,
        number: int,
        *,
        author: str | None = None,
        message: str | None = None,
        mended: bytes | None = None,
        media_type: str = N_QUADS,
        accept_failures: bool = False,
    ) -> Commit:
        """Commit a change that was set aside, as it was or `mended`, and forget it.

        Refused again, it stays aside under its number, as it was sent last.
        """
        with self._change():
            entry = self.aside.get(number)
            signed = author or entry.author, entry.message if message is None else message
            proposal = self.propose_again(number, mended, media_type)
            try:
                commit = self._writer.commit_staged(
                    proposal.stage, *signed, accept_failures=accept_failures
                )
            except ChangeRefused as refused:
                raise self._set_aside(refused, proposal, *signed, number) from None
            self.aside.drop(number)
            return commit

    def drop_aside(self, number: int) -> None:
        """Forget a change that was set aside."""
        with self._change():
            self.aside.drop(number)

    @property
    def aside(self) -> Shelf:
        """The changes that were refused and are kept aside."""
        return Shelf.of(self.settings)

    def tasks(self) -> Tasks:
        """The results that stand and wait for somebody, each with the commit it came with."""
        self._only_where_reasoning_is_on()
        with self._writer.lock:
            return self._writer.tasks()

    def _set_aside(
        self,
        refused: ChangeRefused,
        proposal: Proposal,
        author: str,
        message: str,
        number: int | None,
    ) -> ChangeRefused:
        """The refusal, with what has become of the change."""
        report = refused.report.to_json()
        told = report["results"][:RESULTS_KEPT]
        report |= {"results": told, "omitted": len(report["results"]) - len(told)}
        said = author, message, self._writer.clock(), str(refused)
        entry = Entry(proposal.kind, proposal.body(), *said, report, proposal.how)
        try:
            kept = self.aside.put(entry, number)
        except ShelfFull as error:
            return ChangeRefused(f"{refused}; {error}", refused.report)
        return ChangeRefused(
            f"{refused}; kept aside as change {kept.number}", refused.report, kept.number
        )

    # What may be sent

    def _change(self) -> threading.RLock:
        if not self._writable:
            raise Forbidden("this graph was opened for reading only; send the change to its owner")
        return self._writer.lock

    def _only_where_reasoning_is_on(self) -> None:
        if not self.settings.reasoning:
            raise Forbidden(
                "nothing is inferred or validated in this data folder, and what it holds may be "
                "more than fits into memory; validate documents with another one"
            )

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


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"byte {error.start} of the change is not UTF-8") from error
