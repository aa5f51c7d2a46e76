"""Whole documents of solutions: which of the two ways their bytes are made."""

from collections.abc import Iterator, Sequence

from kgraph.plan.execution import Context, Rows
from kgraph.sparql.decoding import shown, terms_of
from kgraph.sparql.results.layouts import Layout
from kgraph.sparql.results.rows import rows_written


def document(
    layout: Layout, variables: Sequence[str], rows: Rows, context: Context
) -> Iterator[bytes]:
    """The chunks of a document; it is without its tail if making the rows fails."""
    batches = shown(rows, variables, context)
    return rows_written(layout, variables, batches, lambda ids: terms_of(context, ids))
