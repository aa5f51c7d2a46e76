"""EXISTS (section 18.6): a pattern under a solution.

Substitution is done as SPARQL 1.2 has it: each part that matches something is joined with the
solution, so that a FILTER or MINUS within sees the same terms; a path gets them in its ends. What
a subquery does not project is another variable, and what BIND makes is compared afterwards.
"""

from dataclasses import fields, replace
from typing import Any

from kgraph.plan.algebra import (
    BGP,
    Extend,
    Group,
    Join,
    Node,
    PathPattern,
    Pattern,
    Project,
    Service,
    Term,
    Values,
    Variable,
)
from kgraph.plan.naive.matching import instance
from kgraph.plan.naive.solutions import Solution


def under(pattern: Pattern, solution: Solution) -> Pattern:
    """The pattern with a solution put into it."""
    if not solution:
        return pattern
    if isinstance(pattern, PathPattern):
        subject, object_ = _put(pattern.subject, solution), _put(pattern.object, solution)
        return Join(replace(pattern, subject=subject, object=object_), _row(solution))
    if isinstance(pattern, BGP | Values | Service):
        return Join(pattern, _row(solution))
    if isinstance(pattern, Project):
        seen = solution.restricted(v.name for v in pattern.variables)
        return Join(replace(pattern, pattern=under(pattern.pattern, seen)), _row(solution))
    if isinstance(pattern, Extend):
        before = _without(solution, pattern.variable)
        return replace(pattern, pattern=under(pattern.pattern, before))
    if isinstance(pattern, Group):
        made = [v for v, _ in (*pattern.keys, *pattern.aggregates)]
        keys = {v for v, key in pattern.keys if key == v}
        kept = _without(solution, *(v for v in made if v not in keys))
        return replace(pattern, pattern=under(pattern.pattern, kept))
    parts: dict[str, Any] = {
        field.name: under(part, solution)
        for field in fields(pattern)
        if isinstance(part := getattr(pattern, field.name), Pattern)
    }
    return replace(pattern, **parts)


def _put(node: Node, solution: Solution) -> Node:
    found = instance(node, solution)
    return node if found is None else found


def _row(solution: Solution) -> Values:
    row: tuple[Term | None, ...] = tuple(solution.values())
    return Values(tuple(Variable(name) for name in solution), (row,))


def _without(solution: Solution, *variables: Variable) -> Solution:
    names = {variable.name for variable in variables}
    return solution.restricted(name for name in solution if name not in names)
