"""Open tasks: since which commit results stand, through crashes and second tries."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from tests.unit.ingest.test_policy import report, result

from kgraph.errors import MalformedRequest
from kgraph.ingest.policy import Policy
from kgraph.ingest.tasks import FILE, LONG, Register
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import INFO, WARNING

ONE, TWO = result(WARNING), result(WARNING, focus_node=NamedNode("urn:y"))
NONE = ValidationReport()


def since(register: Register, *results: object) -> list[int | None]:
    found = register.tasks(report(*results), Policy())  # type: ignore[arg-type]
    return [task.since for task in found.open]


def committed(register: Register, commit: int, came: ValidationReport, went: ValidationReport):
    register.note(commit, came, went)
    register.committed(commit)


def test_a_task_is_known_by_the_commit_it_came_with(tmp_path: Path) -> None:
    register = Register(tmp_path, last_commit=0)
    committed(register, 1, report(ONE), NONE)
    committed(register, 2, report(TWO), NONE)
    committed(register, 3, NONE, NONE)
    assert since(register, ONE, TWO) == [1, 2]
    assert since(Register(tmp_path, last_commit=3), ONE, TWO) == [1, 2]
    committed(register, 4, NONE, report(ONE))
    committed(register, 5, report(ONE), NONE)
    assert since(Register(tmp_path, last_commit=5), ONE, TWO) == [5, 2]


def test_the_file_says_nothing_of_whom_it_is_about(tmp_path: Path) -> None:
    committed(Register(tmp_path, last_commit=0), 1, report(ONE), NONE)
    text = (tmp_path / FILE).read_text()
    assert "urn:" not in text
    assert json.loads(text)["commit"] == 1


def test_other_words_do_not_make_it_another_task(tmp_path: Path) -> None:
    register = Register(tmp_path, last_commit=0)
    committed(register, 1, report(ONE), NONE)
    other = replace(ONE, messages=("other words",))
    committed(register, 2, report(other), report(ONE))
    assert since(register, other) == [1]


def test_a_commit_that_never_was_is_forgotten(tmp_path: Path) -> None:
    register = Register(tmp_path, last_commit=1)
    register.note(2, report(ONE), NONE)
    again = Register(tmp_path, last_commit=1)
    assert since(again, ONE) == [None]
    assert (tmp_path / FILE).read_text() == ""
    register.note(2, report(ONE), NONE)
    committed(register, 2, NONE, NONE)
    assert since(register, ONE) == [None]
    assert since(Register(tmp_path, last_commit=2), ONE) == [None]


def test_a_torn_line_is_left_out_and_none_is_written_behind_it(tmp_path: Path) -> None:
    register = Register(tmp_path, last_commit=0)
    committed(register, 1, report(ONE), NONE)
    committed(register, 2, report(TWO), NONE)
    path = tmp_path / FILE
    path.write_text(path.read_text()[:-30])
    again = Register(tmp_path, last_commit=1)
    committed(again, 2, report(TWO), NONE)
    assert since(Register(tmp_path, last_commit=2), ONE, TWO) == [1, 2]


def test_two_that_are_alike_are_counted(tmp_path: Path) -> None:
    first, second = replace(ONE, messages=("1",)), replace(ONE, messages=("2",))
    register = Register(tmp_path, last_commit=0)
    committed(register, 1, report(first), NONE)
    committed(register, 2, report(second), NONE)
    assert since(register, first, second) == [1, 2]
    committed(register, 3, NONE, report(first))
    assert since(register, second) == [1]


def test_a_long_file_is_written_anew(tmp_path: Path) -> None:
    register = Register(tmp_path, last_commit=0)
    line = {"commit": 1, "came": [], "went": []}
    (tmp_path / FILE).write_text(f"{json.dumps(line)}\n" * (LONG + 9))
    committed(register, 2, report(ONE), NONE)
    assert since(Register(tmp_path, last_commit=2), ONE) == [2]
    assert len((tmp_path / FILE).read_text().splitlines()) == 1


def test_who_only_reads_writes_nothing(tmp_path: Path) -> None:
    register = Register(tmp_path, last_commit=0, write=False)
    committed(register, 1, report(ONE), NONE)
    assert since(register, ONE) == [1]
    assert since(Register(None, last_commit=0), ONE) == [None]
    assert not (tmp_path / FILE).exists()


def test_tasks_are_listed_by_severity_and_shape() -> None:
    accepted = replace(TWO, accepted="it is so")
    whole = report(result(), ONE, accepted, result(INFO))
    tasks = Register(None, last_commit=0).tasks(whole, Policy())
    assert [task.severity for task in tasks.open] == ["Violation", "Warning"]
    assert (tasks.accepted, tasks.counted) == (1, 1)
    assert len(tasks.only("warning").open) == 1
    shaped = report(result(source_shape="https://x.org/shapes#S1"), ONE)
    found = Register(None, last_commit=0).tasks(shaped, Policy())
    assert len(found.only(shape="kgsh:S1").open) == 1
    assert len(found.only(shape="S1").open) == 1
    assert found.only(shape="S2").open == ()
    with pytest.raises(MalformedRequest, match="violation, warning and info"):
        found.only("bad")
    assert found.to_json()["open"] == 2
