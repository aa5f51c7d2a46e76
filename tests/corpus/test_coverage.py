"""Every fact of the inventory is represented by a claim that covers it and agrees with it.

inventory.tsv holds, for each of the 475 facts of the report, where it stands (code points from 0),
to whom the inventory attributes it (empty: the report's own voice) and in which modality. Where the
data deviates, deviations.toml beside the data says how and why.
"""

import csv
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "data" / "iphr-kazakhstan-2022"
PUBLISHERS = {"iphr", "kibhr"}
BROADER = {
    "court-finding": "reported",
    "demanded": "reported",
    "admitted": "officially-stated",
    "hearsay": "alleged",
    "assessed": "alleged",
    "feared": "alleged",
    "announced": "planned",
    "promised": "planned",
}
QUERY = """
PREFIX kg: <https://w3id.org/kgraph/ns#>
SELECT ?claim ?start ?end ?modality ?polarity ?who {
  ?claim a kg:Claim ; kg:evidence ?passage ; kg:modality ?modality ; kg:polarity ?polarity ;
    kg:attributedTo ?who .
  ?passage kg:startOffset ?start ; kg:endOffset ?end .
}"""


@dataclass(frozen=True)
class Fact:
    id: str
    start: int
    end: int
    attributed_to: frozenset[str]
    modality: str


@dataclass(frozen=True)
class Claim:
    iri: str
    start: int
    end: int
    attributed_to: frozenset[str]
    modality: str

    def covers(self, fact: Fact) -> bool:
        return self.start <= fact.start and fact.end <= self.end

    def is_close(self, fact: Fact) -> bool:
        return self.end - self.start <= 2 * (fact.end - fact.start)

    def agrees(self, fact: Fact) -> bool:
        return self.attributed_to == fact.attributed_to and self.modality == fact.modality


def facts() -> list[Fact]:
    with (HERE / "inventory.tsv").open(encoding="utf-8") as file:
        return [
            Fact(
                row["fact"],
                int(row["start"]),
                int(row["end"]),
                frozenset(filter(None, row["attributed_to"].split(";"))) or frozenset(PUBLISHERS),
                row["modality"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


FACTS = facts()
DEVIATIONS = tomllib.loads((DOCUMENT / "deviations.toml").read_text(encoding="utf-8"))


def name(term: object) -> str:
    return str(getattr(term, "value", term)).rsplit("/", 1)[-1]


@pytest.fixture(scope="module")
def claims(document: ox.Store) -> list[Claim]:
    who: dict[tuple[str, int, int, str], set[str]] = defaultdict(set)
    solutions = document.query(QUERY)
    assert isinstance(solutions, ox.QuerySolutions)
    for claim, start, end, modality, polarity, agent in solutions:
        spoken = name(modality).removeprefix("modality-")
        spoken = BROADER.get(spoken, spoken)
        if name(polarity) == "polarity-denies":
            spoken = "denied"
        who[claim.value, int(start.value), int(end.value), spoken].add(name(agent))
    return [
        Claim(iri, start, end, frozenset(agents), modality)
        for (iri, start, end, modality), agents in who.items()
    ]


def test_the_inventory_is_whole() -> None:
    assert len(FACTS) == len({fact.id for fact in FACTS}) == 475


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_claim_covers_the_fact_and_agrees_with_it(fact: Fact, claims: list[Claim]) -> None:
    covering = [claim for claim in claims if claim.covers(fact) and claim.is_close(fact)]
    assert covering, "no claim covers it, or only with a span more than twice as long"
    deviation = DEVIATIONS.get(fact.id)
    if deviation is None:
        assert any(claim.agrees(fact) for claim in covering), covering
        return
    assert len(deviation["reason"]) > 20
    expected = Fact(
        fact.id,
        fact.start,
        fact.end,
        frozenset(deviation.get("attributed_to", fact.attributed_to)),
        deviation.get("modality", fact.modality),
    )
    assert any(claim.agrees(expected) for claim in covering), covering


def test_every_deviation_is_one() -> None:
    known = {fact.id: fact for fact in FACTS}
    for fact_id, deviation in DEVIATIONS.items():
        fact = known[fact_id]
        voice = frozenset(deviation.get("attributed_to", fact.attributed_to))
        way = deviation.get("modality", fact.modality)
        assert (voice, way) != (fact.attributed_to, fact.modality), f"{fact_id}: remove it"
