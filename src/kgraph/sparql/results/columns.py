"""Columns of identifiers to bytes: terms are written in SQL, rows put together by Arrow.

For answers of many rows. Each distinct term of a column is written once; the text of all rows is
one buffer, whose bytes are the chunk.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kgraph.identifiers import INLINE, LOCAL, PAYLOAD, SHIFT, Tag
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
        self._sql = (
            f"SELECT {fragment(layout.name, 'wanted.id')} AS fragment FROM wanted "
            "LEFT JOIN term ON term.id = wanted.id ORDER BY wanted.place"
        )

    def written(self, columns: Sequence[Any], rows: int) -> bytes:
        """The rows of columns of identifiers (None: never bound), each after a separator."""
        layout = self._layout
        if not columns:
            return ((layout.separator + layout.start + layout.end) * rows).encode()
        whole = all(column is not None and column.null_count == 0 for column in columns)
        start, end = layout.separator + layout.start, layout.end
        cells = []
        for place, (variable, column) in enumerate(zip(self._variables, columns, strict=True)):
            before = layout.before(variable)
            after = layout.after
            if whole:
                before = start + before if place == 0 else before
                after = after + end if place == len(columns) - 1 else after
            cells.append(self._cells(column, rows, before, after))
        nulls = "skip" if layout.sparse else "replace"
        texts = pc.binary_join_element_wise(
            *cells, _text(layout.between), null_handling=nulls, null_replacement=""
        )
        if not whole:
            texts = pc.fill_null(texts, _text(""))
            texts = pc.binary_join_element_wise(_text(start), texts, _text(end), _text(""))
        return _bytes(texts)

    def _cells(self, column: Any, rows: int, before: str, after: str) -> Any:
        if column is None:
            return pa.nulls(rows, pa.large_string())
        encoded = column.combine_chunks().dictionary_encode()
        distinct = self._fragments(encoded.dictionary)
        if before or after:
            distinct = pc.binary_join_element_wise(_text(before), distinct, _text(after), _text(""))
        return distinct.take(encoded.indices)

    def _fragments(self, identifiers: Any) -> Any:
        """What each identifier is written as; the terms that SQL does not know, in Python."""
        numbers = identifiers.to_numpy(zero_copy_only=False)
        tags = numbers >> SHIFT
        ours = ~np.isin(tags, list(INLINE)) & ((numbers & PAYLOAD) >= LOCAL) | (tags == Tag.TRIPLE)
        if ours.any():
            made = np.empty(len(numbers), dtype=object)
            wanted = [int(one) for one in numbers[ours]]
            made[ours] = [self._layout.term(term) for term in terms_of(self._context, wanted)]
            made[~ours] = self._in_sql(numbers[~ours]).to_pylist()
            return pa.array(made, pa.large_string())
        return self._in_sql(numbers)

    def _in_sql(self, numbers: Any) -> Any:
        wanted = pa.table({"id": numbers, "place": np.arange(len(numbers))})
        self._cursor.register("wanted", wanted)
        try:
            found = self._cursor.sql(self._sql).to_arrow_table()
        finally:
            self._cursor.unregister("wanted")
        return found.column("fragment").cast(pa.large_string()).combine_chunks()


def _text(text: str) -> Any:
    return pa.scalar(text, pa.large_string())


def _bytes(texts: Any) -> bytes:
    """The texts one after the other: the array's own buffer."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(data[int(places[0]) : int(places[-1])]) if data is not None else b""
