"""New sorted tables and runs from all that holds, made while commits go on, then put in place.

What is built is the state of one commit. What commits do meanwhile stays in `tail` and `gone`,
and holds for the new tables as for the old ones.
"""

from dataclasses import replace
from threading import Event

import duckdb

from kgraph.store.faults import fault
from kgraph.store.index import Source
from kgraph.store.index.runs import Runs
from kgraph.store.published import Published
from kgraph.store.relations import rows
from kgraph.store.schema import GENERATION, ORDERS, QUAD_COLUMNS, table_name
from kgraph.store.writer import Writer

_NEVER = Event()


def merge(writer: Writer, stop: Event = _NEVER) -> bool:
    """Merge; False if `stop` was set before the end, and nothing changed."""
    with writer.new_generation():
        with writer.held():
            writer.merging = True
            cursor, published = writer.shared.read()
        try:
            with cursor:
                _build_tables(cursor, published, stop)
                if stop.is_set():
                    return False
                source = Source(cursor, published.generation + 1, tail=False, gone=False)
                runs = writer.shared.points.build(source, published.commit)
                cursor.execute("COMMIT")
            fault("before a merge's swap")
            with writer.held():
                _swap(writer, published, runs)
        finally:
            writer.merging = False
    fault("after a merge's swap")
    return True


def _build_tables(cursor: duckdb.DuckDBPyConnection, published: Published, stop: Event) -> None:
    text = rows(published.tables, QUAD_COLUMNS)
    for order, by in ORDERS.items():
        if not stop.is_set():
            name = table_name(order, published.generation + 1)
            cursor.execute(f"CREATE TABLE {name} AS {text} ORDER BY {by}")
            fault("in a merge")


def _swap(writer: Writer, merged: Published, runs: Runs) -> None:
    """Let the new generation hold, in one step for the database and for readers."""
    shared = writer.shared
    generation = merged.generation + 1
    with shared.engine.cursor() as cursor:
        cursor.execute("BEGIN")
        for table in ("tail", "gone"):
            cursor.execute(f"DELETE FROM {table} WHERE commit_number <= ?", [merged.commit])
        cursor.execute("UPDATE meta SET value = ? WHERE key = ?", [str(generation), GENERATION])
        for order in ORDERS:
            cursor.execute(f"DROP TABLE {table_name(order, merged.generation)}")
        tail = set(cursor.execute("SELECT s, p, o, g FROM tail").fetchall())
        gone = cursor.execute("SELECT count(*) FROM gone").fetchone()
        assert gone is not None
        with shared.lock:
            cursor.execute("COMMIT")
            shared.points.use(runs)
            shared.published = replace(
                shared.published, generation=generation, tail=len(tail), gone=gone[0]
            )
        writer.tail = tail
