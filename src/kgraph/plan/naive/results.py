"""Answers as pyoxigraph's, which writes them as JSON, XML, CSV and TSV."""

import json
from collections.abc import Mapping

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from kgraph.plan.algebra import Term
from kgraph.plan.naive.queries import Solutions
from kgraph.values.literals import XSD_STRING


def results(answer: Solutions | bool) -> QuerySolutions | QueryBoolean:
    """The answer of a SELECT or ASK query, terms kept exactly."""
    document: dict[str, object]
    if isinstance(answer, bool):
        document = {"head": {}, "boolean": answer}
    else:
        rows = [{name: _json(term) for name, term in row.items()} for row in answer.rows]
        document = {"head": {"vars": list(answer.variables)}, "results": {"bindings": rows}}
    return parse_query_results(json.dumps(document).encode(), QueryResultsFormat.JSON)


def _json(term: Term) -> Mapping[str, object]:
    """A term as SPARQL 1.2 Query Results JSON has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        return {"type": "literal", "value": term.value, **_kind(term)}
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}


def _kind(literal: Literal) -> Mapping[str, str]:
    if literal.direction is not None:
        return {"xml:lang": f"{literal.language}", "its:dir": literal.direction.value}
    if literal.language is not None:
        return {"xml:lang": literal.language}
    if literal.datatype.value == XSD_STRING:
        return {}
    return {"datatype": literal.datatype.value}
