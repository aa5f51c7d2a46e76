"""SPARQL constraints for all focus nodes at once (docs/decisions/0015, here on our own algebra).

Pre-binding joins $this into every leaf of a query. Joining the focus nodes once is the same where
each expression that mentions $this sees it bound, each optional or alternative part that mentions
it is joined with something that binds it, and nothing counts or cuts solutions across focus nodes.
`lifted` makes a query so, or says that it cannot; what it adds are the focus nodes, where a part
mentions $this and nothing in it binds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from typing import Any

from kgraph.plan.algebra import (
    BGP,
    UNIT,
    Call,
    Distinct,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
    walk,
)
from kgraph.plan.variables import names
from kgraph.shacl.model import Target
from kgraph.shacl.sparql_constraints import THIS
from kgraph.terms import Term
from kgraph.vocab import RDF_TYPE

_ORDERS = frozenset({"<", ">", "<=", ">="})


class NotSetwise(Exception):
    """The query has to be asked for each focus node."""


@lru_cache(maxsize=1 << 14)
def mentions(node: Any) -> bool:
    """Whether $this occurs anywhere in a piece of algebra."""
    return THIS.name in names(node)


def compares(node: Pattern) -> bool:
    """Whether two variables are put in order somewhere."""
    return any(
        isinstance(one, Call)
        and one.function in _ORDERS
        and all(isinstance(side, Variable) for side in one.arguments)
        for one in walk(node)
    )


def lifted(node: Pattern, focus: Pattern | None, must: bool) -> Pattern:
    """The pattern for any focus node; where it `must`, each solution binds $this.

    `focus` are the focus nodes as a pattern; None: they must not be needed.
    """
    rule = _RULES.get(type(node))
    if rule is None:
        raise NotSetwise(type(node).__name__)
    found: Pattern = rule(node, focus, must)
    return found


def asked_of_all(node: Pattern, focus: Pattern) -> Pattern:
    """The solutions for all focus nodes, with $this among their variables."""
    return _restricted(lifted(node, focus, True), focus)


def asked_of_one(node: Pattern) -> Pattern:
    """A pattern that gives the same whether $this is bound before or joined with it."""
    return lifted(node, None, False)


def _with(focus: Pattern | None, node: Pattern) -> Pattern:
    if focus is None:
        raise NotSetwise("nothing here binds $this")
    return focus if node == UNIT else Join(focus, node)


def _leaf(node: BGP | PathPattern, focus: Pattern | None, must: bool) -> Pattern:
    return _with(focus, node) if must and not mentions(node) else node


def _join(node: Join, focus: Pattern | None, must: bool) -> Pattern:
    if must and not mentions(node):
        return _with(focus, Join(lifted(node.left, focus, False), lifted(node.right, focus, False)))
    left = must and _binds(node.left)
    right = must and not left
    return Join(lifted(node.left, focus, left), lifted(node.right, focus, right))


def _binds(node: Pattern) -> bool:
    """Whether a pattern binds $this by itself, as far as is easily seen."""
    if isinstance(node, Filter | Extend | LeftJoin | Minus | Distinct | Reduced | OrderBy):
        return _binds(node.left if isinstance(node, LeftJoin | Minus) else node.pattern)
    if isinstance(node, Join):
        return _binds(node.left) or _binds(node.right)
    return mentions(node)


def _left_join(node: LeftJoin, focus: Pattern | None, must: bool) -> Pattern:
    must = must or mentions(node.right) or mentions(node.condition)
    left, right = lifted(node.left, focus, must), lifted(node.right, focus, False)
    return LeftJoin(left, right, node.condition)


def _minus(node: Minus, focus: Pattern | None, must: bool) -> Pattern:
    other = mentions(node.right)
    left = lifted(node.left, focus, must or other)
    return Minus(left, lifted(node.right, focus, other))


def _union(node: Union, focus: Pattern | None, must: bool) -> Pattern:
    must = must or mentions(node)
    return Union(lifted(node.left, focus, must), lifted(node.right, focus, must))


def _filter(node: Filter, focus: Pattern | None, must: bool) -> Pattern:
    inner = lifted(node.pattern, focus, must or mentions(node.condition))
    return replace(node, pattern=inner)


def _extend(node: Extend, focus: Pattern | None, must: bool) -> Pattern:
    if node.variable == THIS:
        raise NotSetwise("$this is bound again")
    inner = lifted(node.pattern, focus, must or mentions(node.expression))
    return replace(node, pattern=inner)


def _graph(node: Graph, focus: Pattern | None, must: bool) -> Pattern:
    if node.name == THIS:
        raise NotSetwise("a graph that is a focus node")
    return replace(node, pattern=lifted(node.pattern, None, must))


def _project(node: Project, focus: Pattern | None, must: bool) -> Pattern:
    if not must and not mentions(node):
        return node
    shown = node.variables if THIS in node.variables else (*node.variables, THIS)
    return Project(lifted(node.pattern, focus, True), shown)


def _same(node: Distinct | Reduced | OrderBy, focus: Pattern | None, must: bool) -> Pattern:
    more = isinstance(node, OrderBy) and mentions(node.conditions)
    return replace(node, pattern=lifted(node.pattern, focus, must or more))


def _group(node: Group, focus: Pattern | None, must: bool) -> Pattern:
    if not must and not mentions(node):
        return node
    keys = node.keys
    if not keys:
        raise NotSetwise("a group that is there even if nothing is in it")
    if (THIS, THIS) not in keys:
        keys = (*keys, (THIS, THIS))
    return replace(node, pattern=lifted(node.pattern, focus, True), keys=keys)


def _slice(node: Slice, focus: Pattern | None, must: bool) -> Pattern:
    if must or mentions(node):
        raise NotSetwise("so many solutions for each focus node")
    return node


_RULES: dict[type[Any], Callable[[Any, Pattern | None, bool], Pattern]] = {
    BGP: _leaf,
    PathPattern: _leaf,
    Join: _join,
    LeftJoin: _left_join,
    Minus: _minus,
    Union: _union,
    Filter: _filter,
    Extend: _extend,
    Graph: _graph,
    Project: _project,
    Distinct: _same,
    Reduced: _same,
    OrderBy: _same,
    Group: _group,
    Slice: _slice,
}


def _restricted(node: Pattern, focus: Pattern) -> Pattern:
    """The focus nodes joined in as deep as that is the same."""
    if any(one == focus for one in walk(node)) and not isinstance(node, Union):
        return node if _joined(node, focus) else Join(focus, node)
    if isinstance(node, Project | Distinct | Reduced | OrderBy | Filter | Extend | Group):
        return replace(node, pattern=_restricted(node.pattern, focus))
    if isinstance(node, LeftJoin | Minus):
        return replace(node, left=_restricted(node.left, focus))
    return Join(focus, node)


def _joined(node: Pattern, focus: Pattern) -> bool:
    """Whether all solutions are of focus nodes already."""
    if node == focus:
        return True
    if isinstance(node, Join):
        return _joined(node.left, focus) or _joined(node.right, focus)
    if isinstance(node, LeftJoin | Minus):
        return _joined(node.left, focus)
    if isinstance(node, Union):
        return _joined(node.left, focus) and _joined(node.right, focus)
    if isinstance(node, Project | Distinct | Reduced | OrderBy | Filter | Extend | Group):
        return _joined(node.pattern, focus)
    return False


def focus_pattern(targets: Sequence[tuple[Target, Sequence[Term]]]) -> Pattern:
    """The focus nodes of targets as a pattern that gives each once.

    With each target of a class go the classes below it and itself; none is a single node.
    """
    parts = [_target_pattern(*one) for one in targets]
    if len(parts) == 1 and len(targets[0][1]) == 1:
        return parts[0]
    return Distinct(Project(reduce(Union, parts), (THIS,)))


def _target_pattern(target: Target, classes: Sequence[Term]) -> Pattern:
    term, other = target.term, Variable("_:target")
    if target.kind == "SubjectsOf":
        return BGP((TriplePattern(THIS, term, other),))
    if target.kind == "ObjectsOf":
        return BGP((TriplePattern(other, term, THIS),))
    if len(classes) == 1:
        return BGP((TriplePattern(THIS, RDF_TYPE, classes[0]),))
    listed = Values((other,), tuple((one,) for one in classes))
    return Join(listed, BGP((TriplePattern(THIS, RDF_TYPE, other),)))
