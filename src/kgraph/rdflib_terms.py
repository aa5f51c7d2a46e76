"""RDF terms between pyoxigraph, which holds the data, and rdflib, where owlrl and pyshacl compute.

Lexical forms, blank node identifiers and language tags survive the trip there and back.
"""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox
from rdflib.graph import Graph
from rdflib.term import BNode, Literal, Node, URIRef

from kgraph.terms import Term
from kgraph.vocab import XSD

XSD_STRING = ox.NamedNode(XSD + "string")
RdflibTriple = tuple[Node, Node, Node]


class Terms:
    """Converts terms and remembers what it has converted, so that each is made once."""

    def __init__(self) -> None:
        """Begin with an empty memory."""
        self._to: dict[Term, Node] = {}
        self._back: dict[Node, Term] = {}

    def to_rdflib(self, term: Term) -> Node:
        """The rdflib term; a triple term has none and raises TypeError."""
        known = self._to.get(term)
        if known is None:
            known = self._to[term] = _rdflib(term)
            self._back.setdefault(known, term)
        return known

    def from_rdflib(self, node: Node) -> Term:
        """The pyoxigraph term, in the very form it came in with if it came from there."""
        known = self._back.get(node)
        if known is None:
            known = self._back[node] = _pyoxigraph(node)
        return known

    def triple(self, triple: ox.Triple | ox.Quad) -> RdflibTriple:
        """The three terms for rdflib."""
        to = self.to_rdflib
        return to(triple.subject), to(triple.predicate), to(triple.object)

    def back(self, triple: RdflibTriple) -> ox.Triple:
        """A triple of rdflib's terms, for pyoxigraph; the subject must not be a literal."""
        subject, predicate, object_ = (self.from_rdflib(node) for node in triple)
        return ox.Triple(subject, predicate, object_)  # type: ignore[arg-type]


def triples_of(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Each triple once, however many graphs hold it.

    Triples with a triple term are left out: rdflib cannot hold them.
    """
    seen: set[ox.Triple] = set()
    for quad in quads:
        triple = quad.triple
        if triple not in seen and not isinstance(triple.object, ox.Triple):
            seen.add(triple)
            yield triple


def graph_of(triples: Iterable[ox.Triple], terms: Terms, graph: Graph | None = None) -> Graph:
    """These triples in an rdflib graph, the given one or a new one in memory."""
    graph = Graph(store="SimpleMemory", bind_namespaces="none") if graph is None else graph
    for triple in triples:
        graph.add(terms.triple(triple))
    return graph


def _rdflib(term: Term) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError("rdflib has no triple terms")
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype == XSD_STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _pyoxigraph(node: Node) -> Term:
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if not isinstance(node, Literal):
        raise TypeError(f"not an RDF term: {node!r}")
    if node.language:
        return ox.Literal(str(node), language=node.language)
    if node.datatype is None:
        return ox.Literal(str(node))
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)))
