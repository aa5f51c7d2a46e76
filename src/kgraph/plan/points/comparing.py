"""`=`, `<` and sums on identifiers, where they decide; else on terms (`plan.functions`).

Answers are those of `kgraph.plan.functions.comparison`; None stands for an error.
"""

from kgraph.identifiers import INTEGER_OFFSET, PAYLOAD, SHIFT, Tag
from kgraph.plan.functions.comparison import compare, equal
from kgraph.plan.points.run import Run
from kgraph.values.literals import ExpressionError

_INTEGER, _DATE, _DATE_TIME = int(Tag.INTEGER), int(Tag.DATE), int(Tag.DATE_TIME)
_NODES = frozenset({int(Tag.BLANK), int(Tag.IRI)})
_NOT_ITSELF = frozenset({int(Tag.NUMBER), int(Tag.TRIPLE)})
"""NaN is not equal to itself, nor is a triple term with it."""
_DISTINCT = frozenset(
    int(tag)
    for tag in (
        Tag.BLANK,
        Tag.IRI,
        Tag.INTEGER,
        Tag.STRING,
        Tag.LANGUAGE_STRING,
        Tag.BOOLEAN,
        Tag.DATE,
    )
)
"""Kinds of which two different terms are never equal."""
INTEGERS = _INTEGER << SHIFT
"""Added to a payload: the identifier of an integer."""


def equal_ids(run: Run, left: int, right: int) -> bool | None:
    """`=` of two terms."""
    kind, other = left >> SHIFT, right >> SHIFT
    if left == right:
        if kind not in _NOT_ITSELF:
            return True
    elif kind == other:
        if kind in _DISTINCT or (kind == _DATE_TIME and not (left ^ right) & 1):
            return False
    elif kind in _NODES or other in _NODES:
        return False
    try:
        return equal(run.term_of(left), run.term_of(right))
    except ExpressionError:
        return None


def compare_ids(run: Run, left: int, right: int) -> int | None | bool:
    """-1, 0 or 1; False where NaN takes part; None for an error."""
    kind, other = left >> SHIFT, right >> SHIFT
    if kind == other:
        ordered = kind in (_INTEGER, _DATE) or (kind == _DATE_TIME and not (left ^ right) & 1)
        if ordered:
            return (left > right) - (left < right)
    if kind in _NODES or other in _NODES:
        return None
    try:
        found = compare(run.term_of(left), run.term_of(right))
    except ExpressionError:
        return None
    return False if found is None else found


def integer_sum(operator: str, left: int, right: int) -> int | None:
    """The identifier of a sum, difference or product of integers; None if it is not inside one."""
    if left >> SHIFT != _INTEGER or right >> SHIFT != _INTEGER:
        return None
    one, other = (left & PAYLOAD) - INTEGER_OFFSET, (right & PAYLOAD) - INTEGER_OFFSET
    if operator == "+":
        found = one + other
    elif operator == "-":
        found = one - other
    else:
        found = one * other
    return integer_identifier(found)


def integer_identifier(value: int) -> int | None:
    """The identifier of an integer; None if it is too large to be inside one."""
    payload = value + INTEGER_OFFSET
    return INTEGERS | payload if 0 <= payload <= PAYLOAD else None


def integer_of(identifier: int) -> int | None:
    """The value of an integer that is inside its identifier."""
    if identifier >> SHIFT != _INTEGER:
        return None
    return (identifier & PAYLOAD) - INTEGER_OFFSET
