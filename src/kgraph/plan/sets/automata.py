"""A path as a machine of single steps: what a recursion walks where duplicates do not count.

A closure over a path of several steps would pair every start with every end of it, which a hub
makes quadratic. Step by step, each term is reached once in each state. Thompson's construction,
without its empty moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    OneOrMore,
    Path,
    SequencePath,
    ZeroOrMore,
    ZeroOrOne,
)


@dataclass(frozen=True, slots=True)
class Move:
    """From one state to another along a single step: a link or a negated set, or its inverse."""

    before: int
    step: Path
    after: int


@dataclass(frozen=True, slots=True)
class Automaton:
    """States are numbers, 0 the first; the moves, and the states in which a path may end."""

    moves: tuple[Move, ...]
    final: frozenset[int]


def automaton(path: Path) -> Automaton:
    """The machine of a path."""
    building = _Building()
    start, end = building.state(), building.state()
    building.add(path, start, end)
    reachable = {state: building.without_steps(state) for state in range(building.states)}
    moves = tuple(
        Move(state, step, after)
        for state in dict.fromkeys((start, *(move.after for move in building.moves)))
        for before, step, after in building.steps()
        if before in reachable[state]
    )
    return Automaton(moves, frozenset(q for q, others in reachable.items() if end in others))


class _Building:
    def __init__(self) -> None:
        self.states = 0
        self.moves: list[Move] = []
        self.empty: list[tuple[int, int]] = []

    def state(self) -> int:
        self.states += 1
        return self.states - 1

    def steps(self) -> Iterator[tuple[int, Path, int]]:
        return ((move.before, move.step, move.after) for move in self.moves)

    def add(self, path: Path, start: int, end: int) -> None:
        match path:
            case Link() | NegatedPropertySet() | Inverse(Link() | NegatedPropertySet()):
                self.moves.append(Move(start, path, end))
            case Inverse(inner):
                self.add(reversed_path(inner), start, end)
            case SequencePath(first, second):
                middle = self.state()
                self.add(first, start, middle)
                self.add(second, middle, end)
            case AlternativePath(left, right):
                self.add(left, start, end)
                self.add(right, start, end)
            case ZeroOrOne(inner):
                self.add(inner, start, end)
                self.empty.append((start, end))
            case ZeroOrMore(inner) | OneOrMore(inner):
                begin, again = self.state(), self.state()
                self.add(inner, begin, again)
                self.empty += [(start, begin), (again, begin), (again, end)]
                if isinstance(path, ZeroOrMore):
                    self.empty.append((start, end))

    def without_steps(self, state: int) -> set[int]:
        """The states that are reached from one without a step."""
        found, waiting = {state}, [state]
        while waiting:
            one = waiting.pop()
            further = {after for before, after in self.empty if before == one} - found
            found |= further
            waiting += further
        return found


def reversed_path(path: Path) -> Path:
    """The path that leads back."""
    match path:
        case Inverse(inner):
            return inner
        case SequencePath(first, second):
            return SequencePath(reversed_path(second), reversed_path(first))
        case AlternativePath(left, right):
            return AlternativePath(reversed_path(left), reversed_path(right))
        case ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            return type(path)(reversed_path(inner))
        case _:
            return Inverse(path)
