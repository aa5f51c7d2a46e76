"""A purge of changes set aside: documents lose quads, updates go, and the bytes go with them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgraph.ingest.aside import QUADS, UPDATE, Doomed, Entry, Shelf
from kgraph.ingest.purging import Named
from kgraph.terms import Term

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WHO, NAME, KNOWS = (NamedNode(f"https://x.org/id/{one}") for one in ("anna", "name", "knows"))
BOTA = NamedNode("https://x.org/id/bota")
LINES = f'{WHO} {NAME} "Anna" .\n{BOTA} {KNOWS} {WHO} .\n{BOTA} {NAME} "Bota" <urn:g> .\n'


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, most=99, most_bytes=10**6)


def document(lines: str = LINES) -> Entry:
    results = [{"focusNode": WHO.value}, {"focusNode": BOTA.value}]
    why = f"1 violation, first at {WHO}"
    return Entry(QUADS, lines, "me", "of :anna", NOW, why, {"results": results})


def update(text: str, **how: str) -> Entry:
    return Entry(UPDATE, text, "me", "", NOW, "T1", how=how)


def doomed(*terms: Term, statements: tuple[Quad | Triple, ...] = ()) -> Doomed:
    return Doomed(Named(terms, frozenset(q for q in statements if isinstance(q, Quad))), statements)


def bytes_of(shelf: Shelf) -> bytes:
    return b"".join(path.read_bytes() for path in shelf.folder.iterdir())


def test_a_document_keeps_what_is_not_purged(shelf: Shelf) -> None:
    shelf.put(document())
    [path] = shelf.purge(doomed(WHO))
    assert path == shelf.folder / "000001.nq"
    [left] = shelf.entries()
    assert left.body == f'{BOTA} {NAME} "Bota" <urn:g> .\n'
    assert (left.message, left.why) == ("(purged)", "(purged)")
    assert left.report["results"] == [{"focusNode": BOTA.value}]
    assert b"anna" not in bytes_of(shelf)
    assert list(shelf.purge(doomed(WHO))) == []


def test_a_document_of_nothing_else_goes(shelf: Shelf) -> None:
    shelf.put(document(f'{WHO} {NAME} "Anna" .\n'))
    assert len(list(shelf.purge(doomed(WHO)))) == 1
    assert shelf.entries() == []
    assert b"anna" not in bytes_of(shelf)


@pytest.mark.parametrize(
    "change",
    [
        update(f"DELETE WHERE {{ {WHO} ?p ?o }}"),
        update(f"DELETE WHERE {{ ?s ?p <<( {BOTA} {KNOWS} {WHO} )>> }}"),
        update("PREFIX : <https://x.org/id/> INSERT DATA { :bota :knows :anna }"),
        update("CLEAR ALL # as :anna wished"),
        update("INSERT DATA { <bota> <knows> <ann\\u0061> }", base_iri="https://x.org/id/"),
        update("CLEAR GRAPH <g>", base_iri=WHO.value),
        update("this cannot be read"),
    ],
    ids=str,
)
def test_an_update_that_may_say_it_goes(shelf: Shelf, change: Entry) -> None:
    shelf.put(change)
    other = shelf.put(update(f'INSERT DATA {{ {BOTA} {NAME} "Bota" }}'))
    assert [path.name for path in shelf.purge(doomed(WHO))] == ["000001.ru"]
    assert shelf.entries() == [other]


def test_literals_and_datatypes_are_terms_too(shelf: Shelf) -> None:
    own = NamedNode("https://x.org/secret-type")
    shelf.put(update(f'INSERT DATA {{ {BOTA} {NAME} "x"^^{own} }}'))
    shelf.put(document(f'{BOTA} {NAME} "x"^^{own} .\n{BOTA} {NAME} "y" .\n'))
    shelf.put(update(f"INSERT DATA {{ {BOTA} {NAME} 'An\\u006Ea' }}"))
    assert len(list(shelf.purge(doomed(own, Literal("Anna"))))) == 3
    assert [one.body for one in shelf.entries()] == [f'{BOTA} {NAME} "y" .\n']


def test_a_triple_goes_out_of_every_graph_and_a_quad_out_of_its_own(shelf: Shelf) -> None:
    triple = Triple(BOTA, NAME, Literal("Bota"))
    shelf.put(document())
    shelf.put(update(f'INSERT {{ {BOTA} {NAME} "Bota" }} WHERE {{ ?a ?b ?c }}'))
    shelf.put(update(f"DELETE WHERE {{ {BOTA} {NAME} ?n }}"))
    default = Quad(BOTA, NAME, Literal("Bota"))
    assert [path.name for path in shelf.purge(doomed(statements=(default,)))] == ["000002.ru"]
    assert [path.name for path in shelf.purge(doomed(statements=(triple,)))] == ["000001.nq"]
    assert [one.number for one in shelf.entries()] == [1, 3]
    assert shelf.get(1).body == "".join(sorted(LINES.splitlines(keepends=True)[:2]))


def test_what_cannot_be_read_goes(shelf: Shelf) -> None:
    shelf.put(replace(document(), message=""))
    (shelf.folder / "000007.nq").write_bytes(b"torn: anna")
    (shelf.folder / "000008.nq.writing").write_bytes(b"half of anna")
    assert [path.name for path in shelf.purge(doomed(NAME))] == ["000001.nq", "000007.nq"]
    assert b"torn" not in bytes_of(shelf)
    assert b"half" not in bytes_of(shelf)
