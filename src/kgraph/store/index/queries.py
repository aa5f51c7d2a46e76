"""What the building of runs asks of the database: rows in the runs' orders, terms, hashes."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kgraph.identifiers import INLINE, PAYLOAD, SHIFT, Tag
from kgraph.store.terms import KINDS, of_kind

BATCH = 1 << 18
WINDOW = 1 << 18
"""How many terms are put into the order of their numbers at a time."""
_INLINE = ", ".join(str(int(tag)) for tag in sorted(INLINE))
_RARE = [*range(8), 0xB, *range(0xE, 0x20), 0x7F, 0xFFFE, 0xFFFF]
_COMMON = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}
_COMMON["\f"] = "\\f"


def _replaced(column: str, replacements: dict[str, str]) -> str:
    for found, replacement in replacements.items():
        column = f"replace({column}, chr({ord(found)}), '{replacement}')"
    return column


def _class(codes: list[int]) -> str:
    return "'[" + "".join(f"\\x{{{code:x}}}" for code in codes) + "]'"


_ESCAPED = _replaced("lexical", _COMMON)
_ALL_ESCAPED = _replaced(_ESCAPED, {chr(code): f"\\u{code:04X}" for code in _RARE})
_LEXICAL = f"""CASE WHEN NOT regexp_matches(lexical, {_class([*map(ord, _COMMON), *_RARE])})
    THEN lexical WHEN regexp_matches(lexical, {_class(_RARE)}) THEN {_ALL_ESCAPED}
    ELSE {_ESCAPED} END"""
TEXT = f"""CASE id >> {SHIFT}
    WHEN {int(Tag.IRI)} THEN '<' || lexical || '>'
    WHEN {int(Tag.BLANK)} THEN '_:' || lexical
    WHEN {int(Tag.TRIPLE)} THEN
        CASE WHEN starts_with(lexical, '<<( ') THEN lexical[5:-5] ELSE lexical END
    ELSE '"' || {_LEXICAL} || '"' || CASE WHEN language IS NOT NULL THEN '@' || language
        WHEN datatype IS NOT NULL THEN '^^<' || datatype || '>' ELSE '' END END"""
"""The text of a row of `term`: what `str` gives of the term."""


def _number(column: str) -> str:
    return f"({column} & {PAYLOAD})"


def place_key(column: str) -> str:
    """A number for terms of the dictionary, the identifier itself for values inside one."""
    inline = f"({column} >> {SHIFT}) IN ({_INLINE})"
    return f"CASE WHEN {inline} THEN {column} ELSE {_number(column)} END"


@dataclass(frozen=True, slots=True)
class Source:
    """The tables to build from, through one cursor, whose transaction sees one commit."""

    cursor: duckdb.DuckDBPyConnection
    generation: int
    tail: bool = True
    """Whether `tail` has rows; likewise `gone`."""
    gone: bool = True
    triples: bool = True
    """Whether there are any; if not, runs are of the terms alone."""

    def rows(self) -> str:
        """A FROM item: s, p, o, g, levels, round of all that holds."""
        columns = "s, p, o, g, levels, round"
        if not self.triples:
            return f"(SELECT {columns} FROM spo_{self.generation} WHERE false)"
        main = f"SELECT {columns} FROM spo_{self.generation}"
        if self.gone:
            main += " ANTI JOIN gone USING (s, p, o, g)"
        tail = f" UNION ALL SELECT {columns} FROM tail" if self.tail else ""
        return f"({main}{tail})"

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Rows of a query, some hundred thousand at a time."""
        for batch in self.cursor.sql(query).to_arrow_reader(BATCH):
            if len(batch):
                yield batch

    def one(self, query: str) -> int:
        """The number that a query gives; 0 for NULL."""
        [(found,)] = self.cursor.execute(query).fetchall()
        return int(found or 0)

    def ordered(self, order: str, *, copies: bool) -> Iterator[pa.RecordBatch]:
        """s, p, o as places need them, and the packed copy if asked; in an order like "s, p, o"."""
        copy = f", {PACKED} AS copy" if copies else ""
        by = f"{order}, copy" if copies else order
        yield from self.batches(
            f"SELECT {_number('s')} AS s, p, {place_key('o')} AS o{copy} "
            f"FROM {self.rows()} ORDER BY {by}"
        )

    def quads(self, *, copies: bool) -> Iterator[pa.RecordBatch]:
        """The same in no order."""
        copy = f", {PACKED} AS copy" if copies else ""
        yield from self.batches(
            f"SELECT {_number('s')} AS s, p, {place_key('o')} AS o{copy} FROM {self.rows()}"
        )

    def terms_after(self, number: int) -> Iterator[pa.RecordBatch]:
        """id, text and the upper half of the hash of terms above a number, in order."""
        yield from self.batches(
            f"SELECT id, {TEXT} AS text, (hash >> 32)::UINTEGER AS hash FROM term "
            f"WHERE {_number('id')} > {number} ORDER BY {_number('id')}"
        )

    def terms(self, window: int = WINDOW) -> Iterator[pa.RecordBatch]:
        """id and text in the order of the numbers.

        The table has its rows by kind before number, so that of each kind the rows of a window
        of numbers lie together: no more than a window is ever sorted.
        """
        for low in range(0, self.highest() + 1, window):
            there = " OR ".join(of_kind(tag, low, low + window - 1) for tag in KINDS)
            yield from self.batches(
                f"SELECT id, {TEXT} AS text FROM term WHERE {there} ORDER BY {_number('id')}"
            )

    def hashes(self) -> Iterator[pa.RecordBatch]:
        """The upper half of the hashes, sorted, and the terms' numbers."""
        yield from self.batches(
            f"SELECT (hash >> 32)::UINTEGER AS hash, {_number('id')} AS n FROM term ORDER BY 1, 2"
        )

    def highest(self) -> int:
        """The highest number of a term."""
        return self.one(f"SELECT max({_number('id')}) FROM term")

    def values(self) -> Iterator[pa.RecordBatch]:
        """Identifiers with a value inside that are objects, sorted."""
        yield from self.batches(
            f"SELECT DISTINCT o FROM {self.rows()} WHERE (o >> {SHIFT}) IN ({_INLINE}) ORDER BY o"
        )

    def predicates(self) -> list[int]:
        """Predicates, sorted."""
        found = self.cursor.execute(f"SELECT DISTINCT p FROM {self.rows()} ORDER BY p").fetchall()
        return [p for (p,) in found]

    def copies(self) -> list[tuple[int, int, int, int]]:
        """What copies there are: packed, and as graph, mask, round; sorted."""
        return self.cursor.execute(
            f"SELECT DISTINCT {PACKED} AS copy, g, levels, round FROM {self.rows()} ORDER BY copy"
        ).fetchall()


PACKED = f"({_number('g')} << 16) | (levels::BIGINT << 8) | round::BIGINT"
"""Graph, mask and round as one number, in this order."""
