"""Casts in SQL (SPARQL 1.1, section 17.5), where they are simple."""

from kgraph.identifiers import SHIFT, Tag
from kgraph.plan.sets.expressions.comparing import among, cases
from kgraph.plan.sets.expressions.compile import ABSENT, in_sql
from kgraph.plan.sets.expressions.encoding import (
    BOOLEANS,
    LITERALS,
    NUMBERS,
    TEXTS,
    milliseconds,
    payload,
    power_of_ten,
)
from kgraph.plan.sets.expressions.pieces import (
    Constant,
    Double,
    Environment,
    Exact,
    NotInSQL,
    Piece,
    TermPiece,
    Text,
    Truth,
)
from kgraph.plan.sets.expressions.values import (
    boolean,
    doubles,
    lexical,
    numeric,
    simple,
    spelt,
    tags_of,
    truth,
)
from kgraph.values.literals import XSD

_SAME_FORM = TEXTS | 1 << Tag.INTEGER | 1 << Tag.BOOLEAN | 1 << Tag.DATE | 1 << Tag.DATE_TIME
_SAME_FORM |= 1 << Tag.OTHER | 1 << Tag.IRI
_STRING = 1 << Tag.STRING
_SPACE = "' ' || chr(9) || chr(10) || chr(13)"


@in_sql(XSD + "string")
def _to_string(environment: Environment, piece: Piece) -> Piece:
    if isinstance(piece, Constant):
        raise NotInSQL("a constant")
    if not isinstance(piece, TermPiece):
        return Text(spelt(piece))
    others = LITERALS & ~_SAME_FORM & piece.tags
    if others:
        environment.doubt(f"({among(piece, others)})")
    return Text(lexical(piece, _SAME_FORM))


def _trimmed(piece: Piece, environment: Environment) -> str:
    return f"trim({simple(piece)}, {_SPACE})"


@in_sql(XSD + "boolean")
def _to_boolean(environment: Environment, piece: Piece) -> Piece:
    branches = []
    if tags_of(piece) & BOOLEANS:
        branches.append((among(piece, BOOLEANS), boolean(piece)))
    if tags_of(piece) & NUMBERS:
        branches.append((among(piece, NUMBERS), truth(piece)))
    if tags_of(piece) & _STRING:
        text = _trimmed(piece, environment)
        read = (
            f"CASE WHEN {text} IN ('true', '1') THEN TRUE"
            f" WHEN {text} IN ('false', '0') THEN FALSE END"
        )
        branches.append((among(piece, _STRING), read))
    return Truth(cases(branches, "NULL::BOOLEAN"))


@in_sql(XSD + "integer")
def _to_integer(environment: Environment, piece: Piece) -> Piece:
    branches = []
    if tags_of(piece) & NUMBERS:
        branches.append((among(piece, NUMBERS), _truncated(piece, environment)))
    if tags_of(piece) & BOOLEANS:
        branches.append((among(piece, BOOLEANS), f"CAST({boolean(piece)} AS HUGEINT)"))
    if tags_of(piece) & _STRING:
        text = _trimmed(piece, environment)
        form = f"regexp_full_match({text}, '[+-]?[0-9]{{1,17}}')"
        environment.doubt(f"(regexp_full_match({text}, '[+-]?[0-9]{{18,}}'))")
        read = f"CASE WHEN {form} THEN CAST({text} AS HUGEINT) END"
        branches.append((among(piece, _STRING), read))
    if not branches:
        return ABSENT
    return Exact(f"({cases(branches, 'NULL::HUGEINT')})", "0", 2**58, 0, "TRUE")


def _truncated(piece: Piece, environment: Environment) -> str:
    number = numeric(piece, environment)
    branches = []
    if number.exact is not None:
        one = number.exact
        if one.most > 2**58:
            raise NotInSQL("a long number")
        cut = one.digits if not one.most_scale else f"({one.digits} // {power_of_ten(one.scale)})"
        branches.append((f"{one.digits} IS NOT NULL", cut))
    if number.double is not None:
        environment.doubt(f"(abs({number.double}) >= {2**53} AND NOT isinf({number.double}))")
        fits = f"abs({number.double}) < {2**53}"
        branches.append((fits, f"CAST(trunc({number.double}) AS HUGEINT)"))
    return cases(branches)


@in_sql(XSD + "decimal")
def _to_decimal(environment: Environment, piece: Piece) -> Piece:
    number = numeric(piece, environment)
    if tags_of(piece) & (BOOLEANS | _STRING) or number.double is not None:
        raise NotInSQL("texts and doubles as decimals")
    one = number.exact
    return Exact(one.digits, one.scale, one.most, one.most_scale, "FALSE") if one else ABSENT


@in_sql(XSD + "double")
def _to_double(environment: Environment, piece: Piece) -> Piece:
    if tags_of(piece) & (BOOLEANS | _STRING):
        raise NotInSQL("texts as doubles")
    return Double(doubles(numeric(piece, environment))) if tags_of(piece) & NUMBERS else ABSENT


@in_sql(XSD + "date")
def _to_date(environment: Environment, piece: Piece) -> Piece:
    if not isinstance(piece, TermPiece):
        raise NotInSQL("computed dates")
    _doubtful(environment, piece, 1 << Tag.MOMENT | _STRING)
    zoned = f"({among(piece, 1 << Tag.DATE_TIME)} AND {piece.id} & 1 = 1)"
    if piece.tags >> Tag.DATE_TIME & 1:
        environment.doubt(zoned)
    day = f"({Tag.DATE << SHIFT} + {milliseconds(piece.id)} // 86400000)"
    found = cases(
        [
            (among(piece, 1 << Tag.DATE), piece.id),
            (among(piece, 1 << Tag.DATE_TIME), f"CASE WHEN {piece.id} & 1 = 0 THEN {day} END"),
        ],
        "NULL::BIGINT",
    )
    return TermPiece(f"({found})", 1 << Tag.DATE)


@in_sql(XSD + "dateTime")
def _to_date_time(environment: Environment, piece: Piece) -> Piece:
    if not isinstance(piece, TermPiece):
        raise NotInSQL("computed dates")
    _doubtful(environment, piece, 1 << Tag.MOMENT | _STRING)
    midnight = f"({Tag.DATE_TIME << SHIFT} + {payload(piece.id)} * {86400000 * 2})"
    found = cases(
        [
            (among(piece, 1 << Tag.DATE_TIME), piece.id),
            (among(piece, 1 << Tag.DATE), midnight),
        ],
        "NULL::BIGINT",
    )
    return TermPiece(f"({found})", 1 << Tag.DATE_TIME)


def _doubtful(environment: Environment, piece: TermPiece, mask: int) -> None:
    if piece.tags & mask:
        environment.doubt(f"({among(piece, mask)})")
