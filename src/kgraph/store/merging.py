"""New sorted tables and runs from all that holds, made while commits go on, then put in place.

What is built is the state of one commit. What commits do meanwhile stays in `tail` and `gone`,
and holds for the new tables as for the old ones.
"""

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

import duckdb

from kgraph.store.faults import fault
from kgraph.store.index import Source
from kgraph.store.index.runs import Runs
from kgraph.store.published import Published
from kgraph.store.relations import rows
from kgraph.store.schema import GENERATION, ORDERS, QUAD_COLUMNS, table_name
from kgraph.store.terms import copy_sorted_terms, forget_sorted_terms, use_sorted_terms
from kgraph.store.writer import Writer

_NEVER = Event()


def merge(writer: Writer, stop: Event = _NEVER) -> bool:
    """Merge; False if `stop` was set, or the sorted tables claimed, and nothing has changed."""
    with writer.new_generation() as claimed:
        with writer.held_by_merge() as held:
            if not held:
                return False
            writer.merging = True
            cursor, published = writer.shared.read()
        try:
            with cursor:
                built = _build(writer, cursor, published, [stop, claimed])
            if built is None:
                return False
            fault("before a merge's swap")
            with writer.held_by_merge() as held:
                if held:
                    _swap(writer, published, *built)
                else:
                    _drop(writer, published.generation + 1)
                    return False
        finally:
            writer.merging = False
    fault("after a merge's swap")
    return True


def _build(
    writer: Writer, cursor: duckdb.DuckDBPyConnection, published: Published, stop: Sequence[Event]
) -> tuple[Runs, bool] | None:
    """The new tables, committed, and runs; None if that came to nothing.

    And whether the dictionary is among the tables.
    """
    writer.interruptible(cursor)
    try:
        terms = _build_tables(cursor, published, stop)
        if any(event.is_set() for event in stop):
            return None
        source = Source(cursor, published.generation + 1, tail=False, gone=False)
        runs = writer.shared.points.build(source, published.commit)
        cursor.execute("COMMIT")
    except duckdb.InterruptException:
        return None
    return runs, terms


def _drop(writer: Writer, generation: int) -> None:
    """Take back the tables of a merge that has to give up."""
    with writer.shared.engine.cursor() as cursor:
        for order in ORDERS:
            cursor.execute(f"DROP TABLE {table_name(order, generation)}")
        forget_sorted_terms(cursor)


def _build_tables(
    cursor: duckdb.DuckDBPyConnection, published: Published, stop: Sequence[Event]
) -> bool:
    """Write the sorted tables; whether the dictionary has been put in order beside them."""
    text = rows(published.tables, QUAD_COLUMNS)
    for order, by in ORDERS.items():
        if not any(event.is_set() for event in stop):
            name = table_name(order, published.generation + 1)
            cursor.execute(f"CREATE TABLE {name} AS {text} ORDER BY {by}")
            fault("in a merge")
    return not any(event.is_set() for event in stop) and copy_sorted_terms(cursor)


def _swap(writer: Writer, merged: Published, runs: Runs, terms: bool) -> None:
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
        if terms:
            use_sorted_terms(cursor, merged.next_number)
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
        writer.gaps = 0
