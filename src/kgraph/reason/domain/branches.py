"""UNION taken apart where what is given does not lead to what its branches bind.

The point executor orders a join by the variables that every branch of a UNION binds. Where branches
bind different ones, each had better be joined by itself: the solutions are the same.
"""

from dataclasses import replace
from functools import reduce

from kgraph.plan.algebra import (
    BGP,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Minus,
    PathPattern,
    Pattern,
    TriplePattern,
    Union,
)
from kgraph.plan.variables import Analysis, Names, names, operands

MOST_BRANCHES = 12


def distributed(node: Pattern, given: Names) -> Pattern:
    """A pattern for rows that bind these variables."""
    match node:
        case Filter() | Extend():
            return replace(node, pattern=distributed(node.pattern, given))
        case LeftJoin() | Minus():
            return replace(node, left=distributed(node.left, given))
        case Join():
            return _joined(operands(node), given)
    return node


def _joined(parts: list[Pattern], given: Names) -> Pattern:
    for place, part in enumerate(parts):
        others = parts[:place] + parts[place + 1 :]
        if isinstance(part, Union) and not _open(part, others) <= _reached(others, given):
            branches = _branches(part)
            if len(branches) <= MOST_BRANCHES:
                return reduce(Union, [reduce(Join, [*others, branch]) for branch in branches])
    return reduce(Join, parts)


def _branches(node: Pattern) -> list[Pattern]:
    if isinstance(node, Union):
        return [*_branches(node.left), *_branches(node.right)]
    return [node]


def _open(part: Union, others: list[Pattern]) -> Names:
    """Variables that some branches bind and others do not, and that are asked for elsewhere."""
    found = Analysis().of(part)
    return (found.possible - found.certain) & names(*others)


def _reached(others: list[Pattern], given: Names) -> Names:
    """What triples and paths lead to from what is given."""
    waiting: list[TriplePattern | Pattern] = []
    for part in others:
        waiting += part.triples if isinstance(part, BGP) else [part]
    waiting = [one for one in waiting if isinstance(one, TriplePattern | PathPattern)]
    while near := [one for one in waiting if names(one) & given]:
        given = given.union(*(names(one) for one in near))
        waiting = [one for one in waiting if one not in near]
    return given
