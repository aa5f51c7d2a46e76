from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kgraph.errors import PatchDamaged, StoreError
from kgraph.store import Delta, Journal, Patch

G, A, B = NamedNode("urn:g"), NamedNode("urn:a"), NamedNode("urn:b")
QUADS = (
    Quad(A, B, Literal('two\nlines "quoted"'), G),
    Quad(A, B, Literal("слово", language="ru")),
    Quad(BlankNode("x1"), B, Literal("01", datatype=NamedNode("urn:t")), G),
)


def patch(number: int, delta: Delta) -> Patch:
    return Patch(number, datetime(2026, 1, number, tzinfo=UTC), "Асем", "why\nso", delta, 7)


def written(folder: Path) -> tuple[Journal, list[Patch]]:
    journal = Journal(folder)
    patches = [
        patch(1, Delta(added=QUADS, created=(G,))),
        patch(2, Delta(removed=QUADS[:1])),
        patch(3, Delta(removed=QUADS[1:], dropped=(G,))),
    ]
    for one in patches:
        journal.append(one)
    return journal, patches


def same(one: Patch, other: Patch) -> bool:
    parts = ("number", "time", "author", "message", "inferred")
    sets = ("added", "removed", "created", "dropped")
    return all(getattr(one, p) == getattr(other, p) for p in parts) and all(
        set(getattr(one.delta, s)) == set(getattr(other.delta, s)) for s in sets
    )


def test_patches_come_back_as_they_went_in(tmp_path: Path) -> None:
    journal, patches = written(tmp_path)
    read, torn = journal.read()
    assert not torn
    assert len(read) == 3
    assert all(map(same, read, patches))


def test_no_file_is_left_aside(tmp_path: Path) -> None:
    written(tmp_path)
    names = sorted(path.name for path in (tmp_path / "patches").iterdir())
    assert names == ["000001.nq", "000002.nq", "000003.nq"]


@pytest.mark.parametrize("keep", [0, 1, 60, -2], ids=["empty", "a byte", "the head", "all but 2"])
def test_a_torn_last_patch_was_never_committed(tmp_path: Path, keep: int) -> None:
    journal, patches = written(tmp_path)
    last = tmp_path / "patches" / "000003.nq"
    last.write_bytes(last.read_bytes()[:keep])
    read, torn = journal.read()
    assert all(map(same, read, patches[:2]))
    assert len(read) == 2
    assert torn == [last]
    journal.set_aside(torn)
    journal.append(patches[2])
    assert len(journal.read()[0]) == 3


def test_a_damaged_patch_before_others_stops_everything(tmp_path: Path) -> None:
    journal, _ = written(tmp_path)
    second = tmp_path / "patches" / "000002.nq"
    second.write_bytes(second.read_bytes().replace(b"quoted", b"forged"))
    with pytest.raises(PatchDamaged, match="000002"):
        journal.read()


def test_a_missing_patch_is_named(tmp_path: Path) -> None:
    journal, _ = written(tmp_path)
    (tmp_path / "patches" / "000002.nq").unlink()
    with pytest.raises(PatchDamaged, match="patch 2 is missing"):
        journal.read()


def test_a_patch_of_another_version_is_refused(tmp_path: Path) -> None:
    import hashlib

    journal, _ = written(tmp_path)
    body = "# kgraph patch 9\n# {}\n"
    digest = hashlib.sha256(body.encode()).hexdigest()
    (tmp_path / "patches" / "000003.nq").write_text(f"{body}# sha256 {digest}\n")
    with pytest.raises(PatchDamaged, match="patch 9"):
        journal.read()


def test_an_interrupted_write_is_reported_and_leaves_the_state(tmp_path: Path) -> None:
    journal, _ = written(tmp_path)
    aside = tmp_path / "patches" / "000004.writing"
    aside.write_text("# kgraph patch 1\n")
    read, torn = journal.read()
    assert len(read) == 3
    assert torn == [aside]


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "patches").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="nothing was changed"):
        Journal(tmp_path).append(patch(1, Delta(added=QUADS)))


def test_equal_patches_are_equal_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    Journal(one).append(patch(1, Delta(added=QUADS)))
    Journal(two).append(patch(1, Delta(added=QUADS[::-1])))
    name = Path("patches/000001.nq")
    assert (one / name).read_bytes() == (two / name).read_bytes()
