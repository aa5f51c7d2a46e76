"""Each rule by itself: what follows, and no more."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from kgraph.reason.owl2rl import close_plainly, infer, load_rules, run_plainly, run_program
from kgraph.reason.owl2rl.datatypes import RDFS_DATATYPES
from kgraph.reason.owl2rl.noise import is_beyond_rdf

from .graphs import Close, Graph, quads

EVERY_RULE = load_rules(quiet=True)
EVERY_RDFS_RULE = load_rules("rdfs", quiet=True)


def cases(name: str) -> list[dict]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))["case"]


CASES, RDFS_CASES = cases("cases.toml"), cases("rdfs_cases.toml")


def expect(case: dict, graph: Graph, close: Close) -> None:
    named = {case["rule"], *case.get("with", ())}
    closure = graph.close(close)
    if "contradiction" in case:
        assert bool(closure.contradictions) == case["contradiction"]
        return
    found = {
        key
        for key in closure.inferred
        if closure.because[key].clause.rule in named and not is_beyond_rdf(key)
    }
    assert found == graph.dictionary.keys(quads(case["follows"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_rule_of_owl_2_rl_alone(case: dict) -> None:
    rules = EVERY_RULE.only({case["rule"], *case.get("with", ())})
    for close in (close_plainly, run_program if "with" in case else run_plainly):
        expect(case, Graph(case["given"], rules), close)


@pytest.mark.parametrize("case", RDFS_CASES, ids=lambda case: case["rule"])
def test_a_rule_of_rdfs_alone(case: dict) -> None:
    rules = EVERY_RDFS_RULE.only({case["rule"], *case.get("with", ())})
    expect(case, Graph(case["given"], rules, RDFS_DATATYPES), close_plainly)


@pytest.mark.parametrize(("ruleset", "found"), [(EVERY_RULE, CASES), (EVERY_RDFS_RULE, RDFS_CASES)])
def test_every_rule_has_cases(ruleset: object, found: list[dict]) -> None:
    counted = Counter(case["rule"] for case in found)
    assert counted.keys() == set(ruleset.names)  # type: ignore[attr-defined]
    assert min(counted.values()) > 1


def test_the_rules_are_those_of_the_tables() -> None:
    kinds = Counter(name.split("-")[0] for name in EVERY_RULE.names)
    assert kinds == {"eq": 9, "prp": 20, "cls": 19, "cax": 5, "dt": 4, "scm": 20}


SENTENCES = [
    (":x owl:sameAs :y ; owl:differentFrom :y .", "eq-diff1", "xy", "the same and to be different"),
    (":A owl:disjointWith :B . :x a :A , :B .", "cax-dw", "ABx", "classes that exclude each other"),
    (":p a owl:IrreflexiveProperty . :x :p :x .", "prp-irp", "xp", "itself as its urn:x:p"),
    (":x :p :y . :y :p :x . :p a owl:AsymmetricProperty .", "prp-asyp", "pxy", "one way only"),
]


@pytest.mark.parametrize(("text", "rule", "terms", "words"), SENTENCES)
def test_an_inconsistency_names_rule_and_terms(
    text: str, rule: str, terms: str, words: str
) -> None:
    found = infer(quads(text)).inconsistencies[0]
    assert words in found.message
    assert found.rule == rule
    assert sorted(term.removeprefix("urn:x:") for term in found.terms) == sorted(terms)
    assert {t.subject for t in quads(text)} == {premise[0] for premise in found.premises}


def test_a_literal_that_is_none_is_named_with_its_datatype() -> None:
    [found] = infer(quads(":x :p 'soon'^^xsd:date .")).inconsistencies
    assert found.message == "'soon' is no http://www.w3.org/2001/XMLSchema#date"
    assert found.terms == ("soon", "http://www.w3.org/2001/XMLSchema#date")
