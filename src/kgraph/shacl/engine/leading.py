"""From changed triples through the queries of shapes to the solutions that can have changed.

A triple that came matters in the state after the change, one that went in the state before it:
there it matches a pattern together with everything that has to hold around it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    BGP,
    Join,
    Link,
    NegatedPropertySet,
    Path,
    PathPattern,
    Pattern,
    TriplePattern,
    Variable,
    walk,
)
from kgraph.plan.operations import AskQuery
from kgraph.plan.points import PointPlan
from kgraph.plan.points.plan import Asking
from kgraph.plan.variables import names, nullable
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.queries import Given, Plans
from kgraph.shacl.engine.readings import (
    Element,
    NotAnalysable,
    Reading,
    Readings,
    predicates,
    readings,
    renamed,
)
from kgraph.shacl.model import ComponentConstraint, SparqlConstraint
from kgraph.shacl.sparql_constraints import THIS

Triple = tuple[int, int, int]
Query = SparqlConstraint | ComponentConstraint
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


@dataclass(frozen=True, slots=True)
class Lead:
    """How a match of what is read leads to values of $this and other variables."""

    reading: Reading
    predicates: frozenset[NamedNode] | None
    """Those that the reading reads; None: any."""
    taken: tuple[str, ...]
    """Values that the match has."""
    plan: PointPlan | None = None
    """What gives the others; None if there are none."""
    given: tuple[str, ...] = ()
    """The values of the match that the plan is given."""


@dataclass(frozen=True, slots=True)
class Leads:
    """All that leads from what a query reads to $this."""

    leads: tuple[Lead, ...]
    loose: tuple[Element, ...]
    """What is not connected with $this."""


class Readers:
    """What the queries of some shapes read, and the plans that lead from there to $this."""

    def __init__(self, plans: Plans) -> None:
        """Nothing is known yet; `plans` are of the same queries."""
        self._plans = plans
        self._readings: dict[int, Readings | str] = {}
        self._leads: dict[int, Leads | str] = {}

    def of(self, constraint: Query) -> Readings | str:
        """The readings of a query, or why there is no saying."""
        key = id(constraint)
        if key not in self._readings:
            try:
                if constraint.uses_shapes:
                    raise NotAnalysable("the query asks for the shapes")
                self._readings[key] = readings(_asked(constraint))
            except NotAnalysable as error:
                self._readings[key] = str(error)
        return self._readings[key]

    def leads(self, constraint: Query) -> Leads | str:
        """What leads to $this, and to other variables by which solutions can be chosen."""
        key = id(constraint)
        if key not in self._leads:
            known = self.of(constraint)
            if isinstance(known, str):
                self._leads[key] = known
            else:
                wanted = self._plans.selectable(constraint) | {THIS.name}
                leads = tuple(_lead(reading, wanted) for reading in known.leading)
                self._leads[key] = Leads(leads, known.loose)
        return self._leads[key]


def links(path: object) -> Iterator[NamedNode | None]:
    """The predicates that a path goes along; None: any."""
    for one in walk(path):
        if isinstance(one, NegatedPropertySet):
            yield None
        elif isinstance(one, Link):
            yield one.predicate


def predicates_read(read: Element) -> Iterator[NamedNode | None]:
    """The predicates of triples that matter to a pattern; None: any."""
    if isinstance(read, TriplePattern):
        yield read.predicate if isinstance(read.predicate, NamedNode) else None
    else:
        yield from links(read.path)
        if nullable(read.path):  # of length zero it is at the ends of any triple
            yield None


def _lead(reading: Reading, wanted: frozenset[str]) -> Lead:
    read, around = reading.read, reading.around
    matched = frozenset(end.name for end in _ends(read) if isinstance(end, Variable))
    taken = tuple(sorted(matched & wanted))
    read_by = frozenset(predicates_read(read))
    known = None if None in read_by else frozenset(one for one in read_by if one is not None)
    if not around and THIS.name in matched:
        return Lead(reading, known, taken)
    # A match says all of a triple pattern, unless that has another one inside.
    pattern = _together(around if matched == names(read) else (read, *around))
    there = names(pattern)
    shown = tuple(sorted((there & wanted) - matched))
    given = tuple(sorted(matched & there))
    return Lead(reading, known, taken, PointPlan(pattern, shown, given), given)


def _ends(read: Element) -> tuple[Any, ...]:
    """What a match has values for: of a path, where it begins."""
    if isinstance(read, TriplePattern):
        return read.subject, read.predicate, read.object
    return (read.subject,)


def _together(elements: Sequence[Element]) -> Pattern:
    """Patterns joined."""
    found: Pattern = BGP(tuple(one for one in elements if isinstance(one, TriplePattern)))
    for one in elements:
        if isinstance(one, PathPattern):
            found = Join(found, one)
    return found


def _asked(constraint: Query) -> Pattern:
    """The query, with the parameters of a component put in."""
    pattern = constraint.query.pattern
    if isinstance(constraint, SparqlConstraint):
        return pattern
    terms = {Variable(name): term for name, term in constraint.parameters}
    found: Pattern = renamed(pattern, terms)
    return found


def _is_free(read: PathPattern, around: Sequence[Element]) -> bool:
    """Whether nothing else binds an end of a path; if so, of length zero it is at any node."""
    bound = names(*around) | {THIS.name}
    ends = (read.subject, read.object)
    return all(isinstance(end, Variable) and end.name not in bound for end in ends)


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
            relevant = any(self._is_read(one) for one in predicates(constraint.query.pattern))
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

    def _is_read(self, read: Element) -> bool:
        return any(True for _ in self._matches(read, (), None))

    def _led(self, lead: Lead, wanted: Wanted | None) -> Iterator[Given]:
        """What a reading leads to from the changed triples."""
        reading = lead.reading
        asked: dict[tuple[int, tuple[int, ...]], set[tuple[int, ...]]] = {}
        for state, match in self._matches(reading.read, reading.around, wanted):
            taken = tuple([match[name] for name in lead.taken])
            if lead.plan is None:
                yield _given(lead.taken, taken)
            else:
                key = state, tuple([match[name] for name in lead.given])
                asked.setdefault(key, set()).add(taken)
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
        self, read: Element, around: Sequence[Element], wanted: Wanted | None
    ) -> Iterator[tuple[int, dict[str, int]]]:
        """What a pattern is bound to where a changed triple takes part in it, and in which state.

        A lead needs some of the variables only, so some of what is found may be the same.
        """
        if isinstance(read, TriplePattern):
            removed = self._changed.removed
            for triple in self._near(read, wanted):
                match = self._matched(_ends(read), triple)
                if match is not None:
                    yield 0 if triple in removed else 1, match
            return
        starts = self._touched(read.path)
        if nullable(read.path) and _is_free(read, around):
            starts = starts | {one for s, _, o in self._changed.triples for one in (s, o)}
        for start in starts:
            if wanted is None or read.subject != THIS or wanted(start):
                match = self._matched(_ends(read), (start,))
                if match is not None:
                    yield from ((state, match) for state in (0, 1))

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

    def _matched(self, nodes: tuple[Any, ...], values: tuple[int, ...]) -> dict[str, int] | None:
        match: dict[str, int] = {}
        for node, value in zip(nodes, values, strict=True):
            if isinstance(node, Variable):
                if match.setdefault(node.name, value) != value:
                    return None
            elif not isinstance(node, TriplePattern) and self._states[1].id_for(node) != value:
                return None
        return match


def _given(variables: Sequence[str], values: Sequence[int]) -> Given:
    """Values by name, $this first."""
    found = zip(variables, values, strict=True)
    return tuple(sorted(found, key=lambda one: (one[0] != THIS.name, one[0])))
