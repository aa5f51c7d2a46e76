"""RDF syntaxes 1.1 and 1.2, through the parsers and the serializer that kgraph uses."""

from collections.abc import Callable, Mapping
from functools import partial

from pyoxigraph import RdfFormat, parse, serialize
from tests.conformance.archives import unpacked
from tests.conformance.manifests import MF, Test, Tree, quads, rdf_format
from tests.conformance.suites import Case, Suite
from tests.conformance.terms import isomorphic

RDFT = "http://www.w3.org/ns/rdftest#"
FORMATS = {
    "NTriples": RdfFormat.N_TRIPLES,
    "NQuads": RdfFormat.N_QUADS,
    "Turtle": RdfFormat.TURTLE,
    "Trig": RdfFormat.TRIG,
    "XML": RdfFormat.RDF_XML,
}


def cases(version: str) -> Mapping[str, Case]:
    """Return the syntax tests; those of the semantics have a suite of their own kind.

    The manifest of 1.2 includes all tests of 1.1.
    """
    base = f"https://w3c.github.io/rdf-tests/rdf/{version}/"
    other = "https://w3c.github.io/rdf-tests/rdf/"
    tree = Tree(unpacked("rdf-tests") / "rdf", other)
    manifest = base.removeprefix(other) + "manifest.ttl"
    return {
        test.iri: partial(run, test)
        for test in tree.tests(manifest)
        if any(kind.startswith(RDFT) for kind in test.kinds)
    }


def run(test: Test) -> None:
    kind = next(kind for kind in test.kinds if kind.startswith(RDFT)).removeprefix(RDFT + "Test")
    name = next(name for name in FORMATS if kind.startswith(name))
    RUNNERS[kind.removeprefix(name)](test, FORMATS[name])


def read(test: Test, form: RdfFormat) -> list:
    iri = test.value(MF + "action").value
    return list(parse(test.tree.read(iri), form, base_iri=test.base(iri)))


def positive(test: Test, form: RdfFormat) -> None:
    read(test, form)


def negative(test: Test, form: RdfFormat) -> None:
    try:
        read(test, form)
    except (SyntaxError, ValueError):
        return
    raise AssertionError("accepted")


def evaluation(test: Test, form: RdfFormat) -> None:
    expected = test.value(MF + "result").value
    wanted = quads(test.tree.read(expected), rdf_format(expected), expected)
    found = read(test, form)
    assert isomorphic(found, wanted, values=False), f"found {found}"


def canonical_form(test: Test, form: RdfFormat) -> None:
    found = serialize(read(test, form), format=RdfFormat.N_QUADS)
    wanted = test.tree.read(test.value(MF + "result").value)
    assert sorted(found.splitlines()) == sorted(wanted.splitlines()), found


RUNNERS: Mapping[str, Callable[[Test, RdfFormat], None]] = {
    "PositiveSyntax": positive,
    "NegativeSyntax": negative,
    "Eval": evaluation,
    "PositiveC14N": canonical_form,
}

RDF_11 = Suite("rdf11-syntax", "RDF 1.1 syntaxes", 992, partial(cases, "rdf11"))
RDF_12 = Suite("rdf12-syntax", "RDF 1.2 syntaxes, with those of 1.1", 1324, partial(cases, "rdf12"))
