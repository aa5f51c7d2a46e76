"""RDF terms as people write them, and N-Quads lines as we keep them."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from kgraph.errors import MalformedRequest

GraphName = NamedNode | BlankNode | DefaultGraph
Subject = NamedNode | BlankNode | Triple
Term = NamedNode | BlankNode | Literal | Triple

DEFAULT_GRAPH = DefaultGraph()


def graph_node(name: str | None) -> NamedNode | DefaultGraph:
    """The node that stands for a graph name; None is the default graph."""
    if name is None:
        return DEFAULT_GRAPH
    try:
        return NamedNode(name)
    except ValueError as error:
        raise MalformedRequest(f"{name!r} is no absolute IRI, so it names no graph") from error


def graph_text(name: GraphName | Subject) -> str | None:
    """The other way round: None for the default graph."""
    return None if isinstance(name, DefaultGraph) else getattr(name, "value", str(name))


def parse_term(text: str, prefixes: Mapping[str, str]) -> Term:
    """Read one term: `kg:about`, `:zhanbolat-mamai`, `<iri>`, `https://...`, `"text"@en`, `42`.

    >>> parse_term("rdf:type", {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"})
    <NamedNode value=http://www.w3.org/1999/02/22-rdf-syntax-ns#type>
    """
    written = text.strip()
    if written.startswith(("http://", "https://", "urn:")):
        written = f"<{written}>"
    head = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes.items())
    try:
        quads = list(parse(f"{head}<x:s> <x:p> {written} .".encode(), RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise MalformedRequest(
            f"{text!r} is no RDF term; write an IRI, a prefixed name or a literal in quotes"
        ) from error
    if len(quads) != 1:
        raise MalformedRequest(f"{text!r} is more than one term")
    term: Term = quads[0].object
    return term


def to_lines(quads: Iterable[Quad]) -> list[str]:
    """N-Quads lines in sorted order, each once."""
    return sorted(set((serialize(quads, format=RdfFormat.N_QUADS) or b"").decode().splitlines()))


def from_lines(lines: Iterable[str]) -> Iterator[Quad]:
    """Quads of N-Quads lines; blank nodes keep their labels."""
    return parse("\n".join(lines).encode(), RdfFormat.N_QUADS)
