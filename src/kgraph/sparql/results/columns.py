"""Columns of identifiers to bytes: terms are written in SQL, rows put together by Arrow.

For answers of many rows. Each distinct term of a column is written once; the text of all rows is
one buffer, whose bytes are the chunk.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kgraph.identifiers import INLINE, SHIFT
from kgraph.plan.execution import Context
from kgraph.sparql.decoding import terms_of
from kgraph.sparql.results.layouts import Layout
from kgraph.sparql.results.sql import fragment


class Columns:
    """Writes one answer's rows, table by table."""

    def __init__(
        self, layout: Layout, variables: Sequence[str], context: Context, cursor: Any
    ) -> None:
        """`cursor` sees the dictionary, and is not the one that the rows come from."""
        self._layout, self._variables, self._context = layout, variables, context
        self._cursor = cursor

    def written(self, columns: Sequence[Any], rows: int) -> bytes:
        """The rows of columns of identifiers (None: never bound), each after a separator."""
        layout = self._layout
        if not columns:
            return ((layout.separator + layout.start + layout.end) * rows).encode()
        whole = all(column is not None and column.null_count == 0 for column in columns)
        texts = self._full(columns) if whole else self._gappy(columns, rows)
        return _bytes(texts)

    def _full(self, columns: Sequence[Any]) -> Any:
        """Rows in which everything is bound: what stands around them goes into the cells."""
        layout, last = self._layout, len(columns) - 1
        cells = []
        for place, (variable, column) in enumerate(zip(self._variables, columns, strict=True)):
            before = layout.separator + layout.start if place == 0 else ""
            end = layout.end if place == last else ""
            before += layout.before(variable)
            cells.append(self._cells(column, before, layout.after + end))
        return pc.binary_join_element_wise(*cells, _text(layout.between))

    def _gappy(self, columns: Sequence[Any], rows: int) -> Any:
        """Rows in which something may be unbound."""
        layout = self._layout
        between = layout.between
        ahead = between if layout.sparse else ""
        cells = []
        for variable, column in zip(self._variables, columns, strict=True):
            if column is None:
                cells.append(pa.nulls(rows, pa.large_string()))
            else:
                cells.append(self._cells(column, ahead + layout.before(variable), layout.after))
        joined = pc.binary_join_element_wise(
            *cells,
            _text("" if layout.sparse else between),
            null_handling="replace",
            null_replacement="",
        )
        if ahead:
            joined = pc.utf8_slice_codeunits(joined, len(ahead))
        start = _text(layout.separator + layout.start)
        return pc.binary_join_element_wise(start, joined, _text(layout.end), _text(""))

    def _cells(self, column: Any, before: str, after: str) -> Any:
        encoded = column.combine_chunks().dictionary_encode()
        distinct = self._fragments(encoded.dictionary)
        if before or after:
            distinct = pc.binary_join_element_wise(_text(before), distinct, _text(after), _text(""))
        return distinct.take(encoded.indices)

    def _fragments(self, identifiers: Any) -> Any:
        """What each identifier is written as; what SQL leaves open, in Python."""
        numbers = identifiers.to_numpy(zero_copy_only=False)
        if not len(numbers):
            return pa.array([], pa.large_string())
        found = self._in_sql(numbers)
        if not found.null_count:
            return found
        open_ = found.is_null()
        wanted = [int(one) for one in numbers[open_.to_numpy(zero_copy_only=False)]]
        texts = [self._layout.term(term) for term in terms_of(self._context, wanted)]
        return pc.replace_with_mask(found, open_, pa.array(texts, pa.large_string()))

    def _in_sql(self, numbers: Any) -> Any:
        tags = frozenset(np.unique(numbers >> SHIFT).tolist())
        wanted = pa.table({"id": numbers, "place": np.arange(len(numbers))})
        term = "" if tags <= INLINE else "LEFT JOIN term ON term.id = wanted.id"
        text = fragment(self._layout.name, "wanted.id", tags)
        self._cursor.register("wanted", wanted)
        try:
            sql = f"SELECT wanted.place, {text} AS fragment FROM wanted {term}"
            found = self._cursor.sql(sql).to_arrow_table()
        finally:
            self._cursor.unregister("wanted")
        order = np.argsort(found.column("place").to_numpy())
        return found.column("fragment").cast(pa.large_string()).combine_chunks().take(order)


def _text(text: str) -> Any:
    return pa.scalar(text, pa.large_string())


def _bytes(texts: Any) -> bytes:
    """The texts one after the other: the array's own buffer."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(data[int(places[0]) : int(places[-1])]) if data is not None else b""
