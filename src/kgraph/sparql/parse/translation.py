"""Group graph patterns to the algebra: SPARQL 1.1, section 18.2.2, step by step.

A group keeps its filters apart until it ends, as 18.2.2.2 has it: OPTIONAL takes those of its own
group as the condition of the join, but not those of a group inside it (18.2.2.6).
"""

from dataclasses import dataclass, field
from functools import reduce

from kgraph.plan.algebra import (
    BGP,
    UNIT,
    Call,
    Expression,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Minus,
    PathPattern,
    Pattern,
    TriplePattern,
    Variable,
)


@dataclass(slots=True)
class Group:
    """A group graph pattern while it is read: what it means so far and what is in scope.

    `triples` are those since the last element that ends a basic graph pattern; `bgp` is the
    identity of that pattern, which blank-node labels belong to.
    """

    pattern: Pattern = UNIT
    conditions: list[Expression] = field(default_factory=list)
    scope: dict[Variable, None] = field(default_factory=dict)
    triples: list[TriplePattern | PathPattern] = field(default_factory=list)
    bgp: object = field(default_factory=object)

    def end_bgp(self) -> None:
        """Join the triples since the last such call; runs between paths are BGPs (18.2.2.5)."""
        self.bgp = object()
        run: list[TriplePattern] = []
        for part in self.triples:
            if isinstance(part, TriplePattern):
                run.append(part)
            else:
                self._join_run(run)
                self.join(part)
        self._join_run(run)
        self.triples.clear()

    def _join_run(self, run: list[TriplePattern]) -> None:
        if run:
            self.join(BGP(tuple(run)))
            run.clear()

    def join(self, pattern: Pattern) -> None:
        """Any element that has no rule of its own; the empty pattern is left out (18.2.2.8)."""
        if self.pattern is UNIT:
            self.pattern = pattern
        elif pattern is not UNIT:
            self.pattern = Join(self.pattern, pattern)

    def optional(self, inner: "Group") -> None:
        """OPTIONAL: the inner group's own filters are the condition."""
        self.pattern = LeftJoin(self.pattern, inner.pattern, conjunction(inner.conditions))
        self.scope.update(inner.scope)

    def minus(self, inner: "Group") -> None:
        """MINUS: nothing of the inner group comes into scope."""
        self.pattern = Minus(self.pattern, inner.finished())

    def extend(self, variable: Variable, expression: Expression) -> None:
        """BIND."""
        self.pattern = Extend(self.pattern, variable, expression)
        self.scope[variable] = None

    def finished(self) -> Pattern:
        """The whole group: its filters last, as one condition."""
        condition = conjunction(self.conditions)
        return self.pattern if condition is None else Filter(condition, self.pattern)


def conjunction(conditions: list[Expression]) -> Expression | None:
    """All conditions as one; None where there are none."""
    if not conditions:
        return None
    return reduce(lambda left, right: Call("&&", (left, right)), conditions)
