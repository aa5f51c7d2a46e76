"""Runs and overlay of a store, and the views of its commits; the writer's side."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from kgraph.store.index.build import build_runs
from kgraph.store.index.dictionary import Kept
from kgraph.store.index.files import CURRENT, Torn, current, read_stamp, remove_others
from kgraph.store.index.norun import NoRuns, Run, copies_in
from kgraph.store.index.overlay import Copy, Logged, Overlay
from kgraph.store.index.queries import Source
from kgraph.store.index.runs import Runs
from kgraph.store.index.view import Index


def _overlay_on(run: Run) -> Overlay:
    def base(s: int, p: int, o: int) -> Iterable[Copy]:
        return copies_in(run, s, p, o)

    return Overlay(base)


class PointStore:
    """One writer calls `apply`, `discard`, `use`; anybody calls `at`, of published commits.

    Opening a store: `open`; if that says no, `use(build(...))`; then `apply` of the log's rows of
    commits after `runs_commit`.
    """

    def __init__(self, folder: Path | None = None, identity: str = "") -> None:
        """`folder` is for runs, None for a store in memory; `identity` tells stores apart."""
        self._folder, self._identity = folder, identity
        self._begin(NoRuns())

    def _begin(self, run: Run) -> None:
        self._state: tuple[Run, Overlay, Kept] = (run, _overlay_on(run), Kept())

    @property
    def mark(self) -> object:
        """Another one whenever there are other runs."""
        return self._state[2]

    @property
    def pending(self) -> int:
        """Changes since the runs were built."""
        return self._state[1].changes

    @property
    def runs_commit(self) -> int:
        """The commit that the runs are of; 0 if there are none."""
        return self._state[0].commit

    @property
    def runs_highest(self) -> int:
        """The highest number (`id & PAYLOAD`) of a term in the runs; 0 if there are none."""
        return self._state[0].highest

    def open(self, commit: int, generation: int) -> bool:
        """Map the runs in the folder, if they are whole, of this generation, and not of the future.

        False: there are none that can be used.
        """
        folder = self._folder and current(self._folder)
        if not folder:
            return False
        try:
            stamp = read_stamp(folder)
        except Torn:
            return False
        if stamp.generation != generation or stamp.identity != self._identity:
            return False
        if stamp.commit > commit:
            return False
        self._begin(Runs(folder, stamp))
        if self._folder:
            remove_others(self._folder, folder)
        return True

    def build(self, source: Source, commit: int, terms: "PointStore | None" = None) -> Runs:
        """New runs of the commit that the source's transaction sees; commits may go on meanwhile.

        They are on the disk, and current, when this returns; `use` shows them to readers. The
        terms in the runs that are in use, here or in `terms`, are not read again.
        """
        before = self._runs if terms is None else terms._runs
        if self._folder is not None:
            return _built(self._folder, source, commit, self._identity, before)
        with TemporaryDirectory(prefix="kgraph-") as folder:
            return _built(Path(folder), source, commit, self._identity, before)

    @property
    def _runs(self) -> Runs | None:
        run = self._state[0]
        return run if isinstance(run, Runs) else None

    def aside(self, source: Source, commit: int) -> "PointStore":
        """A point store of its own, on runs of a commit that is still to come."""
        found = PointStore(None, self._identity)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="run-", dir=self._folder) as folder:
            found._begin(_built(Path(folder), source, commit, self._identity, self._runs))
        return found

    def withdraw(self) -> None:
        """The runs that were built last are of a commit that came to nothing."""
        if self._folder is not None:
            (self._folder / CURRENT).unlink(missing_ok=True)

    def use(self, runs: Runs) -> None:
        """Answer from these runs, and from what was committed after them, from now on.

        Views that were made before keep the old runs mapped until they are gone.
        """
        before = self._state[1]
        overlay = _overlay_on(runs)
        for commit, terms, changes in before.later(runs.commit):
            overlay.apply(commit, terms, changes)
        self._state = (runs, overlay, Kept())

    def close(self) -> None:
        """Let go of runs and overlay; views that were made before still read theirs."""
        self._begin(NoRuns())

    def apply(
        self, commit: int, terms: Iterable[tuple[int, str]], changes: Iterable[Logged]
    ) -> None:
        """Add terms (identifier, text) and changes to a commit: the last one, or one after it.

        A change is (added or removed, s, p, o, g, mask, round); what holds already is not added
        again, it takes the new mask and round. Views of earlier commits do not see any of it.
        """
        self._state[1].apply(commit, terms, changes)

    def discard(self, commit: int) -> None:
        """Forget a commit that came to nothing: the last one; its number may come again."""
        _, overlay, kept = self._state
        for number in overlay.discard(commit):
            kept.forget(number)

    def at(self, commit: int, level: int) -> Index:
        """The view of a commit, as a level sees it, or of all that some level sees (`ANYWHERE`)."""
        run, overlay, kept = self._state
        if commit < run.commit:
            raise ValueError(f"the runs are of commit {run.commit}; commit {commit} is gone here")
        return Index(run, overlay, commit, level, kept)


def _built(folder: Path, source: Source, commit: int, identity: str, before: Runs | None) -> Runs:
    built = build_runs(folder, source, commit, identity, before=before)
    return Runs(built, read_stamp(built))
