"""Two orders and both directions of the dictionary in an embedded sorted key-value library."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import lmdb
import numpy as np
from rocksdict import (
    AccessType,
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    Rdict,
    SstFileWriter,
    WriteBatch,
    WriteOptions,
)

from benchmarks.spike.encoded import Encoded, term_hash
from benchmarks.spike.layout import Row, Triple, rows

KEY, PAIR, HASH = struct.Struct(">Q"), struct.Struct(">QQ"), struct.Struct(">Q")
TRIPLE = struct.Struct(">QQQ")


def big_endian(*columns: np.ndarray) -> np.ndarray:
    """Rows of bytes that sort as their numbers do."""
    return np.stack(columns, axis=1).astype(">u8")


class Lmdb:
    """Subject to (predicate, object) pairs, sorted duplicates of fixed size; so by object."""

    name = "LMDB"

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        self._environment(folder)
        one, two = encoded.by_subject, encoded.by_object
        with self.env.begin(write=True) as txn:
            _append(txn, self.by_subject, one[0], one[1], one[2])
        with self.env.begin(write=True) as txn:
            _append(txn, self.by_object, two[2], two[1], two[0])
        with self.env.begin(write=True) as txn:
            cursor = txn.cursor(self.terms)
            packed = (KEY.pack(n) for n in range(len(encoded.terms)))
            text = (str(term).encode() for term in encoded.terms.to_pylist())
            cursor.putmulti(zip(packed, text, strict=True), append=True)
            hashes = encoded.hashes.astype(">u8").tobytes()
            ids = encoded.hash_ids.astype(">u8").tobytes()
            txn.cursor(self.ids).putmulti(
                ((hashes[n : n + 8], ids[n : n + 8]) for n in range(0, len(hashes), 8)),
                dupdata=True,
                append=True,
            )
        self.env.sync(True)
        self.close()

    def _environment(self, folder: Path) -> None:
        self.env = lmdb.open(str(folder), map_size=1 << 40, max_dbs=4)
        pairs = {"dupsort": True, "dupfixed": True}
        self.by_subject = self.env.open_db(b"s", **pairs)
        self.by_object = self.env.open_db(b"o", **pairs)
        self.terms = self.env.open_db(b"t")
        self.ids = self.env.open_db(b"h", **pairs)

    def open(self, folder: Path) -> None:
        self._environment(folder)
        with self.env.begin() as txn:
            self.count = txn.stat(self.terms)["entries"]

    def close(self) -> None:
        self.env.close()

    def _number(self, txn: lmdb.Transaction, term: str) -> int | None:
        cursor, data = txn.cursor(self.ids), term.encode()
        if cursor.set_key(HASH.pack(term_hash(term))):
            for number in cursor.iternext_dup():
                if txn.get(number, db=self.terms) == data:
                    return KEY.unpack(number)[0]
        return None

    def _pairs(self, cursor: lmdb.Cursor, subject: int) -> list[tuple[int, int]]:
        found = cursor.getmulti([KEY.pack(subject)], dupdata=True, dupfixed_bytes=16, keyfixed=True)
        data = memoryview(found)
        return [PAIR.unpack_from(data, at + 8) for at in range(0, len(data), 24)]

    def _term(self, txn: lmdb.Transaction, number: int) -> str:
        return str(txn.get(KEY.pack(number), db=self.terms), "utf-8")

    def decode(self, numbers: Sequence[int]) -> list[str]:
        with self.env.begin() as txn:
            get, pack, db = txn.get, KEY.pack, self.terms
            return [str(get(pack(n), db=db), "utf-8") for n in numbers]

    def look_up(self, subject: str) -> list[tuple[str, str]]:
        with self.env.begin() as txn:
            number = self._number(txn, subject)
            if number is None:
                return []
            pairs = self._pairs(txn.cursor(self.by_subject), number)
            return [(self._term(txn, p), self._term(txn, o)) for p, o in pairs]

    def star(self, predicate: str, constant: str, wanted: Sequence[str]) -> list[Row]:
        with self.env.begin() as txn:
            numbers = [self._number(txn, term) for term in (predicate, constant, *wanted)]
            known = [n for n in numbers if n is not None]
            if len(known) < len(numbers):
                return []
            cursor, subjects = txn.cursor(self.by_object), txn.cursor(self.by_subject)
            found = [s for p, s in self._pairs(cursor, known[1]) if p == known[0]]
            return [
                tuple(self._term(txn, n) for n in row)
                for s in found
                for row in rows(s, self._pairs(subjects, s), known[2:])
            ]

    def commit(self, triples: Sequence[Triple]) -> int:
        """LMDB syncs at the end of the transaction; readers see it from then on."""
        with self.env.begin(write=True) as txn:
            ids: dict[str, int] = {}
            for term in {term: None for triple in triples for term in triple}:
                number = self._number(txn, term)
                if number is None:
                    number, self.count = self.count, self.count + 1
                    txn.put(KEY.pack(number), term.encode(), db=self.terms)
                    txn.put(HASH.pack(term_hash(term)), KEY.pack(number), db=self.ids)
                ids[term] = number
            added = 0
            for s, p, o in triples:
                pair = PAIR.pack(ids[p], ids[o])
                if txn.put(KEY.pack(ids[s]), pair, dupdata=False, db=self.by_subject):
                    pair = PAIR.pack(ids[p], ids[s])
                    txn.put(KEY.pack(ids[o]), pair, dupdata=False, db=self.by_object)
                    added += 1
        return added


def _append(txn: lmdb.Transaction, db: object, *columns: np.ndarray) -> None:
    for part in range(0, len(columns[0]), 1_000_000):
        data = big_endian(*(c[part : part + 1_000_000] for c in columns)).tobytes()
        items = ((data[n : n + 8], data[n + 8 : n + 24]) for n in range(0, len(data), 24))
        txn.cursor(db).putmulti(items, dupdata=True, append=True)


class Rocks:
    """The same as keys of 24 bytes without values, bulk loaded as sorted files."""

    name = "RocksDB (rocksdict)"

    def _options(self) -> Options:
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_compression_type(DBCompressionType.lz4())
        blocks = BlockBasedOptions()
        blocks.set_block_cache(Cache(1 << 30))
        blocks.set_bloom_filter(10, False)
        options.set_block_based_table_factory(blocks)
        return options

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        one, two = encoded.by_subject, encoded.by_object
        db = Rdict(str(folder / "db"), self._options())
        parts = {
            b"s": _keys(b"s", *one),
            b"o": _keys(b"o", two[2], two[1], two[0]),
            b"t": _texts(encoded),
            b"h": _hashes(encoded),
        }
        files = []
        for name, items in parts.items():
            path = str(folder / f"{name.decode()}.sst")
            writer = SstFileWriter(self._options())
            writer.open(path)
            for key, value in items:
                writer[key] = value
            writer.finish()
            files.append(path)
        db.ingest_external_file(files)
        db.flush(True)
        db.close()
        for path in files:
            Path(path).unlink(missing_ok=True)

    def open(self, folder: Path) -> None:
        self.db = Rdict(str(folder / "db"), self._options(), access_type=AccessType.read_write())
        last = self.db.iter()
        last.seek_for_prev(b"t" + b"\xff" * 8)
        self.count = KEY.unpack(last.key()[1:])[0] + 1
        self.durable = WriteOptions()
        self.durable.sync = True

    def close(self) -> None:
        self.db.close()

    def _number(self, term: str) -> int | None:
        data, wanted = term.encode(), b"h" + HASH.pack(term_hash(term))
        found = self.db.get(wanted)
        if found is not None:
            for at in range(0, len(found), 8):
                if self.db.get(b"t" + found[at : at + 8]) == data:
                    return KEY.unpack(found[at : at + 8])[0]
        return None

    def _pairs(self, order: bytes, key: int) -> list[tuple[int, int]]:
        prefix = order + KEY.pack(key)
        cursor, found = self.db.iter(), []
        cursor.seek(prefix)
        while cursor.valid() and (entry := cursor.key())[:9] == prefix:
            found.append(PAIR.unpack_from(entry, 9))
            cursor.next()
        return found

    def decode(self, numbers: Sequence[int]) -> list[str]:
        found = self.db.get([b"t" + KEY.pack(n) for n in numbers])
        return [str(text, "utf-8") for text in found]

    def look_up(self, subject: str) -> list[tuple[str, str]]:
        number = self._number(subject)
        if number is None:
            return []
        pairs = self._pairs(b"s", number)
        terms = self.decode([n for pair in pairs for n in pair])
        return list(zip(terms[::2], terms[1::2], strict=True))

    def star(self, predicate: str, constant: str, wanted: Sequence[str]) -> list[Row]:
        numbers = [self._number(term) for term in (predicate, constant, *wanted)]
        known = [n for n in numbers if n is not None]
        if len(known) < len(numbers):
            return []
        found = [s for p, s in self._pairs(b"o", known[1]) if p == known[0]]
        return [
            tuple(self.decode(row))
            for s in found
            for row in rows(s, self._pairs(b"s", s), known[2:])
        ]

    def commit(self, triples: Sequence[Triple]) -> int:
        batch, ids = WriteBatch(raw_mode=True), {}
        for term in {term: None for triple in triples for term in triple}:
            number = self._number(term)
            if number is None:
                number, self.count = self.count, self.count + 1
                batch.put(b"t" + KEY.pack(number), term.encode())
                batch.put(b"h" + HASH.pack(term_hash(term)), KEY.pack(number))
            ids[term] = number
        added = 0
        for s, p, o in dict.fromkeys((ids[s], ids[p], ids[o]) for s, p, o in triples):
            key = b"s" + TRIPLE.pack(s, p, o)
            if key not in self.db:
                batch.put(key, b"")
                batch.put(b"o" + TRIPLE.pack(o, p, s), b"")
                added += 1
        self.db.write(batch, self.durable)
        return added


def _keys(order: bytes, *columns: np.ndarray) -> Iterator[tuple[bytes, bytes]]:
    for part in range(0, len(columns[0]), 1_000_000):
        data = big_endian(*(c[part : part + 1_000_000] for c in columns)).tobytes()
        for n in range(0, len(data), 24):
            yield order + data[n : n + 24], b""


def _texts(encoded: Encoded) -> Iterable[tuple[bytes, bytes]]:
    for n, term in enumerate(encoded.terms.to_pylist()):
        yield b"t" + KEY.pack(n), term.encode()


def _hashes(encoded: Encoded) -> Iterable[tuple[bytes, bytes]]:
    """Numbers under one hash are kept together."""
    hashes, ids = encoded.hashes.tolist(), encoded.hash_ids.tolist()
    at = 0
    while at < len(hashes):
        after = at + 1
        while after < len(hashes) and hashes[after] == hashes[at]:
            after += 1
        yield b"h" + HASH.pack(hashes[at]), b"".join(KEY.pack(n) for n in ids[at:after])
        at = after
