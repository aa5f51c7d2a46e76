"""Refused changes as files: whole or not there, numbered once, within limits."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kgraph.errors import AsideDamaged, ShelfFull, UnknownChange
from kgraph.ingest.aside import QUADS, UPDATE, Entry, Shelf

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUAD = '<urn:a> <urn:b> "line\\nbreak" <urn:g> .\n'
DOCUMENT = Entry(
    QUADS, QUAD, "айгерім", "two\nlines", NOW, "T1", {"results": []}, {"graph": "urn:g"}
)
CHANGE = Entry(UPDATE, "INSERT DATA {\r\n <urn:a> <urn:b> 1 }\n\n", "me", "", NOW, "T2")
CRASH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kgraph.ingest.aside import UPDATE, Entry, Shelf
shelf = Shelf(Path(sys.argv[1]), most=9, most_bytes=10**6)
shelf.put(Entry(UPDATE, "CLEAR ALL", "me", "", datetime.now(UTC), "T1"))
calls = int(sys.argv[2])
real = os.fsync
def dying(descriptor):
    global calls
    calls -= 1
    if calls <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(descriptor)
os.fsync = dying
shelf.put(Entry(UPDATE, "CLEAR DEFAULT", "me", "", datetime.now(UTC), "T1"))
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, most=3, most_bytes=10_000)


def test_what_was_kept_comes_back_to_the_byte(shelf: Shelf) -> None:
    kept = [shelf.put(DOCUMENT), shelf.put(CHANGE)]
    assert [one.number for one in kept] == [1, 2]
    assert shelf.entries() == kept
    assert shelf.get(2).body == CHANGE.body
    assert shelf.get(1).quads()[0].object.value == "line\nbreak"  # type: ignore[union-attr]
    assert shelf.get(2).quads() == []


def test_numbers_are_given_once(shelf: Shelf) -> None:
    shelf.put(DOCUMENT)
    shelf.put(CHANGE)
    assert shelf.drop(2) == CHANGE.numbered(2)
    assert shelf.put(replace(CHANGE, author="another")).number == 3
    with pytest.raises(UnknownChange, match="there are: 1, 3"):
        shelf.get(2)
    with pytest.raises(UnknownChange):
        shelf.drop(2)


def test_the_same_change_again_keeps_its_number(shelf: Shelf) -> None:
    shelf.put(DOCUMENT)
    again = shelf.put(replace(DOCUMENT, why="T2", time=NOW.replace(year=2027)))
    assert shelf.entries() == [again]
    assert (again.number, again.why) == (1, "T2")
    assert shelf.put(replace(DOCUMENT, how={"graph": "urn:h"})).number == 2


def test_there_is_an_end_to_what_is_kept(shelf: Shelf, tmp_path: Path) -> None:
    for number in range(3):
        shelf.put(replace(CHANGE, body=f"CLEAR GRAPH <urn:{number}>"))
    with pytest.raises(ShelfFull, match="KGRAPH_ASIDE_CHANGES"):
        shelf.put(DOCUMENT)
    assert shelf.put(replace(CHANGE, body="CLEAR GRAPH <urn:1>", why="T9")).number == 2
    small = Shelf(tmp_path, most=9, most_bytes=1_500)
    with pytest.raises(ShelfFull, match="KGRAPH_ASIDE_BYTES"):
        small.put(replace(CHANGE, body="#" * 1_000))
    assert len(shelf.entries()) == 3


def test_a_disk_that_cannot_be_written_is_told(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(DOCUMENT)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ShelfFull, match="No space left on device"):
        shelf.put(CHANGE)
    monkeypatch.undo()
    assert [one.number for one in shelf.entries()] == [1]
    assert not [*shelf.folder.glob("*.writing")]


@pytest.mark.parametrize("calls", [1, 2, 3, 4])
def test_a_crash_leaves_a_change_whole_or_not_at_all(tmp_path: Path, calls: int) -> None:
    command = [sys.executable, "-c", CRASH, str(tmp_path), str(calls)]
    done = subprocess.run(command, check=False)
    assert done.returncode == -signal.SIGKILL
    shelf = Shelf(tmp_path, most=9, most_bytes=10**6)
    assert shelf.damaged() == []
    bodies = [one.body for one in shelf.entries()]
    assert bodies in (["CLEAR ALL"], ["CLEAR ALL", "CLEAR DEFAULT"])
    number = shelf.put(CHANGE).number
    assert number > len(bodies)
    assert not [*shelf.folder.glob("*.writing")]


@pytest.mark.parametrize("cut", [1, 200, 330])
def test_a_damaged_file_is_named_and_never_sent(shelf: Shelf, cut: int) -> None:
    shelf.put(DOCUMENT)
    shelf.put(CHANGE)
    path = shelf.folder / "000001.nq"
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(AsideDamaged, match=r"000001\.nq"):
        shelf.get(1)
    assert [one.number for one in shelf.entries()] == [2]
    assert shelf.damaged() == [path]
    assert shelf.drop(1) is None
    assert shelf.damaged() == []
