"""Changes that are tried, refused, kept aside, mended and sent; open tasks; refused sources."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

OK, FINDING, BAD_INPUT = 0, 1, 2
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
GRAPHS = "https://w3id.org/kgraph/graph/"
REPORT = GRAPHS + "report"
PREFIXES = f"@prefix : <{THING}> . @prefix kg: <{KG}> .\n"
HEAD = f"PREFIX : <{THING}> PREFIX kg: <{KG}> "
NAMELESS = f"{PREFIXES}:dana a kg:Person ; kg:knows :asem .\n"
AGED = f"{PREFIXES}:dana a kg:Person ; kg:name 'Dana' ; kg:age 1 , 2 .\n"

Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notes.ttl"
    path.write_text(NAMELESS)
    return path


def plain(result: Result) -> Any:
    return json.loads(result.stdout)


def listed(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plain(run("aside", "list", "--format", "json"))
    return found


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(run: Run, file: Path) -> None:
    result = run("ingest", file, "--dry-run")
    assert result.exit_code == FINDING
    for said in (
        "would be refused: 1 violation, first at <https://w3id.org/kgraph/id/dana>: T1",
        "asserted: 2 added, 0 removed",
        "would become true: 4",
        ":dana kg:mayKnow :bota [R901]",
        ":asem kg:knows :dana [OWL 2 RL]",
        ":dana rdf:type kg:Agent [OWL 2 RL]",
        f":dana ({file}, line 2)",
    ):
        assert said in result.output
    assert listed(run) == []
    assert "notes" not in run("log").output
    assert run("ingest", file, "--graph", "x", "--dry-run").exit_code == FINDING


def test_a_dry_run_as_json_counts_all_and_lists_the_first(run: Run) -> None:
    text = f"{HEAD}INSERT DATA {{ :dana kg:name 'Dana' ; kg:knows :asem , :bota }} ; "
    text += f"DELETE DATA {{ GRAPH <{REPORT}> {{ :bota kg:knows :chingiz }} }}"
    result = run("update", text, "--dry-run", "--format", "json", "--show", "1")
    assert result.exit_code == OK, result.output
    found = plain(result)
    assert (found["refused"], found["added"], found["removed"]) == (False, 3, 1)
    for way in ("becomesTrue", "stopsBeingTrue"):
        assert found[way]["count"] == sum(one["count"] for one in found[way]["strata"])
        assert all(len(one["listed"]) == 1 for one in found[way]["strata"])
    one = found["stopsBeingTrue"]["strata"][0]["listed"][0]
    assert one["rules"] == ["OWL 2 RL"]
    assert run("log").output.count("\n") == 1


def test_a_dry_run_tells_what_would_be_mended(run: Run, tmp_path: Path) -> None:
    aged = tmp_path / "aged.ttl"
    aged.write_text(AGED)
    assert run("ingest", aged).exit_code == OK
    text = f"{HEAD}DELETE WHERE {{ GRAPH ?g {{ :dana kg:age 2 }} }}"
    result = run("update", text, "--dry-run")
    assert "would not fail any more: 1" in result.output, result.output
    assert "T2 One age is enough." in result.output


def test_a_refused_change_is_kept_mended_and_sent(run: Run, file: Path, tmp_path: Path) -> None:
    refused = run("ingest", file, "--author", "asem", "-m", "from the field")
    assert refused.exit_code == FINDING
    assert "kept aside as change 1" in refused.output
    [entry] = listed(run)
    assert (entry["author"], entry["message"]) == ("asem", "from the field")
    assert "T1" in entry["why"]
    shown = run("aside", "show", 1).output
    assert ":dana a kg:Person" in shown or "kg:Person" in shown
    assert "Violation: " in shown
    again = run("aside", "send", 1)
    assert again.exit_code == FINDING
    assert [one["number"] for one in listed(run)] == [1]
    mended = tmp_path / "mended.trig"
    assert run("aside", "export", 1, mended).exit_code == OK
    mended.write_text(mended.read_text().replace("kg:knows", 'kg:name "Dana" ; kg:knows'))
    trial = run("aside", "send", 1, "--file", mended, "--dry-run")
    assert (trial.exit_code, "would be committed" in trial.output) == (OK, True)
    assert len(listed(run)) == 1
    sent = run("aside", "send", 1, "--file", mended)
    assert sent.exit_code == OK, sent.output
    assert "commit 2, 3 added" in sent.output
    assert listed(run) == []
    assert "asem: from the field" in run("log").output
    held = run("query", f"ASK {{ GRAPH <{GRAPHS}notes> {{ <{THING}dana> <{KG}name> 'Dana' }} }}")
    assert held.exit_code == OK


def test_what_is_sent_again_commits_once_the_graph_lets_it(run: Run) -> None:
    text = f"{HEAD}INSERT DATA {{ GRAPH <urn:g> {{ :dana a kg:Person }} }}"
    assert run("update", text, "--author", "asem").exit_code == FINDING
    assert run("update", text, "--author", "asem").exit_code == FINDING
    assert [one["kind"] for one in listed(run)] == ["update"]
    named = f"{HEAD}INSERT DATA {{ GRAPH <urn:g> {{ :dana kg:name 'Dana' }} }}"
    assert run("update", named).exit_code == OK
    sent = run("aside", "send", 1)
    assert (sent.exit_code, listed(run)) == (OK, []), sent.output


def test_a_mended_change_that_fails_again_takes_the_place_of_the_first(
    run: Run, file: Path, tmp_path: Path
) -> None:
    run("ingest", file)
    mended = tmp_path / "mended.nq"
    run("aside", "export", 1, mended)
    mended.write_text(mended.read_text().replace("dana", "eric"))
    assert run("aside", "send", 1, "--file", mended).exit_code == FINDING
    assert "eric" in run("aside", "show", 1).output
    assert len(listed(run)) == 1
    broken = tmp_path / "broken.trig"
    broken.write_text("<urn:a> <urn:b> .")
    result = run("aside", "send", 1, "--file", broken)
    assert (result.exit_code, f"{broken}, line 1" in result.output) == (BAD_INPUT, True)


def test_the_editor_mends(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("ingest", file)
    monkeypatch.setattr("click.edit", lambda text, extension: None)
    assert "nothing was mended" in run("aside", "mend", 1).output
    monkeypatch.setattr(
        "click.edit", lambda text, extension: text.replace("kg:knows", "kg:name 'D' ; kg:knows")
    )
    assert "commit 2" in run("aside", "mend", 1).output
    assert listed(run) == []


def test_changes_are_dropped_and_unknown_ones_are_named(run: Run, file: Path) -> None:
    run("ingest", file)
    assert run("aside", "drop", 1).output == "dropped 1\n"
    assert "nothing is set aside" in run("aside", "list").output
    result = run("aside", "send", 1)
    assert (result.exit_code, "there are: none" in result.output) == (BAD_INPUT, True)
    assert run("aside", "drop", 1).exit_code == BAD_INPUT


def test_a_damaged_change_is_named(run: Run, file: Path, tmp_path: Path) -> None:
    run("ingest", file)
    path = tmp_path / "var" / "aside" / "000001.nq"
    path.write_bytes(path.read_bytes()[:-9])
    result = run("aside", "list")
    assert (result.exit_code, f"{path} is damaged" in result.output) == (FINDING, True)
    assert run("aside", "show", 1).exit_code == BAD_INPUT


def test_there_is_a_limit_to_what_is_kept(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGRAPH_ASIDE_CHANGES", "0")
    result = run("ingest", file)
    assert result.exit_code == FINDING
    assert "it was not kept aside" in result.output
    assert listed(run) == []


def test_warnings_are_open_tasks_with_the_commit_they_came_with(run: Run, tmp_path: Path) -> None:
    assert plain(run("tasks", "--format", "json"))["open"] == 0
    aged = tmp_path / "aged.ttl"
    aged.write_text(AGED)
    run("ingest", aged)
    text = run("tasks").output
    assert "Warning: :dana, since commit 2" in text
    assert "T2 One age is enough." in text
    assert plain(run("tasks", "--shape", "T2", "--format", "json"))["tasks"][0]["since"] == 2
    assert plain(run("tasks", "--severity", "violation", "--format", "json"))["open"] == 0
    accepted = (
        f"{HEAD}INSERT DATA {{ :dana kg:accepts :ok . :ok kg:shapeId 'T2' ; kg:reason 'so' }}"
    )
    assert run("update", accepted).exit_code == OK
    assert "0 open (1 accepted" in run("tasks").output


def test_a_source_has_its_own_policy(run: Run, file: Path, tmp_path: Path) -> None:
    run("stats")
    policy = tmp_path / "var" / "policy.toml"
    policy.write_text('[[source]]\ngraph = "partner-*"\nviolation = "task"\n')
    assert run("ingest", file, "--graph", "partner-1").exit_code == OK
    assert "Violation: :dana, since commit 2" in run("tasks").output
    file.write_text(NAMELESS.replace("dana", "eric"))
    assert run("ingest", file, "--graph", "ours").exit_code == FINDING
    aged = tmp_path / "aged.ttl"
    aged.write_text(AGED.replace("dana", "fay"))
    policy.write_text('[default]\nwarning = "refuse"\n')
    result = run("ingest", aged)
    assert (result.exit_code, "1 warning, first at" in result.output) == (FINDING, True)
    policy.write_text('[default]\nwarning = "perhaps"\n')
    result = run("ingest", aged)
    assert (result.exit_code, "default, warning: write one of" in result.output) == (
        BAD_INPUT,
        True,
    )


def test_an_axiom_that_makes_records_fail_needs_a_word(run: Run, tmp_path: Path) -> None:
    axiom = f"{HEAD}PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    axiom += "INSERT DATA { kg:about rdfs:range kg:Agent . :claim-1 kg:about :thing }"
    assert run("update", axiom).exit_code == FINDING
    assert run("update", axiom, "--accept-failures").exit_code == OK
    assert "Violation: :thing, since commit 2" in run("tasks").output
    fact = f"{HEAD}INSERT DATA {{ :dana a kg:Person }}"
    result = run("update", fact, "--accept-failures")
    assert (result.exit_code, "the policy says" in result.output) == (FINDING, True)


SHAPE = """kgsh:T3 a sh:PropertyShape ; sh:targetClass kg:Agent ; sh:path kg:born ;
  sh:minCount 1 ; sh:severity sh:Violation ; sh:message "T3 When was the agent born?" .
