"""All suites, in the order of the report."""

from tests.conformance import owl, parsing, protocols, rdf, shacl, sparql

SUITES = (
    protocols.PROTOCOL,
    protocols.GRAPH_STORE,
    protocols.DESCRIPTION,
    sparql.SPARQL_11,
    sparql.SPARQL_12,
    parsing.SPARQL_11,
    parsing.SPARQL_12,
    rdf.RDF_11,
    rdf.RDF_12,
    shacl.CORE,
    shacl.SPARQL,
    owl.OWL_RL,
)
