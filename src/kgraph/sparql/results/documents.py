"""Whole documents of solutions: which of the two ways their bytes are made.

The first rows are written in Python, so that they leave at once; where many follow, SQL writes the
terms (`columns`).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from kgraph.plan.execution import Context, Row, Rows
from kgraph.plan.sets.run import Running
from kgraph.sparql.decoding import places_of, shown
from kgraph.sparql.results.cells import Cells
from kgraph.sparql.results.columns import Columns
from kgraph.sparql.results.layouts import Layout
from kgraph.sparql.results.rows import CHUNK, rows_written

IN_PYTHON = 1 << 13
"""So many rows come from Python before SQL takes over."""
AT_A_TIME = 1 << 17
"""Rows that SQL writes together: each time it goes through the dictionary."""

Opened = Callable[[Any], None]
"""Told of a cursor that is in use, so that it can be interrupted."""


def document(
    layout: Layout, variables: Sequence[str], rows: Rows, context: Context, opened: Opened
) -> Iterator[bytes]:
    """The chunks of a document; it is without its tail if making the rows fails."""
    if isinstance(rows, Running):
        few = rows.variables and rows.expected < IN_PYTHON
        found = rows.batches if few else rows.arrow_batches()
        yield from _mixed(layout, variables, rows, found, context, opened)
        return
    batches = shown(rows, variables, context)
    yield from rows_written(layout, tuple(variables), batches, Cells(layout, context))


def _mixed(
    layout: Layout,
    variables: Sequence[str],
    rows: Rows,
    batches: Iterator[Any],
    context: Context,
    opened: Opened,
) -> Iterator[bytes]:
    """The document of batches, tuples or Arrow: small ones in Python, what follows many in SQL."""
    first: list[Any] = []
    given = 0
    for batch in batches:
        first.append(batch)
        given += len(batch)
        if given >= IN_PYTHON:
            break
    start = Rows(rows.variables, iter([_tuples(batch, len(rows.variables)) for batch in first]))
    some = shown(start, variables, context)
    written = rows_written(layout, tuple(variables), some, Cells(layout, context))
    following = next(batches, None)
    if following is None:
        yield from written
        return
    tail = layout.tail.encode()
    for chunk in written:
        yield chunk.removesuffix(tail) if tail else chunk
    cursor = context.snapshot.cursor().cursor()
    opened(cursor)
    with cursor:
        columns = Columns(layout, variables, context, cursor)
        places = places_of(rows.variables, variables)
        for table in _tables(map(_recorded, chain([following], batches))):
            context.limits.check()
            given += table.num_rows
            context.limits.check_rows(given)
            found = [None if place is None else table.column(place) for place in places]
            text = columns.written(found, table.num_rows)
            for begin in range(0, len(text), CHUNK):
                yield text[begin : begin + CHUNK]
    yield tail


def _tables(batches: Iterator[Any]) -> Iterator[Any]:
    """Batches put together, so that each has many rows."""
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= AT_A_TIME:
            yield pa.Table.from_batches(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()


def _recorded(batch: Any) -> Any:
    """A batch as Arrow has it."""
    if not isinstance(batch, list):
        return batch
    columns = [pa.array(column, pa.int64()) for column in zip(*batch, strict=True)]
    return pa.record_batch(columns, names=[str(place) for place in range(len(columns))])


def _tuples(batch: Any, width: int) -> list[Row]:
    if isinstance(batch, list):
        return batch
    if not width:
        return [()] * batch.num_rows
    return list(zip(*(batch.column(place).to_pylist() for place in range(width)), strict=True))
