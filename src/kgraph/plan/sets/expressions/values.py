"""Pieces as values of one kind: numbers, texts, truth values; NULL where they are of another."""

from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kgraph.identifiers import Tag, inline_id
from kgraph.plan.algebra import Term
from kgraph.plan.sets.expressions.encoding import (
    BOOLEANS,
    INLINE_MASK,
    LITERALS,
    MOST_SCALE,
    NULL,
    NUMBERS,
    TEXTS,
    inline_text,
    integer_value,
    literal,
    mantissa,
    power_of_ten,
    scale,
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
from kgraph.values.literals import (
    XSD,
    XSD_STRING,
    ExpressionError,
    effective_boolean_value,
    value_of,
)
from kgraph.values.numbers import Number, number_text

MOST = 2**126
"""Digits of an `Exact` stay below this."""
MOST_DOUBLE = 2**53
_DOUBLES = f"('{XSD}double', '{XSD}float')"


def guarded(condition: str, value: str) -> str:
    """The value where a condition holds, else NULL."""
    return value if condition == "TRUE" else f"CASE WHEN {condition} THEN {value} END"


def coalesced(*values: str | None) -> str:
    """The first of these that is not NULL."""
    known = [value for value in values if value not in (None, NULL)]
    if len(known) > 1:
        return f"coalesce({', '.join(map(str, known))})"
    return str(known[0]) if known else NULL


def tags_of(piece: Piece) -> int:
    """Which tags the terms of a piece can have; a computed value has that of its kind."""
    if isinstance(piece, TermPiece):
        return piece.tags
    if isinstance(piece, Constant):
        return 1 << piece.tag
    if isinstance(piece, Truth):
        return 1 << Tag.BOOLEAN
    if isinstance(piece, Exact):
        whole = 1 << Tag.INTEGER | (0 if piece.goes_inside else 1 << Tag.NUMBER)
        return whole if piece.whole == "TRUE" else NUMBERS
    if isinstance(piece, Double):
        return 1 << Tag.NUMBER
    if isinstance(piece, Iri):
        return 1 << Tag.IRI
    return 1 << Tag.STRING if piece.language is None else TEXTS


# Numbers


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number, exact in some rows and a double in others; None where no row is so."""

    exact: Exact | None
    double: str | None


def numeric(piece: Piece, environment: Environment) -> Numeric:
    """The number a piece stands for."""
    if isinstance(piece, Constant):
        return constant_number(piece.term)
    if isinstance(piece, Exact):
        return Numeric(piece, None)
    if isinstance(piece, Double):
        return Numeric(None, piece.sql)
    if isinstance(piece, TermPiece):
        return _term_number(piece, environment)
    return Numeric(None, None)


def constant_number(term: Term) -> Numeric:
    """The number that a constant stands for."""
    try:
        value = value_of(term) if isinstance(term, Literal) else None
    except ExpressionError:
        value = None
    if not isinstance(value, Number):
        return Numeric(None, None)
    if value.kind == "float":
        raise NotInSQL("single precision")
    if isinstance(value.value, float):
        return Numeric(None, f"'{number_text(value).replace('INF', 'inf')}'::DOUBLE")
    found = exact_constant(Decimal(value.value), whole=value.kind == "integer")
    return Numeric(found, None)


def exact_constant(value: Decimal, *, whole: bool) -> Exact:
    """A number of moderate length."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits)) or "0")
    if exponent > 0:
        number, exponent = number * 10 ** min(exponent, 60), 0
    if number >= MOST or -exponent > MOST_SCALE:
        raise NotInSQL("a long number")
    shown = f"{-number if sign else number}::HUGEINT"
    return Exact(shown, str(-exponent), number, -exponent, "TRUE" if whole else "FALSE")


def _term_number(piece: TermPiece, environment: Environment) -> Numeric:
    tags, one = piece.tags, piece.id
    whole, decimal = tags >> Tag.INTEGER & 1, tags >> Tag.DECIMAL & 1
    others = tags >> Tag.NUMBER & 1
    alternatives = []
    if whole:
        test = tagged(one, 1 << Tag.INTEGER, tags)
        alternatives.append((test, f"CAST({integer_value(one)} AS HUGEINT)", "0"))
    if decimal:
        test = tagged(one, 1 << Tag.DECIMAL, tags)
        alternatives.append((test, f"CAST({mantissa(one)} AS HUGEINT)", scale(one)))
    double = None
    if others:
        test = tagged(one, 1 << Tag.NUMBER, tags)
        number, datatype = piece.column("number"), piece.column("datatype")
        is_whole = (
            f"({test} AND {datatype} NOT IN {_DOUBLES} AND {number} = trunc({number})"
            f" AND abs({number}) < {MOST_DOUBLE})"
        )
        is_double = f"({test} AND {datatype} = '{XSD}double' AND {number} IS NOT NULL)"
        alternatives.append((is_whole, f"CAST({number} AS HUGEINT)", "0"))
        double = guarded(is_double, number)
        environment.doubt(f"({test} AND ({is_whole}) IS NOT TRUE AND ({is_double}) IS NOT TRUE)")
    if not alternatives:
        return Numeric(None, double)
    digits = _cases([(test, value) for test, value, _ in alternatives])
    places = _cases([(test, value) for test, _, value in alternatives])
    kinds = _whole(piece, bool(whole), bool(decimal), bool(others))
    return Numeric(Exact(digits, places, 2**58, MOST_SCALE if decimal else 0, kinds), double)


def _whole(piece: TermPiece, whole: bool, decimal: bool, others: bool) -> str:
    test = tagged(piece.id, 1 << Tag.INTEGER, piece.tags & NUMBERS)
    if not others:
        return "TRUE" if not decimal else test if whole else "FALSE"
    of_others = f"{piece.column('datatype')} <> '{XSD}decimal'"
    at_others = tagged(piece.id, 1 << Tag.NUMBER, piece.tags & NUMBERS)
    return f"CASE WHEN {at_others} THEN {of_others} ELSE {test} END"


def _cases(alternatives: list[tuple[str, str]]) -> str:
    if len({value for _, value in alternatives}) == 1 and alternatives[0][1] == "0":
        return "0"
    if len(alternatives) == 1:
        return guarded(*alternatives[0])
    return f"CASE {' '.join(f'WHEN {test} THEN {value}' for test, value in alternatives)} END"


def as_double(number: Exact) -> str:
    """The nearest double of an exact number."""
    if number.most >= 2**63 or (number.most_scale and number.most > MOST_DOUBLE):
        raise NotInSQL("rounding a long number")
    digits = f"CAST(CAST({number.digits} AS BIGINT) AS DOUBLE)"
    return digits if not number.most_scale else f"({digits} / pow(10, {number.scale}))"


def doubles(number: Numeric) -> str:
    """A number as a double, whichever kind it is of."""
    return coalesced(number.double, None if number.exact is None else as_double(number.exact))


def at_scale(number: Exact, places: int) -> str:
    """The digits of an exact number if so many stand after its point; HUGEINT."""
    if number.most * 10**places >= MOST:
        raise NotInSQL("a number that may be too long")
    if number.scale == str(places):
        return number.digits
    exponent = str(places) if number.scale == "0" else f"({places} - {number.scale})"
    return f"({number.digits} * {power_of_ten(exponent)})"


# Texts


def string(piece: Piece) -> Text:
    """A string, plain or with a language; NULL for all else."""
    if isinstance(piece, Text):
        return piece
    if isinstance(piece, Constant):
        return _constant_string(piece.term)
    if isinstance(piece, TermPiece) and piece.tags & TEXTS:
        text = guarded(tagged(piece.id, TEXTS, piece.tags), piece.column("lexical"))
        speaks = piece.tags >> Tag.LANGUAGE_STRING & 1
        return Text(text, piece.column("language") if speaks else None)
    return Text(f"{NULL}::VARCHAR")


def _constant_string(term: Term) -> Text:
    if isinstance(term, Literal):
        if term.language is not None:
            return Text(literal(term.value), literal(language_text(term)))
        if term.datatype.value == XSD_STRING:
            return Text(literal(term.value))
    return Text(f"{NULL}::VARCHAR")


def language_text(term: Literal) -> str:
    """The language as the dictionary has it: `en`, or `ar--rtl` with its direction."""
    direction = term.direction
    return f"{term.language}" + ("" if direction is None else f"--{direction.value}")


def simple(piece: Piece) -> str:
    """The text of an xsd:string; NULL for all else."""
    if isinstance(piece, TermPiece):
        if not piece.tags >> Tag.STRING & 1:
            return f"{NULL}::VARCHAR"
        return guarded(tagged(piece.id, 1 << Tag.STRING, piece.tags), piece.column("lexical"))
    found = string(piece)
    return guarded("TRUE" if found.language is None else f"({found.language}) IS NULL", found.sql)


def lexical(piece: TermPiece, among: int) -> str:
    """The text in the dictionary, or of the value inside; NULL for tags that are not `among`."""
    tags = piece.tags & among
    alternatives = []
    for tag in Tag:
        if tags >> tag & 1 and INLINE_MASK >> tag & 1:
            test = tagged(piece.id, 1 << tag, piece.tags)
            alternatives.append((test, inline_text(piece.id, tag)))
    if tags & ~INLINE_MASK:
        rest = tagged(piece.id, tags & ~INLINE_MASK, piece.tags)
        alternatives.append((rest, piece.column("lexical")))
    return _cases(alternatives) if alternatives else f"{NULL}::VARCHAR"


def spelt(piece: Piece) -> str:
    """What STR gives: the text of an IRI or a literal."""
    if isinstance(piece, Constant):
        if isinstance(piece.term, Literal | NamedNode):
            return literal(piece.term.value)
        return f"{NULL}::VARCHAR"
    if isinstance(piece, TermPiece):
        return lexical(piece, LITERALS | 1 << Tag.IRI)
    if isinstance(piece, Text | Iri):
        return piece.sql
    if isinstance(piece, Truth):
        return f"CASE WHEN {piece.sql} THEN 'true' WHEN NOT {piece.sql} THEN 'false' END"
    if isinstance(piece, Exact) and piece.whole == "TRUE" and not piece.most_scale:
        return f"CAST({piece.digits} AS VARCHAR)"
    raise NotInSQL("the canonical form of a computed number")


# Truth values


def truth(piece: Piece) -> str:
    """The effective boolean value (section 17.2.2), a BOOLEAN."""
    if isinstance(piece, Truth):
        return piece.sql
    if isinstance(piece, Constant):
        return _constant_truth(piece.term)
    if isinstance(piece, Text):
        return guarded(
            "TRUE" if piece.language is None else f"({piece.language}) IS NULL",
            f"({piece.sql} <> '')",
        )
    if isinstance(piece, Exact):
        return f"({piece.digits} <> 0)"
    if isinstance(piece, Double):
        return f"({piece.sql} <> 0 AND NOT isnan({piece.sql}))"
    return "NULL::BOOLEAN" if isinstance(piece, Iri) else _term_truth(piece)


def _constant_truth(term: Term) -> str:
    try:
        return str(effective_boolean_value(term)).upper()
    except ExpressionError:
        return "NULL::BOOLEAN"


def boolean(piece: Piece) -> str:
    """The value of an xsd:boolean; NULL for all else."""
    if isinstance(piece, Truth):
        return piece.sql
    if isinstance(piece, Constant):
        found = tags_of(piece) & BOOLEANS
        return _constant_truth(piece.term) if found else "NULL::BOOLEAN"
    if not isinstance(piece, TermPiece):
        return "NULL::BOOLEAN"
    alternatives = []
    if piece.tags >> Tag.BOOLEAN & 1:
        test = tagged(piece.id, 1 << Tag.BOOLEAN, piece.tags)
        alternatives.append((test, f"({piece.id} & 1 = 1)"))
    if piece.tags >> Tag.OTHER_BOOLEAN & 1:
        test = tagged(piece.id, 1 << Tag.OTHER_BOOLEAN, piece.tags)
        alternatives.append((test, f"({piece.column('lexical')} = '1')"))
    return _cases(alternatives) if alternatives else "NULL::BOOLEAN"


def _term_truth(piece: TermPiece) -> str:
    tags, one = piece.tags, piece.id
    alternatives = []
    if tags & BOOLEANS:
        alternatives.append((tagged(one, BOOLEANS, tags), boolean(piece)))
    if tags >> Tag.STRING & 1:
        test = tagged(one, 1 << Tag.STRING, tags)
        alternatives.append((test, f"({piece.column('lexical')} <> '')"))
    if tags >> Tag.INTEGER & 1:
        test = tagged(one, 1 << Tag.INTEGER, tags)
        alternatives.append((test, f"({one} <> {inline_id(_ZERO)})"))
    if tags >> Tag.DECIMAL & 1:
        test = tagged(one, 1 << Tag.DECIMAL, tags)
        alternatives.append((test, f"({mantissa(one)} <> 0)"))
    if tags >> Tag.NUMBER & 1:
        test, number = tagged(one, 1 << Tag.NUMBER, tags), piece.column("number")
        # A number that a double cannot hold is not 0.
        known = f"WHEN {number} IS NOT NULL THEN {number} <> 0 AND NOT isnan({number})"
        value = f"CASE {known} WHEN {one} IS NOT NULL THEN TRUE END"
        alternatives.append((test, value))
    return _cases(alternatives) if alternatives else "NULL::BOOLEAN"


_ZERO = Literal("0", datatype=NamedNode(XSD + "integer"))
