"""Names that are spelt nearly alike: what may have been meant where nothing has a name."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from heapq import nsmallest

from pyoxigraph import Literal, NamedNode

from kgraph.terms import Term

CUTOFF = 0.7
"""How alike two names are that may be meant for each other; 1 is the same."""
RAREST = 4
"""Pairs of letters that names are looked up by: those that the fewest have."""
LIKELY = 20
"""Names that are compared letter by letter: those with most pairs of letters in common."""


def local_name(term: Term) -> str:
    """What a name ends with, or a literal's text, in small letters."""
    if isinstance(term, NamedNode):
        return re.split(r"[/#:]", term.value.rstrip("/#"))[-1].lower()
    return term.value.lower() if isinstance(term, Literal) else ""


class Spelling:
    """Terms by their names and labels, to find those that are spelt like another."""

    def __init__(self, terms: Iterable[Term], label: Callable[[Term], str | None]) -> None:
        """`label` says what a term is called."""
        self._label = label
        self._terms: dict[str, Term] = {}
        self._pairs: dict[str, list[str]] = {}
        for term in terms:
            for text in self._texts(term):
                if text not in self._terms:
                    self._terms[text] = term
                    for pair in _pairs(text):
                        self._pairs.setdefault(pair, []).append(text)

    def near(self, wanted: Term) -> list[Term]:
        """The terms that are spelt like a term, the nearest first."""
        found: dict[Term, None] = {}
        for text in self._texts(wanted):
            for match in get_close_matches(text, self._likely(text), n=3, cutoff=CUTOFF):
                found[self._terms[match]] = None
        return list(found)

    def _texts(self, term: Term) -> list[str]:
        texts = (local_name(term), (self._label(term) or "").lower())
        return list(dict.fromkeys(filter(None, texts)))

    def _likely(self, text: str) -> list[str]:
        shared = sorted((self._pairs.get(pair, []) for pair in _pairs(text)), key=len)
        common = Counter(name for names in shared[:RAREST] for name in names)
        return nsmallest(
            LIKELY, common, key=lambda name: (-common[name], abs(len(name) - len(text)), name)
        )


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(max(1, len(text) - 1))}
