"""Numbers in SQL: exact as long as the digits fit, else not at all (XPath functions, section 4)."""

from kgraph.identifiers import Tag
from kgraph.plan.sets.expressions.compile import ABSENT, Handler, in_sql
from kgraph.plan.sets.expressions.encoding import MOMENTS, NUMBERS, power_of_ten
from kgraph.plan.sets.expressions.pieces import (
    Double,
    Environment,
    Exact,
    NotInSQL,
    Piece,
)
from kgraph.plan.sets.expressions.values import (
    MOST,
    Numeric,
    as_double,
    at_scale,
    numeric,
    tags_of,
)

_CALCULABLE = MOMENTS | 1 << Tag.DURATION
"""Tags of what `+` and `-` know beside numbers."""


def _numbers(environment: Environment, *pieces: Piece) -> list[Numeric]:
    """The numbers of operands that can be nothing but numbers or errors."""
    for piece in pieces:
        if tags_of(piece) & ~NUMBERS & _CALCULABLE:
            raise NotInSQL("dates and durations")
    return [numeric(piece, environment) for piece in pieces]


def _calculation(operator: str) -> Handler:
    def handler(environment: Environment, left: Piece, right: Piece) -> Piece:
        one, other = _numbers(environment, left, right)
        if None in ((one.exact or one.double), (other.exact or other.double)):
            return ABSENT
        if one.double is None and other.double is None:
            assert one.exact is not None
            assert other.exact is not None
            return _exact(operator, one.exact, other.exact)
        if _always_double(one) or _always_double(other):
            return _double(operator, _as_double(one), _as_double(other))
        raise NotInSQL("numbers of which some are exact")

    return handler


def _always_double(number: Numeric) -> bool:
    return number.exact is None


def _as_double(number: Numeric) -> str:
    parts = [number.double] if number.double else []
    parts += [as_double(number.exact)] if number.exact else []
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _double(operator: str, left: str, right: str) -> Piece:
    return Double(f"({left} {operator} {right})")


def _exact(operator: str, left: Exact, right: Exact) -> Piece:
    if operator == "/":
        raise NotInSQL("an exact quotient")
    whole = left.whole if left.whole == right.whole else f"({left.whole} AND {right.whole})"
    if "FALSE" in (left.whole, right.whole):
        whole = "FALSE"
    if operator == "*":
        most = left.most * right.most
        if most >= MOST:
            raise NotInSQL("a product that may be too long")
        places = right.scale if left.scale == "0" else left.scale
        if "0" not in (left.scale, right.scale):
            places = f"({left.scale} + {right.scale})"
        return Exact(
            f"({left.digits} * {right.digits})",
            places,
            most,
            left.most_scale + right.most_scale,
            whole,
        )
    common = max(left.most_scale, right.most_scale)
    one, other = at_scale(left, common), at_scale(right, common)
    most = left.most * 10**common + right.most * 10**common
    if most >= MOST:
        raise NotInSQL("a sum that may be too long")
    return Exact(f"({one} {operator} {other})", str(common), most, common, whole)


for _operator in "+-*/":
    in_sql(_operator)(_calculation(_operator))


@in_sql("u-")
def _minus(environment: Environment, piece: Piece) -> Piece:
    (number,) = _numbers(environment, piece)
    if number.exact is not None and number.double is None:
        one = number.exact
        return Exact(f"(-{one.digits})", one.scale, one.most, one.most_scale, one.whole)
    if number.exact is None and number.double is not None:
        return Double(f"(-{number.double})")
    raise NotInSQL("the sign of numbers of several kinds")


@in_sql("ABS")
def _absolute(environment: Environment, piece: Piece) -> Piece:
    number = numeric(piece, environment)
    if number.exact is not None and number.double is None:
        one = number.exact
        return Exact(f"abs({one.digits})", one.scale, one.most, one.most_scale, one.whole)
    if number.exact is None and number.double is not None:
        return Double(f"abs({number.double})")
    raise NotInSQL("the size of numbers of several kinds")


def _rounding(above: str) -> Handler:
    """Rounding down what is first raised by a part of the unit: nothing, a half, nearly all."""

    def handler(environment: Environment, piece: Piece) -> Piece:
        number = numeric(piece, environment)
        if number.exact is None or number.double is not None:
            raise NotInSQL("rounding doubles")
        one = number.exact
        if not one.most_scale:
            return one
        unit = power_of_ten(one.scale)
        raised = f"({one.digits} * 2 + {above.format(unit=unit)})"
        if one.most * 4 + 2 * 10**one.most_scale >= MOST:
            raise NotInSQL("rounding a long number")
        # `//` cuts towards zero; floor is wanted.
        rest = f"(({raised} % ({unit} * 2) + {unit} * 2) % ({unit} * 2))"
        digits = f"(({raised} - {rest}) // ({unit} * 2))"
        return Exact(digits, "0", one.most, 0, one.whole)

    return handler


in_sql("FLOOR")(_rounding("0"))
in_sql("ROUND")(_rounding("{unit}"))
in_sql("CEIL")(_rounding("({unit} * 2 - 2)"))
