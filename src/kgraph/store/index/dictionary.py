"""Terms and identifiers, both ways, as one commit knows them."""

from collections.abc import Sequence

from kgraph.identifiers import INLINE, PAYLOAD, SHIFT, inline_id, inline_term
from kgraph.store.index.norun import Run
from kgraph.store.index.overlay import Overlay
from kgraph.store.index.texts import term_from
from kgraph.terms import Term

CACHED_TERMS = 1 << 17
_INSIDE = sum(1 << tag for tag in INLINE)


class Dictionary:
    """The dictionary of runs and overlay up to a commit."""

    __slots__ = ("_cache", "_highest", "_overlay", "_run", "commit")

    def __init__(self, run: Run, overlay: Overlay, commit: int, cache: dict[int, Term]) -> None:
        """`cache` holds terms that were made before, by any view of the same dictionary."""
        self.commit = commit
        self._run, self._overlay, self._cache = run, overlay, cache
        self._highest = max(run.highest, overlay.highest(commit))

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
