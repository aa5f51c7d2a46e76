"""Fragments of a document by identifier, from the texts that the dictionary holds.

What is written of a term is noted with the dictionary, for the answers that follow.
"""

from collections.abc import Iterable

from kgraph.identifiers import INLINE, SHIFT, Tag, inline_term
from kgraph.plan.execution import Context, LocalTerms
from kgraph.sparql.results.layouts import Layout

KEPT = 1 << 16
"""Most fragments that one answer keeps at a time."""
_TRIPLE = int(Tag.TRIPLE)


class Cells:
    """Writes the terms of one answer."""

    def __init__(self, layout: Layout, context: Context) -> None:
        """In a format, under the context in which the rows were found."""
        self._layout, self._locals = layout, context.locals
        self._dictionary = context.snapshot.dictionary
        self._notes = self._dictionary.notes(layout.name)
        self.known: dict[int | None, str] = {None: ""}
        """The fragments of what `learn` was told of; unbound is empty."""

    def learn(self, identifiers: Iterable[int | None]) -> None:
        """Have the fragments of these among `known`."""
        known, noted = self.known, self._notes.get
        if len(known) > KEPT:
            known.clear()
            known[None] = ""
        for one in identifiers:
            if one not in known:
                assert one is not None, "unbound is known"
                known[one] = noted(one) or self._made(one)

    def _made(self, identifier: int) -> str:
        layout = self._layout
        if LocalTerms.is_local(identifier):
            return layout.term(self._locals.term_of(identifier))
        tag = identifier >> SHIFT
        if tag in INLINE:
            found = layout.term(inline_term(identifier))
        elif layout.text is None or tag == _TRIPLE:
            found = layout.term(self._dictionary.term_of(identifier))
        else:
            text = self._dictionary.text_of(identifier)
            written = layout.text(text)
            found = written or layout.term(self._dictionary.term_of(identifier))
        self._notes[identifier] = found
        return found
