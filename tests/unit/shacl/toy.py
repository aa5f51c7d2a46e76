"""Toy shapes and data: every kind of constraint that the corpus's shapes use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kgraph.shacl import ValidationReport
from kgraph.shacl.engine import Engine
from kgraph.shacl.model import Document, Shapes
from kgraph.store import Snapshot, Store

from .rich import commit

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


def shapes() -> bytes:
    """The toy shapes as a document."""
    return SHAPES.encode()


def triples(text: str) -> list[ox.Triple]:
    """Turtle in the toy's prefixes."""
    return [quad.triple for quad in ox.parse((HEAD + text).encode(), ox.RdfFormat.TURTLE)]


def parsed(shapes: str) -> Shapes:
    """Shapes in the toy's prefixes."""
    return Shapes.parse([Document("toy.ttl", (HEAD + shapes).encode())])


@contextmanager
def snapshot_of(text: str, graph_name: ox.NamedNode = DATA) -> Iterator[Snapshot]:
    """A store that holds data and nothing else."""
    with Store.open(None) as store:
        commit(store, [ox.Quad(*triple, graph_name) for triple in triples(text)], [])
        with store.snapshot() as snapshot:
            yield snapshot


def validated(shapes: Shapes, text: str, executor: str | None = None) -> ValidationReport:
    """What shapes say of data."""
    with snapshot_of(text) as snapshot:
        return Engine(shapes).validate(snapshot, executor=executor)
