"""SPARQL 1.1 and 1.2: every syntax test on our own parser, which evaluates nothing.

The texts of the evaluation tests must be read as well; they count as tests of their own.
"""

from collections.abc import Callable, Mapping
from functools import partial

import pytest
from pyoxigraph import NamedNode
from tests.conformance.archives import unpacked
from tests.conformance.manifests import MF, QT, UT, Test, Tree
from tests.conformance.suites import Case, Suite

from kgraph.errors import QuerySyntaxError
from kgraph.sparql.parse import parse_query, parse_update

MANIFESTS = {
    "sparql11": ("manifest.ttl", "manifest-sparql11-fed.ttl"),
    "sparql12": ("manifest.ttl",),
}


def cases(version: str) -> Mapping[str, Case]:
    tree = Tree(
        unpacked("rdf-tests") / "sparql" / version,
        f"https://w3c.github.io/rdf-tests/sparql/{version}/",
    )
    tests = (test for manifest in MANIFESTS[version] for test in tree.tests(manifest))
    return {test.iri: partial(run, test) for test in tests}


def run(test: Test) -> None:
    """Read the text; only a negative syntax test must be refused."""
    iri = text_of(test)
    text = test.tree.read(iri).decode()
    parse: Callable[..., object] = parse_update if iri.endswith(".ru") else parse_query
    if not any("Negative" in kind for kind in test.kinds):
        parse(text, base_iri=iri)
        return
    with pytest.raises(QuerySyntaxError) as raised:
        parse(text, base_iri=iri)
    assert raised.value.place.line, f"no line in {raised.value}"


def text_of(test: Test) -> str:
    """Return the IRI of the query or update that a test is about, whatever its type."""
    action = test.value(MF + "action")
    if isinstance(action, NamedNode):
        return action.value
    found = test.manifest.text(action, QT + "query") or test.manifest.text(action, UT + "request")
    assert found, f"no text in {test.iri}"
    return found


SPARQL_11 = Suite(
    "sparql11-parser", "SPARQL 1.1 syntax, own parser", 505, partial(cases, "sparql11")
)
SPARQL_12 = Suite(
    "sparql12-parser", "SPARQL 1.2 syntax, own parser", 269, partial(cases, "sparql12")
)
