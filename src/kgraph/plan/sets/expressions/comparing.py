"""`=`, `<` and their like in SQL (SPARQL 1.1, section 17.3), family of values by family."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from pyoxigraph import Literal

from kgraph.identifiers import Tag
from kgraph.plan.sets.expressions.encoding import (
    BOOLEANS,
    EVERY,
    GREATEST_INTEGER,
    INTEGER_ZERO,
    LEAST_INTEGER,
    MOMENTS,
    NUMBERS,
    RESOURCES,
    has_zone,
    milliseconds,
    tagged,
)
from kgraph.plan.sets.expressions.pieces import (
    Constant,
    Environment,
    Exact,
    Iri,
    NotInSQL,
    Piece,
    TermPiece,
    Text,
)
from kgraph.plan.sets.expressions.values import (
    as_double,
    at_scale,
    boolean,
    doubles,
    numeric,
    simple,
    spelt,
    string,
    tags_of,
)
from kgraph.values.literals import ExpressionError, value_of
from kgraph.values.numbers import Number

STRING, LANGUAGE, OTHER = 1 << Tag.STRING, 1 << Tag.LANGUAGE_STRING, 1 << Tag.OTHER
DATE, DATE_TIME, MOMENT = 1 << Tag.DATE, 1 << Tag.DATE_TIME, 1 << Tag.MOMENT
DURATION, TRIPLE, INTEGER = 1 << Tag.DURATION, 1 << Tag.TRIPLE, 1 << Tag.INTEGER
_FOURTEEN_HOURS = 14 * 3600 * 1000
_TURNED: Mapping[str, str] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


def identity(piece: Piece) -> str | None:
    """The identifier of a piece, where it has one without more ado."""
    if isinstance(piece, Constant):
        return str(piece.id)
    return piece.id if isinstance(piece, TermPiece) else None


def identities(left: Piece, right: Piece) -> tuple[str, str] | None:
    """The identifiers of both, if both have one; a constant gets one only then."""
    if isinstance(left, TermPiece | Constant) and isinstance(right, TermPiece | Constant):
        return str(left.id), str(right.id)
    return None


def among(piece: Piece, mask: int) -> str:
    """Whether the term of a piece has one of these tags; NULL or not for NULL."""
    if isinstance(piece, TermPiece):
        return tagged(piece.id, mask, piece.tags)
    if isinstance(piece, Text) and piece.language is not None:
        if mask & STRING and mask & LANGUAGE:
            return "TRUE"
        if not mask & (STRING | LANGUAGE):
            return "FALSE"
        return f"({piece.language}) IS {'' if mask & STRING else 'NOT '}NULL"
    return "TRUE" if tags_of(piece) & mask else "FALSE"


def both(*conditions: str) -> str:
    """All conditions."""
    if "FALSE" in conditions:
        return "FALSE"
    return " AND ".join(c for c in conditions if c != "TRUE") or "TRUE"


def either(*conditions: str) -> str:
    """Any condition."""
    if "TRUE" in conditions:
        return "TRUE"
    return "(" + (" OR ".join(c for c in conditions if c != "FALSE") or "FALSE") + ")"


def cases(branches: list[tuple[str, str]], otherwise: str = "NULL") -> str:
    """The value of the first branch whose condition holds."""
    kept = []
    for condition, value in branches:
        if condition == "FALSE":
            continue
        if condition == "TRUE":
            otherwise = value
            break
        kept.append(f"WHEN {condition} THEN {value}")
    if not kept:
        return otherwise
    return f"CASE {' '.join(kept)} ELSE {otherwise} END"


def unknown(piece: Piece) -> str:
    """Whether a piece has no value."""
    if isinstance(piece, Constant):
        return "FALSE"
    sql = {TermPiece: "id", Exact: "digits"}.get(type(piece), "sql")
    return f"({getattr(piece, sql)}) IS NULL"


def equality(left: Piece, right: Piece, environment: Environment) -> str:
    """`=`, a BOOLEAN."""
    short = _equality_by_identifier(left, right)
    if short is not None:
        return short
    one, other = tags_of(left), tags_of(right)
    shared = one & other
    branches = [
        (both(among(left, mask), among(right, mask)), value)
        for mask, value in _families("=", left, right, shared, environment)
    ]
    if shared & TRIPLE:
        pair = both(among(left, TRIPLE), among(right, TRIPLE))
        environment.doubt(f"({pair})")
        branches.append((pair, "NULL"))
    if shared & RESOURCES:
        pair = both(among(left, RESOURCES), among(right, RESOURCES))
        branches.append((pair, _same_resource(left, right)))
    if shared & LANGUAGE:
        pair = both(among(left, LANGUAGE), among(right, LANGUAGE))
        branches.append((pair, _same_tagged(left, right, environment)))
    for piece, other_piece in ((left, right), (right, left)):
        if tags_of(piece) & OTHER:
            known = among(other_piece, EVERY & ~(RESOURCES | TRIPLE | LANGUAGE))
            branches.append((both(among(piece, OTHER), known), _same_or_unknown(left, right)))
    absent = either(unknown(left), unknown(right))
    return (
        cases([(absent, "NULL"), *branches], "FALSE")
        if absent != "(FALSE)"
        else cases(branches, "FALSE")
    )


def _equality_by_identifier(left: Piece, right: Piece) -> str | None:
    tags, others = tags_of(left), tags_of(right)
    decided_by_term = RESOURCES | LANGUAGE
    one_value_one_term = decided_by_term | STRING | INTEGER | DATE
    if (
        tags & ~decided_by_term
        and others & ~decided_by_term
        and (tags | others) & ~one_value_one_term
    ):
        return None
    both_ids = identities(left, right)
    return None if both_ids is None else f"({both_ids[0]} = {both_ids[1]})"


def _same_resource(left: Piece, right: Piece) -> str:
    both_ids = identities(left, right)
    if both_ids is not None:
        return f"({both_ids[0]} = {both_ids[1]})"
    return f"({_iri_text(left)} = {_iri_text(right)}) IS TRUE"


def _iri_text(piece: Piece) -> str:
    if isinstance(piece, Iri):
        return piece.sql
    if isinstance(piece, TermPiece):
        narrowed = replace(piece, tags=piece.tags & 1 << Tag.IRI)
        test = tagged(piece.id, 1 << Tag.IRI, piece.tags)
        return f"CASE WHEN {test} THEN {spelt(narrowed)} END"
    assert isinstance(piece, Constant)
    return spelt(piece)


def _same_tagged(left: Piece, right: Piece, environment: Environment) -> str:
    both_ids = identities(left, right)
    if both_ids is not None:
        return f"({both_ids[0]} = {both_ids[1]})"
    first, second = string(left), string(right)
    return f"({first.sql} = {second.sql} AND {first.language} = {second.language})"


def _same_or_unknown(left: Piece, right: Piece) -> str:
    both_ids = identities(left, right)
    return "NULL" if both_ids is None else f"CASE WHEN {both_ids[0]} = {both_ids[1]} THEN TRUE END"


def order(operator: str, left: Piece, right: Piece, environment: Environment) -> str:
    """`<`, `>`, `<=` or `>=`, a BOOLEAN; NULL for what is not ordered."""
    shared = tags_of(left) & tags_of(right)
    branches = [
        (both(among(left, mask), among(right, mask)), value)
        for mask, value in _families(operator, left, right, shared, environment)
    ]
    return cases(branches, "NULL::BOOLEAN")


def _families(
    operator: str, left: Piece, right: Piece, shared: int, environment: Environment
) -> list[tuple[int, str]]:
    """The families that both may belong to, and the comparison within each."""
    found = []
    if tags_of(left) & NUMBERS and tags_of(right) & NUMBERS:
        found.append((NUMBERS, numbers(operator, left, right, environment)))
    if shared & STRING:
        found.append((STRING, _strings(operator, left, right, environment)))
    if tags_of(left) & BOOLEANS and tags_of(right) & BOOLEANS:
        found.append((BOOLEANS, f"({boolean(left)} {operator} {boolean(right)})"))
    if tags_of(left) & MOMENTS and tags_of(right) & MOMENTS:
        found.append((MOMENTS, _moments(operator, left, right, environment)))
    if shared & DURATION:
        found.append((DURATION, _durations(operator, left, right, environment)))
    return found


def _strings(operator: str, left: Piece, right: Piece, environment: Environment) -> str:
    both_ids = identities(left, right) if operator == "=" else None
    if both_ids is not None:
        return f"({both_ids[0]} = {both_ids[1]})"
    return f"({simple(left)} {operator} {simple(right)})"


# Numbers


def numbers(operator: str, left: Piece, right: Piece, environment: Environment) -> str:
    """A comparison of numbers; the caller sees to it that both are."""
    for piece, other, sign in ((left, right, operator), (right, left, _TURNED[operator])):
        if isinstance(piece, TermPiece) and not piece.tags & NUMBERS & ~INTEGER:
            if isinstance(other, Constant):
                return _integer_and_constant(piece.id, sign, other)
            if isinstance(other, TermPiece) and not other.tags & NUMBERS & ~INTEGER:
                return f"({piece.id} {sign} {other.id})"
    first, second = numeric(left, environment), numeric(right, environment)
    branches = []
    if first.exact is not None and second.exact is not None:
        exact = _exacts(operator, first.exact, second.exact)
        if first.double is None and second.double is None:
            return exact
        known = f"{first.exact.digits} IS NOT NULL AND {second.exact.digits} IS NOT NULL"
        branches.append((known, exact))
    if first.double is not None or second.double is not None:
        low, high = doubles(first), doubles(second)
        compared = f"({low} {operator} {high})"
        nan = f"isnan({low}) OR isnan({high})"
        branches.append((nan, f"CASE WHEN {compared} IS NOT NULL THEN FALSE END"))
        branches.append(("TRUE", compared))
    return cases(branches)


def _exacts(operator: str, left: Exact, right: Exact) -> str:
    places = max(left.most_scale, right.most_scale)
    if left.scale == right.scale:
        return f"({left.digits} {operator} {right.digits})"
    return f"({at_scale(left, places)} {operator} {at_scale(right, places)})"


def _integer_and_constant(one: str, operator: str, constant: Constant) -> str:
    term = constant.term
    assert isinstance(term, Literal)
    try:
        value = value_of(term)
    except ExpressionError:
        return "NULL"
    assert isinstance(value, Number)
    if value.kind in ("float", "double"):
        # Integers are rounded to doubles before they are compared.
        number = Exact(f"({one} - {INTEGER_ZERO})", "0", 2**58, 0, "TRUE")
        if value.kind == "float":
            raise NotInSQL("single precision")
        text = f"'{value.value!r}'::DOUBLE"
        if value.value != value.value:
            return f"CASE WHEN {one} IS NOT NULL THEN FALSE END"
        return f"({as_double(number)} {operator} {text})"
    exact = Decimal(value.value)
    if operator == "=":
        if exact != exact.to_integral_value() or not LEAST_INTEGER <= exact <= GREATEST_INTEGER:
            return f"CASE WHEN {one} IS NOT NULL THEN FALSE END"
        return f"({one} = {int(exact) + INTEGER_ZERO})"
    rounding = ROUND_CEILING if operator in ("<", ">=") else ROUND_FLOOR
    bound = int(exact.to_integral_value(rounding))
    bound = max(min(bound, GREATEST_INTEGER + 1), LEAST_INTEGER - 1)
    return f"({one} {operator} {bound + INTEGER_ZERO})"


# Dates, times, durations


def _moments(operator: str, left: Piece, right: Piece, environment: Environment) -> str:
    one, other = identity(left), identity(right)
    assert one is not None
    assert other is not None
    shared = tags_of(left) & tags_of(right)
    branches = []
    if shared & DATE:
        pair = both(among(left, DATE), among(right, DATE))
        branches.append((pair, f"({one} {operator} {other})"))
    if shared & DATE_TIME:
        pair = both(among(left, DATE_TIME), among(right, DATE_TIME))
        branches.append((pair, _date_times(operator, one, other)))
    if (tags_of(left) | tags_of(right)) & MOMENT:
        rest = either(among(left, MOMENT), among(right, MOMENT))
        if operator == "=":
            branches.append((f"{one} = {other}", "TRUE"))
        moments = both(among(left, MOMENTS), among(right, MOMENTS), rest)
        environment.doubt(f"({both(moments, f'{one} <> {other}')})")
        if operator in ("<=", ">="):
            branches.append((f"{one} = {other}", "TRUE"))
        elif operator != "=":
            branches.append((f"{one} = {other}", "FALSE"))
        branches.append((rest, "NULL"))
    return cases(branches, "FALSE" if operator == "=" else "NULL")


def _date_times(operator: str, one: str, other: str) -> str:
    early, late = milliseconds(one), milliseconds(other)
    known = f"{has_zone(one)} = {has_zone(other)} OR abs({early} - {late}) > {_FOURTEEN_HOURS}"
    return f"CASE WHEN {known} THEN {early} {operator} {late} END"


def _durations(operator: str, left: Piece, right: Piece, environment: Environment) -> str:
    one, other = identity(left), identity(right)
    pair = both(among(left, DURATION), among(right, DURATION), f"{one} <> {other}")
    environment.doubt(f"({pair})")
    return f"CASE WHEN {one} = {other} THEN {str('=' in operator).upper()} END"
