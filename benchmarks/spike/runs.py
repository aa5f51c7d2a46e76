"""Own memory-mapped runs: neighbours by subject and by object, hash to number, number to text.

Reading goes through memoryviews and `bisect`, which are in C and give Python numbers at once; numpy
costs a microsecond a call and is kept for building. Recent commits lie in dicts before the runs.
"""

import mmap
import os
import struct
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.spike.encoded import Encoded, term_hash
from benchmarks.spike.layout import Row, Triple, rows, synced

RECORD = struct.Struct("<IIII")


class Runs:
    """With its own log: one record and one fsync for each commit."""

    name = "own runs, own log"
    number_type: type[np.signedinteger | np.unsignedinteger] = np.int64
    predicate_type: type[np.signedinteger | np.unsignedinteger] = np.int32
    read_ahead = True

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        count = len(encoded.terms)
        one, two = encoded.by_subject, encoded.by_object
        arrays = {
            "s.start": _starts(one[0], count),
            "s.p": one[1].astype(self.predicate_type),
            "s.o": one[2].astype(self.number_type),
            "o.start": _starts(two[2], count),
            "o.p": two[1].astype(self.predicate_type),
            "o.s": two[0].astype(self.number_type),
            "hash": encoded.hashes,
            "hash.id": encoded.hash_ids.astype(self.number_type),
        }
        for name, array in arrays.items():
            synced(folder / name, np.ascontiguousarray(array).data)
        _, offsets, text = encoded.terms.buffers()
        synced(folder / "text.start", memoryview(offsets)[: 8 * (count + 1)])
        synced(folder / "text", memoryview(text))
        synced(folder / "log", b"")

    def open(self, folder: Path) -> None:
        self._maps: list[mmap.mmap] = []
        self._views: list[memoryview] = []
        view = self._view
        predicates, numbers = np.dtype(self.predicate_type).char, np.dtype(self.number_type).char
        numbers = numbers.replace("l", "q")
        self.stages: list[tuple[float, float, float]] = []
        self.s_start, self.s_p, self.s_o = (
            view(folder / "s.start", "I"),
            view(folder / "s.p", predicates),
            view(folder / "s.o", numbers),
        )
        self.o_start, self.o_p, self.o_s = (
            view(folder / "o.start", "I"),
            view(folder / "o.p", predicates),
            view(folder / "o.s", numbers),
        )
        self.hash, self.hash_id = view(folder / "hash", "Q"), view(folder / "hash.id", numbers)
        self.text_start, self.text = view(folder / "text.start", "q"), view(folder / "text", "B")
        self.count = len(self.text_start) - 1
        self.new_ids: dict[str, int] = {}
        self.new_terms: list[str] = []
        self.of_subject: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.of_object: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.published = 0
        self._replay(folder / "log")
        self._log = os.open(folder / "log", os.O_WRONLY | os.O_APPEND)

    def _view(self, path: Path, kind: str) -> memoryview:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if not self.read_ahead:
            mapped.madvise(mmap.MADV_RANDOM)
        self._maps.append(mapped)
        whole = memoryview(mapped)
        cast = whole.cast(kind)
        self._views += [cast, whole]
        return cast

    def close(self) -> None:
        os.close(self._log)
        for view in self._views:
            view.release()
        for mapped in self._maps:
            mapped.close()

    def number(self, term: str) -> int | None:
        """The number of a term, if it has one."""
        found = self.new_ids.get(term)
        if found is not None:
            return found
        wanted, data = term_hash(term), term.encode()
        at = bisect_left(self.hash, wanted)
        while at < self.count and self.hash[at] == wanted:
            found = self.hash_id[at]
            if self.text[self.text_start[found] : self.text_start[found + 1]] == data:
                return found
            at += 1
        return None

    def term(self, number: int) -> str:
        if number >= self.count:
            return self.new_terms[number - self.count]
        return str(self.text[self.text_start[number] : self.text_start[number + 1]], "utf-8")

    def decode(self, numbers: Sequence[int]) -> list[str]:
        text, start, count, new = self.text, self.text_start, self.count, self.new_terms
        return [
            str(text[start[n] : start[n + 1]], "utf-8") if n < count else new[n - count]
            for n in numbers
        ]

    def pairs(self, subject: int) -> list[tuple[int, int]]:
        """Predicates and objects of a subject."""
        found = list(self.of_subject.get(subject, ()))
        if subject < self.count:
            low, high = self.s_start[subject], self.s_start[subject + 1]
            found += zip(self.s_p[low:high].tolist(), self.s_o[low:high].tolist(), strict=True)
        return found

    def subjects(self, predicate: int, value: int) -> list[int]:
        found = [s for p, s in self.of_object.get(value, ()) if p == predicate]
        if value < self.count:
            low, high = self.o_start[value], self.o_start[value + 1]
            first = bisect_left(self.o_p, predicate, low, high)
            last = bisect_left(self.o_p, predicate + 1, first, high)
            found += self.o_s[first:last].tolist()
        return found

    def exists(self, subject: int, predicate: int, value: int) -> bool:
        if (predicate, value) in self.of_subject.get(subject, ()):
            return True
        if subject >= self.count:
            return False
        low, high = self.s_start[subject], self.s_start[subject + 1]
        first = bisect_left(self.s_p, predicate, low, high)
        last = bisect_left(self.s_p, predicate + 1, first, high)
        at = bisect_left(self.s_o, value, first, last)
        return at < last and self.s_o[at] == value

    def look_up(self, subject: str) -> list[tuple[str, str]]:
        number = self.number(subject)
        if number is None:
            return []
        term = self.term
        return [(term(p), term(o)) for p, o in self.pairs(number)]

    def star(self, predicate: str, constant: str, wanted: Sequence[str]) -> list[Row]:
        numbers = [self.number(term) for term in (predicate, constant, *wanted)]
        known = [n for n in numbers if n is not None]
        if len(known) < len(numbers):
            return []
        found = self.subjects(known[0], known[1])
        return [tuple(self.decode(row)) for s in found for row in rows(s, self.pairs(s), known[2:])]

    def commit(self, triples: Sequence[Triple]) -> int:
        marks = [perf_counter()]
        terms, added = self._encode(triples)
        marks.append(perf_counter())
        if added:
            self._durable(terms, added)
            marks.append(perf_counter())
            self._publish(terms, added)
            marks.append(perf_counter())
            encode, durable, publish = (b - a for a, b in pairwise(marks))
            self.stages.append((encode, durable, publish))
        return len(added)

    def _encode(self, triples: Sequence[Triple]) -> tuple[list[str], list[tuple[int, int, int]]]:
        """New terms, and new triples as numbers."""
        ids: dict[str, int] = {}
        terms: list[str] = []
        following = self.count + len(self.new_terms)
        for term in {term: None for triple in triples for term in triple}:
            number = self.number(term)
            if number is None:
                number = following + len(terms)
                terms.append(term)
            ids[term] = number
        encoded = dict.fromkeys((ids[s], ids[p], ids[o]) for s, p, o in triples)
        return terms, [triple for triple in encoded if not self.exists(*triple)]

    def _durable(self, terms: list[str], added: list[tuple[int, int, int]]) -> None:
        text = "\n".join(terms).encode()
        body = text + np.array(added, dtype=np.int64).tobytes()
        os.write(self._log, RECORD.pack(len(terms), len(text), len(body), zlib.crc32(body)) + body)
        os.fdatasync(self._log)

    def _publish(self, terms: list[str], added: list[tuple[int, int, int]]) -> None:
        """One writer: what a reader may see is said by the number, set last."""
        for term in terms:
            self.new_ids[term] = self.count + len(self.new_terms)
            self.new_terms.append(term)
        for s, p, o in added:
            self.of_subject[s].append((p, o))
            self.of_object[o].append((p, s))
        self.published += 1

    def _replay(self, path: Path) -> None:
        """Whole records only: a torn one at the end was never acknowledged."""
        data, at = path.read_bytes(), 0
        while at + RECORD.size <= len(data):
            count, length, size, checksum = RECORD.unpack_from(data, at)
            body = data[at + RECORD.size : at + RECORD.size + size]
            if len(body) < size or zlib.crc32(body) != checksum:
                break
            added = np.frombuffer(body, dtype=np.int64, offset=length).reshape(-1, 3)
            self._publish(body[:length].decode().split("\n") if count else [], added.tolist())
            at += RECORD.size + size


