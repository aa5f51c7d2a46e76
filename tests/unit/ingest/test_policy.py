"""What becomes of results: by severity, by source, and compared with what stood before."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kgraph.errors import SettingsError
from kgraph.ingest.policy import Policy, charged
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import INFO, VIOLATION, WARNING, ResultPath, ValidationResult
from kgraph.vocab import Names

NAMES = Names()
PARTNER, OURS = NAMES.graph("partner-2024").value, NAMES.graph("report").value
WRITTEN = """
[default]
info = "task"
"https://x.org/Grave" = "refuse"

[[source]]
graph = "partner-*"
violation = "task"
warning = "count"

[[source]]
graph = "default"
warning = "refuse"
"""


def result(severity: str = VIOLATION, **given: object) -> ValidationResult:
    usual = {
        "focus_node": NamedNode("urn:x"),
        "result_path": ResultPath("iri", "urn:p"),
        "value": None,
        "source_shape": "urn:shape",
        "constraint_component": "urn:component",
        "messages": ("words",),
    }
    return ValidationResult(severity=severity, **(usual | given))  # type: ignore[arg-type]


def report(*results: ValidationResult) -> ValidationReport:
    return ValidationReport.of(results)


@pytest.fixture
def written(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(WRITTEN)
    return Policy.load(path, NAMES)


def test_without_a_file_violations_refuse_and_warnings_are_tasks(tmp_path: Path) -> None:
    policy = Policy.load(tmp_path / "policy.toml", NAMES)
    found = policy.judge(report(result(), result(WARNING), result(INFO)), [OURS])
    assert [r.severity for r in found.refusing.results] == [VIOLATION]
    assert [r.severity for r in found.tasks.results] == [WARNING]
    assert [r.severity for r in found.counted.results] == [INFO]
    assert policy.is_task(result(VIOLATION))
    assert not policy.is_task(result(INFO))


def test_a_source_has_a_policy_of_its_own(written: Policy) -> None:
    assert written.fate(VIOLATION, [PARTNER]) == "task"
    assert written.fate(WARNING, [PARTNER]) == "count"
    assert written.fate(INFO, [PARTNER]) == "task"
    assert written.fate(VIOLATION, [OURS]) == "refuse"
    assert written.fate(WARNING, [None]) == "refuse"
    assert written.fate("https://x.org/Grave", [OURS]) == "refuse"
    assert written.fate("https://x.org/Other", [OURS]) == "count"


def test_the_strictest_graph_of_a_change_decides(written: Policy) -> None:
    assert written.judge(report(result()), [PARTNER]).tasks.results
    assert written.judge(report(result()), [PARTNER, OURS]).refusing.results


def test_a_lenient_source_may_not_break_records_of_others(written: Policy) -> None:
    there = report(result(graph_name=OURS))
    assert written.judge(there, [PARTNER]).refusing.results
    inferred = report(result(graph_name=NAMES.inferred + "4"))
    assert written.judge(inferred, [PARTNER]).tasks.results


def test_failures_that_are_accepted_are_filed(written: Policy) -> None:
    found = written.judge(report(result(), result(WARNING)), [None], accept_failures=True)
    assert (len(found.refusing.results), len(found.tasks.results)) == (0, 2)
    accepted = report(result(WARNING, accepted="it is so"))
    assert written.judge(accepted, [None]).tasks.results


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[default\n", "is not TOML: .*line 1"),
        ('[defaults]\nviolation = "task"', "defaults: there are"),
        ('[default]\nviolations = "task"', "default, violations: there are violation"),
        ('[default]\nviolation = "ignore"', "write one of refuse, task, count"),
        ('[[source]]\nviolation = "task"', "source 1: name a graph"),
        ('[source]\ngraph = "x"', r"source: .*\[\[source\]\]"),
        ('default = "task"', r"default: .*\[default\]"),
        ('[[source]]\ngraph = "x"\nwarning = 1', "source 1, warning: write one of"),
    ],
)
def test_a_slip_in_a_policy_is_placed(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        Policy.load(path, NAMES)


def test_a_policy_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no file"):
        Policy.load(tmp_path / "none.toml", NAMES, required=True)


def test_other_words_for_what_stood_before_are_not_charged() -> None:
    stood, now = result(messages=("old",)), result(messages=("new",))
    assert charged(report(now), report(stood)).results == ()
    assert charged(report(now), report()).results == (now,)


@pytest.mark.parametrize(
    "other",
    [
        {"focus_node": NamedNode("urn:y")},
        {"result_path": ResultPath("iri", "urn:q")},
        {"value": NamedNode("urn:v")},
        {"source_shape": "urn:other"},
        {"constraint_component": "urn:other"},
    ],
)
def test_another_focus_constraint_path_or_value_is_charged(other: dict[str, object]) -> None:
    now = result(**other)
    assert charged(report(now), report(result())).results == (now,)


def test_what_is_worse_than_before_is_charged() -> None:
    assert charged(report(result()), report(result(WARNING))).results == (result(),)


def test_as_many_are_charged_as_came_more() -> None:
    first, second = result(messages=("1",)), result(messages=("2",))
    assert len(charged(report(first, second), report(result(messages=("0",)))).results) == 1
