"""What is known, while a plan is compiled, of the row that a step will be given."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from kgraph.plan.algebra import Pattern, Term
from kgraph.plan.points.run import ActiveGraph, Run, Slots
from kgraph.plan.variables import NONE, Bindings, Names


@dataclass(slots=True)
class Layout:
    """The slots of a plan's row: variables of all scopes, and constants."""

    size: int = 1
    constants: dict[Term, int] = field(default_factory=dict)
    lasting: tuple[object, Slots, list[tuple[Term, int]]] | None = None
    """A row with the identifiers that stay while the runs do, and the constants that it lacks."""

    blank_nodes = 0
    """The slot of the blank nodes that BNODE made for a solution."""

    def fresh(self) -> int:
        """A new slot."""
        self.size += 1
        return self.size - 1

    def constant(self, term: Term) -> int:
        """The slot that holds the identifier of a term."""
        if term not in self.constants:
            self.constants[term] = self.fresh()
        return self.constants[term]

    def filled(self, run: Run) -> Slots:
        """The row that a run begins with."""
        runs = run.context.snapshot.dictionary.runs
        lasting = self.lasting
        if lasting is None or lasting[0] is not runs or len(lasting[1]) != self.size:
            lasting = self.lasting = self._lasting(run, runs)
        row = lasting[1].copy()
        for term, slot in lasting[2]:
            row[slot] = run.id_for(term)
        return row

    def _lasting(self, run: Run, runs: object) -> tuple[object, Slots, list[tuple[Term, int]]]:
        row: Slots = [None] * self.size
        others = []
        for term, slot in self.constants.items():
            row[slot] = run.context.snapshot.dictionary.lasting_id(term)
            if row[slot] is None:
                others.append((term, slot))
        return runs, row, others


class Scope:
    """The variables that are one and the same by name; a subquery has a scope of its own."""

    __slots__ = ("_slots", "layout")

    def __init__(self, layout: Layout, shared: dict[str, int] | None = None) -> None:
        """`shared` are the variables of the scope around that are seen here."""
        self.layout = layout
        self._slots = dict(shared or {})

    def slot(self, name: str) -> int:
        """The slot of a variable."""
        if name not in self._slots:
            self._slots[name] = self.layout.fresh()
        return self._slots[name]

    def slots(self, names: Iterable[str]) -> tuple[int, ...]:
        """Slots of several variables, in their order."""
        return tuple(self.slot(name) for name in names)

    def inner(self, shown: Iterable[str]) -> "Scope":
        """The scope of a subquery that shows these."""
        return Scope(self.layout, {name: self.slot(name) for name in shown})


@dataclass(frozen=True, slots=True)
class Env:
    """What a step is compiled for."""

    scope: Scope
    bound: Names = NONE
    """Surely not None when the step begins."""
    maybe: Names = NONE
    """Possibly not None; all others surely are None."""
    given: Names = NONE
    """In EXISTS: what the solution around brings to every part of the pattern."""
    graph: int | None = None
    """The slot of the active graph; None is the default graph."""
    entry: int | None = None
    """In EXISTS: the slot of the row around, as it is when EXISTS is asked."""
    runs: float = 1.0
    """How often the step begins, by estimate; 1 if it surely begins once."""

    def slot(self, name: str) -> int:
        """The slot of a variable."""
        return self.scope.slot(name)

    def without(self, names: Names) -> "Env":
        """The same for a row in which these are hidden."""
        if not names & (self.maybe | self.given):
            return self
        return replace(
            self,
            bound=self.bound - names,
            maybe=self.maybe - names,
            given=self.given - names,
        )

    def after(self, found: Bindings, rows: float = 2.0) -> "Env":
        """The same once a pattern has been matched that gives so many rows."""
        return replace(
            self,
            bound=self.bound | found.certain,
            maybe=self.maybe | found.possible,
            runs=max(1.1, self.runs * rows),
        )

    def alone(self) -> "Env":
        """For a row that has nothing but what EXISTS gives."""
        return replace(self, bound=self.bound & self.given, maybe=self.maybe & self.given, runs=1.0)

    def cleaner(self) -> Callable[[Run, Slots], Slots]:
        """What makes such a row for another."""
        kept = {self.scope.slot(name) for name in self.given}
        kept |= {slot for slot in (self.graph, self.entry) if slot is not None}

        def clean(run: Run, row: Slots) -> Slots:
            fresh = run.blank.copy()
            for slot in kept:
                fresh[slot] = row[slot]
            return fresh

        return clean

    def hazards(self, names: Names, safe: Names) -> Names:
        """Of these variables, those that the row may hold though the pattern should not see it."""
        return (names - safe - self.given) & self.maybe

    def active(self, run: Run, row: Slots) -> ActiveGraph:
        """The active graph, when the step runs."""
        return run.default if self.graph is None else run.graph(row[self.graph])


def given_after(pattern: Pattern, given: Names) -> Names:
    """What EXISTS still brings to the solutions of a pattern: all, but for a bare GROUP BY."""
    kind = type(pattern).__name__
    while kind in ("Filter", "Extend", "OrderBy", "Distinct", "Reduced", "Slice"):
        pattern = pattern.pattern  # type: ignore[union-attr]
        kind = type(pattern).__name__
    return NONE if kind == "Group" else given
