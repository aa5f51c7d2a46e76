"""All suites, in the order of the report."""

from tests.conformance import (
    entailment,
    executors,
    jsonld,
    naive,
    owl,
    parsing,
    protocols,
    rdf,
    shacl,
    sparql,
)

SUITES = (
    protocols.PROTOCOL,
    protocols.GRAPH_STORE,
    protocols.DESCRIPTION,
    sparql.SPARQL_11,
    sparql.SPARQL_12,
    sparql.FEDERATION,
    naive.SPARQL_11,
    naive.SPARQL_12,
    naive.FEDERATION,
    *executors.POINTS,
    *executors.SETS,
    parsing.SPARQL_11,
    parsing.SPARQL_12,
    rdf.RDF_11,
    rdf.RDF_12,
    jsonld.JSON_LD,
    *shacl.EXECUTORS,
    owl.RDF_BASED,
    owl.PROFILE,
    entailment.SEMANTICS,
    entailment.REGIMES,
)
