"""The tables of a store in DuckDB: their names, columns and meaning.

Identifiers are `kgraph.identifiers`; a commit's number counts from 1. Rows of `spo_<generation>`
and `pos_<generation>` never change; what commits did since the last merge is in `tail` and `gone`.
"""

from typing import Final

import duckdb

from kgraph.store.visibility import (
    FIRST,
    FIRST_COLUMNS,
    LEVELS,
    PUBLIC,
    RESTRICTED,
    SEALED,
)

__all__ = ["LEVELS", "PUBLIC", "RESTRICTED", "SEALED"]

FORMAT: Final = "2"

NO_TERM: Final = 0
"""Subject, predicate and object of a log row that tells of a graph's creation or dropping."""

BULK: Final = "bulk"
"""Key in `meta`, once per bulk load: the commit's number. Its rows are not in the log: the store
was empty before, so a quad that the log does not say who added was added by it."""
GENERATION: Final = "generation"
"""Key in `meta`: the number at the end of the names of the sorted tables in use."""
IDENTITY: Final = "identity"
"""Key in `meta`: tells this store's runs from those of another, or from before a purge."""

ORDERS: Final = {"spo": "p, s, o, g", "pos": "p, o, s, g"}
"""The sorted tables of a generation: the beginning of the name, and the order of rows.

Both by predicate first: then objects of one kind lie together, and take a third of the room
(docs/decisions/0081). Single subjects are for the point index.
"""

QUAD_COLUMNS: Final = f"s, p, o, g, levels, round, {FIRST_COLUMNS}"
"""levels: the mask of those that see this copy. One copy of each triple is the first at a level."""
_KEY = "s BIGINT, p BIGINT, o BIGINT, g BIGINT"
_QUADS = f"{_KEY}, levels UTINYINT, round UTINYINT, " + ", ".join(f"{c} BOOLEAN" for c in FIRST)

TABLES: Final = {
    # In the order of the identifiers, but for what commits have added since (`store.terms`).
    # lexical: an IRI, a label, a lexical form, or the text of a triple term. datatype: NULL for
    # strings, IRIs and blank nodes. language: 'en', or 'ar--rtl' with its direction. number:
    # where a double holds it exactly.
    "term": "id BIGINT, hash UBIGINT, lexical VARCHAR, datatype VARCHAR, language VARCHAR, "
    "number DOUBLE",
    "triple_term": "id BIGINT, subject BIGINT, predicate BIGINT, object BIGINT",
    # Rows added since the last merge that still hold.
    "tail": f"commit_number BIGINT, {_QUADS}",
    # Rows of the sorted tables that no longer hold.
    "gone": f"commit_number BIGINT, {_KEY}",
    # All that ever changed. Changed levels or another round: a removal, then an addition.
    "log": f"commit_number BIGINT, added BOOLEAN, {_KEY}, levels UTINYINT, round UTINYINT",
    "commits": "number BIGINT, time VARCHAR, author VARCHAR, message VARCHAR, source VARCHAR, "
    "added BIGINT, removed BIGINT, inferred BIGINT",
    "graph": "g BIGINT, level UTINYINT",
    # Triples of the union as each level sees it; the rest is of what any level sees.
    "statistics": "p BIGINT, public BIGINT, restricted BIGINT, sealed BIGINT, "
    "subjects BIGINT, objects BIGINT, tags BIGINT",
    "class_statistics": "class BIGINT, instances BIGINT",
    "meta": "key VARCHAR, value VARCHAR",
}


def table_name(order: str, generation: int) -> str:
    """The sorted table of an order of `ORDERS`."""
    return f"{order}_{generation}"


def create_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of an empty store, generation 0."""
    for name, columns in TABLES.items():
        cursor.execute(f"CREATE TABLE {name} ({columns})")
    create_generation(cursor, 0)
    cursor.execute(
        "INSERT INTO meta VALUES ('format', ?), (?, '0'), (?, uuid()::VARCHAR)",
        [FORMAT, GENERATION, IDENTITY],
    )


def create_generation(cursor: duckdb.DuckDBPyConnection, generation: int) -> None:
    """Make the sorted tables of a generation, empty."""
    for order in ORDERS:
        cursor.execute(f"CREATE TABLE {table_name(order, generation)} ({_QUADS})")
