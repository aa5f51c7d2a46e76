"""What follows from one triple by clauses of one premise each, however many in a row.

Subclasses, domains, ranges, subproperties and inverses of a whole ontology are walked once, so
that the closure needs one join where it would need a round for each step.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from kgraph.reason.clauses import Clause

Step = tuple[str, int, int]
"""A kind of step (`sco`, `dom`, `rng`, `spo`, `inv`), where from, where to: classes, properties."""


@dataclass(frozen=True, slots=True, order=True)
class Distance:
    """Rounds from the premise, and the round before which the axioms do not let it be."""

    steps: int = 0
    after: int = 0

    def further(self, after: int) -> "Distance":
        """One step more, by an axiom of this round."""
        return Distance(self.steps + 1, max(self.after, after) + 1)

    @property
    def cost(self) -> tuple[int, int]:
        """The smaller the earlier."""
        return max(self.steps, self.after), self.steps


def step_of(clause: Clause, type_: int) -> Step | None:
    """The step that a clause makes; None if it is of another shape."""
    head = clause.head
    if len(clause.body) != 1 or clause.conditions or head is None:
        return None
    (body,) = clause.body
    x, p, y = body.parts
    if isinstance(p, str) or isinstance(head.predicate, str) or not isinstance(x, str):
        return None
    if head.predicate == type_:
        if isinstance(head.object, str):
            return None
        if p == type_:
            kind = "sco" if isinstance(y, int) and head.subject == x else None
            return None if kind is None else (kind, int(y), head.object)
        if not isinstance(y, str) or x == y:
            return None
        kind = {x: "dom", y: "rng"}.get(str(head.subject))
        return None if kind is None else (kind, p, head.object)
    if p == type_ or not isinstance(y, str) or x == y:
        return None
    kind = {(x, y): "spo", (y, x): "inv"}.get((str(head.subject), str(head.object)))
    return None if kind is None else (kind, p, head.predicate)


@dataclass
class Reach:
    """Rows of what follows, in the order of the columns that they are joined by."""

    classes: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Class, class, steps, after."""
    types: list[tuple[int, int, bool, int, int, bool]] = field(default_factory=list)
    """Property, class; of the object or the subject; steps, after; only if it is no literal."""
    edges: list[tuple[int, int, bool, int, int, bool]] = field(default_factory=list)
    """Property, property; turned round or not; steps, after; only if the object is no literal."""


class _Steps:
    def __init__(self, clauses: Iterable[tuple[Step, int]]) -> None:
        self.by: dict[str, dict[int, dict[int, int]]] = {
            kind: defaultdict(dict) for kind in ("sco", "dom", "rng", "spo", "inv")
        }
        for (kind, start, end), after in clauses:
            known = self.by[kind][start]
            known[end] = min(after, known.get(end, after))

    def of(self, kind: str, start: int) -> Iterable[tuple[int, int]]:
        return self.by[kind].get(start, {}).items()


def reach_of(steps: Iterable[tuple[Step, int]]) -> Reach:
    """Everything that steps lead to, each given with the round of its latest axiom."""
    known = _Steps(steps)
    found = Reach()
    for class_ in known.by["sco"]:
        for end, far in _walk(("class", class_, False, False), known):
            if end[1] != class_:
                found.classes.append((class_, end[1], far.steps, far.after))
    properties = {p for kind in ("dom", "rng", "spo", "inv") for p in known.by[kind]}
    for start in properties:
        _property(start, known, found)
    return found


Place = tuple[str, int, bool, bool]
"""`class` or `property`; which; turned round (a class: of the object); through a turned triple."""


def _property(start: int, known: _Steps, found: Reach) -> None:
    types: dict[tuple[int, bool], list[tuple[Distance, bool]]] = defaultdict(list)
    edges: dict[tuple[int, bool], list[tuple[Distance, bool]]] = defaultdict(list)
    for (kind, end, turned, tainted), far in _walk(("property", start, False, False), known):
        if kind == "class":
            types[end, turned].append((far, tainted or turned))
        elif (end, turned) != (start, False):
            edges[end, turned].append((far, tainted))
    for table, rows in ((types, found.types), (edges, found.edges)):
        for (end, turned), ways in table.items():
            for far, tainted in _best(ways):
                rows.append((start, end, turned, far.steps, far.after, tainted))


def _best(ways: list[tuple[Distance, bool]]) -> Iterator[tuple[Distance, bool]]:
    """Those ways that no other one makes idle; a premise may be late, so several can remain."""
    kept: list[tuple[Distance, bool]] = []
    for far, tainted in sorted(ways, key=lambda way: (way[1], way[0])):
        if not any(
            one.steps <= far.steps and one.after <= far.after and strict <= tainted
            for one, strict in kept
        ):
            kept.append((far, tainted))
            yield far, tainted


def _walk(start: Place, known: _Steps) -> Iterator[tuple[Place, Distance]]:
    """All places that can be reached, each by the way that is taken first."""
    done: set[Place] = set()
    queue: list[tuple[tuple[int, int], Place, Distance]] = []
    heappush(queue, ((0, 0), start, Distance()))
    while queue:
        _, place, far = heappop(queue)
        if place in done:
            continue
        done.add(place)
        yield place, far
        for after, following in _following(place, known):
            if following not in done:
                further = far.further(after)
                heappush(queue, (further.cost, following, further))


def _following(place: Place, known: _Steps) -> Iterator[tuple[int, Place]]:
    kind, at, turned, tainted = place
    if kind == "class":
        for end, after in known.of("sco", at):
            yield after, ("class", end, turned, tainted)
        return
    for end, after in known.of("spo", at):
        yield after, ("property", end, turned, tainted)
    for end, after in known.of("inv", at):
        yield after, ("property", end, not turned, True)
    for end, after in known.of("dom", at):
        yield after, ("class", end, turned, tainted)
    for end, after in known.of("rng", at):
        yield after, ("class", end, not turned, tainted)
