"""Clauses joined: what is new with all there is, a statement for each shape and new premise."""

from collections.abc import Callable

from kgraph.reason.sets.shapes import TYPE, Group, Pattern, Statement
from kgraph.reason.sets.tables import (
    EDGES_FOUND,
    PREFIX,
    TYPES_FOUND,
    Present,
    Tables,
    atom_source,
)
from kgraph.reason.sets.values import Decisions


class Joins:
    """The groups of clauses that are run, and what there is for them to join."""

    def __init__(self, tables: Tables, decisions: Decisions, check: Callable[[], None]) -> None:
        """`check` is called before each statement."""
        self._tables = tables
        self._cursor = tables.cursor
        self._decisions = decisions
        self._check = check
        self.groups: list[Group] = []
        self.present = Present()
        """Facts that were joined already, by predicate and class."""

    def run(self, new: Present) -> None:
        """Candidates from everything in which a new fact takes part."""
        for group in self.groups:
            self._evaluate(group, new)

    def _evaluate(self, group: Group, new: Present) -> None:
        """Join new facts with all, by the clauses of a group for which there are any."""
        head = group.shape.head
        assert head is not None
        for number in range(len(group.shape.body)):
            rows = [
                row
                for row in group.rows
                if all(
                    self._has(group, row, atom, new, _part(atom, number))
                    for atom in range(len(group.shape.body))
                )
            ]
            if not rows:
                continue
            self._check()
            statement = Statement(
                group.shape, rows, self._sources(group, number), self._tables.type
            )
            statement.subject_is_resource()
            self._decisions.bind(statement)
            self._insert(statement, head)

    def _sources(self, group: Group, number: int) -> Callable[[int], str]:
        def source(atom: int) -> str:
            predicate = group.shape.body[atom][1]
            return atom_source(
                predicate == TYPE, predicate[0] == "v", _part(atom, number), self._tables
            )

        return source

    def _insert(self, statement: Statement, head: Pattern) -> None:
        columns = [
            f"{statement.value(slot)} AS {name}"
            for slot, name in zip(head, "spo", strict=True)
            if slot != TYPE
        ]
        keys = ", ".join(name for slot, name in zip(head, "spo", strict=True) if slot != TYPE)
        text = f"SELECT {', '.join(columns)}, {statement.round()} AS round {statement.source()}"
        if statement.loses_variables():
            text = f"SELECT {keys}, min(round) AS round FROM ({text}) GROUP BY {keys}"
        if head[1][0] == "v":
            self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {PREFIX}_any AS {text}")
            self._tables.propose_from(f"{PREFIX}_any")
            return
        found = TYPES_FOUND if head[1] == TYPE else EDGES_FOUND
        self._tables.add(found, text)

    def _has(self, group: Group, row: tuple[int, ...], atom: int, new: Present, part: str) -> bool:
        """Whether there are facts for an atom, so far as its constants tell."""
        _, predicate, object_ = group.shape.body[atom]
        wanted = [p for name, p in (("old", self.present), ("new", new)) if part in (name, "all")]
        if predicate == TYPE:
            if object_[0] == "k":
                return any(row[object_[1]] in one.types for one in wanted)
            return any(one.types for one in wanted)
        if predicate[0] == "k":
            return any(row[predicate[1]] in one.edges for one in wanted)
        return any(wanted)


def _part(atom: int, number: int) -> str:
    """Which facts an atom reads where the one of this number reads the new ones."""
    if atom == number:
        return "new"
    return "old" if atom < number else "all"
