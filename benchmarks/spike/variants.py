"""`python -m benchmarks.spike.variants`: the smaller choices within own runs and DuckDB.

How terms' text is kept; how numbers are given out; what a pending delta costs set queries; how a
file is parsed by two processes.
"""

import argparse
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median
from subprocess import Popen
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.generate.__main__ import write
from benchmarks.spike.encoded import CLEAN, Encoded, encode, lines_of
from benchmarks.spike.work import ACCUSED

Figures = dict[str, dict[str, float]]
BLOCK = 32
DRAWS = 30


def main() -> None:
    """All of them, one after the other; medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spike.variants")
    parser.add_argument("--triples", type=int, default=1_000_000)
    given = parser.parse_args()
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="variants-") as name:
        folder = Path(name)
        source = folder / "source.nt"
        write(source, given.triples, 7)
        figures |= parsing(source, folder)
        figures |= encoding(source, folder)
        with duckdb.connect(str(folder / "stage.duckdb")) as con:
            encoded = encode(con, source, folder)
            source.unlink()
            figures |= pending(con, encoded)
            figures |= numbering(con, folder)
        figures |= texts(encoded)
    path = Path(__file__).parents[1] / "results" / f"spike-variants-{given.triples}.json"
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def milliseconds(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        mark = perf_counter()
        work()
        taken.append((perf_counter() - mark) * 1_000)
    return round(median(taken), 3)


def parsing(source: Path, folder: Path) -> Figures:
    """Parse, check and write clean lines: by one process, and halves by two."""
    halves = [folder / "half-1.nt", folder / "half-2.nt"]
    data = source.read_bytes()
    middle = data.index(b"\n", len(data) // 2) + 1
    halves[0].write_bytes(data[:middle])
    halves[1].write_bytes(data[middle:])
    del data
    found = {}
    for name, parts in {"one process": [source], "two processes": halves}.items():
        mark = perf_counter()
        running = [
            Popen([sys.executable, "-c", CLEAN, str(part), f"{part}.clean"]) for part in parts
        ]
        for process in running:
            process.wait()
        found[name] = {"parse, s": round(perf_counter() - mark, 2)}
        for part in parts:
            Path(f"{part}.clean").unlink()
    for half in halves:
        half.unlink()
    return found


PLACES = "SELECT s AS term, {row} * 3 AS n FROM {t} UNION ALL SELECT p, {row} * 3 + 1 FROM {t} "
PLACES += "UNION ALL SELECT o, {row} * 3 + 2 FROM {t}"


def encoding(source: Path, folder: Path) -> Figures:
    """Number all terms and encode all triples: joined by text, and by 64-bit hash, in turn."""
    path = folder / "encoding.duckdb"
    by_text, by_hash = [], []
    with duckdb.connect(str(path)) as con:
        con.execute(f"""CREATE TABLE raw AS
            SELECT x[1] AS s, x[2] AS p, array_to_string(x[3:-2], ' ') AS o
            FROM (SELECT string_split(line, ' ') AS x FROM {lines_of(source)})""")
        for _ in range(3):
            by_text.append(milliseconds(lambda: _number(con, "raw"), 1))
            counted = con.execute("SELECT count(*) FROM spo").fetchall()

            def hashed() -> None:
                con.execute("""CREATE OR REPLACE TABLE hashed AS
                    SELECT hash(s) AS s, hash(p) AS p, hash(o) AS o FROM raw""")
                _number(con, "hashed")
                con.execute("""CREATE OR REPLACE TABLE text AS
                    SELECT id, CASE n % 3 WHEN 0 THEN s WHEN 1 THEN p ELSE o END AS text
                    FROM term JOIN raw ON raw.rowid = n // 3 ORDER BY id""")

            by_hash.append(milliseconds(hashed, 1))
            assert con.execute("SELECT count(*) FROM spo").fetchall() == counted
    path.unlink()
    return {"numbering and encoding, ms": {"by text": median(by_text), "by hash": median(by_hash)}}


def _number(con: duckdb.DuckDBPyConnection, table: str) -> None:
    con.execute(f"""CREATE OR REPLACE TABLE term AS
        SELECT row_number() OVER (ORDER BY n) - 1 AS id, term, n
        FROM (SELECT term, min(n) AS n FROM ({PLACES.format(row="rowid", t=table)}) GROUP BY term)
        ORDER BY id""")
    con.execute(f"""CREATE OR REPLACE TABLE spo AS
        SELECT DISTINCT a.id AS s, b.id AS p, c.id AS o FROM {table} t JOIN term a ON a.term = t.s
        JOIN term b ON b.term = t.p JOIN term c ON c.term = t.o ORDER BY s, p, o""")


