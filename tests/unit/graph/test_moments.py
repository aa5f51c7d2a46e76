"""How people name a commit."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from kgraph.errors import MalformedRequest
from kgraph.graph import KnowledgeGraph, moment


def test_numbers_days_and_times_name_commits() -> None:
    assert moment(" 7 ") == 7
    assert moment("2026-01-31") == datetime(2026, 1, 31, 23, 59, 59, 999999, UTC)
    assert moment("2026-01-31T12:00") == datetime(2026, 1, 31, 12, tzinfo=UTC)
    zoned = moment("2026-01-31T12:00:00+05:00")
    assert isinstance(zoned, datetime)
    assert zoned.utcoffset() == timedelta(hours=5)


@pytest.mark.parametrize("text", ["", "last", "-1", "1.5", "2026-13-01", "٣"])
def test_other_words_are_refused_with_what_is_possible(text: str) -> None:
    with pytest.raises(MalformedRequest, match="its number, a day"):
        moment(text)


def test_parquet_files_hold_an_earlier_commit(kg: KnowledgeGraph, tmp_path) -> None:
    for n in range(3):
        kg.update(f"INSERT DATA {{ <urn:a> <urn:b> <urn:c{n}> }}", author="a", message="m")
    for as_of, rows in ((None, 3), (1, 1)):
        paths = kg.export_parquet(tmp_path / str(rows), as_of=as_of)
        assert {path.name for path in paths} == {
            "quads.parquet",
            "triples.parquet",
            "terms.parquet",
        }
        [quads] = [path for path in paths if path.name == "quads.parquet"]
        with duckdb.connect() as database:
            found = database.execute(f"SELECT count(*) FROM '{quads}'").fetchall()
        assert found == [(rows,)]
