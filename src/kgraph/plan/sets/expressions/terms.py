"""Functions on terms in SQL (SPARQL 1.1, section 17.4.2)."""

from pyoxigraph import Literal

from kgraph.identifiers import INLINE_DATATYPES, Tag
from kgraph.plan.algebra import Call
from kgraph.plan.sets.expressions.comparing import among, cases, unknown
from kgraph.plan.sets.expressions.compile import ABSENT, compiled, in_sql, shorter
from kgraph.plan.sets.expressions.encoding import (
    LITERALS,
    NUMBERS,
    literal,
    tagged,
)
from kgraph.plan.sets.expressions.pieces import (
    Constant,
    Double,
    Environment,
    Exact,
    Iri,
    NotInSQL,
    Piece,
    TermPiece,
    Text,
    Truth,
)
from kgraph.plan.sets.expressions.values import simple, spelt, tags_of
from kgraph.values.literals import RDF, XSD, XSD_STRING

_LANGUAGE = 1 << Tag.LANGUAGE_STRING


def _kind(piece: Piece, mask: int) -> Piece:
    """Whether a term has one of some tags; an error where it is one."""
    test = among(piece, mask)
    if test in ("TRUE", "FALSE"):
        absent = unknown(piece)
        return Truth(test if absent == "FALSE" else f"CASE WHEN NOT {absent} THEN {test} END")
    if isinstance(piece, Text):
        return Truth(f"CASE WHEN NOT {unknown(piece)} THEN {test} END")
    return Truth(test)


@in_sql("ISIRI", "ISURI")
def _is_iri(environment: Environment, piece: Piece) -> Piece:
    return _kind(piece, 1 << Tag.IRI)


@in_sql("ISBLANK")
def _is_blank(environment: Environment, piece: Piece) -> Piece:
    return _kind(piece, 1 << Tag.BLANK)


@in_sql("ISLITERAL")
def _is_literal(environment: Environment, piece: Piece) -> Piece:
    return _kind(piece, LITERALS)


@in_sql("ISNUMERIC")
def _is_numeric(environment: Environment, piece: Piece) -> Piece:
    return _kind(piece, NUMBERS)


@in_sql("ISTRIPLE")
def _is_triple(environment: Environment, piece: Piece) -> Piece:
    return _kind(piece, 1 << Tag.TRIPLE)


@in_sql("HASLANG")
def _has_language(environment: Environment, piece: Piece) -> Piece:
    return _kind(piece, _LANGUAGE)


@in_sql("STR")
def _str(environment: Environment, piece: Piece) -> Piece:
    return Text(spelt(piece))


@in_sql("LANG")
def _lang(environment: Environment, piece: Piece) -> Piece:
    if isinstance(piece, Constant):
        if not isinstance(piece.term, Literal):
            return ABSENT
        return Text(literal(piece.term.language or ""))
    if isinstance(piece, Text) and piece.language is not None:
        spoken = f"coalesce({_name_of(f'({piece.language})')}, '')"
        return Text(f"CASE WHEN NOT {unknown(piece)} THEN {spoken} END")
    if isinstance(piece, TermPiece) and piece.tags & _LANGUAGE:
        language = _name_of(piece.column("language"))
        rest = tagged(piece.id, LITERALS, piece.tags)
        found = cases([(tagged(piece.id, _LANGUAGE, piece.tags), language), (rest, "''")])
        return Text(f"CASE WHEN {piece.id} IS NOT NULL THEN {found} END")
    test = among(piece, LITERALS)
    return Text(f"CASE WHEN NOT {unknown(piece)} AND {test} THEN '' END")


def _name_of(language: str) -> str:
    """A language without its direction."""
    directed = f"contains({language}, '--')"
    return f"CASE WHEN {directed} THEN split_part({language}, '--', 1) ELSE {language} END"


