"""A claim covers its record's triples in its own document's graph, and no others."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.sparql import Solutions

KG = "https://w3id.org/kgraph/ns#"
ID = "https://w3id.org/kgraph/id/"
PREFIXES = """
@prefix : <https://w3id.org/kgraph/id/> .
@prefix kg: <https://w3id.org/kgraph/ns#> .
@prefix kgv: <https://w3id.org/kgraph/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
FIRST = """
:ann a kg:Person ; skos:prefLabel "Ann"@en .
:case a kg:CriminalCase ; skos:prefLabel "Case"@en .
:code a kg:LegalInstrument ; skos:prefLabel "Code"@en .
:art-1 a kg:LegalProvision ; skos:prefLabel "Article 1"@en ; kg:withinProvision :code .
:charge a kg:Charge ; skos:prefLabel "Charge"@en ;
  kg:accused :ann ; kg:inCase :case ; kg:chargedUnder :art-1 .
:paper a kg:NGO ; skos:prefLabel "Paper"@en .
:said-1 a kg:Claim ; kg:about :charge ; kg:attributedTo :paper ; kg:modality kgv:modality-reported ;
  kg:polarity kgv:polarity-affirms ; kg:statement "Ann was charged under article 1."@en .
"""
SECOND = """
:art-2 a kg:LegalProvision ; skos:prefLabel "Article 2"@en ; kg:withinProvision :code .
:charge kg:chargedUnder :art-2 .
:radio a kg:NGO ; skos:prefLabel "Radio"@en .
:said-2 a kg:Claim ; kg:about :charge ; kg:attributedTo :radio ; kg:modality kgv:modality-reported ;
  kg:polarity kgv:polarity-affirms ; kg:statement "The charge also names article 2."@en .
"""


@pytest.fixture
def two_documents(tmp_path: Path) -> Iterator[KnowledgeGraph]:
    sources = tmp_path / "sources"
    for name, body in (("first", FIRST), ("second", SECOND)):
        folder = sources / "data" / name
        folder.mkdir(parents=True)
        (folder / "all.ttl").write_text(PREFIXES + body, encoding="utf-8")
    settings = Settings(data=str(tmp_path / "var"), sources=str(sources))
    with KnowledgeGraph.open(settings) as graph:
        yield graph


def voices(graph: KnowledgeGraph, provision: str) -> set[str]:
    charge, under = ox.NamedNode(ID + "charge"), ox.NamedNode(KG + "chargedUnder")
    triple = ox.Triple(charge, under, ox.NamedNode(ID + provision))
    return {agent for saying in graph.who_says(triple) for agent in saying.attributed_to}


def test_each_source_is_shown_with_its_own_detail_only(two_documents: KnowledgeGraph) -> None:
    assert voices(two_documents, "art-1") == {ID + "paper"}
    assert voices(two_documents, "art-2") == {ID + "radio"}


def test_the_same_holds_in_plain_sparql(two_documents: KnowledgeGraph) -> None:
    rows = two_documents.query("""
        PREFIX : <https://w3id.org/kgraph/id/>
        PREFIX kg: <https://w3id.org/kgraph/ns#>
        SELECT ?who { GRAPH ?document { :charge kg:chargedUnder :art-2 .
          ?claim kg:about :charge ; kg:attributedTo ?who } }""")
    assert isinstance(rows, Solutions)
    assert [row["who"].value for row in rows] == [ID + "radio"]
