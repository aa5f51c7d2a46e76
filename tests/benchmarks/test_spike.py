"""The prototypes answer alike, and own runs keep whole commits and no others."""

from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest
from benchmarks.generate.__main__ import write
from benchmarks.spike.encoded import Encoded, encode, term_hash
from benchmarks.spike.keyvalue import Lmdb, Rocks
from benchmarks.spike.layout import Layout
from benchmarks.spike.peers import DuckDB
from benchmarks.spike.runs import NarrowRuns, Runs, RunsBeforeDuckDB
from benchmarks.spike.work import ACCUSED, WANTED, draw

LAYOUTS = [Runs, NarrowRuns, RunsBeforeDuckDB, Lmdb, Rocks, DuckDB]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "source.nt"
    write(path, 6_000, 7)
    return path


@pytest.fixture(scope="module")
def encoded(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Encoded:
    with duckdb.connect() as con:
        return encode(con, source, tmp_path_factory.mktemp("scratch"))


def test_hashes_in_python_and_in_sql_are_one() -> None:
    for term in ("", "<https://example.org/a>", '"Ақ жол"@kk', "𝄞"):
        with duckdb.connect() as con:
            assert con.execute("SELECT md5_number_lower(?)", [term]).fetchall() == [
                (term_hash(term),)
            ]


@pytest.mark.parametrize("layout_type", LAYOUTS)
def test_a_layout_answers_as_oxigraph_does(
    layout_type: type[Layout], encoded: Encoded, source: Path, tmp_path: Path
) -> None:
    store = ox.Store()
    store.bulk_load(path=str(source), format=ox.RdfFormat.N_TRIPLES)
    layout, work = layout_type(), draw(encoded, 7)
    layout.build(tmp_path, encoded, source)
    layout.open(tmp_path)
    for turn, commit in enumerate(work.commits[:4]):
        text = "".join(f"{s} {p} {o} .\n" for s, p, o in commit)
        before = len(store)
        store.extend(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
        assert layout.commit(commit) == len(store) - before, turn
    layout.close()
    layout.open(tmp_path)
    for subject in [*work.subjects[:50], *(s for commit in work.commits[:4] for s, _, _ in commit)]:
        quads = store.quads_for_pattern(ox.NamedNode(subject[1:-1]), None, None)
        expected = sorted((str(q.predicate), str(q.object)) for q in quads)
        assert sorted(layout.look_up(subject)) == expected
    wanted = " ; ".join(f"{p} ?v{n}" for n, p in enumerate(WANTED))
    for constant in work.constants[:40]:
        found = store.query(f"SELECT * {{ ?s {ACCUSED} {constant} ; {wanted} }}")
        assert isinstance(found, ox.QuerySolutions)
        assert len(layout.star(ACCUSED, constant, WANTED)) == len(list(found))
    layout.close()


def test_a_torn_commit_is_not_there_and_those_before_it_are(
    encoded: Encoded, source: Path, tmp_path: Path
) -> None:
    work, runs = draw(encoded, 7), Runs()
    runs.build(tmp_path, encoded, source)
    runs.open(tmp_path)
    runs.commit(work.commits[0])
    whole = (tmp_path / "log").stat().st_size
    runs.commit(work.commits[1])
    runs.close()
    data = (tmp_path / "log").read_bytes()
    for length in {whole, whole + 1, whole + 15, whole + 16, (whole + len(data)) // 2}:
        (tmp_path / "log").write_bytes(data[:length])
        runs.open(tmp_path)
        assert runs.published == 1
        runs.close()
    (tmp_path / "log").write_bytes(data)
    runs.open(tmp_path)
    assert runs.published == 2
    runs.close()
