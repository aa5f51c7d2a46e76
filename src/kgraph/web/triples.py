"""The triple that a request is about, and what happened to it."""

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kgraph.errors import MalformedRequest
from kgraph.graph import Happening
from kgraph.terms import Term
from kgraph.web import requests


def named(triple: Triple) -> tuple[str, str, Term]:
    """Return what the parts of a triple are called."""
    subject = triple.subject
    assert isinstance(subject, NamedNode | BlankNode)
    name = subject.value if isinstance(subject, NamedNode) else f"_:{subject.value}"
    return name, triple.predicate.value, triple.object


def triple_history(triple: Triple) -> list[Happening]:
    """Return what happened to a triple, in order."""
    return requests.graph().history(*named(triple))


def read_triple(text: str) -> Triple:
    """Parse the one triple that a request is about."""
    try:
        [quad] = parse(text, RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise MalformedRequest(
            "?triple= takes one triple in N-Triples, percent-encoded: <s> <p> <o> ."
        ) from error
    triple: Triple = quad.triple
    return triple


def write_triple(triple: object) -> str:
    """Write a triple as requests take it."""
    parts = (getattr(triple, name) for name in ("subject", "predicate", "object"))
    return " ".join(map(str, parts)) + " ."
