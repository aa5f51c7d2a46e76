"""How many rows a pattern will have, and how many triples are touched to find them.

Counts of the point index where a subject or object is given, else the statistics of predicates;
what a variable that is bound leaves of them is an average. Used to order joins, to choose the
executor, and in EXPLAIN.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode

from kgraph.identifiers import INLINE, LOCAL, PAYLOAD, SHIFT
from kgraph.plan.algebra import (
    Node,
    Pattern,
    TriplePattern,
    Variable,
)
from kgraph.plan.costs import RULES, Cost
from kgraph.plan.execution import Context
from kgraph.plan.variables import NONE, Analysis, Element, Names
from kgraph.store.graphs import UnionOfAll

_EVERYWHERE = UnionOfAll()

TRIPLES_OF_SUBJECT, TRIPLES_OF_OBJECT, PREDICATES = 8.0, 4.0, 30.0
"""Averages where the predicate is not known."""
CORRELATED = 0.5
"""The class of a subject that other triples have found is likelier than the average says."""


class _Known(NamedTuple):
    triples: float
    subjects: float
    objects: float


class Estimates:
    """Of the patterns of one query on one snapshot."""

    def __init__(self, context: Context, analysis: Analysis | None = None) -> None:
        """Under a context; `analysis` if the variables of the patterns are known already."""
        self.analysis = analysis or Analysis()
        self._snapshot, self._id_for = context.snapshot, context.locals.id_for
        self._total = max(1.0, float(context.snapshot.statistics.triples))
        self._known: dict[int, tuple[TriplePattern, _Known]] = {}
        self.scanned = 0.0
        """Triples of what was estimated and begins with neither subject nor object."""

    def of(self, node: Element, bound: Names) -> Cost:
        """The cost of a pattern where some variables are bound."""
        if isinstance(node, TriplePattern):
            rows = self.triple(node, bound)
            return Cost(rows, 1 + rows)
        return RULES[type(node)](self, node, bound)

    def triple(self, pattern: TriplePattern, bound: Names) -> float:
        """How many triples match where some variables are bound."""
        kept = self._known.get(id(pattern))
        if kept is None:
            kept = self._known[id(pattern)] = pattern, self._count(pattern)
        rows, subjects, objects = kept[1]
        subject, predicate, node = pattern.subject, pattern.predicate, pattern.object
        if isinstance(subject, Variable) and subject.name in bound:
            rows /= subjects
            if not isinstance(node, Variable | TriplePattern):
                rows = min(1.0, rows) ** CORRELATED
        if isinstance(node, Variable) and node.name in bound:
            rows /= objects
        if isinstance(predicate, Variable) and predicate.name in bound:
            rows /= PREDICATES
        return rows

    def _count(self, pattern: TriplePattern) -> _Known:
        s, p, o = (self._id(n) for n in (pattern.subject, pattern.predicate, pattern.object))
        if not all(one is None or _is_stored(one) for one in (s, p, o)):
            return _Known(0.0, 1.0, 1.0)
        statistics = None if p is None else self._snapshot.statistics.predicate(p)
        if statistics is not None:
            subjects, objects = max(1, statistics.subjects), max(1, statistics.objects)
        else:
            subjects = max(1, int(self._total / TRIPLES_OF_SUBJECT))
            objects = max(1, int(self._total / TRIPLES_OF_OBJECT))
        if s is not None or o is not None:
            count = self._snapshot.count(_EVERYWHERE, s, p, o)
        elif p is not None:
            count = 0.0 if statistics is None else statistics.triples
        else:
            count = self._total
        return _Known(count, subjects, objects)

    def _id(self, node: Node) -> int | None:
        if isinstance(node, Variable | TriplePattern):
            return None
        return self._id_for(node)

    def predicate(self, p: Node) -> float:
        """How many triples have a predicate."""
        identifier = self._id(p)
        found = None if identifier is None else self._snapshot.statistics.predicate(identifier)
        return self._total if identifier is None else float(found.triples if found else 0)

    def nodes(self) -> float:
        """How many terms are subjects or objects."""
        return self._total / TRIPLES_OF_OBJECT

    def degrees(self, p: NamedNode) -> tuple[float, float]:
        """How many objects a subject of a predicate has, and how many subjects an object."""
        identifier = self._id(p)
        found = None if identifier is None else self._snapshot.statistics.predicate(identifier)
        if not found:
            return 0.0, 0.0
        return found.triples / max(1, found.subjects), found.triples / max(1, found.objects)

    def order(self, elements: Sequence[Element], bound: Names) -> tuple[list[int], Cost]:
        """The places of the elements of a join in a good order, and what the join costs.

        Greedy: next comes what multiplies the rows least.
        """
        costs = {place: self.of(element, bound) for place, element in enumerate(elements)}
        order: list[int] = []
        rows, work = 1.0, 0.0
        while costs:
            place = min(costs, key=costs.__getitem__)
            element, cost = elements[place], costs.pop(place)
            order.append(place)
            self._note_scan(element, bound)
            work += rows * cost.work
            rows *= cost.rows
            new = self.certain(element) - bound
            bound = bound | new
            for other in costs:
                if not new.isdisjoint(self.analysis.names(elements[other])):
                    costs[other] = self.of(elements[other], bound)
        return order, Cost(rows, work)

    def _note_scan(self, element: Element, bound: Names) -> None:
        if isinstance(element, TriplePattern):
            ends = (element.subject, element.object)
            if all(isinstance(end, Variable) and end.name not in bound for end in ends):
                self.scanned += self.triple(element, NONE)

    def certain(self, element: Element) -> Names:
        """The variables that an element of a join surely binds."""
        if isinstance(element, TriplePattern):
            return self.analysis.names(element)
        return self.analysis.of(element).certain

    def then(self, first: Cost, second: Pattern, bound: Names) -> Cost:
        """The cost of a pattern for each row of another."""
        cost = self.of(second, bound)
        return Cost(first.rows * cost.rows, first.work + first.rows * cost.work)


def _is_stored(identifier: int) -> bool:
    return identifier >> SHIFT in INLINE or identifier & PAYLOAD < LOCAL
