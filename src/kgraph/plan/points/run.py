"""One run of a compiled plan, and what its steps are.

All variables and constants of a plan have a place, its slot, in one list, the row. A step is given
the row, puts what it finds into slots that are None, yields once for each solution, and puts None
back. So a step gives the solutions of its pattern that are compatible with what the row holds,
and a join is one step inside the other. Whoever stops a step before its end throws the row away.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from kgraph.identifiers import INLINE, LOCAL, PAYLOAD, SHIFT, Tag
from kgraph.plan.algebra import Term
from kgraph.plan.execution import Context
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.points.access import Access, access_to
from kgraph.store.graphs import Merge, Named, Union

Slots = list[Any]
"""Identifiers, or None; one slot has the blank nodes that BNODE made for a solution."""
Step = Callable[["Run", Slots], Iterator[None]]
ActiveGraph = Union

CHECK_EVERY = 0xFF
"""Work between two looks at the limits, less one; a mask."""

_SUBJECTS = frozenset({int(Tag.BLANK), int(Tag.IRI)})


class Run:
    """What steps share while a plan runs; not for several threads."""

    __slots__ = (
        "access",
        "blank",
        "context",
        "default",
        "id_for",
        "keys",
        "merges",
        "tables",
        "term_of",
        "work",
    )

    def __init__(self, context: Context) -> None:
        """A run under a context."""
        self.context = context
        self.access: Access = access_to(context.snapshot)
        assert not isinstance(context.default, Named)
        self.default: ActiveGraph = context.default
        self.id_for: Callable[[Term], int] = context.locals.id_for
        self.term_of: Callable[[int], Term] = context.locals.term_of
        self.merges: dict[int, Merge] = {}
        self.tables: dict[int, Any] = {}
        """What steps keep for the whole run, by the step's number."""
        self.keys: dict[int, Any] = {}
        """Sort keys by identifier."""
        self.work = 0
        self.blank: Slots = []
        """A row with nothing but the constants."""

    @property
    def functions(self) -> FunctionContext:
        """What functions know."""
        return self.context.functions

    def check(self) -> None:
        """Count some work; every so often, look whether the query is to stop."""
        self.work += 1
        if not self.work & CHECK_EVERY:
            self.context.limits.check()

    def graph(self, identifier: int) -> Merge:
        """One graph; the same object each time."""
        found = self.merges.get(identifier)
        if found is None:
            found = self.merges[identifier] = Merge((identifier,))
        return found


def is_node(identifier: int) -> bool:
    """Whether a term can be the subject of a triple in the store."""
    return identifier >> SHIFT in _SUBJECTS and identifier & PAYLOAD < LOCAL


def is_stored(identifier: int) -> bool:
    """Whether the store can hold triples with this term."""
    return identifier >> SHIFT in INLINE or identifier & PAYLOAD < LOCAL


def once(run: Run, row: Slots) -> Iterator[None]:
    """The step of the pattern that is always matched and binds nothing."""
    yield


def never(run: Run, row: Slots) -> Iterator[None]:
    """The step without solutions."""
    return iter(())


def sequence(steps: Sequence[Step]) -> Step:
    """One step inside the other."""
    if not steps:
        return once
    if len(steps) == 1:
        return steps[0]
    first, rest = steps[0], sequence(steps[1:])

    def run_sequence(run: Run, row: Slots) -> Iterator[None]:
        for _ in first(run, row):
            yield from rest(run, row)

    return run_sequence


def put(row: Slots, slots: Sequence[int], solutions: Iterable[Sequence[Any]]) -> Iterator[None]:
    """Yield for each solution that the row is compatible with, put into the row."""
    for solution in solutions:
        changed: list[int] = []
        for slot, value in zip(slots, solution, strict=True):
            if value is None:
                continue
            held = row[slot]
            if held is None:
                row[slot] = value
                changed.append(slot)
            elif held != value:
                break
        else:
            yield
        for slot in changed:
            row[slot] = None


def hiding(slots: Sequence[int], step: Step) -> Step:
    """A step that does not see what these slots hold; its solutions are compared afterwards."""
    if not slots:
        return step

    def run_hiding(run: Run, row: Slots) -> Iterator[None]:
        held = [(slot, row[slot]) for slot in slots if row[slot] is not None]
        for slot, _ in held:
            row[slot] = None
        for _ in step(run, row):
            own = [row[slot] for slot, _ in held]
            if all(
                mine is None or mine == value for mine, (_, value) in zip(own, held, strict=True)
            ):
                for slot, value in held:
                    row[slot] = value
                yield
                for (slot, _), mine in zip(held, own, strict=True):
                    row[slot] = mine
        for slot, value in held:
            row[slot] = value

    return run_hiding
