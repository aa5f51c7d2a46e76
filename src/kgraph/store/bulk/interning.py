"""Identifiers for many terms at once, inside a transaction: what rules compute by SQL."""

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import RdfFormat, parse

from kgraph.identifiers import SHIFT
from kgraph.store.bulk.feed import Feed
from kgraph.store.bulk.numbering import UNKNOWN, Identifiers
from kgraph.store.bulk.rows import TEXTS, Described, described, keys
from kgraph.store.transaction import Transaction
from kgraph.terms import Term

_ROWS = "bulk_interned"
_TRIPLE_SIGN = "<<("


def intern_texts(transaction: Transaction, texts: pa.Array) -> npt.NDArray[np.int64]:
    """The identifiers of terms by their N-Triples texts, as `str` gives them, in the same order.

    A triple term is in `<<( )>>`. New terms enter the dictionary with the commit, as with
    `Transaction.intern`.
    """
    encoded = pc.dictionary_encode(texts.cast(pa.string()))
    distinct = encoded.dictionary
    triples = pc.starts_with(distinct, _TRIPLE_SIGN).to_numpy(zero_copy_only=False)
    found = np.full(len(distinct), UNKNOWN, np.int64)
    for at in np.flatnonzero(triples):
        [found[at]] = transaction.intern([_triple(distinct[int(at)].as_py())])
    cursor = transaction.snapshot.cursor()
    others = np.flatnonzero(~triples)
    if len(others):
        found[others] = _interned(transaction, cursor, distinct.take(pa.array(others)))
    identifiers: npt.NDArray[np.int64] = found[encoded.indices.to_numpy()]
    return identifiers


def _interned(
    transaction: Transaction, cursor: duckdb.DuckDBPyConnection, texts: pa.Array
) -> Identifiers:
    feed = Feed(cursor, TEXTS)
    known = keys(feed, texts)
    found = known.inline.copy()
    open_places = np.flatnonzero(found == UNKNOWN)
    if not len(open_places):
        return found
    wanted, hashes = texts.take(pa.array(open_places)), known.hashes[open_places]
    rows = described(feed, wanted)
    identifiers = _in_store(cursor, rows, hashes)
    fresh = np.flatnonzero(identifiers == UNKNOWN)
    if len(fresh):
        first = transaction.take_numbers(len(fresh))
        new = rows.tags[fresh] << SHIFT | np.arange(first, first + len(fresh))
        identifiers[fresh] = new
        _write(cursor, rows, hashes, identifiers, fresh)
        transaction.learned(
            zip(new.tolist(), wanted.take(pa.array(fresh)).to_pylist(), strict=True)
        )
    found[open_places] = identifiers
    return found


def _in_store(
    cursor: duckdb.DuckDBPyConnection, rows: Described, hashes: npt.NDArray[np.uint64]
) -> Identifiers:
    """The identifiers of the terms that the dictionary has."""
    table = pa.table(
        {
            "place": np.arange(len(hashes)),
            "hash": hashes,
            "tag": rows.tags,
            "lexical": rows.lexical,
            "datatype": rows.datatype,
            "language": rows.language,
        }
    )
    feed = Feed(cursor, f"{_ROWS}_asked")
    with feed.giving(table):
        hits = cursor.sql(f"""
            SELECT place, id FROM {feed.name} AS new JOIN term USING (hash)
            WHERE new.lexical = term.lexical AND new.tag = id >> {SHIFT}
            AND new.datatype IS NOT DISTINCT FROM term.datatype
            AND new.language IS NOT DISTINCT FROM term.language""").to_arrow_table()
    found = np.full(len(hashes), UNKNOWN, np.int64)
    found[hits["place"].to_numpy()] = hits["id"].to_numpy()
    return found


def _write(
    cursor: duckdb.DuckDBPyConnection,
    rows: Described,
    hashes: npt.NDArray[np.uint64],
    identifiers: Identifiers,
    fresh: Identifiers,
) -> None:
    """Insert the dictionary's rows of some of these terms."""
    taken = pa.array(fresh)
    table = pa.table(
        {
            "id": identifiers[fresh],
            "hash": hashes[fresh],
            "lexical": rows.lexical.take(taken),
            "datatype": rows.datatype.take(taken),
            "language": rows.language.take(taken),
            "number": rows.number.take(taken),
        }
    )
    feed = Feed(cursor, f"{_ROWS}_new")
    with feed.giving(table):
        cursor.execute(f"INSERT INTO term SELECT * FROM {feed.name}")


def _triple(text: str) -> Term:
    term: Term = next(parse(f"<x:s> <x:p> {text} .".encode(), RdfFormat.N_TRIPLES)).object
    return term
