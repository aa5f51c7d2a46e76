"""Functions on terms (SPARQL 1.1, section 17.4.2) and on triple terms (SPARQL 1.2)."""

import uuid
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import FunctionContext, builtin
from kgraph.values.literals import (
    LANG_STRINGS,
    XSD_STRING,
    ExpressionError,
    boolean,
    language_literal,
    value_of,
)
from kgraph.values.numbers import Number


@builtin("ISIRI", "ISURI")
def is_iri(term: Term) -> Term:
    """Whether it is an IRI."""
    return boolean(isinstance(term, NamedNode))


@builtin("ISBLANK")
def is_blank(term: Term) -> Term:
    """Whether it is a blank node."""
    return boolean(isinstance(term, BlankNode))


@builtin("ISLITERAL")
def is_literal(term: Term) -> Term:
    """Whether it is a literal."""
    return boolean(isinstance(term, Literal))


@builtin("ISNUMERIC")
def is_numeric(term: Term) -> Term:
    """Whether it stands for a number; an ill-typed literal does not."""
    try:
        return boolean(isinstance(term, Literal) and isinstance(value_of(term), Number))
    except ExpressionError:
        return boolean(False)


@builtin("STR")
def as_text(term: Term) -> Term:
    """The lexical form of a literal, the characters of an IRI."""
    if isinstance(term, Literal | NamedNode):
        return Literal(term.value)
    raise ExpressionError(f"{term} has no text")


@builtin("LANG")
def language(term: Term) -> Term:
    """The language tag, or nothing."""
    return Literal(_literal(term).language or "")


@builtin("LANGDIR")
def base_direction(term: Term) -> Term:
    """`ltr`, `rtl`, or nothing."""
    direction = _literal(term).direction
    return Literal("" if direction is None else direction.value)


@builtin("HASLANG")
def has_language(term: Term) -> Term:
    """Whether it is a literal with a language tag."""
    return boolean(isinstance(term, Literal) and term.language is not None)


@builtin("HASLANGDIR")
def has_direction(term: Term) -> Term:
    """Whether it is a literal with a base direction."""
    return boolean(isinstance(term, Literal) and term.direction is not None)


@builtin("LANGMATCHES")
def language_matches(tag: Term, wanted: Term) -> Term:
    """Basic filtering (RFC 4647, section 3.3.1)."""
    found, asked = simple_text(tag).lower(), simple_text(wanted).lower()
    if asked == "*":
        return boolean(bool(found))
    return boolean(found == asked or found.startswith(asked + "-"))


@builtin("DATATYPE")
def datatype(term: Term) -> Term:
    """The datatype of a literal."""
    return _literal(term).datatype


@builtin("IRI", "URI", contextual=True)
def iri(context: FunctionContext, term: Term, base: Term | None = None) -> Term:
    """The IRI a text spells, resolved against the base of the query."""
    if isinstance(term, NamedNode):
        return term
    text = simple_text(term)
    return resolve(text, base.value if isinstance(base, NamedNode) else context.base_iri)


@lru_cache(maxsize=1 << 12)
def resolve(text: str, base_iri: str | None) -> NamedNode:
    """An IRI reference against a base (RFC 3986, section 5), checked (RFC 3987)."""
    escaped = "".join(f"\\U{ord(character):08X}" for character in text)
    document = f"<{escaped}> <urn:x> <urn:x> ."
    try:
        (quad,) = parse(document.encode(), RdfFormat.TURTLE, base_iri=base_iri)
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(f"{text!r} is no IRI, or a relative one without base") from error
    found = quad.subject
    if not isinstance(found, NamedNode):
        raise ExpressionError(f"{text!r} is no IRI")
    return found


@builtin("BNODE", contextual=True)
def blank_node(context: FunctionContext, text: Term | None = None) -> Term:
    """A fresh blank node; for the same text the same one, within one solution."""
    if text is None:
        return context.fresh_blank_node()
    return context.blank_nodes.setdefault(simple_text(text), context.fresh_blank_node())


@builtin("STRDT")
def typed(text: Term, datatype: Term) -> Term:
    """A literal of a datatype."""
    if not isinstance(datatype, NamedNode) or datatype.value in LANG_STRINGS:
        raise ExpressionError(f"{datatype} is no datatype that a text can be given")
    return Literal(simple_text(text), datatype=datatype)


@builtin("STRLANG")
def tagged(text: Term, tag: Term) -> Term:
    """A literal in a language."""
    return language_literal(simple_text(text), simple_text(tag), None)


@builtin("STRLANGDIR")
def directed(text: Term, tag: Term, direction: Term) -> Term:
    """A literal in a language, with a base direction."""
    return language_literal(simple_text(text), simple_text(tag), simple_text(direction))


@builtin("UUID", contextual=True)
def uuid_iri(context: FunctionContext) -> Term:
    """A fresh IRI (RFC 4122)."""
    return NamedNode(f"urn:uuid:{_uuid(context)}")


@builtin("STRUUID", contextual=True)
def uuid_text(context: FunctionContext) -> Term:
    """A fresh UUID as text."""
    return Literal(str(_uuid(context)))


def _uuid(context: FunctionContext) -> uuid.UUID:
    return uuid.UUID(int=context.random.getrandbits(128), version=4)


@builtin("TRIPLE")
def triple(subject: Term, predicate: Term, object_: Term) -> Term:
    """A triple term; ExpressionError if no triple can be made of the three."""
    if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
        return Triple(subject, predicate, object_)
    raise ExpressionError(f"{subject} {predicate} {object_} is no triple")


@builtin("ISTRIPLE")
def is_triple(term: Term) -> Term:
    """Whether it is a triple term."""
    return boolean(isinstance(term, Triple))


@builtin("SUBJECT")
def subject(term: Term) -> Term:
    """The subject of a triple term."""
    found: Term = _triple(term).subject
    return found


@builtin("PREDICATE")
def predicate(term: Term) -> Term:
    """The predicate of a triple term."""
    return _triple(term).predicate


@builtin("OBJECT")
def object_(term: Term) -> Term:
    """The object of a triple term."""
    found: Term = _triple(term).object
    return found


def simple_text(term: Term) -> str:
    """The text of an xsd:string."""
    if isinstance(term, Literal) and term.datatype.value == XSD_STRING:
        return term.value
    raise ExpressionError(f"{term} is no plain string")


def _literal(term: Term) -> Literal:
    if isinstance(term, Literal):
        return term
    raise ExpressionError(f"{term} is no literal")


def _triple(term: Term) -> Triple:
    if isinstance(term, Triple):
        return term
    raise ExpressionError(f"{term} is no triple term")
