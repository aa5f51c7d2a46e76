"""N-Triples to numbers, in DuckDB: the stage that all layouts of our own share.

A term's number is its place in order of first appearance, so that what was written together lies
together. Terms are kept as N-Triples has them.
"""

import subprocess
import sys
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.int64]
CLEAN = (
    "import sys, pyoxigraph as ox; "
    "ox.serialize(ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES), sys.argv[2], "
    "format=ox.RdfFormat.N_TRIPLES)"
)


def term_hash(term: str) -> int:
    """64 bits of MD5: in the standard library and in SQL (`md5_number_lower`) alike."""
    return int.from_bytes(md5(term.encode(), usedforsecurity=False).digest()[8:], "little")


@dataclass(slots=True)
class Encoded:
    """Distinct triples by subject and by object, the terms in order of number, their hashes."""

    by_subject: tuple[Numbers, Numbers, Numbers]
    by_object: tuple[Numbers, Numbers, Numbers]
    """Columns s, p, o; sorted by s, p, o and by o, p, s."""
    terms: pa.Array
    hashes: npt.NDArray[np.uint64]
    """Sorted."""
    hash_ids: Numbers
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def triples(self) -> int:
        return len(self.by_subject[0])


def encode(con: duckdb.DuckDBPyConnection, source: Path, scratch: Path) -> Encoded:
    """Parse and check, split, number, sort; times by stage."""
    seconds: dict[str, float] = {}
    clean = scratch / "clean.nt"
    mark = perf_counter()
    subprocess.run([sys.executable, "-c", CLEAN, str(source), str(clean)], check=True)
    seconds["parse, check, write clean lines"] = perf_counter() - mark

    mark = perf_counter()
    con.execute(f"""
        CREATE TEMP TABLE raw AS
        SELECT x[1] AS s, x[2] AS p, array_to_string(x[3:-2], ' ') AS o
        FROM (SELECT string_split(line, ' ') AS x FROM {lines_of(clean)})""")
    clean.unlink()
    seconds["split"] = perf_counter() - mark

    mark = perf_counter()
    con.execute("""
        CREATE TABLE term AS
        SELECT row_number() OVER (ORDER BY first, kind) - 1 AS id,
            md5_number_lower(term) AS hash, term
        FROM (SELECT term, min(n) AS first, min(kind) AS kind FROM (
            SELECT s AS term, rowid AS n, 0 AS kind FROM raw UNION ALL
            SELECT p, rowid, 1 FROM raw UNION ALL SELECT o, rowid, 2 FROM raw) GROUP BY term)
        ORDER BY id""")
    seconds["dictionary"] = perf_counter() - mark

    mark = perf_counter()
    con.execute("""
        CREATE TABLE spo AS SELECT DISTINCT a.id AS s, b.id AS p, c.id AS o
        FROM raw JOIN term a ON a.term = raw.s JOIN term b ON b.term = raw.p
        JOIN term c ON c.term = raw.o ORDER BY s, p, o""")
    con.execute("DROP TABLE raw")
    seconds["encode, sort by subject"] = perf_counter() - mark

    mark = perf_counter()
    con.execute("CREATE TABLE ops AS SELECT * FROM spo ORDER BY o, p, s")
    seconds["sort by object"] = perf_counter() - mark

    mark = perf_counter()
    one = con.sql("SELECT s, p, o FROM spo").fetchnumpy()
    two = con.sql("SELECT s, p, o FROM ops").fetchnumpy()
    terms = con.sql("SELECT term FROM term ORDER BY id").to_arrow_table()["term"].combine_chunks()
    hashed = con.sql("SELECT hash, id FROM term ORDER BY hash, id").fetchnumpy()
    seconds["hand over as arrays"] = perf_counter() - mark
    return Encoded(
        (one["s"], one["p"], one["o"]),
        (two["s"], two["p"], two["o"]),
        terms.cast(pa.large_string()) if isinstance(terms, pa.Array) else terms,
        hashed["hash"],
        hashed["id"],
        seconds,
    )


def lines_of(path: Path) -> str:
    """Lines as they are. In SQL: the same through `con.read_csv` takes seven times as long."""
    return (
        f"read_csv('{path}', columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', "
        "escape = '', header = false, auto_detect = false)"
    )