def texts(encoded: Encoded) -> Figures:
    """Bytes for each term, and milliseconds for 1,000 terms anywhere and 1,000 side by side."""
    terms = [term.encode() for term in encoded.terms.to_pylist()]
    random = np.random.default_rng(7)
    anywhere = [random.integers(0, len(terms), 1_000).tolist() for _ in range(DRAWS)]
    starts = random.integers(0, len(terms) - 1_000, DRAWS).tolist()
    beside = [list(range(start, start + 1_000)) for start in starts]
    found = {}
    for name, (size, decode) in {
        "text, plain": _plain(terms),
        "text, common beginnings once": _beginnings(terms),
        f"text, blocks of {BLOCK} deflated": _blocks(terms),
    }.items():
        assert decode(beside[0]) == [terms[n].decode() for n in beside[0]]
        found[name] = {
            "bytes/term": round(size / len(terms), 1),
            "bytes/triple": round(size / encoded.triples, 1),
            "1,000 anywhere, ms": median(
                milliseconds(lambda draw=draw, decode=decode: decode(draw), 1) for draw in anywhere
            ),
            "1,000 beside, ms": median(
                milliseconds(lambda draw=draw, decode=decode: decode(draw), 1) for draw in beside
            ),
        }
    return found


Coding = tuple[int, Callable[[list[int]], list[str]]]


def _joined(parts: list[bytes]) -> tuple[memoryview, memoryview]:
    starts = np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int64)
    return memoryview(starts.tobytes()).cast("q"), memoryview(b"".join(parts))


def _plain(terms: list[bytes]) -> Coding:
    start, text = _joined(terms)

    def decode(numbers: list[int]) -> list[str]:
        return [str(text[start[n] : start[n + 1]], "utf-8") for n in numbers]

    return text.nbytes + start.nbytes, decode


