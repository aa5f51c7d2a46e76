"""Namespaces, prefixes, and the IRIs that our code mentions.

Our own namespaces hang on one setting, so they are made by `Names`; the others are constants.
"""

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

DEFAULT_NAMESPACE = "https://w3id.org/kgraph/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCT = "http://purl.org/dc/terms/"

OTHER_PREFIXES = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "sh": SH,
    "prov": PROV,
    "oa": OA,
    "dct": DCT,
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "dc": "http://purl.org/dc/elements/1.1/",
}

SYNONYMS = {"dcterms": DCT}
"""Other common prefixes for the same namespaces."""

RDF_TYPE = NamedNode(RDF + "type")


@dataclass(frozen=True)
class Names:
    """The IRIs under one namespace: terms, concepts, shapes, things, graphs."""

    namespace: str = DEFAULT_NAMESPACE

    @property
    def terms(self) -> str:
        """`kg:`, the ontology's terms."""
        return self.namespace + "ns#"

    @property
    def concepts(self) -> str:
        """`kgv:`, the SKOS vocabularies."""
        return self.namespace + "vocab/"

    @property
    def shapes(self) -> str:
        """`kgsh:`, the SHACL shapes."""
        return self.namespace + "shapes#"

    @property
    def things(self) -> str:
        """`:`, entities, records, claims and passages."""
        return self.namespace + "id/"

    @property
    def graphs(self) -> str:
        """What every graph name of ours begins with."""
        return self.namespace + "graph/"

    def term(self, name: str) -> NamedNode:
        """The IRI of an ontology term: `term("about")` is `kg:about`."""
        return NamedNode(self.terms + name)

    def thing(self, name: str) -> NamedNode:
        """The IRI of an entity or record."""
        return NamedNode(self.things + name)

    def graph(self, name: str) -> NamedNode:
        """The name of a graph: `graph("ontology")`, `graph("inferred/1")`."""
        return NamedNode(self.graphs + name)

    @property
    def inferred(self) -> str:
        """What every computed graph's name begins with."""
        return self.graphs + "inferred/"

    @cached_property
    def written(self) -> dict[str, str]:
        """The prefixes that our own output declares: one for each namespace."""
        ours = {"kg": self.terms, "kgv": self.concepts, "kgsh": self.shapes, "": self.things}
        return ours | OTHER_PREFIXES

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """All prefixes that we suggest, synonyms too; never added to a query silently."""
        return self.written | SYNONYMS
