"""Tables that come to SQL one after the other."""

import duckdb
import pyarrow as pa
import pytest

from kgraph.store.bulk.feed import Feed


def numbers(count: int) -> pa.Table:
    return pa.table({"n": pa.array(range(count), pa.int64())})


def test_the_name_stands_for_the_table_at_hand() -> None:
    with duckdb.connect() as cursor:
        feed = Feed(cursor, "numbers")
        for count in (3, 0, 100_000):
            with feed.giving(numbers(count)) as database:
                text = "SELECT count(*) FROM numbers"
                assert database.execute(text).fetchall() == [(count,)]


def test_a_statement_may_read_it_twice() -> None:
    with duckdb.connect() as cursor, Feed(cursor, "numbers").giving(numbers(4)) as database:
        text = "SELECT count(*) FROM numbers, numbers AS others"
        assert database.execute(text).fetchall() == [(16,)]


def test_between_tables_there_is_nothing_to_read() -> None:
    with duckdb.connect() as cursor:
        with Feed(cursor, "numbers").giving(numbers(1)):
            pass
        with pytest.raises(duckdb.Error):
            cursor.execute("SELECT * FROM numbers")


def test_a_transaction_does_not_keep_what_it_has_read() -> None:
    with duckdb.connect() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("CREATE TEMP TABLE read (n BIGINT)")
        feed = Feed(cursor, "numbers")
        before = pa.total_allocated_bytes()
        for _ in range(10):
            with feed.giving(numbers(100_000)) as database:
                database.execute("INSERT INTO read SELECT * FROM numbers")
        assert pa.total_allocated_bytes() - before < 2 * 800_000
        cursor.execute("ROLLBACK")
