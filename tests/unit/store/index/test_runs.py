"""Runs on the disk: wide and narrow, whole and torn, of this state and of another."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.store.index.model import TERMS, Model, tables
from tests.unit.store.index.test_points import GRAPHS, OBJECTS, PREDICATES, SUBJECTS, agrees

from kgraph.identifiers import PAYLOAD, Tag, identifier
from kgraph.store.graphs import Merge, Named, UnionOfAll
from kgraph.store.index import PointStore, Source, build, packing, queries
from kgraph.store.index.build import build_runs
from kgraph.store.index.files import BLOCK, BLOCKS, STAMP, File, checksum, current, read_stamp
from kgraph.store.index.runs import Runs
from kgraph.store.index.sets import SetBuilder
from kgraph.store.index.view import NotScannable

EVERYWHERE = UnionOfAll()


def everything(masks: tuple[int, ...] = (7, 6, 4)) -> Model:
    """Every second triple there can be, in one to three graphs."""
    model = Model()
    triples = [(s, p, o) for s in SUBJECTS for p in PREDICATES for o in OBJECTS][::2]
    for at, triple in enumerate(triples):
        for g in GRAPHS[: 1 + at % 3]:
            model.now[*triple, g] = (masks[at % len(masks)], at % 2)
    return model


@pytest.mark.parametrize("narrow", [4, 1 << 31])
def test_wide_runs_answer_as_narrow_ones(tmp_path: Path, narrow: int) -> None:
    model, points = everything(), PointStore()
    folder = build_runs(tmp_path, tables(model), 1, narrow=narrow)
    stamp = read_stamp(folder)
    assert stamp.files["s.o"].kind == ("Q" if narrow == 4 else "I")
    points.use(Runs(folder, stamp))
    for level in range(3):
        agrees(points.at(1, level), model)
    assert points.at(1, 0).terms_of(list(TERMS)) == list(TERMS.values())


@pytest.mark.parametrize("most", [0, packing.MOST])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_copies_of_a_triple_may_lie_in_different_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, most: int
) -> None:
    monkeypatch.setattr(packing, "MOST", most)
    model, points = everything(), PointStore(tmp_path)
    source = tables(model)
    whole = queries.Source.batches

    def slices(self: queries.Source, query: str):
        for batch in whole(self, query):
            for at in range(0, len(batch), size):
                yield batch.slice(at, size)

    monkeypatch.setattr(queries.Source, "batches", slices)
    points.use(points.build(source, 1))
    agrees(points.at(1, 2), model)
    agrees(points.at(1, 0), model)


def assert_same_runs(one: Path, other: Path) -> None:
    """But for the numbers of sets, which are given in the order of their finding."""
    stamps = read_stamp(one), read_stamp(other)
    assert stamps[0].files.keys() == stamps[1].files.keys()
    assert len({(stamp.triples, stamp.full, stamp.outside) for stamp in stamps}) == 1
    for name in stamps[0].files.keys() - {"s.set", "o.set", "sets", "sets.start"}:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.parametrize("piece", [1, 2, 7, packing.PIECE])
def test_streams_write_what_is_sorted_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    model = everything((7, 6, 1))
    monkeypatch.setattr(packing, "PIECE", piece)
    folder = build_runs(tmp_path / "memory", tables(model), 1)
    monkeypatch.setattr(packing, "MOST", 0)
    assert_same_runs(folder, build_runs(tmp_path / "streams", tables(model), 1))


def test_copies_that_do_not_fit_into_keys_are_kept_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, ways, by_subject = everything((7, 6, 1)), set(), packing.by_subject

    def watched(*given: Any) -> packing.Packed | None:
        found = by_subject(*given)
        ways.add("streams" if found is None else "keys" if found.nodes is None else "beside")
        return found

    monkeypatch.setattr(build, "by_subject", watched)
    expected = build_runs(tmp_path / "expected", tables(model), 1)
    points = PointStore()
    for bits in range(8, 40):
        monkeypatch.setattr(packing, "_BITS", bits)
        folder = build_runs(tmp_path / f"{bits}", tables(model), 1)
        assert_same_runs(folder, expected)
        points.use(Runs(folder, read_stamp(folder)))
        agrees(points.at(1, 1), model)
    assert ways == {"streams", "keys", "beside"}


@pytest.mark.parametrize("known", [1, 3, 7, 14])
def test_terms_are_added_to_those_of_the_runs_before(tmp_path: Path, known: int) -> None:
    source = tables(everything())
    source.cursor.execute("CREATE TEMP TABLE every AS SELECT * FROM term")
    source.cursor.execute(f"DELETE FROM term WHERE id & {PAYLOAD} > {known}")
    few = Source(source.cursor, 0, tail=False)
    source.cursor.execute("DELETE FROM spo_0")
    before = Runs(folder := build_runs(tmp_path / "few", few, 1), read_stamp(folder))
    assert before.highest == known
    source.cursor.execute("DELETE FROM term")
    source.cursor.execute("INSERT INTO term FROM every")
    more = build_runs(tmp_path / "more", few, 2, before=before)
    anew = build_runs(tmp_path / "anew", few, 2)
    for name in read_stamp(anew).files:
        assert (more / name).read_bytes() == (anew / name).read_bytes(), name


def test_one_graph_needs_no_sets_beside_the_rows(tmp_path: Path) -> None:
    model = Model({(*quad[:3], 0): (7, 0) for quad in everything().now})
    folder = build_runs(tmp_path, tables(model), 1)
    assert not {"s.set", "o.set"} & read_stamp(folder).files.keys()
    assert {path.name for path in folder.iterdir()} == {*read_stamp(folder).files, STAMP}


def test_runs_are_found_again(tmp_path: Path) -> None:
    model, points = everything(), PointStore(tmp_path, "this store")
    points.use(points.build(tables(model), 3))
    again = PointStore(tmp_path, "this store")
    assert again.open(5, 0)
    assert again.runs_commit == 3
    agrees(again.at(3, 1), model)
    with pytest.raises(ValueError, match="commit 2 is gone"):
        again.at(2, 1)


@pytest.mark.parametrize(
    ("identity", "commit", "generation"),
    [("another store", 3, 0), ("this store", 2, 0), ("this store", 3, 1)],
)
def test_runs_of_another_state_are_not_opened(
    tmp_path: Path, identity: str, commit: int, generation: int
) -> None:
    points = PointStore(tmp_path, "this store")
    points.build(tables(everything()), 3)
    assert not PointStore(tmp_path, identity).open(commit, generation)
    assert not PointStore(tmp_path / "elsewhere", identity).open(commit, generation)


def damage_end(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def older_format(path: Path) -> None:
    fields = json.loads(path.read_text().partition(" ")[2]) | {"format": 0}
    body = json.dumps(fields)
    path.write_text(f"{zlib.crc32(body.encode()):08x} {body}\n")


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("s.o", damage_end), ("text", cut), ("hash", Path.unlink), (STAMP, damage_end),
        (STAMP, cut), (STAMP, Path.unlink), (STAMP, older_format),
    ],
)  # fmt: skip
def test_torn_runs_are_not_opened(tmp_path: Path, name: str, harm) -> None:
    PointStore(tmp_path).build(tables(everything()), 1)
    assert PointStore(tmp_path).open(1, 0)
    folder = current(tmp_path)
    assert folder
    harm(folder / name)
    assert not PointStore(tmp_path).open(1, 0)


def test_large_files_are_checked_in_samples(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(3 * BLOCK * BLOCKS))
    before = checksum(path)
    damage_end(path)
    assert checksum(path) != before


def test_a_build_that_dies_leaves_the_runs_before(tmp_path: Path) -> None:
    model = everything()
    PointStore(tmp_path).build(tables(model), 1)
    (tmp_path / "run-unfinished").mkdir()
    (tmp_path / "run-unfinished" / "s.o").write_bytes(b"half")
    points = PointStore(tmp_path)
    assert points.open(1, 0)
    agrees(points.at(1, 2), model)
    assert [path.name for path in tmp_path.glob("run-*")] == [current(tmp_path).name]


def test_readers_keep_the_runs_that_they_began_with(tmp_path: Path) -> None:
    points, first = PointStore(tmp_path), everything()
    points.use(points.build(tables(first), 1))
    view, second = points.at(1, 2), Model(dict(list(first.now.items())[::3]))
    points.apply(2, [], [(False, *q, *h) for q, h in first.now.items() if q not in second.now])
    points.use(points.build(tables(second), 2))
    points.close()
    assert len(list(tmp_path.glob("run-*"))) == 1
    agrees(view, first)
    assert view.term_of(identifier(Tag.IRI, 1)) == TERMS[identifier(Tag.IRI, 1)]


def test_large_runs_are_not_gone_through(tmp_path: Path) -> None:
    points = PointStore(tmp_path)
    runs = points.build(tables(everything()), 1)
    runs.scannable = False
    points.use(runs)
    index = points.at(1, 0)
    assert not index.scannable()
    for ask in (
        lambda: index.match(EVERYWHERE, None, PREDICATES[0], None),
        lambda: index.match_named(Named(), None, None, None),
    ):
        with pytest.raises(NotScannable):
            list(ask())
    assert list(index.match(EVERYWHERE, SUBJECTS[0], None, None))


def test_estimates_are_those_of_the_whole_store(tmp_path: Path) -> None:
    model, points = everything((7,)), PointStore(tmp_path)
    points.use(points.build(tables(model), 1))
    triples = {quad[:3] for quad in model.now}
    index = points.at(1, 0)
    uses = sum(p == PREDICATES[1] for _, p, _ in triples)
    extra = 1 - ((SUBJECTS[0], PREDICATES[0], OBJECTS[0]) in triples)
    assert index.count(EVERYWHERE, None, PREDICATES[1], None) == uses
    assert index.count(Merge(()), None, None, None) - len(triples) in (0, extra)
    assert index.count(EVERYWHERE, None, identifier(Tag.IRI, 99), None) == 0


def test_a_set_of_copies_is_listed_once() -> None:
    copies = [(1, 10, 0, 0), (2, 20, 1, 0), (3, 30, 0, 2)]
    builder = SetBuilder(copies)
    packed = np.array([1, 3, 2, 1, 3, 1, 2, 3])
    nodes = builder.nodes(packed, np.array([0, 2, 3, 5]))
    sets, ranks = builder.finish()
    first, second, third = copies[0][1:], copies[1][1:], copies[2][1:]
    assert [sets[ranks[node]] for node in nodes] == [
        (first, third),
        (second,),
        (first, third),
        (first, second, third),
    ]
    assert len(sets) == 3


def test_a_file_of_the_stamp_says_its_type(tmp_path: Path) -> None:
    folder = build_runs(tmp_path, tables(everything()), 1)
    found = read_stamp(folder).files["hash"]
    assert found == File("I", 4 * len(TERMS), checksum(folder / "hash"))