class NarrowRuns(Runs):
    """32-bit numbers and 16-bit predicates: the run's own places instead of the store's ids.

    The kernel is told that reading is random: no 128 kB for each page that is missing.
    """

    name = "narrow runs, own log"
    number_type = np.uint32
    predicate_type = np.uint16
    read_ahead = False


class RunsBeforeDuckDB(Runs):
    """The same runs, with DuckDB's own transaction as the durable one."""

    name = "own runs, DuckDB commits"

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        super().build(folder, encoded, source)
        with duckdb.connect(str(folder / "log.duckdb")) as con:
            con.execute("CREATE TABLE term(id BIGINT, term VARCHAR)")
            con.execute("CREATE TABLE log(number INT, s BIGINT, p BIGINT, o BIGINT)")
            con.execute("CREATE TABLE spo(s BIGINT, p BIGINT, o BIGINT)")
            con.execute("CREATE TABLE ops(s BIGINT, p BIGINT, o BIGINT)")

    def open(self, folder: Path) -> None:
        self.con = duckdb.connect(str(folder / "log.duckdb"))
        super().open(folder)

    def close(self) -> None:
        self.con.close()
        super().close()

    def _replay(self, path: Path) -> None:
        """What was committed since the runs were built, from the database."""
        terms = self.con.execute("SELECT term FROM term ORDER BY id").fetchall()
        added = self.con.execute("SELECT s, p, o FROM log").fetchall()
        self._publish([term for (term,) in terms], added)

    def _durable(self, terms: list[str], added: list[tuple[int, int, int]]) -> None:
        insert(self.con, self.published, self.count + len(self.new_terms), terms, added)


def insert(
    con: duckdb.DuckDBPyConnection,
    number: int,
    following: int,
    terms: list[str],
    added: list[tuple[int, int, int]],
    *,
    hashed: bool = False,
) -> None:
    """Terms, log and two orders in one transaction."""
    columns = np.array(added, dtype=np.int64).reshape(-1, 3)
    news = pa.table({name: columns[:, n] for n, name in enumerate("spo")})
    fresh = pa.table(
        {
            "id": pa.array(range(following, following + len(terms)), pa.int64()),
            "hash": pa.array([term_hash(term) for term in terms], pa.uint64()),
            "term": pa.array(terms, pa.string()),
        }
    )
    con.register("news", news)
    con.register("fresh", fresh)
    con.execute("BEGIN")
    if terms:
        con.execute("INSERT INTO term SELECT id, term FROM fresh")
    if terms and hashed:
        con.execute("INSERT INTO hashed SELECT hash, id FROM fresh")
    con.execute(f"INSERT INTO log SELECT {number}, s, p, o FROM news")
    con.execute("INSERT INTO spo SELECT s, p, o FROM news")
    con.execute("INSERT INTO ops SELECT s, p, o FROM news")
    con.execute("COMMIT")


def _starts(sorted_keys: np.ndarray, count: int) -> np.ndarray:
    """Where each key's rows begin, for all keys 0 .. count."""
    lengths = np.bincount(sorted_keys, minlength=count)
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)
