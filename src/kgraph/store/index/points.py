"""Runs and overlay of a store, and the views of its commits; the writer's side."""

from collections.abc import Iterable

from kgraph.store.index.norun import NoRuns, Run, copies_in
from kgraph.store.index.overlay import Copy, Logged, Overlay
from kgraph.store.index.view import Index
from kgraph.terms import Term


def _overlay_on(run: Run) -> Overlay:
    def base(s: int, p: int, o: int) -> Iterable[Copy]:
        return copies_in(run, s, p, o)

    return Overlay(base)


class PointStore:
    """One writer calls `apply`, `discard`; anybody calls `at`, of commits that are published."""

    def __init__(self) -> None:
        """No runs yet, no commit."""
        run = NoRuns()
        self._state: tuple[Run, Overlay] = (run, _overlay_on(run))
        self._cache: dict[int, Term] = {}

    @property
    def pending(self) -> int:
        """Changes since the runs were built."""
        return self._state[1].changes

    def apply(
        self, commit: int, terms: Iterable[tuple[int, str]], changes: Iterable[Logged]
    ) -> None:
        """Add terms (identifier, text) and changes to a commit: the last one, or one after it.

        A change is (added or removed, s, p, o, g, level, round); what holds already is not added
        again, it takes the new level and round. Views of earlier commits do not see any of it.
        """
        self._state[1].apply(commit, terms, changes)

    def discard(self, commit: int) -> None:
        """Forget a commit that came to nothing: the last one; its number may come again."""
        for number in self._state[1].discard(commit):
            self._cache.pop(number, None)

    def at(self, commit: int, level: int) -> Index:
        """The view of a commit, at a level and those below it."""
        run, overlay = self._state
        if commit < run.commit:
            raise ValueError(f"the runs are of commit {run.commit}; commit {commit} is gone here")
        return Index(run, overlay, commit, level, self._cache)
