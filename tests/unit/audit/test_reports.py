"""A difference from pyshacl's report is accounted for only where a third agrees with us."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from tests.unit.ingest.closing.world import PREFIXES

from kgraph.audit.model import AUDIT, GRAPH
from kgraph.audit.reports import Judged, compare_reports
from kgraph.shacl import ValidationResult
from kgraph.shacl.engine import Engine
from kgraph.shacl.model import Document, Shapes
from kgraph.store import Change, Store

HEAD = PREFIXES + "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
PREFIX = """sh:prefixes [ sh:declare [ sh:prefix "k" ;
sh:namespace "https://w3id.org/kgraph/ns#"^^xsd:anyURI ] ] ;"""


def judged(shapes: str, data: str, *, without: int = 0) -> Judged:
    """Our results against pyshacl's; the first of ours may be left out."""
    read = Shapes.parse([Document("s.ttl", (HEAD + shapes).encode())])
    quads = list(parse((HEAD + data).encode(), RdfFormat.TURTLE))
    results = ours(read, quads)[without:]
    return compare_reports([_fact(quad) for quad in quads], read, results)  # type: ignore[misc]


def _fact(quad: Quad) -> tuple[object, ...]:
    return quad.subject, quad.predicate, quad.object


def ours(shapes: Shapes, quads: list[Quad]) -> tuple[ValidationResult, ...]:
    """Our report."""
    with Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=tuple(quads)))
            transaction.commit(author="me", message="", time=datetime.now(UTC))
        with store.snapshot() as snapshot:
            return Engine(shapes).validate(snapshot).results


def reasons(found: Judged) -> list[tuple[str, str | None]]:
    """Side and reason of each difference."""
    return [(one.only_in, one.reason and one.reason.name) for one in found.differences]


@pytest.mark.parametrize(
    ("shape", "data", "expected"),
    [
        ("sh:datatype xsd:gYear", '"abc"^^xsd:gYear', (GRAPH, "text of a datatype")),
        ("sh:datatype xsd:date", '"-0001-01-01"^^xsd:date', (AUDIT, "text of a datatype")),
        (
            'sh:minInclusive "2022-01-01"^^xsd:date',
            '"2022-01-01Z"^^xsd:date',
            (GRAPH, "order of values"),
        ),
        (
            'sh:minInclusive "2022"^^xsd:gYear',
            '"2023"^^xsd:gYear',
            (AUDIT, "order of values"),
        ),
        ("sh:lessThan :q", "<urn:a> ; :q <urn:b>", (GRAPH, "order of values")),
        ("sh:lessThan :q", '"a"@en ; :q "b"@en', (GRAPH, "order of values")),
    ],
)
def test_values_are_judged_by_a_third(shape: str, data: str, expected: tuple[str, str]) -> None:
    found = judged(
        f":S a sh:NodeShape ; sh:targetNode :x ; sh:property [ sh:path :p ; {shape} ] .",
        f":x :p {data} .",
    )
    assert reasons(found) == [expected]


def test_queries_are_answered_by_a_third() -> None:
    query = "SELECT $this ?value { $this k:p ?x BIND (?x * 1.0 AS ?value) }"
    found = judged(
        f':S a sh:NodeShape ; sh:targetNode :x ; sh:sparql [ {PREFIX} sh:select "{query}" ] .',
        ":x :p 1 .",
    )
    name = "answer of a query"
    assert reasons(found) == [(GRAPH, name), (AUDIT, name)]


@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ("sh:property [ sh:path :p ; sh:datatype xsd:integer ]", ":x :p 'a' ."),
        ("sh:property [ sh:path :p ; sh:minInclusive 5 ]", ":x :p 4 ."),
        ("sh:property [ sh:path :p ; sh:lessThan :q ]", ":x :p 4 ; :q 3 ."),
        ("sh:property [ sh:path [ sh:inversePath :p ] ; sh:minCount 1 ]", ":x :q 4 ."),
        ("sh:property [ sh:path ( :p :q ) ; sh:class :C ]", ":x :p :y . :y :q :z ."),
        (
            f'sh:sparql [ {PREFIX} sh:select "SELECT $this ?value {{ $this k:p ?value }}" ]',
            ":x :p 4 .",
        ),
        (f'sh:sparql [ {PREFIX} sh:select "SELECT $this {{ $this k:p 4 }}" ]', ":x :p 4 ."),
    ],
)
def test_a_result_that_we_lack_has_no_reason(shape: str, data: str) -> None:
    shapes = f":S a sh:NodeShape ; sh:targetNode :x ; {shape} ."
    assert reasons(judged(shapes, data)) == []
    assert reasons(judged(shapes, data, without=1)) == [(AUDIT, None)]


def test_results_of_one_reading_are_counted() -> None:
    shapes = """:S a sh:NodeShape ; sh:targetNode :x ; sh:property :P .
    :T a sh:NodeShape ; sh:targetNode :x ; sh:property :P .
    :P a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ."""
    assert judged(shapes, ":x :q 1 .").results == 2
    assert reasons(judged(shapes, ":x :q 1 .", without=1)) == [(AUDIT, "how often")]


def test_triple_terms_are_not_given_to_pyshacl() -> None:
    found = judged(
        ":S a sh:NodeShape ; sh:targetNode :x ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] .",
        ":x :p <<( :a :b :c )>> .",
    )
    assert reasons(found) == [(GRAPH, "triple term")]


def test_no_report_of_pyshacl_is_a_difference() -> None:
    query = "SELECT $this { $this k:p ?v FILTER (?v != ' MINUS { ') }"  # it takes this for one
    found = judged(
        f':S a sh:NodeShape ; sh:targetNode :x ; sh:sparql [ {PREFIX} sh:select "{query}" ] .',
        ":x :p 1 .",
    )
    assert reasons(found) == [(GRAPH, None)]
    assert found.differences[0].text.startswith("pyshacl gives no report: ")
