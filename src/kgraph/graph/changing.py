"""A graph as its owner has it: opened, changed, closed."""

import logging
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
from kgraph.errors import ChangeRefused, Forbidden, StoreLocked
from kgraph.formats import by_suffix
from kgraph.graph.explaining import level_called
from kgraph.graph.proposing import Proposing
from kgraph.ingest.closing import Theory
from kgraph.ingest.commits import Commit, Signed
from kgraph.ingest.policy import FILE as POLICY_FILE
from kgraph.ingest.policy import Policy
from kgraph.ingest.purging import Purged, purge
from kgraph.ingest.tasks import Register
from kgraph.ingest.transaction import Writer, staging
from kgraph.ingest.trials import LISTED, Trial
from kgraph.progress import SILENT, Progress
from kgraph.shacl import ValidationReport
from kgraph.sparql import Engine
from kgraph.sparql.egress import Egress
from kgraph.store import SEALED, Snapshot, Store
from kgraph.store.bulk.load import source_of
from kgraph.terms import DEFAULT_GRAPH, Term, graph_node

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds for which queries may wind down before the store is closed under them."""
OFF = "reasoning-off"
"""A file of this name in the data folder says that nothing is inferred or validated there."""
WHAT_OFF_MEANS = """This data folder holds bulk data as it came: nothing is inferred or validated.
Without this file, the next opening infers over all of it.
"""


def _engine(settings: Settings) -> Engine:
    egress = Egress(frozenset(settings.service_endpoints))
    return Engine(egress=egress, prefixes=settings.names.prefixes)


def _store(settings: Settings, *, read_only: bool, in_memory: bool) -> tuple[Store, bool]:
    """The store, and whether it is the one of the data folder, and not a copy."""
    if in_memory:
        return Store.open(None, memory_limit=settings.memory), False
    folder = settings.data_folder / "store"
    try:
        return Store.open(folder, memory_limit=settings.memory), True
    except StoreLocked:
        if not read_only:
            raise
        return Store.open_copy(folder, memory_limit=settings.memory), False


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


def _policy(settings: Settings) -> Policy:
    path = Path(settings.policy) if settings.policy else settings.data_folder / POLICY_FILE
    return Policy.load(path, settings.names, required=bool(settings.policy))


def reasons_in(settings: Settings) -> bool:
    """Whether changes to a data folder are inferred over and validated."""
    return settings.reasoning and not (settings.data_folder / OFF).exists()


def utc_now() -> datetime:
    """The time of a commit."""
    return datetime.now(UTC)


class KnowledgeGraph(Proposing):
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
        sources: ingest.Sources,
    ) -> None:
        """Use `open`."""
        self.settings, self.corpus = settings, corpus
        self._store, self._writer, self._engine = store, writer, engine
        self.level = level_called(settings.level)
        self._sources = sources
        self._writable = True
        self.sources_refused: ChangeRefused | None = None

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
        accept_failures: bool = False,
    ) -> "KnowledgeGraph":
        """Open the store, bring it to what the sources say, and be ready.

        Raises StoreLocked where another process owns the data folder. With `read_only`, a copy of
        what is committed is read instead, and changes are refused; `sources_only` reads the
        sources alone, into memory, and refuses changes too. Without `with_sources`, the store is
        left as it is until `bring_in_sources` or the next opening.

        Sources that make something newly fail are refused, and `sources_refused` says why: the
        graph is what it was then. With `accept_failures`, what fails is filed as open tasks.
        """
        if not sources_only:
            settings = replace(settings, reasoning=reasons_in(settings))
        corpus = ingest.load_corpus(settings)
        store, own = _store(settings, read_only=read_only, in_memory=sources_only)
        writable, folder = not (read_only or sources_only), settings.data_folder
        try:
            known = None if sources_only else folder
            sources = ingest.Sources(corpus, settings.names, store, known, keep=own)
            register = Register(known, last_commit=store.last_commit, write=own)
            policy = _policy(settings)
            writer = Writer(
                store, sources.theory, settings, clock, policy=policy, register=register
            )
            graph = cls(settings, corpus, store, writer, _engine(settings), sources)
            with writer.telling(progress):
                if with_sources:
                    graph._bring_in(accept_failures, progress)
                if with_sources and writable:
                    ingest.bring_in_patches(writer, folder)
        except BaseException:
            store.close()
            raise
        graph._writable = writable
        return graph

    def bring_in_sources(self, *, accept_failures: bool = False) -> Commit | None:
        """Commit what the sources say and the store does not; None if there is nothing.

        ChangeRefused if something newly fails, unless that is to be filed as open tasks.
        """
        with self._change():
            return self._sources.bring_in(self._writer, accept_failures=accept_failures)

    def dry_run_sources(self, *, accept_failures: bool = False, listed: int = LISTED) -> Trial:
        """What bringing in the sources would come to; nothing is changed."""
        with self._writer.lock:
            return self._sources.trial(self._writer, accept_failures=accept_failures, listed=listed)

    def _bring_in(self, accept_failures: bool, progress: Progress) -> None:
        try:
            self._sources.bring_in(self._writer, accept_failures=accept_failures, progress=progress)
        except ChangeRefused as refused:
            self.sources_refused = refused
            log.info("the sources were not brought in: %s", refused)

    def prepare(self) -> None:
        """Make ready for changes, so that the first one takes no longer than others."""
        with self._writer.lock:
            self._writer.prepare()

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

    def load(
        self,
        files: Sequence[Path],
        *,
        graph_name: str | None = None,
        author: str,
        message: str,
        progress: Progress = SILENT,
    ) -> Commit:
        """Load documents of any size in streams, all in one commit.

        What they put into no graph goes into `graph_name`, or the default graph. All of it is
        closed and judged by sets before it is committed: ChangeRefused as for any change. Where
        reasoning is off nothing is inferred or validated, from now on: the data folder keeps that
        in mind. Forbidden if that folder has inferences.
        """
        node = None if graph_name is None else graph_node(graph_name)
        assert node is None or isinstance(node, NamedNode)
        documents = [(file, by_suffix(file), node) for file in files]
        with self._change():
            signed = Signed(author, message, self._writer.clock(), source_of(documents))
            if self.settings.reasoning:
                return self._writer.load(documents, signed, progress=progress)
            self._refuse_inferences()
            with _kept_off(self.settings.data_folder / OFF):
                return self._writer.load(documents, signed, progress=progress)

    def _refuse_inferences(self) -> None:
        names = self.graph_names()
        if any(name.startswith(self.names.inferred) for name in names):
            raise Forbidden(
                "this data folder has inferences, which a load without reasoning would leave as "
                "they are: load with reasoning, or into a data folder of its own"
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
            return purge(
                self._writer, self.corpus, folder, self.aside, terms, quads, author, message
            )

    def validate(
        self,
        data: bytes | None = None,
        media_type: str | None = None,
        *,
        level: int = SEALED,
        progress: Progress = SILENT,
    ) -> ValidationReport:
        """The report on the whole graph; with data, what adding it would add to that report.

        It is on what a level sees, and tells it nothing else.

        Triples that come without a graph are tried in one of their own.
        """
        self._only_where_reasoning_is_on()
        quads = []
        if data is not None:  # a slip is told at once, whoever holds the lock
            quads = self._read(data, media_type or "text/turtle", None, None)
        progress("waiting for another change")
        with self._writer.lock, self._writer.telling(progress):
            if data is None:
                return self._writer.whole_report(level)
            unsaved = self.names.graph("unsaved")
            named = [
                Quad(q.subject, q.predicate, q.object, unsaved)
                if q.graph_name == DEFAULT_GRAPH
                else q
                for q in quads
            ]
            delta = self._writer.adding(named, unsaved.value, False)
            return self._writer.trial(staging(delta), level=level).report
