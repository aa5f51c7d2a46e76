"""Terms and identifiers, both ways, as one commit knows them."""

from collections.abc import Sequence

from kgraph.identifiers import INLINE, PAYLOAD, SHIFT, inline_id, inline_term
from kgraph.store.index.kinds import Kinds
from kgraph.store.index.norun import Run
from kgraph.store.index.overlay import Overlay
from kgraph.store.index.texts import term_from
from kgraph.terms import Term

CACHED_TERMS = 1 << 17
CACHED_NOTES = 1 << 16
_INSIDE = sum(1 << tag for tag in INLINE)


class Kept:
    """What all views of the same runs and overlay keep of terms, by identifier."""

    __slots__ = ("kinds", "notes", "runs", "terms")

    def __init__(self) -> None:
        """Nothing yet."""
        self.terms: dict[int, Term] = {}
        self.notes: dict[str, dict[int, str]] = {}
        self.runs = object()
        """Stands for the runs: while it is the same, they are."""
        self.kinds: Kinds | None = None
        """The kinds of copies in the runs, once somebody asked for them."""

    def forget(self, identifier: int) -> None:
        """The identifier may stand for another term from now on."""
        self.terms.pop(identifier, None)
        for texts in self.notes.values():
            texts.pop(identifier, None)


class Dictionary:
    """The dictionary of runs and overlay up to a commit."""

    __slots__ = ("_cache", "_highest", "_kept", "_overlay", "_run", "commit")

    def __init__(self, run: Run, overlay: Overlay, commit: int, kept: Kept) -> None:
        """`kept` is shared by the views of the same runs and overlay."""
        self.commit = commit
        self._run, self._overlay = run, overlay
        self._kept, self._cache = kept, kept.terms
        self._highest = max(run.highest, overlay.highest(commit))

    @property
    def runs(self) -> object:
        """What stands for the runs: while it is the same, so is each `lasting_id`."""
        return self._kept.runs

    def lasting_id(self, term: Term) -> int | None:
        """The identifier of a term, if it is inside or in the runs, where nothing changes."""
        inline = inline_id(term)
        return self._run.id_of(str(term)) if inline is None else inline

    def notes(self, kind: str) -> dict[int, str]:
        """What somebody has noted of terms, by identifier, to be added to; it is not kept for long.

        An identifier has to be one that this dictionary gave out or that holds its value.
        """
        notes = self._kept.notes.setdefault(kind, {})
        if len(notes) >= CACHED_NOTES:
            notes.clear()
        return notes

    def id_of(self, term: Term) -> int | None:
        """The identifier of a term; None if this commit does not know it."""
        inline = inline_id(term)
        if inline is not None:
            return inline
        text = str(term)
        found = self._overlay.ids.get(text)
        if found is None:
            return self._run.id_of(text)
        return found if found & PAYLOAD <= self._highest else None

    def text_of(self, identifier: int) -> str:
        """The text (`str`) of a term; KeyError for one that the store does not have."""
        if _INSIDE >> (identifier >> SHIFT) & 1:
            return str(inline_term(identifier))
        found = self._overlay.texts.get(identifier)
        return self._run.text_of(identifier) if found is None else found

    def term_of(self, identifier: int) -> Term:
        """The term; KeyError for one that the store does not have."""
        cache = self._cache
        found = cache.get(identifier)
        if found is not None:
            return found
        tag = identifier >> SHIFT
        if _INSIDE >> tag & 1:
            return inline_term(identifier)
        text = self._overlay.texts.get(identifier)
        term = term_from(self._run.text_of(identifier) if text is None else text, tag)
        if len(cache) >= CACHED_TERMS:
            cache.clear()
        cache[identifier] = term
        return term

    def terms_of(self, identifiers: Sequence[int]) -> list[Term]:
        """The terms, in the same order."""
        get, term_of = self._cache.get, self.term_of
        return [get(identifier) or term_of(identifier) for identifier in identifiers]
