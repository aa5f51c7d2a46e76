"""For which kinds of terms in a variable an expression can have a value at all."""

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode

from kgraph.identifiers import Tag, dictionary_tag, inline_id, tag_of
from kgraph.plan.algebra import Call, Expression, Variable
from kgraph.plan.sets.expressions.encoding import (
    BOOLEANS,
    EVERY,
    LITERALS,
    MOMENTS,
    NUMBERS,
    TEXTS,
)

_STRING = 1 << Tag.STRING
_ARGUMENTS: Mapping[str, int] = {
    **dict.fromkeys(
        (
            *("STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS", "CONTAINS"),
            *("STRBEFORE", "STRAFTER", "ENCODE_FOR_URI", "CONCAT", "REGEX", "REPLACE"),
        ),
        TEXTS,
    ),
    **dict.fromkeys(("MD5", "SHA1", "SHA256", "SHA384", "SHA512", "LANGMATCHES"), _STRING),
    **dict.fromkeys(("LANG", "DATATYPE", "LANGDIR"), LITERALS),
    **dict.fromkeys(("ABS", "ROUND", "CEIL", "FLOOR", "*", "/"), NUMBERS),
    **dict.fromkeys(("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TZ"), MOMENTS),
    "STR": LITERALS | 1 << Tag.IRI,
}
_PARTS = frozenset({"CONTAINS", "STRSTARTS", "STRENDS"})
_SAME_LETTERS = frozenset({"STR", "LCASE", "UCASE"})
_OF_VALUES = frozenset("0123456789+-.:truefalsetz")
"""What values inside identifiers are written with, in small letters."""
_KINDS: Mapping[str, int] = {
    "ISIRI": 1 << Tag.IRI,
    "ISURI": 1 << Tag.IRI,
    "ISBLANK": 1 << Tag.BLANK,
    "ISLITERAL": LITERALS,
    "ISNUMERIC": NUMBERS,
    "ISTRIPLE": 1 << Tag.TRIPLE,
}
_FAMILIES = (NUMBERS, _STRING, BOOLEANS, MOMENTS, 1 << Tag.DURATION)
_STRICT = frozenset({*_ARGUMENTS, "=", "!=", "<", ">", "<=", ">=", "+", "-", "u-", "u+", "!"})


def useful_tags(expression: Expression, name: str) -> int:
    """The tags (a mask) with which a variable does not surely make the expression an error."""
    if not isinstance(expression, Call) or expression.function not in _STRICT:
        if isinstance(expression, Call) and expression.function in ("IN", "NOT IN"):
            return useful_tags(expression.arguments[0], name)
        return EVERY
    tags = EVERY
    for argument in expression.arguments:
        if argument == Variable(name):
            tags &= _of_argument(expression)
        else:
            tags &= useful_tags(argument, name)
    return tags


def _of_argument(call: Call) -> int:
    function = str(call.function)
    if function in ("<", ">", "<=", ">="):
        constants = [a for a in call.arguments if isinstance(a, Literal | NamedNode)]
        tags = LITERALS
        for constant in constants:
            tags &= _family(constant)
        return tags
    return _ARGUMENTS.get(function, EVERY)


def _family(constant: Literal | NamedNode) -> int:
    inline = inline_id(constant)
    tag = dictionary_tag(constant) if inline is None else tag_of(inline)
    return next((family for family in _FAMILIES if family >> tag & 1), 0)


def is_beyond_values(expression: Expression) -> bool:
    """Whether a part of a text is sought that no value inside an identifier is written with."""
    if not isinstance(expression, Call) or expression.function not in _PARTS:
        return False
    text, sought = expression.arguments[0], expression.arguments[-1]
    while isinstance(text, Call) and text.function in _SAME_LETTERS and len(text.arguments) == 1:
        (text,) = text.arguments
    if not isinstance(text, Variable) or not isinstance(sought, Literal):
        return False
    return not _OF_VALUES.issuperset(sought.value.lower())


def kinds_asked_for(conditions: Iterable[Expression]) -> dict[str, int]:
    """The tags (masks) that are left to variables by those conditions that ask for a kind."""
    found: dict[str, int] = {}
    for condition in conditions:
        if isinstance(condition, Call) and len(condition.arguments) == 1:
            (one,) = condition.arguments
            tags = _KINDS.get(str(condition.function))
            if tags is not None and isinstance(one, Variable):
                found[one.name] = found.get(one.name, EVERY) & tags
    return found
