"""What shapes look at: which predicates and classes can matter to a report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kgraph.sparql.tokens import Token, tokenize
from kgraph.vocab import RDF_TYPE, RDFS, SH

_SPARQL = {SH + name for name in ("select", "ask")}
_TERMS = {"variable", "name", "iri", "blank"}
_BEFORE_SUBJECT = {"{", "}", ".", ")"}
_BEFORE_PREDICATE = {";", "["}


@dataclass(frozen=True)
class Scope:
    """The IRIs that shapes name; `everything` where some constraint looks at any predicate."""

    names: frozenset[str]
    everything: bool

    def mentions(self, quad: Quad) -> bool:
        """False only if the quad cannot change any result, provided nothing follows from it."""
        if self.everything or quad.predicate.value in self.names:
            return True
        if quad.predicate != RDF_TYPE:
            return False
        return not isinstance(quad.object, NamedNode) or quad.object.value in self.names


def scope_of(documents: Iterable[bytes]) -> Scope:
    """The scope of shapes in Turtle, read generously: when in doubt, everything matters."""
    names, everything = {RDFS + "subClassOf"}, False
    quads = [quad for document in documents for quad in parse(document, RdfFormat.TURTLE)]
    prefixes = dict(_declarations(quads))
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object)
        names |= {term.value for term in terms if isinstance(term, NamedNode)}
        if not isinstance(quad.object, Literal):
            continue
        if quad.predicate.value == SH + "closed":
            everything |= quad.object.value in {"true", "1"}
        elif quad.predicate.value in _SPARQL:
            everything |= has_variable_predicate(quad.object.value)
            names |= set(_names_in(quad.object.value, prefixes))
    return Scope(frozenset(names) - {RDF_TYPE.value}, everything)


def has_variable_predicate(text: str) -> bool:
    """Whether a SPARQL text may have a variable, or a negated path, where a predicate stands."""
    tokens = tokenize(text)
    triples = zip([None, None, *tokens], [None, *tokens], tokens, strict=False)
    return any(_is_open(first, before, token) for first, before, token in triples)


def _is_open(first: Token | None, before: Token | None, token: Token) -> bool:
    if before is None:
        return False
    if before.text == "!":
        return token.kind in {"name", "iri"} or token.text == "("
    if token.kind != "variable":
        return False
    if before.kind == "mark":
        return before.text in _BEFORE_PREDICATE
    starts = first is None or (first.kind == "mark" and first.text in _BEFORE_SUBJECT)
    return before.kind in _TERMS and starts


def _declarations(quads: list[Quad]) -> Iterator[tuple[str, str]]:
    prefix = {q.subject: q.object.value for q in quads if _is(q, "prefix")}
    for quad in quads:
        if _is(quad, "namespace") and quad.subject in prefix:
            yield prefix[quad.subject], getattr(quad.object, "value", "")


def _is(quad: Quad, name: str) -> bool:
    return quad.predicate.value == SH + name and isinstance(quad.object, Literal)


def _names_in(text: str, prefixes: dict[str, str]) -> Iterator[str]:
    for token in tokenize(text):
        if token.kind == "iri":
            yield token.text[1:-1]
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            yield prefixes.get(prefix, "") + local.replace("\\", "")