@shorter("LANGMATCHES")
def _language_of_term_matches(call: Call, environment: Environment) -> Piece | None:
    """LANGMATCHES(LANG(?x), "en"): languages are kept in small letters."""
    if len(call.arguments) != 2:
        return None
    spoken, wanted = call.arguments
    asks = isinstance(spoken, Call) and spoken.function == "LANG" and len(spoken.arguments) == 1
    if not asks or not isinstance(wanted, Literal) or wanted.datatype.value != XSD_STRING:
        return None
    assert isinstance(spoken, Call)
    text = wanted.value.lower()
    piece = compiled(spoken.arguments[0], environment)
    if not isinstance(piece, TermPiece) or not piece.tags & _LANGUAGE or not text.isascii():
        return None
    language = piece.column("language")
    test = f"({language} = {literal(text)} OR starts_with({language}, {literal(text + '-')}))"
    if text in ("*", ""):
        test = f"({language} IS {'NOT ' if text else ''}NULL)"
    silent = tagged(piece.id, LITERALS & ~_LANGUAGE, piece.tags)
    of_others = "FALSE" if text else "TRUE"
    return Truth(cases([(silent, of_others), (among(piece, _LANGUAGE), test)]))


@in_sql("LANGMATCHES")
def _language_matches(environment: Environment, tag: Piece, wanted: Piece) -> Piece:
    found, asked = f"lower({simple(tag)})", f"lower({simple(wanted)})"
    if isinstance(wanted, Constant) and isinstance(wanted.term, Literal):
        text = wanted.term.value.lower()
        if not text.isascii():
            raise NotInSQL("a language that is none")
        if text == "*":
            return Truth(f"({simple(tag)} <> '')")
        test = f"({found} = {asked} OR starts_with({found}, {literal(text + '-')}))"
        return Truth(test)
    every = f"(CASE WHEN {asked} = '*' THEN {found} <> ''"
    return Truth(f"{every} ELSE {found} = {asked} OR starts_with({found}, {asked} || '-') END)")


@in_sql("DATATYPE")
def _datatype(environment: Environment, piece: Piece) -> Piece:
    if isinstance(piece, Constant):
        if not isinstance(piece.term, Literal):
            return ABSENT
        return Iri(literal(piece.term.datatype.value))
    if isinstance(piece, TermPiece):
        return Iri(_datatype_of_term(piece))
    if isinstance(piece, Iri):
        return ABSENT
    test = f"NOT {unknown(piece)}"
    if isinstance(piece, Text):
        plain = literal(XSD_STRING)
        if piece.language is None:
            return Iri(f"CASE WHEN {test} THEN {plain} END")
        raise NotInSQL("the datatype of a computed string with a language")
    if isinstance(piece, Exact):
        whole = f"CASE WHEN {piece.whole} THEN '{XSD}integer' ELSE '{XSD}decimal' END"
        return Iri(f"CASE WHEN {test} THEN {whole} END")
    name = "double" if isinstance(piece, Double) else "boolean"
    return Iri(f"CASE WHEN {test} THEN '{XSD}{name}' END")


def _datatype_of_term(piece: TermPiece) -> str:
    branches = []
    rest = LITERALS & tags_of(piece)
    for tag, datatype in INLINE_DATATYPES.items():
        if piece.tags >> tag & 1:
            test = tagged(piece.id, 1 << tag, piece.tags)
            branches.append((test, literal(datatype.value)))
            rest &= ~(1 << tag)
    if piece.tags >> Tag.STRING & 1:
        test = tagged(piece.id, 1 << Tag.STRING, piece.tags)
        branches.append((test, literal(XSD_STRING)))
        rest &= ~(1 << Tag.STRING)
    if piece.tags & _LANGUAGE:
        directed = f"contains({piece.column('language')}, '--')"
        names = f"CASE WHEN {directed} THEN '{RDF}dirLangString' ELSE '{RDF}langString' END"
        branches.append((tagged(piece.id, _LANGUAGE, piece.tags), names))
        rest &= ~_LANGUAGE
    if rest:
        branches.append((tagged(piece.id, rest, piece.tags), piece.column("datatype")))
    return f"CASE WHEN {piece.id} IS NOT NULL THEN {cases(branches, 'NULL::VARCHAR')} END"
