"""Rows of identifiers to bytes, in Python; each term is written once and kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from kgraph.plan.algebra import Term
from kgraph.plan.execution import Row
from kgraph.sparql.results.layouts import Layout

KEPT = 1 << 16
"""Most fragments that are kept at a time."""
CHUNK = 1 << 16
"""Least characters in a chunk, but for the last."""

Terms = Callable[[Sequence[int]], list[Term]]


def rows_written(
    layout: Layout, variables: Sequence[str], batches: Iterable[Sequence[Row]], terms: Terms
) -> Iterator[bytes]:
    """A whole document, in chunks; the tail comes only after the last batch has come."""
    pieces: list[str] = [layout.head(variables)]
    size, separator = 0, ""
    for texts in _batches_written(layout, variables, batches, terms):
        text = layout.separator.join(texts)
        pieces += (separator, text)
        separator = layout.separator
        size += len(text)
        if size >= CHUNK:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    pieces.append(layout.tail)
    yield "".join(pieces).encode()


def _batches_written(
    layout: Layout, variables: Sequence[str], batches: Iterable[Sequence[Row]], terms: Terms
) -> Iterator[list[str]]:
    fragments: dict[int | None, str] = {None: ""}
    written = _row_writer(layout, variables, fragments)
    for batch in batches:
        missing = [one for one in set(chain.from_iterable(batch)) if one not in fragments]
        if missing:
            if len(fragments) + len(missing) > KEPT:
                fragments.clear()
                fragments[None] = ""
                missing = [one for one in set(chain.from_iterable(batch)) if one is not None]
            found = (one for one in missing if one is not None)
            wanted = list(found)
            fragments.update(zip(wanted, map(layout.term, terms(wanted)), strict=True))
        if batch:
            yield [written(row) for row in batch]


def _row_writer(
    layout: Layout, variables: Sequence[str], fragments: dict[int | None, str]
) -> Callable[[Row], str]:
    get = fragments.__getitem__
    before = [layout.before(variable) for variable in variables]
    whole = layout.start + layout.between.join(b + "%s" + layout.after for b in before) + layout.end

    def full(row: Row) -> str:
        return whole % tuple(map(get, row))

    def sparse(row: Row) -> str:
        if None not in row:
            return whole % tuple(map(get, row))
        cells = (
            b + get(one) + layout.after
            for b, one in zip(before, row, strict=True)
            if one is not None
        )
        return layout.start + layout.between.join(cells) + layout.end

    return sparse if layout.sparse else full
