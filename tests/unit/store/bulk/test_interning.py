"""Many terms at once get the identifiers that each of them would have got alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kgraph.store import Change, Store, Transaction
from kgraph.store.bulk import intern_texts

NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, P = NamedNode("urn:a"), NamedNode("urn:p")
TERMS = [
    A,
    BlankNode("b"),
    Literal("text"),
    Literal('two\nlines "quoted" \\'),
    Literal("chat", language="fr"),
    Literal(7),
    Literal("07", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    Literal("x", datatype=NamedNode("urn:t")),
    Triple(A, P, Literal("inside")),
]


def text(term: object) -> str:
    return f"<<( {term} )>>" if isinstance(term, Triple) else str(term)


@pytest.fixture(params=[False, True], ids=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store" if request.param else None) as opened:
        yield opened


def interned(transaction: Transaction, terms: list) -> list[int]:
    return intern_texts(transaction, pa.array([text(term) for term in terms])).tolist()


def commit(transaction: Transaction) -> None:
    transaction.commit(author="me", message="", time=NOW)


def test_new_terms_and_known_ones(store: Store) -> None:
    with store.write() as transaction:
        transaction.stage(Change(added=(Quad(A, P, TERMS[3]),)))
        known = transaction.intern([A, P, TERMS[3]])
        more = interned(transaction, [*TERMS, *TERMS[::-1], P])
        assert more[: len(TERMS)] == more[len(TERMS) : -1][::-1]
        assert [more[0], more[-1], more[3]] == known
        assert transaction.intern(TERMS) == more[: len(TERMS)]
        assert transaction.snapshot.terms_of(more[: len(TERMS)]) == TERMS
        (one,) = transaction.intern([Literal("later")])
        assert one not in more
        transaction.stage_ids([(more[0], more[-1], object_, 0) for object_ in more], [])
        commit(transaction)
    with store.snapshot() as snapshot:
        found = {quad.object for quad in snapshot.quads_for_pattern(A, P, None)}
        assert found == {*TERMS, P}
        assert [snapshot.id_of(term) for term in TERMS] == more[: len(TERMS)]


def test_terms_of_rows_are_in_the_runs(store: Store) -> None:
    with store.write() as transaction:
        p, g = transaction.intern([P, A])
        transaction.stage_inferred_rows(f"SELECT {p}, {p}, {p}, {g}, 1, 7")
        (one, two) = interned(transaction, [Literal("new"), Literal("newer")])
        assert transaction.intern([Literal("newer")]) == [two]
        transaction.stage_inferred_rows(f"SELECT {p}, {p}, {one}, {g}, 1, 7")
        commit(transaction)
    with store.snapshot() as snapshot:
        assert Quad(P, P, Literal("new"), A) in snapshot
        assert snapshot.term_of(two) == Literal("newer")


def test_discarded_terms_are_not_known(store: Store) -> None:
    with store.write() as transaction:
        interned(transaction, TERMS)
    with store.snapshot() as snapshot:
        assert snapshot.id_of(Literal("text")) is None
    with store.write() as transaction:
        assert transaction.snapshot.terms_of(interned(transaction, TERMS[::-1])) == TERMS[::-1]
