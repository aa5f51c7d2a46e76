"""Why a triple holds, does not hold, or is wrong; and what nobody below its level is told."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.provenance import ExplainedResult
from kgraph.provenance.told import Teller, contradiction_json, explanation_json, result_json
from kgraph.reason.proofs import Checker, SnapshotGround
from kgraph.shacl.report import VIOLATION, WARNING
from kgraph.store import RESTRICTED, Change
from kgraph.vocab import RDF_TYPE

KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
RDF_TYPE_IRI = RDF_TYPE.value
WHO = {"author": "curator", "message": "for a test"}
WRONG = """
@prefix : <https://w3id.org/kgraph/id/> . @prefix kg: <https://w3id.org/kgraph/ns#> .
:astana a kg:Person , kg:Place .
:asem kg:age 30 , 31 . :claim-2 kg:about :astana ; kg:attributedTo :bota .
"""
MORE_SHAPES = """
@prefix kg: <https://w3id.org/kgraph/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kgsh: <https://w3id.org/kgraph/shapes#> .
kgsh:T3 a sh:NodeShape ; sh:targetSubjectsOf kg:knows ; sh:property kgsh:T4 .
kgsh:T4 a sh:PropertyShape ; sh:path ( kg:knows [ sh:inversePath kg:knows ] ) ; sh:class kg:Judge ;
  sh:severity sh:Warning ; sh:message "T4 Only judges." .
