"""A bulk load leaves what a transaction with the same quads would leave, or nothing."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from kgraph.errors import RDFSyntaxError, StoreError
from kgraph.formats import by_suffix, rdf_format
from kgraph.store import Change, Store
from kgraph.store.bulk import bulk_load
from kgraph.store.copies import table_rows
from kgraph.store.schema import QUAD_COLUMNS
from kgraph.store.visibility import FIRST_COLUMNS, PUBLIC, RESTRICTED, SEALED

SHARED_FOLDER = HealthCheck.function_scoped_fixture
NOW = datetime(2026, 1, 1, tzinfo=UTC)
XSD = "http://www.w3.org/2001/XMLSchema#"
G1, G2 = NamedNode("urn:g1"), NamedNode("urn:g2")
A, B, P = NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:p")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

OBJECTS = (
    *(A, B, Literal("a b"), Literal('q"\\\n'), Literal("é", language="kk"), Literal("\x01")),
    *(Literal("1", datatype=NamedNode(XSD + kind)) for kind in ("integer", "double", "boolean")),
    *(Literal("2022-06-01", datatype=NamedNode(XSD + "date")), Literal("x", datatype=A)),
    *(Triple(A, P, Literal("1")), Triple(B, P, Triple(A, P, B))),
)
QUADS = st.builds(
    Quad,
    st.sampled_from((A, B, NamedNode("urn:c"))),
    st.sampled_from((P, TYPE, NamedNode("urn:q"))),
    st.sampled_from(OBJECTS),
    st.sampled_from((DefaultGraph(), G1, G2)),
)
LISTS = st.lists(QUADS, max_size=15)
LEVELS = st.sampled_from((PUBLIC, RESTRICTED, SEALED))


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def load(store: Store, *paths: Path, graph: NamedNode | None = None, level: int = PUBLIC) -> int:
    documents = [(path, by_suffix(path), graph) for path in paths]
    record = bulk_load(store, documents, author="me", message="load", time=NOW, level=level)
    return record.added


def written(path: Path, quads: Sequence[Quad]) -> Path:
    form = by_suffix(path).rdf
    path.write_bytes(serialize(quads, format=form) or b"")
    return path


def add(store: Store, quads: Sequence[Quad], level: int = PUBLIC) -> None:
    with store.write() as transaction:
        transaction.stage(Change(added=tuple(quads), level=level))
        transaction.commit(author="me", message="add", time=NOW)


def contents(store: Store) -> dict[str, object]:
    """All that the tables say, in terms instead of identifiers."""
    with store.snapshot(level=SEALED) as snapshot:
        cursor = snapshot.cursor()
        generation = store._shared.published.generation

        def shown(identifier: int) -> str:
            return "" if identifier == 0 else str(snapshot.term_of(identifier))

        def told(query: str, ids: int) -> list[tuple[object, ...]]:
            found = cursor.execute(query).fetchall()
            return sorted((*map(shown, row[:ids]), *row[ids:]) for row in found)

        quads, union = (
            f"""SELECT {QUAD_COLUMNS} FROM {order}_{generation}
            ANTI JOIN gone USING (s, p, o, g) UNION ALL SELECT {QUAD_COLUMNS} FROM tail"""
            for order in ("spo", "pos")
        )
        copies: dict[tuple[int, ...], dict[int, tuple[int, int]]] = {}
        rows = cursor.execute(quads).fetchall()
        for *triple, g, mask, round_, _, _, _ in rows:
            copies.setdefault(tuple(triple), {})[g] = (mask, round_)
        expected = [row for one in copies.items() for row in table_rows(*one).values()]
        assert sorted(rows) == sorted(expected)
        assert sorted(cursor.execute(quads).fetchall()) == sorted(cursor.execute(union).fetchall())
        seen = [snapshot.index.graphs_of(*triple) for triple in copies]
        assert [{g: copy for g, *copy in rows} for rows in seen] == [
            {g: list(copy) for g, copy in of.items()} for of in copies.values()
        ]
        return {
            "quads": told(quads.replace(FIRST_COLUMNS, "1"), 4),
            "graphs": told("SELECT g, level FROM graph", 1),
            "statistics": told("SELECT * FROM statistics", 1),
            "classes": told("SELECT * FROM class_statistics", 1),
            "log": told("SELECT s, p, o, g, added, levels, round, commit_number FROM log", 4),
            "terms": sorted(cursor.execute("SELECT hash, lexical, number FROM term").fetchall()),
            "triple terms": told("SELECT * FROM triple_term", 4),
        }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LISTS, LISTS, LISTS, LEVELS, LEVELS)
def test_equals_a_transaction(
    tmp_path: Path, before: list[Quad], gone: list[Quad], quads: list[Quad], old: int, new: int
) -> None:
    path = written(tmp_path / "a.nq", quads)
    with Store.open(None) as loaded, Store.open(None) as expected:
        for store in (loaded, expected):
            add(store, [*before, Quad(A, TYPE, A)], old)
            with store.write() as transaction:
                transaction.stage(Change(removed=tuple(gone), inferred=((Quad(B, P, B), 2),)))
                transaction.commit(author="me", message="remove", time=NOW)
        load(loaded, path, level=new)
        add(expected, quads, new)
        one, other = contents(loaded), contents(expected)
        assert loaded.commits()[-1].added == expected.commits()[-1].added
    # without a removal that leaves a statistic as it was, tags can tell of an object that is gone
    tags = {row[0]: row[4] for row in other.pop("statistics")}  # type: ignore[attr-defined]
    statistics = one.pop("statistics")
    assert {row[0] for row in statistics} == set(tags)  # type: ignore[attr-defined]
    assert all(row[4] & ~tags[row[0]] == 0 for row in statistics)  # type: ignore[attr-defined]
    assert one == other


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LISTS)
def test_a_new_store_equals_one_filled_by_a_transaction(tmp_path: Path, quads: list[Quad]) -> None:
    path = written(tmp_path / "a.nq", quads)
    with Store.open(None) as loaded, Store.open(None) as expected:
        load(loaded, path)
        add(expected, quads)
        one, other = contents(loaded), contents(expected)
        with loaded.snapshot(as_of=0) as snapshot:
            assert len(snapshot) == 0
    logged = {row for row in other.pop("log") if row[0] == ""}  # type: ignore[attr-defined]
    assert set(one.pop("log")) == logged, "quads of a first load need no log"  # type: ignore[call-overload]
    assert one == other | {"terms": one["terms"]}
    assert set(other["terms"]) <= set(one["terms"])  # type: ignore[call-overload]


@pytest.mark.parametrize("suffix", ["nt", "nq", "ttl", "trig", "rdf", "jsonld"])
def test_every_syntax(tmp_path: Path, store: Store, suffix: str) -> None:
    quads = [Quad(A, P, term) for term in OBJECTS if not isinstance(term, Triple)]
    quads = [quad for quad in quads if suffix != "rdf" or "\x01" not in str(quad)]
    if by_suffix(f"a.{suffix}").rdf.supports_datasets:
        quads.append(Quad(A, P, B, G1))
    assert load(store, written(tmp_path / f"a.{suffix}", quads)) == len(quads)
    with store.snapshot() as snapshot:
        assert set(snapshot.quads_for_pattern(None, None, None)) == set(quads)


def test_triples_go_into_the_graph_that_is_named(tmp_path: Path, store: Store) -> None:
    triples = written(tmp_path / "a.ttl", [Quad(A, P, B)])
    quads = written(tmp_path / "a.nq", [Quad(A, P, A), Quad(A, P, Literal("x"), G2)])
    assert load(store, triples, quads, graph=G1) == 3
    with store.snapshot() as snapshot:
        found = set(snapshot.quads_for_pattern(None, None, None))
        assert set(snapshot.named_graphs()) == {G1, G2}
    assert found == {Quad(A, P, B, G1), Quad(A, P, A, G1), Quad(A, P, Literal("x"), G2)}


def test_a_triple_in_three_graphs_counts_once(tmp_path: Path, store: Store) -> None:
    graphs = (DefaultGraph(), G1, G2)
    assert load(store, written(tmp_path / "a.nq", [Quad(A, P, B, g) for g in graphs])) == 3
    with store.snapshot() as snapshot:
        assert snapshot.statistics.triples == 1


@pytest.mark.parametrize("suffix", ["nt", "ttl"])
def test_blank_nodes_are_those_of_their_document(tmp_path: Path, store: Store, suffix: str) -> None:
    text = "_:a <urn:p> _:b1 .\n_:a <urn:p> <urn:a> .\n_:b1 <urn:p> <<( _:a <urn:p> _:b1 )>> .\n"
    paths = [tmp_path / f"{name}.{suffix}" for name in "xy"]
    for path in paths:
        path.write_text(text)
    add(store, [Quad(BlankNode("a"), P, B), Quad(BlankNode("b2x1xa"), P, B)])
    assert load(store, *paths) == 6
    assert load(store, paths[0]) == 3
    with store.snapshot() as snapshot:
        quads = list(snapshot.quads_for_pattern(None, None, None))
    subjects = {quad.subject for quad in quads}
    assert len(subjects) == 8
    inside = [quad for quad in quads if isinstance(quad.object, Triple)]
    assert all(quad.object.object == quad.subject for quad in inside)  # type: ignore[union-attr]


BROKEN = {
    "nt": ("<urn:a> <urn:p> <urn:b> .\n" * 3 + "\n# fine\n<urn:a> <urn:p> 'b' .\n", 6, 17),
    "nq": ('<urn:a> <urn:p> "b" <urn:g> .\n<urn:a> <urn:p> "b" "g" .\n', 2, 21),
    "ttl": ("<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> ex:b .\n", 2, 17),
    "trig": ("<urn:g> { <urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> . }\n", 2, 17),
    "rdf": ("<rdf:RDF xmlns:rdf='urn:x'>\n</wrong>\n", None, None),
    "jsonld": ('{"@id": "urn:a",\n "urn:p" 1}', 2, None),
}


@pytest.mark.parametrize("suffix", BROKEN)
def test_a_malformed_document_changes_nothing(tmp_path: Path, store: Store, suffix: str) -> None:
    text, line, column = BROKEN[suffix]
    bad = tmp_path / f"bad.{suffix}"
    bad.write_text(text)
    good = written(tmp_path / "good.nt", [Quad(A, P, Literal("new"))])
    add(store, [Quad(A, P, B)])
    before = contents(store)
    with pytest.raises(RDFSyntaxError) as caught:
        load(store, good, bad)
    assert caught.value.place.source == str(bad)
    assert caught.value.place.line == line
    assert column is None or caught.value.place.column == column
    assert caught.value.what
    assert "line" not in caught.value.what
    assert contents(store) == before
    assert len(store.commits()) == 1
    assert load(store, good) == 1


def test_places_are_counted_over_the_whole_document(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgraph.store.bulk.reading.CHUNK", 200)
    path = tmp_path / "a.nt"
    lines = [f'<urn:{n}> <urn:p> "{n}"@EN .' for n in range(100)]
    path.write_text("\r\n".join(lines), newline="")
    assert load(store, path) == 100
    lines[77] = "<urn:77> <urn:p> ."
    path.write_text("\r\n".join(lines), newline="")
    with pytest.raises(RDFSyntaxError) as caught:
        load(store, path)
    assert (caught.value.place.line, caught.value.place.column) == (78, 18)


def test_a_document_that_is_not_there(tmp_path: Path, store: Store) -> None:
    for name in ("a.nt", "a.ttl"):
        with pytest.raises(StoreError, match="cannot be read"):
            load(store, tmp_path / name)


def test_what_goes_wrong_elsewhere_leaves_the_store_usable(tmp_path: Path, store: Store) -> None:
    path = written(tmp_path / "a.nt", [Quad(A, P, B)])

    def refuse(stage: str, done: int = 0, total: int | None = None) -> None:
        if stage == "sort":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk_load(
            store, [(path, by_suffix(path), None)], progress=refuse, author="", message="", time=NOW
        )
    assert load(store, path) == 1


def test_nothing_to_load(tmp_path: Path, store: Store) -> None:
    empty = tmp_path / "a.nt"
    empty.write_text("")
    comment = tmp_path / "b.ttl"
    comment.write_text("# nothing\n")
    assert load(store, empty, comment) == 0
    assert load(store) == 0
    add(store, [Quad(A, P, B)])
    with store.snapshot() as snapshot:
        assert len(snapshot) == 1


def test_progress_counts(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgraph.store.bulk.reading.CHUNK", 500)
    path = tmp_path / "a.nt"
    path.write_text("".join(f"<urn:{n}> <urn:p> <urn:a> .\n" for n in range(100)))
    told: list[tuple[str, int, int | None]] = []

    def listen(stage: str, done: int = 0, total: int | None = None) -> None:
        told.append((stage, done, total))

    documents = [(path, rdf_format("application/n-triples"), None)]
    bulk_load(store, documents, progress=listen, author="", message="", time=NOW)
    reading = [done for stage, done, _ in told if stage == "read"]
    assert len(reading) > 3
    assert reading == sorted(reading)
    assert ("read", 100, 100) in told
    assert told[-1] == ("sort", 4, 4)


def test_a_loaded_store_opens_again(tmp_path: Path) -> None:
    quads = [Quad(NamedNode(f"urn:{n % 50}"), P, Literal(str(n)), G1) for n in range(2000)]
    with Store.open(tmp_path / "store") as store:
        load(store, written(tmp_path / "a.nq", quads))
        before = contents(store)
    with Store.open(tmp_path / "store") as store:
        assert contents(store) == before
        assert store._shared.points.runs_commit == 1, "the load built the runs"
        assert len(list(store.snapshot().quads_for_pattern(NamedNode("urn:7"), None, None))) == 40
        add(store, [Quad(A, P, B)])
        with store.snapshot(as_of=1) as snapshot:
            assert len(snapshot) == 2000


def test_a_first_load_is_parsed_as_pyoxigraph_does(tmp_path: Path, store: Store) -> None:
    """Lines of every kind, most of which are not certified, in one document."""
    text = (
        '<urn:a>  <urn:p>\t"tab"  .\n'
        '<urn:a> <urn:p> "\\u0041\\U0001F600" . # comment\n'
        "_:x <urn:p> _:x.\n"
        '<urn:a> <urn:p> "s"^^<http://www.w3.org/2001/XMLSchema#string> .\n'
        '<urn:a> <urn:p> "t"@en-GB .\n<urn:a> <urn:p> "u"@en--ltr .\n'
        "<http://é/ü> <urn:p> <http://u@h:80/[]> .\n".replace("[]", "")
    )
    path = tmp_path / "a.nt"
    path.write_text(text)
    load(store, path)
    with store.snapshot() as snapshot:
        found = [q for q in snapshot.quads_for_pattern(None, None, None)]
    wanted = list(parse(text.encode(), RdfFormat.N_TRIPLES))
    named = {str(q) for q in found if not isinstance(q.subject, BlankNode)}
    assert named == {str(q) for q in wanted if not isinstance(q.subject, BlankNode)}
    assert len(found) == len(wanted)


def test_terms_lie_by_kind_and_number_however_many_loads(tmp_path: Path, store: Store) -> None:
    for n in range(3):
        quads = [
            Quad(NamedNode(f"urn:{n}{i}"), P, Literal(f"{n} {i}", language=language))
            for i in range(20)
            for language in (None, "kk", "ru")
        ]
        load(store, written(tmp_path / f"{n}.nq", quads[::-1]))
        add(store, [Quad(NamedNode(f"urn:x{n}"), P, Literal(f"x{n}"))])
    load(store, written(tmp_path / "last.nq", [Quad(NamedNode("urn:last"), P, Literal("last"))]))
    with store.snapshot() as snapshot:
        found = [
            identifier
            for (identifier,) in snapshot.cursor().execute("SELECT id FROM term").fetchall()
        ]
        assert found == sorted(found)
        assert len(found) == 3 * (20 * 4 + 2) + len([P, TYPE]) + 2
        texts = {str(snapshot.term_of(identifier)) for identifier in found}
        assert len(texts) == len(found)
        assert {f'"{n} 7"@ru' for n in range(3)} <= texts
