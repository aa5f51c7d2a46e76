"""Toy shapes and data: every kind of constraint that the corpus's shapes use."""

from pathlib import Path

import pyoxigraph as ox

HEAD = """
@prefix : <https://w3id.org/kgraph/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PREFIXES = """
<https://w3id.org/kgraph/shapes> a owl:Ontology ;
    sh:declare [ sh:prefix "t" ; sh:namespace "https://w3id.org/kgraph/ns#"^^xsd:anyURI ] .
"""
HERE = Path(__file__).parent
SHAPES = (HERE / "toy_shapes.ttl").read_text()
BAD = (HERE / "toy_bad.txt").read_text().split("\n---\n")
GOOD = """
:Person rdfs:subClassOf :Agent . :ann a :Person ; :name "Ann" . :case a :Case .
:charge a :Charge ; :accused :ann ; :start "2022-01-01"^^xsd:date ; :end "2022-02-01"^^xsd:date ;
    :inCase :case . :later :after :charge ; :start "2022-03-01"^^xsd:date .
:claim :about :charge ; :evidence :passage . :figure a :Figure ; :best 3 ; :unit :persons .
:stay :detainee :ann .
"""
DATA = ox.NamedNode("https://w3id.org/kgraph/graph/data")


def shapes(more: str = "") -> bytes:
    return (SHAPES + more).encode()


def store_of(text: str, graph_name: ox.NamedNode = DATA) -> ox.Store:
    store = ox.Store()
    store.load((HEAD + text).encode(), ox.RdfFormat.TURTLE, to_graph=graph_name)
    return store