"""


def thing(name: str) -> NamedNode:
    return NamedNode(THING + name)


@pytest.fixture
def wrong(
    small_corpus: Path, settings: Settings, clock: Callable[[], datetime]
) -> Iterator[KnowledgeGraph]:
    """A graph whose sources say what cannot be, and what shapes object to."""
    (small_corpus / "data" / "report" / "wrong.ttl").write_text(WRONG)
    (small_corpus / "shapes" / "more.ttl").write_text(MORE_SHAPES)
    with KnowledgeGraph.open(settings, clock=clock) as graph:
        yield graph


def teller(graph: KnowledgeGraph) -> Teller:
    return Teller(graph.names.prefixes)


def test_a_proof_ends_in_what_is_asserted_and_in_claims(small: KnowledgeGraph) -> None:
    found = small.explain(THING + "asem", KG + "mayKnow", thing("chingiz"))
    assert found.derivation is not None
    assert found.derivation.rule == "R901"
    assert [ground.claim for ground in found.grounds] == [THING + "claim-1"]
    assert teller(small).text(found) == (
        ":asem kg:mayKnow :chingiz\n"
        "  follows by R901: Friends of friends\n"
        "    because A test needs a rule.\n"
        "    :asem kg:knows :bota\n"
        "      asserted in <https://w3id.org/kgraph/graph/report>\n"
        "        said by :bota (kg:reported) in claim :claim-1\n"
        "    :bota kg:knows :chingiz\n"
        "      asserted in <https://w3id.org/kgraph/graph/report>"
    )
    told = json.loads(json.dumps(explanation_json(found)))
    first, second = told["derivation"]["premises"]
    assert [claim["claim"] for claim in first["claims"]] == [THING + "claim-1"]
    assert second["claims"] == []
    assert "said by :bota" in str(teller(small).svg(found))


def test_other_ways_have_other_last_steps(small: KnowledgeGraph) -> None:
    triples = (
        f"<{THING}asem> <{KG}knows> <{THING}dana> . <{THING}dana> <{KG}knows> <{THING}chingiz> ."
    )
    small.ingest(triples.encode(), "text/turtle", graph_name=KG + "extra", **WHO)
    one = small.explain(THING + "asem", KG + "mayKnow", thing("chingiz"))
    two = small.explain(THING + "asem", KG + "mayKnow", thing("chingiz"), ways=5)
    assert one.others == ()
    assert one.derivation == two.derivation
    assert len(two.others) == 1
    assert two.others[0] != two.derivation
    assert teller(small).text(two).count("follows by R901") == 2


def test_depth_cuts_a_proof_and_says_so(small: KnowledgeGraph) -> None:
    agent = NamedNode(KG + "Agent")
    found = small.explain(THING + "asem", RDF_TYPE_IRI, agent, depth=0)
    assert found.derivation is not None
    assert found.derivation.truncated
    assert found.grounds == ()


def test_what_is_asserted_is_drawn_and_what_is_missing_is_not(small: KnowledgeGraph) -> None:
    said = small.explain(THING + "asem", KG + "name", Literal("Асем"))
    assert said.asserted
    assert "Асем" in str(teller(small).svg(said))
    missing = small.explain(THING + "asem", KG + "name", Literal("Nobody"))
    assert teller(small).svg(missing) is None
    assert "does not hold" in teller(small).text(missing)


def test_explaining_does_not_wait_for_a_change(small: KnowledgeGraph) -> None:
    import threading

    found = []

    def explain() -> None:
        found.append(small.explain(THING + "asem", KG + "mayKnow", thing("chingiz")))

    with small._writer.lock:
        reader = threading.Thread(target=explain)
        reader.start()
        reader.join(20)
    assert found[0].derivation is not None


def test_why_not_names_the_premise_that_is_lacking(small: KnowledgeGraph) -> None:
    found = small.why_not(THING + "asem", KG + "mayKnow", thing("dana"))
    assert found is not None
    nearest = found.attempts[0]
    assert nearest.rule == "R901"
    assert [fact.parts for fact in nearest.lacks] == [
        (thing("bota"), NamedNode(KG + "knows"), thing("dana"))
    ]
    assert small.why_not(THING + "asem", KG + "mayKnow", thing("chingiz")) is None


def test_an_inconsistency_has_a_proof_that_checks(wrong: KnowledgeGraph) -> None:
    (found,) = wrong.explain_inconsistencies()
    assert found.proof.rule == "cax-dw"
    assert "astana" in found.proof.message
    with wrong._store.snapshot() as snapshot:
        Checker(SnapshotGround(snapshot), wrong.theory.rules).check(found.proof)
    assert contradiction_json(found)["triple"] is None
    text = teller(wrong).contradictions([found])
    assert "forbidden by cax-dw" in text
    assert "said by :bota in claim :claim-2" in text


def of_shape(found: list[ExplainedResult], name: str) -> ExplainedResult:
    (one,) = {
        each.result.source_shape: each for each in found if name in each.result.source_shape
    }.values()
    return one


def test_a_violation_is_told_with_why_its_shape_looks_there(wrong: KnowledgeGraph) -> None:
    found = wrong.explain_node(thing("astana"))
    assert all(each.result.severity == VIOLATION for each in found)
    named, clash = of_shape(found, "T1"), of_shape(found, "Inconsistency")
    assert clash.contradiction is not None
    assert clash.contradiction.proof.rule == "cax-dw"
    (target,) = named.targeted
    assert target.derivation is not None, "it is an agent because it is a person"
    assert target.derivation.rule == "cax-sco"
    assert named.premises == ()
    text = teller(wrong).result(named)
    assert text.startswith("Violation at :astana: T1 Give the agent a kg:name.\n  from kgsh:T1\n")
    assert (
        "it is looked at because\n    :astana rdf:type kg:Agent\n      follows by cax-sco" in text
    )


def test_a_report_and_the_node_say_the_same(wrong: KnowledgeGraph) -> None:
    whole = {r.key for r in wrong.validate().results if r.focus_node == thing("asem")}
    assert whole == {each.result.key for each in wrong.explain_node(thing("asem"))}
    assert wrong.explain_node(thing("nobody")) == []


def test_all_values_are_premises_where_their_number_is_wrong(wrong: KnowledgeGraph) -> None:
    ages = of_shape(wrong.explain_node(thing("asem")), "T2")
    assert ages.result.severity == WARNING
    assert [each.triple.object.value for each in ages.premises] == ["30", "31"]
    assert all(each.asserted for each in ages.premises)
    again = wrong.explain_result(ages.result)
    assert again == ages


def test_the_way_along_a_path_is_told_and_what_would_be_enough(wrong: KnowledgeGraph) -> None:
    judges = [r for r in wrong.explain_node(thing("asem")) if r.result.source_shape.endswith("T4")]
    one = next(r for r in judges if r.result.value == thing("asem"))
    knows = NamedNode(KG + "knows")
    assert {each.triple.predicate for each in one.premises} == {knows}
    assert [each.triple.subject for each in one.targeted] == [thing("asem")]
    (missing,) = one.missing
    assert missing.triple.parts == (thing("asem"), RDF_TYPE, NamedNode(KG + "Judge"))
    assert "this would be enough" in teller(wrong).result(one)
    assert result_json(one)["missing"][0]["holds"] is False


def test_nobody_is_told_of_a_premise_above_his_level(small: KnowledgeGraph) -> None:
    knows, extra = NamedNode(KG + "knows"), NamedNode(KG + "kept-back")
    quads = (Quad(thing("chingiz"), knows, thing("secret-witness"), extra),)
    with small._writer.lock:
        small._writer.commit_staged(
            lambda staged: staged.stage(Change(quads, created=(extra,), level=RESTRICTED)), **WHO
        )
    goal = THING + "bota", KG + "mayKnow", thing("secret-witness")
    with small._store.snapshot(level=RESTRICTED) as snapshot:
        assert (
            Quad(thing("bota"), NamedNode(goal[1]), goal[2], NamedNode(small.names.inferred + "1"))
            in snapshot
        )
    found = small.explain(*goal, ways=3)
    assert not found.holds
    assert found.derivation is None
    missing = small.why_not(*goal)
    assert missing is not None
    held = {fact.parts for attempt in missing.attempts for fact in attempt.holds}
    assert (thing("chingiz"), knows, thing("secret-witness")) not in held
    assert small.explain_node(thing("secret-witness")) == []