def _beginnings(terms: list[bytes]) -> Coding:
    """Up to 255 beginnings (up to the last / # - of an IRI that many terms share) in one byte."""
    from collections import Counter

    def cut(term: bytes) -> int:
        return max(term.rfind(b"/"), term.rfind(b"#")) + 1 if term[:1] == b"<" else 0

    common = [
        b
        for b, _ in Counter(
            t[: cut(t)] for t in terms[:: max(1, len(terms) // 200_000)]
        ).most_common(254)
    ]
    code = {beginning: number for number, beginning in enumerate(common)}
    first = [beginning.decode() for beginning in common] + [""]
    parts = []
    for term in terms:
        number = code.get(term[: cut(term)])
        if number is None:
            parts.append(bytes([len(common)]) + term)
        else:
            parts.append(bytes([number]) + term[cut(term) :])
    start, text = _joined(parts)

    def decode(numbers: list[int]) -> list[str]:
        return [
            first[text[start[n]]] + str(text[start[n] + 1 : start[n + 1]], "utf-8") for n in numbers
        ]

    return text.nbytes + start.nbytes, decode


def _blocks(terms: list[bytes]) -> Coding:
    parts = [
        zlib.compress(b"\n".join(terms[at : at + BLOCK]), 6) for at in range(0, len(terms), BLOCK)
    ]
    start, text = _joined(parts)

    def decode(numbers: list[int]) -> list[str]:
        opened: dict[int, list[bytes]] = {}
        found = []
        for n in numbers:
            block = n // BLOCK
            if block not in opened:
                packed = text[start[block] : start[block + 1]]
                opened[block] = zlib.decompress(packed).split(b"\n")
            found.append(opened[block][n % BLOCK].decode())
        return found

    return text.nbytes + start.nbytes, decode


QUERIES = {
    "count by predicate": "SELECT p, count(*) FROM {t} GROUP BY p",
    "join of two predicates": (
        "SELECT count(*) FROM {t} a JOIN {t} b ON a.o = b.s WHERE a.p = {accused} AND b.p = 1"
    ),
    "one predicate": "SELECT count(*), sum(o) FROM {t} WHERE p = {accused}",
}


def pending(con: duckdb.DuckDBPyConnection, encoded: Encoded) -> Figures:
    """Set queries over table and a delta not yet in it; and what catching up costs."""
    accused = encoded.terms.index(ACCUSED).as_py()
    random = np.random.default_rng(7)
    s, p, o = encoded.by_subject
    found: Figures = {}
    for size in (0, 1_000, 10_000, 100_000):
        drawn = random.integers(0, len(s), size)
        delta = pa.table({"s": s[drawn] + 10_000_000, "p": p[drawn], "o": o[drawn]})
        con.register("delta", delta)
        table = "(SELECT s, p, o FROM spo UNION ALL SELECT s, p, o FROM delta)" if size else "spo"
        found[f"set queries, {size:,} pending"] = {
            name: milliseconds(
                lambda q=query, t=table: con.execute(q.format(t=t, accused=accused)).fetchall(), 15
            )
            for name, query in QUERIES.items()
        }
    hundred = pa.table({"s": s[:100] + 20_000_000, "p": p[:100], "o": o[:100]})
    con.register("hundred", hundred)
    con.execute("INSERT INTO spo SELECT * FROM hundred")
    found["catching up"] = {
        "100 facts into two orders, ms": milliseconds(lambda: _append(con, "hundred"), 15),
        "10,000 facts into two orders, ms": milliseconds(
            lambda: _append(con, "(SELECT * FROM delta LIMIT 10_000)"), 7
        ),
        "100,000 facts into two orders, ms": milliseconds(lambda: _append(con, "delta"), 5),
        "checkpoint after it, ms": milliseconds(lambda: con.execute("CHECKPOINT"), 1),
    }
    found["one commit of 100 facts and 40 terms"] = commits(con)
    con.execute("DELETE FROM spo WHERE s >= 10_000_000")
    con.execute("DELETE FROM ops WHERE s >= 10_000_000")
    return found


def commits(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How much of a commit is which table; each is a transaction that is synced."""
    con.execute("CREATE TABLE log(number INT, s BIGINT, p BIGINT, o BIGINT)")
    con.execute("CREATE TABLE recent_term(id BIGINT, term VARCHAR)")
    con.execute("CREATE TABLE pso AS SELECT * FROM spo LIMIT 0")
    new = pa.table(
        {"id": range(40), "term": [f"<https://w3id.org/kgraph/id/{n}>" for n in range(40)]}
    )
    terms = "INSERT INTO recent_term SELECT * FROM fresh"
    log = "INSERT INTO log SELECT 1, s, p, o FROM hundred"
    orders = [f"INSERT INTO {name} SELECT * FROM hundred" for name in ("spo", "ops", "pso")]
    kinds = {
        "log": [log],
        "terms, log": [terms, log],
        "terms, log, one order": [terms, log, *orders[:1]],
        "terms, log, three orders": [terms, log, *orders],
    }

    def run(statements: list[str]) -> None:
        con.register("fresh", new)
        con.execute("BEGIN")
        for statement in statements:
            con.execute(statement)
        con.execute("COMMIT")

    return {f"{name}, ms": milliseconds(lambda k=kind: run(k), 30) for name, kind in kinds.items()}


def _append(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    con.execute("BEGIN")
    con.execute(f"INSERT INTO spo SELECT * FROM {rows}")
    con.execute(f"INSERT INTO ops SELECT * FROM {rows}")
    con.execute("COMMIT")


ORDERS = {
    "first appearance": "id",
    "by text": "row_number() OVER (ORDER BY term) - 1",
    "by hash": "row_number() OVER (ORDER BY hash) - 1",
}


def numbering(con: duckdb.DuckDBPyConnection, folder: Path) -> Figures:
    """The same data under three ways of giving out numbers: disk, joins, one neighbourhood."""
    found: Figures = {}
    accused_text = ACCUSED
    for name, order in ORDERS.items():
        path = folder / f"order-{name.replace(' ', '-')}.duckdb"
        con.execute(f"ATTACH '{path}' AS other")
        con.execute(f"CREATE TEMP TABLE new AS SELECT id, {order} AS to_id FROM term")
        con.execute("""CREATE TABLE other.term AS SELECT to_id AS id, term
            FROM term JOIN new USING (id) ORDER BY to_id""")
        three = {"spo": "s, p, o", "ops": "o, p, s", "pso": "p, s, o"}
        sizes = []
        for table, keys in three.items():
            con.execute(f"""CREATE TABLE other.{table} AS
                SELECT a.to_id AS s, b.to_id AS p, c.to_id AS o FROM spo t
                JOIN new a ON a.id = t.s JOIN new b ON b.id = t.p JOIN new c ON c.id = t.o
                ORDER BY {keys}""")
            con.execute("CHECKPOINT other")
            sizes.append(os.path.getsize(path))
        accused = con.execute(f"SELECT id FROM other.term WHERE term = '{accused_text}'").fetchall()
        number = accused[0][0]
        join = (
            f"SELECT count(*) FROM other.pso a JOIN other.pso b ON a.o = b.s WHERE a.p = {number}"
        )
        triples = con.execute("SELECT count(*) FROM other.spo").fetchall()[0][0]
        found[f"numbers by {name}"] = {
            "three orders and text, bytes/triple": round(sizes[2] / triples, 1),
            "one further order, bytes/triple": round((sizes[2] - sizes[1]) / triples, 1),
            "join, ms": milliseconds(lambda j=join: con.execute(j).fetchall(), 15),
        }
        con.execute("DROP TABLE new")
        con.execute("DETACH other")
        path.unlink()
    return found


if __name__ == "__main__":
    main()
