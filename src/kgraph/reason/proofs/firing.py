"""A domain rule on a few triples, by the naive evaluator: whether it makes a head of them."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from pyoxigraph import Triple

from kgraph.plan.algebra import BGP, Join, Pattern, TriplePattern, Values, Variable
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.exists import under
from kgraph.plan.naive.matching import match
from kgraph.plan.naive.queries import evaluate
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.operations import ConstructQuery
from kgraph.reason.domain import Rule
from kgraph.terms import Term


def gives(rule: Rule, head: Triple, triples: set[Triple]) -> bool:
    """Whether a rule makes a head of these triples.

    The head is put into the body first (SPARQL 1.2, as for EXISTS): solutions for other heads
    would take most of the time.
    """
    for solution in _solutions(rule, head):
        body = _narrowed(under(rule.body, solution))
        found = evaluate(ConstructQuery(rule.template, body), Dataset(triples))
        if isinstance(found, frozenset) and head in found:
            return True
    return False


def _solutions(rule: Rule, head: Triple) -> Iterator[Solution]:
    for template in rule.template:
        found = match(template, head, Solution())
        if found is not None:
            yield found


def _narrowed(pattern: Any) -> Any:
    """A pattern joined with one row has its terms in it: the same solutions, sooner."""
    if isinstance(pattern, Join) and isinstance(pattern.left, BGP):
        row = pattern.right
        if isinstance(row, Values) and len(row.rows) == 1:
            known = {
                variable.name: term
                for variable, term in zip(row.variables, row.rows[0], strict=True)
                if term is not None
            }
            return Join(BGP(tuple(_filled(t, known) for t in pattern.left.triples)), row)
    parts = {
        field.name: _narrowed(part)
        for field in fields(pattern)
        if isinstance(part := getattr(pattern, field.name), Pattern)
    }
    return replace(pattern, **parts)


def _filled(triple: TriplePattern, known: dict[str, Term]) -> TriplePattern:
    s, p, o = (
        known.get(part.name, part) if isinstance(part, Variable) else part
        for part in (triple.subject, triple.predicate, triple.object)
    )
    return TriplePattern(s, p, o)
