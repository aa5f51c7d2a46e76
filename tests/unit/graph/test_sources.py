"""Sources that change: by increments as from scratch, refused or accepted as a whole."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kgraph.config import Settings
from kgraph.errors import ChangeRefused
from kgraph.graph import KnowledgeGraph
from kgraph.store import Transaction

SHAPE = """kgsh:T3 a sh:PropertyShape ; sh:targetClass kg:Agent ; sh:path kg:born ;
  sh:minCount 1 ; sh:severity sh:Violation ; sh:message "T3 When was the agent born?" .
"""
WARNING = SHAPE.replace("T3", "T4").replace("sh:Violation", "sh:Warning")
SECOND = """# id: R902
# stratum: 2
# title: Nobody to know
# why: A test needs a negation.
# bound: many
PREFIX kg: <https://w3id.org/kgraph/ns#>
CONSTRUCT { ?a kg:shy true } WHERE { ?a a kg:Agent FILTER NOT EXISTS { ?a kg:mayKnow ?b } }
"""
PREFIXES = "PREFIX : <https://w3id.org/kgraph/id/> PREFIX kg: <https://w3id.org/kgraph/ns#>\n"
WHO = {"author": "curator", "message": "because"}


def added(name: str, text: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        path = root / name
        path.write_text((path.read_text() if path.exists() else "") + text)

    return edit


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        path = root / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return edit


PEOPLE, CORE = "data/report/people.ttl", "ontology/core.ttl"
EDITS = [
    replaced(PEOPLE, ":asem a kg:Person ; ", ":asem a kg:Person ; kg:age 1 , 2 ; "),
    replaced(PEOPLE, "kg:knows :chingiz", "kg:knows :asem"),
    added(CORE, "kg:mayKnow a owl:SymmetricProperty ; rdfs:subPropertyOf kg:about .\n"),
    replaced(CORE, "owl:SymmetricProperty", "owl:TransitiveProperty"),
    replaced("ontology/rules/r901.rq", "kg:mayKnow", "kg:mightKnow"),
    added("ontology/rules/r902.rq", SECOND),
    added("shapes/core.ttl", WARNING),
    replaced("shapes/core.ttl", "sh:maxCount 1", "sh:maxCount 0"),
]


def everything(graph: KnowledgeGraph) -> bytes:
    return b"".join(graph.export("application/n-quads"))


@pytest.mark.parametrize("edit", EDITS)
def test_changed_sources_come_in_as_if_they_were_the_first(
    small_corpus: Path, settings: Settings, tmp_path: Path, edit: Callable[[Path], None]
) -> None:
    with KnowledgeGraph.open(settings):
        edit(small_corpus)
    with KnowledgeGraph.open(settings, with_sources=False) as graph:
        trial = graph.dry_run_sources()
        assert not trial.refused
        assert "OWL 2 RL" not in trial.in_full
        assert graph.last_commit == 1
        assert graph.bring_in_sources() is not None
        assert graph.bring_in_sources() is None
        held, report = everything(graph), graph.validate()
        counted = graph.tasks()
    with KnowledgeGraph.open(replace(settings, data=str(tmp_path / "fresh"))) as fresh:
        assert everything(fresh) == held
        assert fresh.validate() == report
        assert len(counted.open) == len(fresh.tasks().open)
    assert all(task.since in (1, 2) for task in counted.open)


def test_a_graph_whose_sources_are_refused_goes_on_with_what_it_had(
    small_corpus: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with KnowledgeGraph.open(settings) as graph:
        before = everything(graph)
    added("shapes/core.ttl", SHAPE)(small_corpus)
    added("ontology/rules/r902.rq", SECOND)(small_corpus)
    with caplog.at_level(logging.INFO), KnowledgeGraph.open(settings) as graph:
        assert isinstance(graph.sources_refused, ChangeRefused)
        assert len(graph.sources_refused.report.violations) == 3
        assert everything(graph) == before
        assert [rule.id for rule in graph.theory.rules] == ["R901"]
        new = "INSERT DATA { :eric a kg:Person ; kg:name 'E' ; kg:knows :asem }"
        prefixes = (
            "PREFIX : <https://w3id.org/kgraph/id/> PREFIX kg: <https://w3id.org/kgraph/ns#> "
        )
        graph.update(prefixes + new, **WHO)
        assert graph.query(prefixes + "ASK { :eric kg:mayKnow :bota }")
        assert not graph.query(prefixes + "ASK { ?a kg:shy true }")
    assert "T3" in caplog.text
    with KnowledgeGraph.open(settings, accept_failures=True) as graph:
        assert graph.sources_refused is None
        assert [rule.id for rule in graph.theory.rules] == ["R901", "R902"]
        assert [task.since for task in graph.tasks().open] == [3, 3, 3, 3]
        held = everything(graph)
    with KnowledgeGraph.open(settings) as graph:
        assert graph.sources_refused is None
        assert everything(graph) == held


class _Died(Exception):
    """A process that came to its end."""


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_leaves_the_rules_that_the_store_is_closed_by(
    small_corpus: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    with KnowledgeGraph.open(settings):
        added("ontology/rules/r902.rq", SECOND)(small_corpus)
    commit = Transaction.commit

    def dying(self: Transaction, **how: object) -> object:
        if not before:
            commit(self, **how)  # type: ignore[arg-type]
        raise _Died

    monkeypatch.setattr(Transaction, "commit", dying)
    with pytest.raises(_Died):
        KnowledgeGraph.open(settings)
    monkeypatch.undo()
    with KnowledgeGraph.open(settings, with_sources=False) as graph:
        known = ["R901"] if before else ["R901", "R902"]
        assert [rule.id for rule in graph.theory.rules] == known
        assert (graph.bring_in_sources() is not None) is before
        assert graph.theory.rules[-1].id == "R902"


def test_who_only_reads_keeps_what_is_accepted_if_the_store_is_his(
    small_corpus: Path, settings: Settings
) -> None:
    with KnowledgeGraph.open(settings, read_only=True):
        added("shapes/core.ttl", SHAPE)(small_corpus)
    with KnowledgeGraph.open(settings, read_only=True) as graph:
        assert graph.sources_refused is not None


def test_a_store_without_kept_rules_charges_what_facts_bring(
    small_corpus: Path, settings: Settings
) -> None:
    with KnowledgeGraph.open(settings) as graph:
        assert list(graph._sources._theories.purge(["kg:mayKnow"]))  # type: ignore[union-attr]
    added("shapes/core.ttl", SHAPE)(small_corpus)
    with KnowledgeGraph.open(settings) as graph:
        assert graph.sources_refused is None
        assert len(graph.tasks().open) == 3
    added(PEOPLE, ":nameless a kg:Person ; kg:born 1990 .\n")(small_corpus)
    with KnowledgeGraph.open(settings) as graph:
        assert graph.sources_refused is not None
        assert len(graph.sources_refused.report.violations) == 1


def test_a_rule_over_its_bound_is_named_and_never_accepted(
    small_corpus: Path, settings: Settings
) -> None:
    with KnowledgeGraph.open(settings):
        replaced("ontology/rules/r901.rq", "bound: many", "bound: 1 per ?a")(small_corpus)
    added(PEOPLE, ":bota kg:knows :dana .\n:dana a kg:Person ; kg:name 'D' .\n")(small_corpus)
    with KnowledgeGraph.open(settings, read_only=True, with_sources=False) as graph:
        trial = graph.dry_run_sources(accept_failures=True)
    assert trial.refused
    assert trial.exceeded
    assert "R901 makes 2 heads for" in trial.exceeded[0]
    assert trial.refusal.startswith("R901 makes 2 heads for")
    with KnowledgeGraph.open(settings, accept_failures=True) as graph:
        assert graph.sources_refused is not None


def test_a_dry_run_is_asked_of_a_graph_that_is_only_read(
    small_corpus: Path, settings: Settings
) -> None:
    with (
        KnowledgeGraph.open(settings) as owner,
        KnowledgeGraph.open(settings, read_only=True) as reader,
    ):
        proposal = reader.propose_update(PREFIXES + "INSERT DATA { :eric a kg:Person }")
        assert reader.dry_run(proposal).refused
        assert owner.aside.entries() == []
        assert owner.last_commit == reader.last_commit == 1
