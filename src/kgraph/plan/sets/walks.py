"""Property paths as SELECTs of pairs (section 18.4): from where, to where, as often as it happens.

A walk begins at given terms or anywhere. Any number of steps is a recursion from its beginnings,
each pair once; a path of length zero links what it begins with to itself, in the graph or not.
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
from kgraph.plan.sets.automata import automaton, reversed_path
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import SEMI_JOIN, recursion, with_tables


@dataclass(frozen=True, slots=True)
class Starts:
    """A SELECT of the terms from which walks begin, each once: `s`, and `g` where graphs differ."""

    sql: str
    by_graph: bool
    """Whether it has a column `g`."""
    constant: int | None = None
    """The only one, where it is known."""
    cheap: bool = False
    """Whether computing it twice costs nothing worth keeping."""


def empties(path: Path) -> bool:
    """Whether a path can have length zero."""
    match path:
        case ZeroOrMore() | ZeroOrOne():
            return True
        case Inverse(inner) | OneOrMore(inner):
            return empties(inner)
        case SequencePath(first, second):
            return empties(first) and empties(second)
        case AlternativePath(left, right):
            return empties(left) or empties(right)
        case _:
            return False


def begins_empty(path: Path) -> bool:
    """Whether a walk can begin with a part of length zero."""
    match path:
        case SequencePath(first, _):
            return begins_empty(first)
        case AlternativePath(left, right):
            return begins_empty(left) or begins_empty(right)
        case ZeroOrMore() | ZeroOrOne():
            return True
        case OneOrMore(inner):
            return empties(inner) or begins_empty(inner)
        case Inverse(Link() | NegatedPropertySet()):
            return False
        case Inverse(inner):
            return begins_empty(reversed_path(inner))
        case _:
            return False


def recursive(path: Path) -> bool:
    """Whether where it begins decides how much work a path is."""
    match path:
        case ZeroOrMore() | OneOrMore() | ZeroOrOne():
            return True
        case Inverse(inner):
            return recursive(inner)
        case SequencePath(first, second) | AlternativePath(first, second):
            return recursive(first) or recursive(second)
        case _:
            return False


class Walks:
    """Prints paths over the active graph."""

    def __init__(self, compiler: Compiler) -> None:
        """The graph is that of the compiler's scope."""
        self.compiler = compiler
        self.by_graph = compiler.scope.carrier is not None
        self.columns = ("s", "o", "g") if self.by_graph else ("s", "o")

    def pairs(self, path: Path, starts: Starts | None) -> str:
        """A SELECT of s, o (and g); without `starts`, from every node of the graph."""
        match path:
            case Link() | NegatedPropertySet() | Inverse(Link() | NegatedPropertySet()):
                return self._begun(self._steps(path), starts)
            case Inverse(inner):
                return self.pairs(reversed_path(inner), starts)
            case SequencePath(first, second):
                return self._sequence(first, second, starts)
            case AlternativePath(left, right):
                return self._either(left, right, starts)
            case ZeroOrOne(inner):
                return self._optional(inner, starts)
            case ZeroOrMore() | OneOrMore():
                return self._closure(path, starts)

    def nodes(self) -> str:
        """A SELECT of the subjects and objects of the active graph, each once."""
        g = ", g" if self.by_graph else ""
        source = self._source("spo")
        return f"SELECT s{g} FROM {source} AS a UNION SELECT o AS s{g} FROM {source} AS b"

    def _source(self, order: str) -> str:
        compiler = self.compiler
        return compiler.context.snapshot.relation(compiler.scope.graphs, order=order)

    def _steps(self, path: Path) -> str:
        """A SELECT of single steps."""
        return " UNION ALL ".join(
            f"SELECT {'o AS s, s AS o' if backward else 's, o'}{', g' if self.by_graph else ''} "
            f"FROM {self._source('pos')} AS step WHERE {condition}"
            for condition, backward in self._kinds(path)
        )

    def _kinds(self, path: Path) -> Iterator[tuple[str, bool]]:
        """Conditions on the predicate, and whether the step leads backward."""
        inner, backward = (path.path, True) if isinstance(path, Inverse) else (path, False)
        constant = self.compiler.constant
        if isinstance(inner, Link):
            yield f"p = {constant(inner.predicate)}", backward
        if isinstance(inner, NegatedPropertySet):
            for excluded, other in ((inner.forward, False), (inner.inverse, True)):
                if excluded or (not other and not inner.inverse):
                    listed = ", ".join(str(constant(predicate)) for predicate in excluded)
                    condition = f"p NOT IN ({listed})" if excluded else "true"
                    yield condition, backward != other

    def _begun(self, steps: str, starts: Starts | None) -> str:
        """Those of the steps that begin where walks do."""
        if starts is None:
            return steps
        shown = ", ".join(f"e.{column}" for column in self.columns)
        if starts.constant is not None and not starts.by_graph:
            return f"SELECT {shown} FROM ({steps}) AS e WHERE e.s = {starts.constant}"
        same = "e.s = b.s AND e.g = b.g" if starts.by_graph else "e.s = b.s"
        return f"SELECT {shown} FROM ({steps}) AS e {SEMI_JOIN} ({starts.sql}) AS b ON {same}"

    def _either(self, left: Path, right: Path, starts: Starts | None) -> str:
        kept, given = self._kept(starts)
        shown = ", ".join(self.columns)
        one, other = self.pairs(left, kept), self.pairs(right, kept)
        both = f"SELECT {shown} FROM ({one}) AS a UNION ALL SELECT {shown} FROM ({other}) AS b"
        return with_tables(given, both)

    def _sequence(self, first: Path, second: Path, starts: Starts | None) -> str:
        same = "a.o = b.s AND a.g = b.g" if self.by_graph else "a.o = b.s"
        shown = "a.s, b.o, a.g" if self.by_graph else "a.s, b.o"
        before = self.pairs(first, starts)
        if not recursive(second):
            after = self.pairs(second, None)
            return f"SELECT {shown} FROM ({before}) AS a, ({after}) AS b WHERE {same}"
        table = self.compiler.fresh("walked")
        g = ", g" if self.by_graph else ""
        middle = Starts(f"SELECT DISTINCT o AS s{g} FROM {table}", self.by_graph)
        after = self.pairs(second, middle)
        return with_tables(
            [(table, before)],
            f"SELECT {shown} FROM {table} AS a, ({after}) AS b WHERE {same}",
        )

    def _zero(self, starts: Starts | None) -> str:
        """A SELECT of the walks of length zero."""
        g = ", g" if self.by_graph else ""
        source = self.nodes() if starts is None else starts.sql
        return f"SELECT s, s AS o{g} FROM ({source}) AS z"

    def _optional(self, inner: Path, starts: Starts | None) -> str:
        kept, given = self._kept(starts)
        shown = ", ".join(self.columns)
        once = self.pairs(inner, kept)
        both = (
            f"SELECT {shown} FROM ({self._zero(kept)}) AS z UNION SELECT {shown} FROM ({once}) AS f"
        )
        return with_tables(given, both)

    def _kept(self, starts: Starts | None) -> tuple[Starts | None, list[tuple[str, str]]]:
        """The starts from a table that is computed once, where that is worth it."""
        if starts is None or starts.cheap:
            return starts, []
        table = self.compiler.fresh("begun")
        kept = Starts(f"SELECT * FROM {table}", starts.by_graph, starts.constant, cheap=True)
        return kept, [(table, starts.sql)]

    def _closure(self, path: ZeroOrMore | OneOrMore, starts: Starts | None) -> str:
        """Everything that any number of steps leads to: ALP of section 18.4."""
        inner = _without_zero(path.path)
        if not _single(inner):
            return self._by_states(path, starts)
        zero = isinstance(path, ZeroOrMore) or empties(path.path)
        begun = self._zero(starts) if zero else self.pairs(inner, starts)
        name = self.compiler.fresh("reached")
        same = f"r.o = e.s{' AND r.g = e.g' if self.by_graph else ''}"
        shown = "r.s, e.o, r.g" if self.by_graph else "r.s, e.o"
        return recursion(
            name,
            self.columns,
            f"SELECT {', '.join(self.columns)} FROM ({begun}) AS begun",
            f"SELECT {shown} FROM {name} AS r, ({self.pairs(inner, None)}) AS e WHERE {same}",
            query=self.compiler.number,
        )

    def _by_states(self, path: ZeroOrMore | OneOrMore, starts: Starts | None) -> str:
        """The same for a path of several steps: each term once in each state of its machine."""
        machine = automaton(path)
        name, moves = self.compiler.fresh("reached"), self.compiler.fresh("moves")
        g = ", g" if self.by_graph else ""
        begun = (
            starts.sql if starts is not None else f"SELECT DISTINCT s{g} FROM {moves} WHERE q = 0"
        )
        if starts is None and 0 in machine.final:
            begun = self.nodes()
        if starts is not None and self.by_graph and not starts.by_graph:
            first = f"SELECT DISTINCT s, g FROM {moves} WHERE q = 0"
            begun = f"SELECT m.s, m.g FROM ({first}) AS m {SEMI_JOIN} ({begun}) AS b ON m.s = b.s"
        edges = " UNION ALL ".join(
            f"SELECT {move.before} AS q, {move.after} AS n, s, o{g} "
            f"FROM ({self._steps(move.step)}) AS m"
            for move in machine.moves
        )
        same = f"r.o = e.s AND r.q = e.q{' AND r.g = e.g' if self.by_graph else ''}"
        walked = recursion(
            name,
            ("q", *self.columns),
            f"SELECT 0 AS q, s, s AS o{g} FROM ({begun}) AS begun",
            f"SELECT e.n, r.s, e.o{', r.g' if self.by_graph else ''} "
            f"FROM {name} AS r, {moves} AS e WHERE {same}",
            (moves, edges),
            query=self.compiler.number,
        )
        final = ", ".join(str(state) for state in sorted(machine.final))
        shown = ", ".join(self.columns)
        return f"SELECT DISTINCT {shown} FROM ({walked}) AS w WHERE q IN ({final})"


def _single(path: Path) -> bool:
    """Whether it is one predicate, forward or backward."""
    return isinstance(path.path if isinstance(path, Inverse) else path, Link)


def _without_zero(path: Path) -> Path:
    """A path that leads to the same in a closure, where steps of length zero add nothing."""
    match path:
        case ZeroOrMore(inner) | ZeroOrOne(inner) | OneOrMore(inner):
            return _without_zero(inner)
        case AlternativePath(left, right):
            return AlternativePath(_without_zero(left), _without_zero(right))
        case _:
            return path
