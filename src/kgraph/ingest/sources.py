"""The sources in the store: what the files say, with the changes that people made since.

When the files change, the difference becomes a commit. A person's change to a graph of the sources
stands over the files: what was added stays, what was removed stays away. Where the sources make
something newly fail, they are refused, rules and shapes included (docs/decisions/0093).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgraph.ingest.closing import Theory
from kgraph.ingest.commits import SOURCES, Commit, Signed
from kgraph.ingest.corpus import Corpus
from kgraph.ingest.delta import Delta
from kgraph.ingest.digests import code_digest, key_of
from kgraph.ingest.patches import brought_in, waiting
from kgraph.ingest.theories import Theories
from kgraph.ingest.transaction import Writer, staging
from kgraph.ingest.trials import LISTED, NOTHING_TRIED, Trial
from kgraph.progress import SILENT, Progress
from kgraph.store import SEALED, Store
from kgraph.vocab import Names


@dataclass(frozen=True)
class Incoming:
    """What the sources say now that the store does not."""

    delta: Delta
    mark: str
    code: str
    theory: Theory | None
    """Their rules and shapes, where they may be others than those that the store is closed by."""
    anew: bool
    """Whether other code closed the store."""
    first: bool
    """Whether the store knows no sources yet."""


class Sources:
    """The sources of one graph, and what was accepted of them."""

    def __init__(
        self,
        corpus: Corpus,
        names: Names,
        store: Store,
        folder: Path | None,
        *,
        keep: bool = True,
    ) -> None:
        """`folder` is the data folder, or None; what is accepted is kept there, or only read.

        Raises RuleError or ShapesError.
        """
        self._corpus, self._names, self._store = corpus, names, store
        self._theories = None if folder is None else Theories(folder)
        self._keep, self._said = keep, corpus.theory(names)
        self._code = code_digest("reason", "shacl", "ingest")
        self._kept = None
        last = _last_mark(store)
        if self._theories is not None and last not in (None, self._mark(True), self._mark(False)):
            self._kept = self._theories.load(last or "")

    @property
    def theory(self) -> Theory:
        """The rules and shapes that the store is closed by; those of the files, if unknown."""
        return self._kept.theory if self._kept else self._said

    def incoming(self, writer: Writer, progress: Progress = SILENT) -> Incoming | None:
        """What differs between the sources and the store; None if nothing can."""
        mark, last = self._mark(writer.reasoning), _last_mark(self._store)
        if last == mark or (last is None and not self._corpus.says_anything):
            return None
        delta = self._difference(progress)
        if self._store.last_commit == 0 and not delta:
            return None
        kept = self._kept
        same = kept and (kept.code, kept.namespace) == (self._code, self._names.namespace)
        theory = self._said if kept else None
        return Incoming(delta, mark, self._code, theory, not same, last is None)

    def bring_in(
        self, writer: Writer, *, accept_failures: bool = False, progress: Progress = SILENT
    ) -> Commit | None:
        """Commit what differs; None if nothing can.

        ChangeRefused if something newly fails: then the store stays as it was. What fails of the
        first sources of a store is filed as open tasks.
        """
        found = self.incoming(writer, progress)
        if found is None:
            return None
        signed = Signed("sources", "the sources as they are", writer.clock(), found.mark)
        if self._theories is not None and self._keep:
            self._theories.keep(found.mark, self._corpus, self._names, found.code)
        if found.first:
            commit = writer.commit_anyway(found.delta, signed, anew=True)
        else:
            commit = writer.commit_theory(
                found.delta,
                signed,
                found.theory or writer.theory,
                anew=found.anew,
                accept_failures=accept_failures,
            )
        if self._theories is not None and self._keep:
            self._theories.only(found.mark)
        self._kept = None
        return commit

    def trial(
        self,
        writer: Writer,
        *,
        accept_failures: bool = False,
        listed: int = LISTED,
        progress: Progress = SILENT,
    ) -> Trial:
        """What bringing them in would come to; nothing is changed."""
        found = self.incoming(writer, progress)
        if found is None:
            return NOTHING_TRIED
        return writer.trial(
            staging(found.delta),
            theory=found.theory or writer.theory,
            anew=found.anew or found.first,
            accept_failures=accept_failures or found.first,
            listed=listed,
        )

    def _mark(self, reasoning: bool) -> str:
        """What the commit of these sources, by this code, is known by."""
        return SOURCES + key_of([self._corpus.digest, self._code if reasoning else ""])

    def _difference(self, progress: Progress) -> Delta:
        corpus, store = self._corpus, self._store
        quads = set(corpus.quads(progress))
        names = {source.graph for source in corpus.sources} | set(store.graphs_written_by(SOURCES))
        edits = store.edits(names, SOURCES)
        wanted = quads - {quad for quad, added in edits if not added}
        wanted |= {quad for quad, added in edits if added}
        with store.snapshot(level=SEALED) as snapshot:  # what was raised since stands too
            standing = {
                quad
                for name in names
                for quad in snapshot.quads_for_pattern(None, None, None, name)
            }
            created = [name for name in names if not snapshot.contains_named_graph(name)]
        return Delta(
            tuple(wanted - standing),
            tuple(standing - wanted),
            _sorted(set(created) & {quad.graph_name for quad in wanted}),
            _sorted(names - {source.graph for source in corpus.sources} - _graph_names(wanted)),
        )


def bring_in_patches(writer: Writer, folder: Path) -> None:
    """Make the changes that an earlier kgraph kept as files into commits, once."""
    for patch in waiting(folder):
        writer.commit_anyway(patch.delta, Signed(patch.author, patch.message, patch.time))
        brought_in(patch)


def _last_mark(store: Store) -> str | None:
    marks = (one.source for one in reversed(store.commits()))
    return next((mark for mark in marks if mark and mark.startswith(SOURCES)), None)


def _graph_names(quads: Iterable[Quad]) -> set[NamedNode]:
    return {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}


def _sorted(names: Iterable[object]) -> tuple[NamedNode, ...]:
    return tuple(sorted((n for n in names if isinstance(n, NamedNode)), key=str))
