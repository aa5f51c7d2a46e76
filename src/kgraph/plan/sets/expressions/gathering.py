"""Parts of a condition that ask about the same variable, put together: one look at a dictionary
row decides them all."""

from collections.abc import Callable, Iterator, Sequence

from kgraph.plan.algebra import Call, Expression
from kgraph.plan.sets.expressions.encoding import INLINE_MASK
from kgraph.plan.sets.expressions.narrowing import is_beyond_values, useful_tags
from kgraph.plan.sets.expressions.scope import has_exists, variables_of, varies

CONNECTED = frozenset({"&&", "||"})


def gathered(
    connection: str, parts: Sequence[Expression], simple: Callable[[Expression], bool]
) -> list[Expression]:
    """The parts of a conjunction or disjunction; those over one variable are one part.

    `simple` tells the parts that need no dictionary: they stay by themselves.
    """
    found: list[Expression] = []
    groups: dict[str, list[Expression]] = {}
    for part in _flattened(connection, parts):
        name = sole_variable(part)
        if name is None or simple(part):
            found.append(part)
        else:
            groups.setdefault(name, []).append(part)
    for group in groups.values():
        found.append(group[0] if len(group) == 1 else Call(connection, tuple(group)))
    return found


def _flattened(connection: str, parts: Sequence[Expression]) -> Iterator[Expression]:
    for part in parts:
        if isinstance(part, Call) and part.function == connection:
            yield from _flattened(connection, part.arguments)
        else:
            yield part


def sole_variable(expression: Expression) -> str | None:
    """The only variable of an expression that each evaluation finds the same value for."""
    if varies(expression) or has_exists(expression):
        return None
    names = variables_of(expression)
    return names[0] if len(names) == 1 else None


def is_connected(expression: object) -> bool:
    """Whether an expression is put together of parts by AND, OR or NOT."""
    if not isinstance(expression, Call):
        return False
    negated = expression.function == "!" and len(expression.arguments) == 1
    return expression.function in CONNECTED or negated


def tags_that_count(expression: Expression, name: str, wanted: bool) -> int:
    """The tags (a mask) with which a variable may make the expression true (or, wanted, false)."""
    if not is_connected(expression):
        found = useful_tags(expression, name)
        return found & ~INLINE_MASK if wanted and is_beyond_values(expression) else found
    assert isinstance(expression, Call)
    if expression.function == "!":
        return tags_that_count(expression.arguments[0], name, not wanted)
    masks = [tags_that_count(part, name, wanted) for part in expression.arguments]
    every = (expression.function == "&&") == wanted
    found = masks[0]
    for mask in masks[1:]:
        found = found & mask if every else found | mask
    return found
