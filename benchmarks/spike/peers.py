"""DuckDB tables alone, and pyoxigraph as the yardstick."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyoxigraph as ox

from benchmarks.spike.encoded import Encoded, term_hash
from benchmarks.spike.layout import Row, Triple, rows
from benchmarks.spike.runs import insert


class DuckDB:
    """Two orders, the dictionary by number and by hash; every question is a statement."""

    name = "DuckDB alone"

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        one, two = encoded.by_subject, encoded.by_object
        with duckdb.connect(str(folder / "db.duckdb")) as con:
            for name, (s, p, o) in {"spo": one, "ops": two}.items():
                con.register("given", pa.table({"s": s, "p": p, "o": o}))
                con.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            con.execute("CREATE TABLE log(number INT, s BIGINT, p BIGINT, o BIGINT)")
            texts = {"id": pa.array(range(len(encoded.terms)), pa.int64()), "term": encoded.terms}
            con.register("texts", pa.table(texts))
            con.execute("CREATE TABLE term AS SELECT * FROM texts")
            con.register("hashes", pa.table({"hash": encoded.hashes, "id": encoded.hash_ids}))
            con.execute("CREATE TABLE hashed AS SELECT * FROM hashes")
            con.execute("CHECKPOINT")

    def open(self, folder: Path) -> None:
        self.con = duckdb.connect(str(folder / "db.duckdb"))
        self.count = self.con.sql("SELECT max(id) + 1 FROM term").fetchall()[0][0]
        self.published = 0

    def close(self) -> None:
        self.con.close()

    def _numbers(self, terms: Sequence[str]) -> dict[str, int]:
        """Lists of constants are pruned by zone map and filter; a join would scan."""
        listed = ", ".join(str(term_hash(term)) for term in terms)
        ids = self.con.execute(f"SELECT id FROM hashed WHERE hash IN ({listed})").fetchall()
        if not ids:
            return {}
        listed = ", ".join(str(number) for (number,) in ids)
        found = self.con.execute(f"SELECT term, id FROM term WHERE id IN ({listed})").fetchall()
        wanted = set(terms)
        return {term: number for term, number in found if term in wanted}

    def _number(self, term: str) -> int | None:
        return self._numbers([term]).get(term)

    def decode(self, numbers: Sequence[int]) -> list[str]:
        listed = ", ".join(map(str, numbers))
        found = dict(
            self.con.execute(f"SELECT id, term FROM term WHERE id IN ({listed})").fetchall()
        )
        return [found[n] for n in numbers]

    def look_up(self, subject: str) -> list[tuple[str, str]]:
        number = self._number(subject)
        if number is None:
            return []
        pairs = self.con.execute("SELECT p, o FROM spo WHERE s = ?", [number]).fetchall()
        terms = self.decode([n for pair in pairs for n in pair])
        return list(zip(terms[::2], terms[1::2], strict=True))

    def star(self, predicate: str, constant: str, wanted: Sequence[str]) -> list[Row]:
        """Subjects first, then their ranges at once: quicker than a join of six."""
        numbers = self._numbers([predicate, constant, *wanted])
        if len(numbers) < 2 + len(wanted):
            return []
        subjects = self.con.execute(
            "SELECT s FROM ops WHERE o = ? AND p = ?", [numbers[constant], numbers[predicate]]
        ).fetchall()
        found: list[Row] = []
        for (s,) in subjects:
            pairs = self.con.execute("SELECT p, o FROM spo WHERE s = ?", [s]).fetchall()
            found += rows(s, pairs, [numbers[term] for term in wanted])
        flat = self.decode([n for row in found for n in row]) if found else []
        width = 1 + len(wanted)
        return [tuple(flat[at : at + width]) for at in range(0, len(flat), width)]

    def join(self, predicate: str, constant: str, wanted: Sequence[str]) -> int:
        """The same star as one SQL join; how many rows."""
        numbers = self._numbers([predicate, constant, *wanted])
        if len(numbers) < 2 + len(wanted):
            return 0
        joined = " ".join(
            f"JOIN spo t{n} ON t{n}.s = t.s AND t{n}.p = {numbers[term]}"
            for n, term in enumerate(wanted)
        )
        values = ", ".join(f"t{n}.o" for n in range(len(wanted)))
        return len(
            self.con.execute(
                f"SELECT t.s, {values} FROM ops t {joined} "
                f"WHERE t.o = {numbers[constant]} AND t.p = {numbers[predicate]}"
            ).fetchall()
        )

    def commit(self, triples: Sequence[Triple]) -> int:
        distinct = list({term: None for triple in triples for term in triple})
        ids = self._numbers(distinct)
        new = [term for term in distinct if term not in ids]
        following = self.count
        ids |= {term: following + n for n, term in enumerate(new)}
        encoded = dict.fromkeys((ids[s], ids[p], ids[o]) for s, p, o in triples)
        subjects = ", ".join(str(s) for s in {s for s, _, _ in encoded if s < following})
        standing = set()
        if subjects:
            standing = set(
                self.con.execute(f"SELECT s, p, o FROM spo WHERE s IN ({subjects})").fetchall()
            )
        added = [triple for triple in encoded if triple not in standing]
        insert(self.con, self.published, following, new, added, hashed=True)
        self.count += len(new)
        self.published += 1
        return len(added)


class Oxigraph:
    """The best embeddable store, in its fastest setting."""

    name = "pyoxigraph"

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        store = ox.Store(str(folder))
        store.bulk_load(path=str(source), format=ox.RdfFormat.N_TRIPLES)
        store.flush()

    def open(self, folder: Path) -> None:
        self.store = ox.Store(str(folder))

    def close(self) -> None:
        del self.store

    def decode(self, numbers: Sequence[int]) -> list[str]:
        """It shows no numbers."""
        raise NotImplementedError

    def look_up(self, subject: str) -> list[tuple[str, str]]:
        found = self.store.quads_for_pattern(ox.NamedNode(subject[1:-1]), None, None)
        return [(str(quad.predicate), str(quad.object)) for quad in found]

    def star(self, predicate: str, constant: str, wanted: Sequence[str]) -> list[Row]:
        names = [f"?v{n}" for n in range(len(wanted))]
        parts = " ; ".join(f"{p} {v}" for p, v in zip(wanted, names, strict=True))
        text = f"SELECT ?s {' '.join(names)} {{ ?s {predicate} {constant} ; {parts} }}"
        return [tuple(map(str, row)) for row in self.store.query(text)]

    def commit(self, triples: Sequence[Triple]) -> int:
        text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
        before = [q for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES) if q not in self.store]
        self.store.extend(before)
        self.store.flush()
        return len(set(before))
