"""RDF documents to quads, with errors that name the place and the cure.

Remote JSON-LD contexts are fetched only where the caller brings the means (`kgraph.ingest.jsonld`).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kgraph.errors import PayloadTooLarge, Place, RDFSyntaxError
from kgraph.ingest.jsonld import JsonLdOptions, parse_json_ld
from kgraph.terms import GraphName, Subject, Term

_POSITION = re.compile(r"^Parser error (?:at|between) line .*?: |^.*? at line \d+ column \d+: ")
_CURES = (
    ("prefix", "Declare it with @prefix name: <iri> . at the top"),
    ("No scheme", "Write the IRI in full, or declare @base"),
    ("dot is expected", "End the statement before with a full stop, or part what it says by ;"),
    ("end of file", "Something is not closed: a string, a bracket, or the last full stop"),
)


def parse_quads(
    data: bytes,
    rdf_format: RdfFormat,
    *,
    source: str | None = None,
    base_iri: str | None = None,
    max_literal_bytes: int | None = None,
    json_ld: JsonLdOptions | None = None,
) -> list[Quad]:
    """All quads of a document, or RDFSyntaxError with the place.

    Blank nodes are new, so that labels of two documents never meet. A literal over the limit
    raises PayloadTooLarge.
    """
    quads = []
    parsed: Iterable[Quad]
    if rdf_format == RdfFormat.JSON_LD:
        options = json_ld or JsonLdOptions()
        parsed = parse_json_ld(data, base_iri=base_iri, source=source, options=options)
    else:
        parsed = parse(data, rdf_format, base_iri=base_iri, rename_blank_nodes=True)
    try:
        for quad in parsed:
            if max_literal_bytes is not None:
                _check_literal(quad, max_literal_bytes)
            quads.append(quad)
    except SyntaxError as error:
        raise _explained(error, source) from None
    except ValueError as error:
        raise RDFSyntaxError(str(error), Place(source)) from error
    return quads


def _check_literal(quad: Quad, limit: int) -> None:
    if isinstance(quad.object, Literal) and len(quad.object.value) * 4 > limit:
        size = len(quad.object.value.encode())
        if size > limit:
            raise PayloadTooLarge(
                f"the literal of {quad.subject} {quad.predicate} has {size:,} bytes, the limit is "
                f"{limit:,}. Keep long texts outside and point to them"
            )


def check_literals(quads: Iterable[Quad], limit: int) -> None:
    """PayloadTooLarge if one of the quads has a literal over the limit."""
    for quad in quads:
        _check_literal(quad, limit)


def _explained(error: SyntaxError, source: str | None) -> RDFSyntaxError:
    what = _POSITION.sub("", error.msg or str(error))
    cure = next((cure for sign, cure in _CURES if sign.lower() in what.lower()), "")
    place = Place(source or "document", error.lineno, error.offset)
    return RDFSyntaxError(what.rstrip(". "), place, cure=cure)


def relabelled(quads: Iterable[Quad], scope: str) -> Iterator[Quad]:
    """The quads with blank nodes named by scope and order, so that equal files give equal quads."""
    stem = "c" + hashlib.sha256(scope.encode()).hexdigest()[:10] + "n"
    seen: dict[BlankNode, BlankNode] = {}

    def again(node: BlankNode) -> BlankNode:
        return seen.setdefault(node, BlankNode(f"{stem}{len(seen)}"))

    def subject(node: Subject) -> Subject:
        return again(node) if isinstance(node, BlankNode) else node

    def term(node: Term) -> Term:
        if isinstance(node, Triple):
            return Triple(subject(node.subject), node.predicate, term(node.object))
        return again(node) if isinstance(node, BlankNode) else node

    def name(node: GraphName) -> GraphName:
        return again(node) if isinstance(node, BlankNode) else node

    for q in quads:
        yield Quad(subject(q.subject), q.predicate, term(q.object), name(q.graph_name))


def in_graph(quads: Iterable[Quad], name: NamedNode) -> Iterator[Quad]:
    """The same triples, all in one graph."""
    for quad in quads:
        yield Quad(quad.subject, quad.predicate, quad.object, name)
