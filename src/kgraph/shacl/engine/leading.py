"""From changed triples through the queries of shapes to the solutions that can have changed.

A triple that came matters in the state after the change, one that went in the state before it:
there it matches a pattern together with everything that has to hold around it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    Path,
    PathPattern,
    TriplePattern,
    Variable,
)
from kgraph.plan.operations import AskQuery
from kgraph.plan.points import PointPlan
from kgraph.plan.points.plan import Asking
from kgraph.plan.variables import names, nullable
from kgraph.shacl.engine.leads import Ends, Lead, Query, Readers
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.queries import Given
from kgraph.shacl.engine.readings import (
    Element,
    predicates,
)
from kgraph.shacl.sparql_constraints import THIS

Triple = tuple[int, int, int]
Wanted = Callable[[int], bool]
"""Whether a focus node is to be looked at."""


@dataclass(frozen=True)
class Changed:
    """Triples of the union that came or went, by predicate and by subject."""

    triples: tuple[Triple, ...]
    removed: frozenset[Triple]
    by_predicate: dict[int, list[Triple]] = field(default_factory=dict)
    by_subject: dict[int, list[Triple]] = field(default_factory=dict)

    @classmethod
    def of(cls, added: Iterable[Triple], removed: Iterable[Triple]) -> "Changed":
        """The change of these."""
        gone = frozenset(removed)
        found = cls(tuple(dict.fromkeys((*added, *sorted(gone)))), gone)
        for triple in found.triples:
            found.by_predicate.setdefault(triple[1], []).append(triple)
            found.by_subject.setdefault(triple[0], []).append(triple)
        return found


class Leading:
    """The queries of shapes, and one change."""

    def __init__(
        self,
        states: tuple[Points, Points],
        changed: Changed,
        readers: Readers,
        touched: Callable[[Path], set[int]],
    ) -> None:
        """`touched` are the nodes from which a path leads over a changed triple."""
        self._states, self._changed, self._touched = states, changed, touched
        self._readers = readers
        self._changing = frozenset(map(states[1].term_of, changed.by_predicate))
        self._askings: dict[tuple[int, int], Asking] = {}

    def of(self, constraint: Query, wanted: Wanted | None = None) -> set[Given] | str:
        """What solutions that can have changed are known to bind; or why there is no saying.

        Of `wanted` focus nodes only.
        """
        if isinstance(constraint.query, AskQuery):
            relevant = any(map(self._is_read, map(Ends.of, predicates(constraint.query.pattern))))
            return "an sh:ask reads what has changed" if relevant else set()
        known = self._readers.leads(constraint)
        if isinstance(known, str):
            return known
        if any(self._is_read(one) for one in known.loose):
            return "the query reads something that is not connected with $this"
        found = set[Given]()
        for lead in known.leads:
            if lead.predicates is None or not lead.predicates.isdisjoint(self._changing):
                found.update(self._led(lead, wanted))
        return found

    def _is_read(self, ends: Ends) -> bool:
        return any(True for _ in self._matches(ends, (), None))

    def _led(self, lead: Lead, wanted: Wanted | None) -> Iterator[Given]:
        """What a reading leads to from the changed triples."""
        ends = lead.ends
        asked: dict[tuple[int, tuple[int, ...]], set[tuple[int, ...]]] = {}
        for state, match in self._matches(ends, lead.around, wanted):
            taken = ends.values(lead.taken, match)
            if lead.plan is None:
                yield _given(lead.taken, taken)
            else:
                asked.setdefault((state, ends.values(lead.given, match)), set()).add(taken)
        for (state, values), several in asked.items():
            assert lead.plan is not None
            variables = (*lead.plan.variables, *lead.taken)
            for row in set(self._asking(lead.plan, state)(values)):
                for taken in several:
                    found = _given(variables, (*row, *taken))  # type: ignore[arg-type]
                    if wanted is None or wanted(found[0][1]):
                        yield found

    def _asking(self, plan: PointPlan, state: int) -> Asking:
        key = id(plan), state
        if key not in self._askings:
            points = self._states[state]
            self._askings[key] = plan.asking(points.context, points.access)
        return self._askings[key]

    def _matches(
        self, ends: Ends, around: Sequence[Element], wanted: Wanted | None
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """What the ends are where a changed triple takes part in a match, and in which state.

        A lead needs some of the variables only, so some of what is found may be the same.
        """
        read, meets = ends.read, self._meeting(ends)
        if isinstance(read, TriplePattern):
            removed = self._changed.removed
            for triple in self._near(read, wanted):
                if meets(triple):
                    yield 0 if triple in removed else 1, triple
            return
        starts = self._touched(read.path)
        if nullable(read.path) and _is_free(read, around):
            starts = starts | {one for s, _, o in self._changed.triples for one in (s, o)}
        for start in starts:
            if wanted is None or read.subject != THIS or wanted(start):
                match = (start,)
                if meets(match):
                    yield from ((state, match) for state in (0, 1))

    def _meeting(self, ends: Ends) -> Callable[[tuple[int, ...]], bool]:
        """Whether values are those of the constants, and equal where they have to be."""
        id_for = self._states[1].id_for
        known = [
            (at, id_for(node))
            for at, node in enumerate(ends.nodes)
            if not isinstance(node, Variable | TriplePattern)
            and (at != 1 or not isinstance(node, NamedNode))  # chosen by its predicate already
        ]
        same = ends.same
        if not known and not same:
            return lambda match: True
        return lambda match: (
            all(match[at] == one for at, one in known)
            and all(match[one] == match[other] for one, other in same)
        )

    def _near(self, read: TriplePattern, wanted: Wanted | None) -> Iterable[Triple]:
        """Changed triples that may match a pattern."""
        changed = self._changed
        if isinstance(read.predicate, Variable):
            if wanted is None or read.subject != THIS:
                return changed.triples
            return [t for s, some in changed.by_subject.items() if wanted(s) for t in some]
        found = changed.by_predicate.get(self._states[1].id_for(read.predicate), [])  # type: ignore[arg-type]
        if wanted is None or THIS not in (read.subject, read.object):
            return found
        at = 0 if read.subject == THIS else 2
        return [triple for triple in found if wanted(triple[at])]


def _given(variables: Sequence[str], values: Sequence[int]) -> Given:
    """Values by name, $this first."""
    found = zip(variables, values, strict=True)
    return tuple(sorted(found, key=lambda one: (one[0] != THIS.name, one[0])))


def _is_free(read: PathPattern, around: Sequence[Element]) -> bool:
    """Whether nothing else binds an end of a path; if so, of length zero it is at any node."""
    bound = names(*around) | {THIS.name}
    ends = (read.subject, read.object)
    return all(isinstance(end, Variable) and end.name not in bound for end in ends)
