"""Statements to identifiers: what is new goes into the dictionary, in order of first appearance."""

from collections.abc import Iterator

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kgraph.identifiers import DEFAULT_GRAPH_ID, PAYLOAD, SHIFT, Tag
from kgraph.store.bulk.feed import Feed
from kgraph.store.bulk.lines import Statements
from kgraph.store.bulk.numbering import UNKNOWN, Identifiers, KnownTerms
from kgraph.store.bulk.rows import TEXTS, described, keys
from kgraph.store.schema import TABLES
from kgraph.store.terms import of_kind, write_sorted_terms
from kgraph.terms import Term

_TRIPLE_SIGN = "<<("


class Encoder:
    """Gives identifiers to the terms of one load and writes the dictionary's new rows."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, next_number: int) -> None:
        """`cursor` is inside the load's transaction; `next_number` and all above are free."""
        self._cursor = cursor
        self._feed = Feed(cursor, TEXTS)
        self._row_feeds: dict[tuple[str, ...], Feed] = {}
        self._first = self.next_number = next_number
        self._texts: list[tuple[int, pa.Array]] = []
        """New terms: the number of the first, and their texts."""
        self._staged: dict[Tag, str] = {}
        """Tables with the rows of new terms, by kind."""
        self._known = KnownTerms(self._same)
        if next_number > 1:
            self._learn()

    def _learn(self) -> None:
        rows = self._cursor.sql("SELECT hash, id FROM term ORDER BY hash, id").to_arrow_table()
        self._known.add_sorted(rows["hash"].to_numpy(), rows["id"].to_numpy())

    def encode(self, statements: Statements, labels: str, graph: int) -> Identifiers:
        """Quads as rows of four identifiers.

        `labels` is put before the labels of blank nodes; `graph` stands for the default graph.
        """
        places = statements.places
        texts = _relabelled(statements.terms, labels)
        texts, parts, moved = _taken_apart(texts, labels)
        known = self.next_number
        identifiers = self._identifiers(texts, graph)
        self._add_triple_terms(identifiers[parts], known)
        by_place = identifiers if moved is None else identifiers[moved]
        rows = np.full((len(places), 4), graph, np.int64)
        rows[:, : places.shape[1]] = by_place[places]
        return rows

    def identifier(self, term: Term) -> int:
        """The identifier of a single term, which is new or not."""
        return int(self._identifiers(pa.array([str(term)]), DEFAULT_GRAPH_ID)[0])

    def forget(self) -> None:
        """Give back the memory for what is known, after the last statement."""
        self._texts.clear()
        self._known = KnownTerms(self._same)
        pa.default_memory_pool().release_unused()

    def _identifiers(self, texts: pa.Array, graph: int) -> Identifiers:
        found = keys(self._feed, texts)
        identifiers = found.inline
        open_places = np.flatnonzero(identifiers == UNKNOWN)
        if len(texts) and (empty := pc.index(texts, "").as_py()) >= 0:
            identifiers = identifiers.copy()
            identifiers[empty] = graph
            open_places = open_places[open_places != empty]
        hashes = found.hashes[open_places]
        wanted = texts.take(pa.array(open_places))
        old, taken = self._known.find(hashes, wanted)
        fresh = np.flatnonzero(old == UNKNOWN)
        if len(fresh):
            old[fresh] = self._add(wanted.take(pa.array(fresh)), hashes[fresh], taken[fresh])
        identifiers = identifiers.copy()
        identifiers[open_places] = old
        return identifiers

    def _add(
        self, texts: pa.Array, hashes: npt.NDArray[np.uint64], taken: npt.NDArray[np.bool_]
    ) -> Identifiers:
        """Write new terms, whose hashes may be taken by others, and give back their identifiers."""
        rows = described(self._feed, texts)
        numbers = np.arange(self.next_number, self.next_number + len(texts))
        identifiers = rows.tags << SHIFT | numbers
        columns = {
            "id": identifiers,
            "hash": hashes,
            "lexical": rows.lexical,
            "datatype": rows.datatype,
            "language": rows.language,
            "number": rows.number,
        }
        self._stage(pa.table(columns), np.unique(rows.tags))
        self._texts.append((self.next_number, texts))
        self.next_number += len(texts)
        self._known.add_new(hashes, identifiers, texts, taken)
        return identifiers

    def _stage(self, rows: pa.Table, tags: npt.NDArray[np.int64]) -> None:
        """Keep rows of the dictionary by kind: in the end they are written in this order."""
        for tag in map(Tag, tags.tolist()):
            if tag not in self._staged:
                self._staged[tag] = f"bulk_terms_{int(tag)}"
                columns = TABLES["term"]
                self._cursor.execute(f"CREATE TEMP TABLE {self._staged[tag]} ({columns})")
            self._insert(self._staged[tag], rows, of_kind(tag))

    def write(self) -> None:
        """Write the dictionary with all that is new."""
        if not self._staged:
            return
        write_sorted_terms(self._cursor, self._staged)
        for table in self._staged.values():
            self._cursor.execute(f"DROP TABLE {table}")
        self._staged.clear()

    def _insert(self, table: str, rows: pa.Table, condition: str = "true") -> None:
        feed = self._rows_like(rows)
        with feed.giving(rows) as cursor:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {feed.name} WHERE {condition}")

    def _rows_like(self, rows: pa.Table) -> Feed:
        """A feed for tables with these columns; one has the same columns always."""
        columns = tuple(rows.column_names)
        if columns not in self._row_feeds:
            name = f"bulk_rows_{len(self._row_feeds)}"
            self._row_feeds[columns] = Feed(self._cursor, name)
        return self._row_feeds[columns]

    def _add_triple_terms(self, rows: Identifiers, known: int) -> None:
        """Write rows of triple terms whose numbers are not below `known`."""
        rows = rows[rows[:, 0] & PAYLOAD >= known]
        if len(rows):
            self._insert(
                "triple_term",
                pa.table(list(rows.T), names=["id", "subject", "predicate", "object"]),
            )

    def _same(self, identifiers: Identifiers, texts: pa.Array) -> npt.NDArray[np.bool_]:
        """Whether these are the texts of these terms."""
        numbers = identifiers & PAYLOAD
        same = np.zeros(len(numbers), np.bool_)
        older = np.flatnonzero(numbers < self._first)
        if len(older):
            same[older] = self._same_in_store(identifiers[older], texts.take(pa.array(older)))
        starts = [start for start, _ in self._texts]
        holders = np.searchsorted(starts, numbers, side="right") - 1
        for holder in np.unique(holders[numbers >= self._first]):
            start, held = self._texts[holder]
            places = np.flatnonzero(holders == holder)
            there = held.take(pa.array(numbers[places] - start))
            equal = pc.equal(there, texts.take(pa.array(places)))
            same[places] = equal.to_numpy(zero_copy_only=False)
        return same

    def _same_in_store(self, identifiers: Identifiers, texts: pa.Array) -> npt.NDArray[np.bool_]:
        rows = described(self._feed, texts)
        columns = {
            "place": np.arange(len(identifiers)),
            "id": identifiers,
            "lexical": rows.lexical,
            "datatype": rows.datatype,
            "language": rows.language,
        }
        feed = self._rows_like(pa.table(columns))
        with feed.giving(pa.table(columns)) as cursor:
            found = cursor.sql(f"""
                SELECT place FROM {feed.name} AS new JOIN term USING (id)
                WHERE new.lexical = term.lexical
                AND new.datatype IS NOT DISTINCT FROM term.datatype
                AND new.language IS NOT DISTINCT FROM term.language""").to_arrow_table()
        there = np.zeros(len(identifiers), np.bool_)
        there[found["place"].to_numpy()] = True
        there &= identifiers >> SHIFT == rows.tags
        return there


