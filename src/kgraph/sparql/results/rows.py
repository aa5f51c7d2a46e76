"""Rows of identifiers to bytes, in Python; each term is written once and kept."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from kgraph.plan.execution import Row
from kgraph.sparql.results.cells import Cells
from kgraph.sparql.results.layouts import LAYOUTS, Layout

CHUNK = 1 << 16
"""Least characters in a chunk, but for the last."""


class Frame:
    """What stands around the terms of all rows with the same variables."""

    def __init__(self, layout: Layout, variables: Sequence[str]) -> None:
        """In a format."""
        self.head = layout.head(variables)
        self._layout, self._before = layout, [layout.before(name) for name in variables]
        cells = layout.between.join(before + "%s" + layout.after for before in self._before)
        self._whole = layout.start + cells + layout.end

    def written(self, rows: Sequence[Row], known: dict[int | None, str]) -> str:
        """Rows of which every term is known, with what stands between them."""
        get, whole, sparse = known.__getitem__, self._whole, self._layout.sparse
        return self._layout.separator.join(
            [
                self._gappy(row, known) if sparse and None in row else whole % tuple(map(get, row))
                for row in rows
            ]
        )

    def _gappy(self, row: Row, known: dict[int | None, str]) -> str:
        layout = self._layout
        cells = (
            before + known[one] + layout.after
            for before, one in zip(self._before, row, strict=True)
            if one is not None
        )
        return layout.start + layout.between.join(cells) + layout.end


@lru_cache(maxsize=512)
def frame_of(layout: str, variables: tuple[str, ...]) -> Frame:
    """The frame of a format, by its name."""
    return Frame(LAYOUTS[layout], variables)


def rows_written(
    layout: Layout, variables: tuple[str, ...], batches: Iterable[Sequence[Row]], cells: Cells
) -> Iterator[bytes]:
    """A whole document, in chunks; the tail comes only after the last batch has come."""
    frame = frame_of(layout.name, variables)
    pieces = [frame.head]
    size, separator = 0, ""
    for batch in batches:
        if not batch:
            continue
        cells.learn(chain.from_iterable(batch))
        text = frame.written(batch, cells.known)
        pieces += (separator, text)
        separator = layout.separator
        size += len(text)
        if size >= CHUNK:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    pieces.append(layout.tail)
    yield "".join(pieces).encode()
