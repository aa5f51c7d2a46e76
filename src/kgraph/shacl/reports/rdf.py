"""Reports as SHACL defines them (section 3.6), in each RDF format.

Shapes without a name are copied into the report, so that it can be read without the shapes.
"""

from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.term import BNode

from kgraph.shacl.reports.findings import Findings

WRITERS = {"turtle": "turtle", "n-triples": "nt", "rdf-xml": "xml", "json-ld": "json-ld"}


def rdf(findings: Findings, name: str) -> str:
    """The report as a graph, in the format of this name."""
    graph = findings.report.to_graph()
    for prefix, iri in findings.context.prefixes.items():
        graph.bind(prefix, iri)
    if findings.report.shapes is not None:
        copy_nameless(findings.report.shapes, graph)
    return graph.serialize(format=WRITERS[name])


def copy_nameless(shapes: Graph, graph: Graph) -> None:
    """Bring in what is said of the blank nodes that results have as shape or as constraint."""
    todo = [
        node
        for predicate in (SH.sourceShape, SH.sourceConstraint)
        for node in graph.objects(None, predicate)
        if isinstance(node, BNode)
    ]
    seen: set[BNode] = set()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for triple in shapes.triples((node, None, None)):
            graph.add(triple)
            if isinstance(triple[2], BNode):
                todo.append(triple[2])
