"""What is inside identifiers, as SQL over them; the counterpart of `kgraph.identifiers`."""

from collections.abc import Iterator

from kgraph.identifiers import DECIMAL_OFFSET, INLINE, INTEGER_OFFSET, PAYLOAD, SHIFT, Tag

NULL = "NULL"
INTEGER_ZERO = Tag.INTEGER << SHIFT | INTEGER_OFFSET
"""The identifier of 0: an integer's identifier is this much more than the integer."""
LEAST_INTEGER, GREATEST_INTEGER = -INTEGER_OFFSET, INTEGER_OFFSET - 1
"""The integers that go inside."""
MOST_SCALE = 15
TRUE_ID, FALSE_ID = Tag.BOOLEAN << SHIFT | 1, Tag.BOOLEAN << SHIFT

NUMBERS = 1 << Tag.INTEGER | 1 << Tag.DECIMAL | 1 << Tag.NUMBER
TEXTS = 1 << Tag.STRING | 1 << Tag.LANGUAGE_STRING
BOOLEANS = 1 << Tag.BOOLEAN | 1 << Tag.OTHER_BOOLEAN
MOMENTS = 1 << Tag.DATE | 1 << Tag.DATE_TIME | 1 << Tag.MOMENT
RESOURCES = 1 << Tag.IRI | 1 << Tag.BLANK
INLINE_MASK = sum(1 << tag for tag in INLINE)
EVERY = (1 << len(Tag)) - 1 & ~1
LITERALS = EVERY & ~RESOURCES & ~(1 << Tag.TRIPLE)


def literal(text: str) -> str:
    """A text as SQL writes it.

    >>> literal("it's")
    "'it''s'"
    """
    if "\x00" in text:
        parts = ("'" + part.replace("'", "''") + "'" for part in text.split("\x00"))
        return "(" + " || chr(0) || ".join(parts) + ")"
    return "'" + text.replace("'", "''") + "'"


def ranges(mask: int) -> Iterator[tuple[int, int]]:
    """The identifiers of tags as ranges, both ends included."""
    tag = 0
    while tag < len(Tag):
        if mask >> tag & 1:
            last = tag
            while mask >> (last + 1) & 1:
                last += 1
            yield tag << SHIFT, (last << SHIFT) | PAYLOAD
            tag = last
        tag += 1


def tagged(identifier: str, mask: int, possible: int) -> str:
    """Whether an identifier has one of these tags, if it has one of the possible ones."""
    if not possible & ~mask:
        return "TRUE"
    if not possible & mask:
        return "FALSE"
    # Tags that cannot occur may count or not: as many as make the ranges few.
    found = min(
        (list(ranges(mask & possible)), list(ranges(mask | ~possible & EVERY | 1))), key=len
    )
    tests = (_between(identifier, low, high) for low, high in found)
    return "(" + " OR ".join(tests) + ")"


def _between(identifier: str, low: int, high: int) -> str:
    if low == 0:
        return f"{identifier} <= {high}"
    if high >> SHIFT == len(Tag) - 1:
        return f"{identifier} >= {low}"
    return f"{identifier} BETWEEN {low} AND {high}"


def integer_value(identifier: str) -> str:
    """The integer inside, a BIGINT."""
    return f"({identifier} - {INTEGER_ZERO})"


def integer_id(value: str) -> str:
    """The identifier of an integer that goes inside."""
    return f"CAST({value} + {INTEGER_ZERO} AS BIGINT)"


def mantissa(identifier: str) -> str:
    """The digits of the decimal inside, a BIGINT."""
    return f"((({identifier} & {PAYLOAD}) >> 4) - {DECIMAL_OFFSET})"


def scale(identifier: str) -> str:
    """How many digits of the decimal inside stand after its point."""
    return f"({identifier} & 15)"


def power_of_ten(exponent: str) -> str:
    """A power of ten, exact up to 22."""
    return f"CAST(pow(10, {exponent}) AS HUGEINT)"


def payload(identifier: str) -> str:
    """What is inside."""
    return f"({identifier} & {PAYLOAD})"


def day_of(identifier: str) -> str:
    """The date inside, a DATE."""
    return f"(DATE '0001-01-01' + CAST({payload(identifier)} AS INTEGER))"


def milliseconds(identifier: str) -> str:
    """The milliseconds since 0001-01-01 of the dateTime inside."""
    return f"({payload(identifier)} >> 1)"


def has_zone(identifier: str) -> str:
    """Whether the dateTime inside has Z."""
    return f"(({identifier} & 1) = 1)"


def date_time_day(identifier: str) -> str:
    """The day of the dateTime inside, a DATE."""
    return f"(DATE '0001-01-01' + CAST({milliseconds(identifier)} // 86400000 AS INTEGER))"


def inline_text(identifier: str, tag: int) -> str:
    """The lexical form of a value inside."""
    return {
        Tag.INTEGER: f"CAST({integer_value(identifier)} AS VARCHAR)",
        Tag.DECIMAL: decimal_text(mantissa(identifier), scale(identifier)),
        Tag.BOOLEAN: f"(CASE {identifier} & 1 WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)",
        Tag.DATE: f"CAST({day_of(identifier)} AS VARCHAR)",
        Tag.DATE_TIME: _date_time_text(identifier),
    }[Tag(tag)]


def decimal_text(digits: str, places: str) -> str:
    """A decimal with so many digits after its point, at least one before and one after it."""
    shown = f"CAST(abs({digits}) AS VARCHAR)"
    padded = f"lpad({shown}, CAST(greatest(length({shown}), {places} + 1) AS INTEGER), '0')"
    return (
        f"(CASE WHEN {digits} < 0 THEN '-' ELSE '' END"
        f" || left({padded}, length({padded}) - {places}) || '.' || right({padded}, {places}))"
    )


def _date_time_text(identifier: str) -> str:
    rest = f"({milliseconds(identifier)} % 86400000)"
    two = "lpad(CAST({} AS VARCHAR), 2, '0')"
    clock = " || ':' || ".join(
        two.format(part)
        for part in (f"{rest} // 3600000", f"{rest} // 60000 % 60", f"{rest} // 1000 % 60")
    )
    fraction = f"rtrim(lpad(CAST({rest} % 1000 AS VARCHAR), 3, '0'), '0')"
    return (
        f"(CAST({date_time_day(identifier)} AS VARCHAR) || 'T' || {clock}"
        f" || CASE WHEN {rest} % 1000 = 0 THEN '' ELSE '.' || {fraction} END"
        f" || CASE WHEN {has_zone(identifier)} THEN 'Z' ELSE '' END)"
    )
