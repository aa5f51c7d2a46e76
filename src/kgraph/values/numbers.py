"""Numbers: their lexical forms, promotion, arithmetic and rounding (XPath functions, section 4).

Integers and decimals are exact and of any size; a quotient that does not end is cut after 18
fractional digits. A float is a double that single precision can hold.
"""

import math
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction

NUMERIC_KINDS = ("integer", "decimal", "float", "double")
"""In the order of promotion."""

INTEGER_RANGES: Mapping[str, tuple[int | None, int | None]] = {
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}

MOST_DIGITS = 4000
"""Longer numerals are refused: converting them takes time that grows with the square."""

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SPECIAL = {"INF": math.inf, "+INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
_EXACT = Context(prec=3 * MOST_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)
_QUOTIENT_DIGITS = 18
_TOO_LONG = 10**MOST_DIGITS


@dataclass(frozen=True, slots=True)
class Number:
    """A number of one of the four numeric kinds; derived integers are integers."""

    kind: str
    value: int | Decimal | float


def parse_number(kind: str, text: str) -> Number | None:
    """The number a lexical form stands for; None if it is none of that kind."""
    if len(text) > MOST_DIGITS:
        return None
    if kind == "decimal":
        return Number(kind, Decimal(text)) if _DECIMAL.fullmatch(text) else None
    if kind in ("float", "double"):
        return _parse_double(kind, text)
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    low, high = INTEGER_RANGES.get(kind, (None, None))
    if (low is not None and value < low) or (high is not None and value > high):
        return None
    return Number("integer", value)


def _parse_double(kind: str, text: str) -> Number | None:
    if text in _SPECIAL:
        return Number(kind, _SPECIAL[text])
    if not _DOUBLE.fullmatch(text):
        return None
    return Number(kind, single(float(text)) if kind == "float" else float(text))


def single(value: float) -> float:
    """The nearest number of single precision."""
    if math.isnan(value) or math.isinf(value):
        return value
    try:
        found: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return found


def number_text(number: Number) -> str:
    """The canonical lexical form (XSD 1.1)."""
    value = number.value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    return _special_text(value) or _scientific(_shortest(number.kind, value))


def cast_text(number: Number) -> str:
    """The form that a cast to xsd:string gives (XPath functions, section 19.1.2)."""
    value = number.value
    if isinstance(value, int | Decimal):
        return number_text(number)
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    if 1e-6 <= abs(value) < 1e6:
        return _decimal_text(Decimal(_shortest(number.kind, value)))
    return number_text(number)


def _special_text(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return None


def _shortest(kind: str, value: float) -> str:
    """The shortest decimal numeral that reads back as the same number of its precision."""
    if kind == "double":
        return repr(value)
    tries = (f"{value:.{digits}g}" for digits in range(1, 17))
    return next((text for text in tries if single(float(text)) == value), repr(value))


def _scientific(text: str) -> str:
    sign, digits, exponent = Decimal(text).as_tuple()
    numeral = "".join(map(str, digits))
    power = len(numeral) - 1 + int(exponent)
    fraction = numeral[1:].rstrip("0") or "0"
    power = 0 if not any(digits) else power
    return f"{'-' if sign else ''}{numeral[0]}.{fraction}E{power}"


def _decimal_text(value: Decimal) -> str:
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def promote(left: Number, right: Number) -> tuple[str, Number, Number]:
    """Both in the wider kind of the two (XPath 2.0, section B.1)."""
    kind = max(left.kind, right.kind, key=NUMERIC_KINDS.index)
    return kind, convert(left, kind), convert(right, kind)


def convert(number: Number, kind: str) -> Number:
    """The number in a wider kind."""
    if number.kind == kind:
        return number
    if kind == "decimal":
        return Number(kind, Decimal(number.value))
    try:
        value = float(number.value)
    except OverflowError:
        value = math.inf if number.value > 0 else -math.inf
    return Number(kind, single(value) if kind == "float" else value)


def calculate(operator: str, left: Number, right: Number) -> Number | None:
    """The sum, difference, product or quotient.

    None for an exact division by zero, and for a number that is too long to be written.
    """
    found = _calculated(operator, left, right)
    return None if found is None or _too_long(found.value) else found


def _too_long(value: int | Decimal | float) -> bool:
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        return len(digits) + abs(int(exponent)) > MOST_DIGITS
    return isinstance(value, int) and abs(value) >= _TOO_LONG


def _calculated(operator: str, left: Number, right: Number) -> Number | None:
    kind, one, other = promote(left, right)
    if kind in ("float", "double"):
        found = _calculate_doubles(operator, float(one.value), float(other.value))
        return Number(kind, single(found) if kind == "float" else found)
    if operator == "/":
        return _quotient(one, other)
    if kind == "integer":
        return Number(kind, _ON_INTEGERS[operator](int(one.value), int(other.value)))
    return Number(kind, _ON_DECIMALS[operator](Decimal(one.value), Decimal(other.value)))


_ON_INTEGERS: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
_ON_DECIMALS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
}


def _calculate_doubles(operator: str, left: float, right: float) -> float:
    if operator == "/":
        if right == 0:
            sign = math.copysign(1, left) * math.copysign(1, right)
            return math.nan if left == 0 or math.isnan(left) else sign * math.inf
        return left / right
    if operator == "*":
        return left * right
    return left + right if operator == "+" else left - right


def _quotient(left: Number, right: Number) -> Number | None:
    if right.value == 0:
        return None
    quotient = Fraction(left.value) / Fraction(right.value)
    rest, twos, fives = quotient.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    ends = rest == 1 and max(twos, fives) <= MOST_DIGITS
    digits = max(twos, fives) if ends else _QUOTIENT_DIGITS
    scaled = abs(quotient.numerator) * 10**digits // quotient.denominator
    value = _EXACT.scaleb(Decimal(scaled), -digits)
    return Number("decimal", value.copy_negate() if quotient < 0 else value)


def negate(number: Number) -> Number:
    """The number with the other sign."""
    value = number.value
    return Number(number.kind, value.copy_negate() if isinstance(value, Decimal) else -value)


def absolute(number: Number) -> Number:
    """fn:abs."""
    value = number.value
    return Number(number.kind, value.copy_abs() if isinstance(value, Decimal) else abs(value))


def floor(number: Number) -> Number:
    """fn:floor."""
    return _rounded(number, math.floor)


def ceiling(number: Number) -> Number:
    """fn:ceiling."""
    return _rounded(number, math.ceil)


def half_up(number: Number) -> Number:
    """fn:round: the nearest whole number; of two, the one towards positive infinity."""
    return _rounded(number, lambda value: math.floor(Fraction(value) + Fraction(1, 2)))


def _rounded(number: Number, to_whole: Callable[[Decimal | float], int]) -> Number:
    value = number.value
    if isinstance(value, int):
        return number
    if isinstance(value, Decimal):
        return Number(number.kind, Decimal(to_whole(value)))
    if math.isnan(value) or math.isinf(value):
        return number
    return Number(number.kind, math.copysign(float(to_whole(value)), value))


def truncate(number: Number) -> int | None:
    """The whole number towards zero; None for infinities and NaN."""
    value = number.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return math.trunc(value)


def exact(number: Number) -> Decimal | None:
    """The decimal of the same value; None for infinities and NaN."""
    value = number.value
    if isinstance(value, float):
        return Decimal(value) if math.isfinite(value) else None
    return Decimal(value)
