"""What leads from what a query reads to its $this: worked out once, before there is a change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    BGP,
    Join,
    Link,
    NegatedPropertySet,
    PathPattern,
    Pattern,
    TriplePattern,
    Variable,
    walk,
)
from kgraph.plan.points import PointPlan
from kgraph.plan.variables import names, nullable
from kgraph.shacl.engine.queries import Plans
from kgraph.shacl.engine.readings import (
    Element,
    NotAnalysable,
    Reading,
    Readings,
    readings,
    renamed,
)
from kgraph.shacl.model import ComponentConstraint, SparqlConstraint
from kgraph.shacl.sparql_constraints import THIS

Query = SparqlConstraint | ComponentConstraint


@dataclass(frozen=True, slots=True)
class Ends:
    """What a match of a pattern has values for: all of a triple; of a path, where it begins."""

    read: Element
    nodes: tuple[Any, ...]
    places: dict[str, int]
    """Of each variable, the first."""
    same: tuple[tuple[int, int], ...]
    """Places that have to be equal."""

    @classmethod
    def of(cls, read: Element) -> "Ends":
        """Those of a triple pattern or a path."""
        triple = isinstance(read, TriplePattern)
        nodes = (read.subject, read.predicate, read.object) if triple else (read.subject,)  # type: ignore[union-attr]
        places: dict[str, int] = {}
        same = []
        for at, node in enumerate(nodes):
            if isinstance(node, Variable) and places.setdefault(node.name, at) != at:
                same.append((places[node.name], at))
        return cls(read, nodes, places, tuple(same))

    def values(self, names: Iterable[str], match: tuple[int, ...]) -> tuple[int, ...]:
        """Those that a match has for some of the variables."""
        places = self.places
        return tuple([match[places[name]] for name in names])


@dataclass(frozen=True, slots=True)
class Lead:
    """How a match of what is read leads to values of $this and other variables."""

    ends: Ends
    around: tuple[Element, ...]
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
    loose: tuple[Ends, ...]
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
                found = tuple(_lead(reading, wanted) for reading in known.leading)
                self._leads[key] = Leads(found, tuple(map(Ends.of, known.loose)))
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
    ends = Ends.of(read)
    matched = frozenset(ends.places)
    taken = tuple(sorted(matched & wanted))
    read_by = frozenset(predicates_read(read))
    known = None if None in read_by else frozenset(one for one in read_by if one is not None)
    if not around and THIS.name in matched:
        return Lead(ends, around, known, taken)
    # A match says all of a triple pattern, unless that has another one inside.
    pattern = _together(around if matched == names(read) else (read, *around))
    there = names(pattern)
    shown = tuple(sorted((there & wanted) - matched))
    given = tuple(sorted(matched & there))
    return Lead(ends, around, known, taken, PointPlan(pattern, shown, given), given)


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