"""


def test_sources_that_make_records_fail_are_refused_until_somebody_accepts(
    run: Run, small_corpus: Path
) -> None:
    run("stats")
    shapes = small_corpus / "shapes" / "core.ttl"
    shapes.write_text(shapes.read_text() + SHAPE)
    trial = run("sources", "update", "--dry-run")
    assert (trial.exit_code, "would be refused: 3 violations" in trial.output) == (FINDING, True)
    assert "T3 When was the agent born?" in trial.output
    asked = run("query", f"ASK {{ <{THING}asem> <{KG}mayKnow> ?x }}")
    assert asked.exit_code == OK
    assert "the sources have changed and were refused, nothing was changed: 3" in asked.output
    assert plain(run("tasks", "--format", "json"))["open"] == 0
    assert run("update", f"{HEAD}INSERT DATA {{ :dana a kg:Person ; kg:name 'D' }}").exit_code == OK
    assert run("sources", "update").exit_code == FINDING
    accepted = run("sources", "update", "--accept-failures")
    assert accepted.exit_code == OK, accepted.output
    assert "4 open" in run("tasks").output
    assert "were refused" not in run("stats").output
    assert run("sources", "update").output == "the graph has all that the sources say\n"


def test_a_rule_that_changes_shows_what_comes_and_goes(run: Run, small_corpus: Path) -> None:
    run("stats")
    rule = small_corpus / "ontology" / "rules" / "r901.rq"
    rule.write_text(rule.read_text().replace("kg:mayKnow", "kg:mightKnow"))
    trial = run("sources", "update", "--dry-run")
    assert trial.exit_code == OK, trial.output
    assert ":asem kg:mightKnow :chingiz" in trial.output
    assert ":asem kg:mayKnow :chingiz" in trial.output
    assert "[R901]" in trial.output
    assert run("sources", "update").output.startswith("commit 2, 0 added, 0 removed")
    assert run("query", f"ASK {{ <{THING}asem> <{KG}mightKnow> ?x }}").exit_code == OK
    gone = run("query", f"ASK {{ <{THING}asem> <{KG}mayKnow> ?x }}")
    assert gone.exit_code == FINDING


def test_the_first_sources_are_accepted_with_what_fails(run: Run, small_corpus: Path) -> None:
    people = small_corpus / "data" / "report" / "people.ttl"
    people.write_text(people.read_text() + ":nameless a kg:Person .\n")
    assert run("stats").exit_code == OK
    assert "Violation: :nameless, since commit 1" in run("tasks").output
    assert "1 open" in run("tasks").output


def test_a_purge_reaches_what_is_set_aside(run: Run, file: Path, tmp_path: Path) -> None:
    run("ingest", file)
    run("update", f"{HEAD}INSERT DATA {{ :dana a kg:Person }}")
    run("update", f"{HEAD}INSERT DATA {{ :eric a kg:Person }}")
    assert len(listed(run)) == 3
    purged = run("purge", ":dana", "--yes")
    assert purged.exit_code == OK, purged.output
    assert "aside/000002.ru" in purged.output
    assert [one["number"] for one in listed(run)] == [3]
    folder = tmp_path / "var"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"id/dana" in path.read_bytes()]
