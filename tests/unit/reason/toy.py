"""A toy ontology, toy rules and toy data: the smallest that show each behaviour."""

import pyoxigraph as ox

from kgraph.reason import Closure, Rule
from kgraph.reason.rules import parse_rule

HEAD = """
@prefix : <https://w3id.org/kgraph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = ox.NamedNode("https://w3id.org/kgraph/graph/data")
INFERRED = "https://w3id.org/kgraph/graph/inferred/"


def store_of(text: str, graph_name: ox.NamedNode = DATA) -> ox.Store:
    store = ox.Store()
    store.load((HEAD + text).encode(), ox.RdfFormat.TURTLE, to_graph=graph_name)
    return store


def triples(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in store_of(text)}


def rule(text: str, id: str = "R1", stratum: int = 1, **more: object) -> Rule:
    fields = {"id": id, "stratum": stratum, "title": id, "why": f"why {id}", "bound": "1"} | more
    front = "".join(f"# {name}: {value}\n" for name, value in fields.items())
    return parse_rule(f"{front}PREFIX : <https://w3id.org/kgraph/ns#>\n{text}", f"{id}.rq")


def closed(store: ox.Store, closure: Closure) -> ox.Store:
    """The store with the computed graphs added, as the service keeps it."""
    for stratum, found in closure.inferred.items():
        name = ox.NamedNode(f"{INFERRED}{stratum}")
        store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in found)
    return store
