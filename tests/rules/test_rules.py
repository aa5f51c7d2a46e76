"""Every domain rule on a case of its own, and once more with every claim turned into an allegation.

A case is data: cases/rules/<id>/{given,expected,absent}.ttl. All cases are closed together, each
under an IRI base of its own, once as they stand and once as allegations. `# gate:` in given.ttl
says what the second closing must show: `usable` rules draw nothing from allegations; `alleged`
rules speak of doubtful records only and say so in the name of what they draw; `neutral` rules draw
nothing that anybody could take for a fact about the world.
"""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.concluded import concluded

from kgraph.ingest.closing import Theory
from kgraph.reason.domain import load_rules

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(
    path for path in (ROOT / "tests" / "cases" / "rules").iterdir() if (path / "given.ttl").exists()
)
RULES = {rule.id: rule for rule in load_rules(ROOT / "ontology" / "rules")}
FIRM = re.compile(r"kgv:modality-(reported|officially-stated|admitted|court-finding|demanded)\b")
KG = "https://w3id.org/kgraph/ns#"
NEUTRAL = {
    "affirmedAs",
    "disputedBy",
    "independentSources",
    "impliedProvision",
    "politicallyMotivatedPer",
    "minDays",
    "maxDays",
    "conflictsWithFigure",
    "divergesFrom",
    "NoRecordOfInvestigation",
}
DOUBT = {"Alleged", "Disputed", "Denied", "Planned", "Retracted", "allegedVictimOf"}
DOUBT |= {"allegedAssociateOf", "epistemicStatus"}


def base(case: Path, variant: str) -> str:
    return f"https://example.org/{variant}/{case.name}/"


def triples(case: Path, name: str, variant: str) -> set[ox.Triple]:
    text = (case / f"{name}.ttl").read_text(encoding="utf-8")
    if variant == "alleged" and name == "given":
        text = FIRM.sub("kgv:modality-alleged", text)
    text = text.replace("urn:case:", base(case, variant))
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}


def gate(case: Path) -> str:
    first = (case / "given.ttl").read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("# gate: ")


@pytest.fixture(scope="module")
def inferred() -> set[ox.Triple]:
    """All that follows from all cases in both variants."""
    named = ox.NamedNode("https://w3id.org/kgraph/graph/cases")
    ontology = ox.NamedNode("https://w3id.org/kgraph/o")
    quads = [
        ox.Quad(*quad.triple, ontology)
        for path in [*ROOT.glob("ontology/*.ttl"), *ROOT.glob("ontology/vocabulary/*.ttl")]
        for quad in ox.parse(path=str(path), rename_blank_nodes=True)
    ]
    now = ox.Literal("2022-09-15", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    context = ox.NamedNode("https://w3id.org/kgraph/id/context")
    quads.append(ox.Quad(context, ox.NamedNode(KG + "evaluationDate"), now, named))
    quads += [
        ox.Quad(*triple, named)
        for case in CASES
        for variant in ("asserted", "alleged")
        for triple in triples(case, "given", variant)
    ]
    with concluded(quads, Theory(tuple(RULES.values()))) as found:
        assert not found.outcome.refused, found.outcome.refusal
        return found.inferred()


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {case.name for case in CASES} == RULES.keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_rule_draws_what_it_should(case: Path, inferred: set[ox.Triple]) -> None:
    assert triples(case, "expected", "asserted") - inferred == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_rule_draws_nothing_more(case: Path, inferred: set[ox.Triple]) -> None:
    assert triples(case, "absent", "asserted") & inferred == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_alleged_never_becomes_asserted(case: Path, inferred: set[ox.Triple]) -> None:
    heads = triples(case, "expected", "alleged")
    names = {t.predicate.value.removeprefix(KG) for t in heads if not is_type(t)}
    names |= {str(t.object.value).removeprefix(KG) for t in heads if is_type(t)}  # type: ignore[union-attr]
    if gate(case) == "usable":
        assert heads & inferred == set()
    elif gate(case) == "alleged":
        assert names <= DOUBT
    else:
        assert names <= NEUTRAL
    assert usable_subjects(base(case, "alleged"), inferred) == set()


def is_type(triple: ox.Triple) -> bool:
    return triple.predicate.value.endswith("#type")


def usable_subjects(prefix: str, inferred: set[ox.Triple]) -> set[str]:
    return {
        str(t.subject)
        for t in inferred
        if is_type(t) and t.object == ox.NamedNode(KG + "Usable") and prefix in str(t.subject)
    }
