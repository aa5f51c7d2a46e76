"""What a term alone decides: the constraints on single values (sections 4.1, 4.3, 4.4, 4.8)."""

from collections.abc import Callable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.plan.functions.comparison import compare
from kgraph.plan.functions.regex import compiled
from kgraph.shacl.model import (
    Datatype,
    LanguageIn,
    Length,
    NodeKind,
    OneOf,
    Pattern,
    ValueConstraint,
    ValueRange,
)
from kgraph.terms import Term
from kgraph.values.literals import DATATYPES, ExpressionError, value_of

Test = Callable[[Term], bool]
_KNOWN = frozenset(DATATYPES.values())
_ORDERS: dict[str, frozenset[int]] = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
}


def in_order(left: Term, operator: str, right: Term) -> bool:
    """Whether two terms stand in an order; those that cannot be compared do not."""
    try:
        found = compare(left, right)
    except ExpressionError:
        return False
    return found is not None and found in _ORDERS[operator]


def test_of(constraint: ValueConstraint) -> Test:
    """The condition that a constraint puts on a term."""
    return _TESTS[type(constraint)](constraint)


def _datatype(constraint: Datatype) -> Test:
    wanted = constraint.datatype
    known = wanted in _KNOWN

    def test(term: Term) -> bool:
        if not isinstance(term, Literal) or term.datatype != wanted:
            return False
        return not known or _has_value(term)

    return test


def _has_value(literal: Literal) -> bool:
    try:
        value_of(literal)
    except ExpressionError:
        return False
    return True


def _node_kind(constraint: NodeKind) -> Test:
    kinds = {"IRI": NamedNode, "BlankNode": BlankNode, "Literal": Literal}
    wanted = tuple(kinds[name] for name in constraint.kinds)
    return lambda term: isinstance(term, wanted)


def _range(constraint: ValueRange) -> Test:
    return lambda term: in_order(term, constraint.operator, constraint.bound)


def _length(constraint: Length) -> Test:
    number, at_most = constraint.characters, constraint.at_most

    def test(term: Term) -> bool:
        if isinstance(term, BlankNode | Triple):
            return False
        return len(term.value) <= number if at_most else len(term.value) >= number

    return test


def _pattern(constraint: Pattern) -> Test:
    search = compiled(constraint.pattern, constraint.flags).search

    def test(term: Term) -> bool:
        return not isinstance(term, BlankNode | Triple) and search(term.value) is not None

    return test


def _language_in(constraint: LanguageIn) -> Test:
    ranges = [one.lower() for one in constraint.ranges]

    def test(term: Term) -> bool:
        if not isinstance(term, Literal) or not term.language:
            return False
        tag = term.language.lower()
        return any(one == "*" or tag == one or tag.startswith(f"{one}-") for one in ranges)

    return test


def _one_of(constraint: OneOf) -> Test:
    terms = frozenset(constraint.terms)
    return lambda term: term in terms


_TESTS: dict[type[Any], Callable[[Any], Test]] = {
    Datatype: _datatype,
    NodeKind: _node_kind,
    ValueRange: _range,
    Length: _length,
    Pattern: _pattern,
    LanguageIn: _language_in,
    OneOf: _one_of,
}