def _relabelled(texts: pa.Array, labels: str) -> pa.Array:
    """Blank nodes under labels of this load."""
    blank = pc.starts_with(texts, "_:")
    if not pc.any(blank).as_py():
        return texts
    named = pc.binary_join_element_wise("_:" + labels, pc.utf8_slice_codeunits(texts, 2), "")
    return pc.if_else(blank, named, texts)


def _taken_apart(
    texts: pa.Array, labels: str
) -> tuple[pa.Array, Identifiers, npt.NDArray[np.int32] | None]:
    """Texts with those of the parts of triple terms, triple terms as places of themselves and
    parts, and where the texts given are now (None: where they were).
    """
    triples = pc.starts_with(texts, _TRIPLE_SIGN)
    if not pc.any(triples).as_py():
        return texts, np.empty((0, 4), np.int64), None
    listed = texts.to_pylist()
    places: dict[str, int] = {}
    parts: dict[int, tuple[int, int, int]] = {}

    def place(term: Term) -> int:
        text = _text(term)
        found = places.get(text)
        if found is None:
            inside = tuple(place(part) for part in _parts(term))
            found = places[text] = len(places)
            if inside:
                parts[found] = inside  # type: ignore[assignment]
        return found

    moved = np.array(
        [
            place(_triple(text, labels))
            if text.startswith(_TRIPLE_SIGN)
            else places.setdefault(text, len(places))
            for text in listed
        ],
        np.int32,
    )
    rows = [(whole, *inside) for whole, inside in parts.items()]
    return pa.array(places, pa.string()), np.array(rows, np.int64), moved


def _text(term: Term) -> str:
    return f"{_TRIPLE_SIGN} {term} )>>" if isinstance(term, Triple) else str(term)


def _parts(term: Term) -> Iterator[Term]:
    if isinstance(term, Triple):
        yield from (term.subject, term.predicate, term.object)


def _triple(text: str, labels: str) -> Term:
    quad = next(parse(f"<x:s> <x:p> {text} .".encode(), RdfFormat.N_TRIPLES))
    return _under(quad.object, labels)


def _under(term: Term, labels: str) -> Term:
    """A term with the blank nodes in it under labels of this load."""
    if isinstance(term, BlankNode):
        return BlankNode(labels + term.value)
    if isinstance(term, NamedNode | Literal):
        return term
    subject = _under(term.subject, labels)
    assert isinstance(subject, NamedNode | BlankNode)
    return Triple(subject, term.predicate, _under(term.object, labels))
