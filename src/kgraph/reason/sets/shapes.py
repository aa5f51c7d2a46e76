"""Clauses that differ in constants only, as one SELECT over a table of their constants."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from kgraph.reason.clauses import Atom, Clause, Condition, ConditionKind, Part
from kgraph.reason.sets.program import CLIQUE, LITERALS, PLAIN_CONDITIONS, TRIPLES

FEW = 48
"""Up to so many constants are also said as a list, which the engine can skip rows by."""
Slot = tuple[str, int]
"""`("v", 0)` is the first variable, `("k", 0)` the first constant; `("type", 0)` is rdf:type."""
TYPE: Slot = ("type", 0)
Pattern = tuple[Slot, Slot, Slot]


@dataclass(frozen=True)
class Shape:
    """What clauses have in common that differ in their constants."""

    body: tuple[Pattern, ...]
    head: Pattern | None
    conditions: tuple[tuple[ConditionKind, tuple[Slot, ...]], ...]
    margin: int = 0
    """How many more rounds than its premises the head needs."""

    def is_type(self, number: int) -> bool:
        """Whether this atom asks for rdf:type."""
        return self.body[number][1] == TYPE


@dataclass
class Group:
    """The clauses of one shape: a row of constants for each."""

    shape: Shape
    rows: list[tuple[int, ...]] = field(default_factory=list)
    """The constants in the order of their slots; last, the round of the latest axiom."""
    clauses: list[Clause] = field(default_factory=list)


class _Slots:
    def __init__(self, type_: int) -> None:
        self._type = type_
        self._variables: dict[str, int] = {}
        self.constants: dict[int, int] = {}

    def of(self, part: Part) -> Slot:
        if isinstance(part, str):
            return "v", self._variables.setdefault(part, len(self._variables))
        return "k", self.constants.setdefault(part, len(self.constants))

    def pattern(self, atom: Atom) -> Pattern:
        subject = self.of(atom.subject)
        predicate = TYPE if atom.predicate == self._type else self.of(atom.predicate)
        return subject, predicate, self.of(atom.object)


def grouped(
    clauses: Iterable[tuple[Clause, int, int]], type_: int, *, apart: bool = False
) -> list[Group]:
    """Groups of clauses, each given with the round of its latest axiom and its margin.

    With `apart`, clauses of different rules are never put together.
    """
    groups: dict[object, Group] = {}
    seen: set[object] = set()
    for clause, after, margin in clauses:
        slots = _Slots(type_)
        body = tuple(slots.pattern(atom) for atom in clause.body)
        head = None if clause.head is None else slots.pattern(clause.head)
        conditions = tuple(
            (one.kind, tuple(slots.of(part) for part in one.arguments)) for one in clause.conditions
        )
        shape = Shape(body, head, conditions, margin)
        row = (*slots.constants, after)
        key = (shape, clause.rule if apart else "")
        if not apart and (shape, row) in seen:
            continue
        seen.add((shape, row))
        group = groups.setdefault(key, Group(shape))
        group.rows.append(row)
        group.clauses.append(clause)
    return list(groups.values())


Source = Callable[[int], str]
"""Of an atom, by its number in the body: the FROM item that it reads."""


class Statement:
    """The joins of a group's body, over some of its rows of constants."""

    def __init__(
        self, shape: Shape, rows: Sequence[tuple[int, ...]], source: Source, type_: int
    ) -> None:
        """`source` gives relations with s, p, o, round; those of rdf:type have no p."""
        self._shape = shape
        self._type = type_
        self._rows = rows
        self.tables: list[str] = []
        self.where: list[str] = []
        self._columns: dict[Slot, str] = {}
        self._resources: set[Slot] = set()
        columns = list(zip(*rows, strict=True))
        self._after = columns[-1]
        self._constants = columns[:-1]
        self._joined = {n for n, one in enumerate(self._constants) if len(set(one)) > 1}
        for number, pattern in enumerate(shape.body):
            self._atom(number, pattern, source(number))
        self._conditions()

    def _atom(self, number: int, pattern: Pattern, source: str) -> None:
        alias = f"a{number}"
        self.tables.append(f"{source} AS {alias}")
        for slot, column in zip(pattern, "spo", strict=True):
            if slot == TYPE:
                continue
            name = f"{alias}.{column}"
            if slot[0] == "k":
                self.where.append(f"{name} = {self.value(slot)}")
                distinct = set(self._constants[slot[1]])
                if slot[1] in self._joined and len(distinct) <= FEW:
                    self.where.append(f"{name} IN ({', '.join(map(str, sorted(distinct)))})")
            elif slot in self._columns:
                self.where.append(f"{name} = {self._columns[slot]}")
            else:
                self._columns[slot] = name
        if pattern[1][0] != "v":
            self._resources.add(pattern[0])

    def value(self, slot: Slot) -> str:
        """A part as SQL."""
        kind, number = slot
        if kind == "type":
            return str(self._type)
        if kind == "v":
            return self._columns[slot]
        return f"k.c{number}" if number in self._joined else str(self._constants[number][0])

    def _conditions(self) -> None:
        for kind, slots in self._shape.conditions:
            parts = [self.value(slot) for slot in slots]
            if kind == "different" and self._shape.margin:
                # Two names of one clique are different too; clauses have one such condition.
                clique = f"{parts[0]} IN (SELECT rep FROM {CLIQUE})"
                self.where.append(f"({parts[0]} <> {parts[1]} OR {clique})")
            elif kind == "different":
                self.where.append(f"{parts[0]} <> {parts[1]}")
            elif kind == "literal":
                self.where.append(f"({parts[0]} >= {LITERALS} AND {parts[0]} < {TRIPLES})")
            elif kind == "not literal":
                self.where.append(f"({parts[0]} < {LITERALS} OR {parts[0]} >= {TRIPLES})")

    def values_asked(self) -> list[tuple[ConditionKind, list[str]]]:
        """Kinds and parts, as SQL, of conditions on the values of literals."""
        return [
            (kind, [self.value(slot) for slot in slots])
            for kind, slots in self._shape.conditions
            if kind not in PLAIN_CONDITIONS
        ]

    def subject_is_resource(self) -> None:
        """Leave out what would have a literal as its subject."""
        assert self._shape.head is not None
        subject = self._shape.head[0]
        if subject[0] == "v" and subject not in self._resources:
            self.where.append(f"{self.value(subject)} < {LITERALS}")

    def round(self) -> str:
        """The round of the head, as SQL."""
        rounds = [f"a{number}.round" for number in range(len(self._shape.body))]
        latest = rounds[0] if len(rounds) == 1 else f"greatest({', '.join(rounds)})"
        if self._shape.margin:
            latest += f" + {self._shape.margin}"
        if any(self._after):
            after = "k.after" if len(set(self._after)) > 1 else str(self._after[0])
            latest = f"greatest({latest}, {after})"
        return f"({latest} + 1)::SMALLINT"

    def loses_variables(self) -> bool:
        """Whether different solutions may give one head."""
        assert self._shape.head is not None
        kept = {slot for slot in self._shape.head if slot[0] == "v"}
        return not self._columns.keys() <= kept

    def needs_constants(self) -> bool:
        """Whether the rows of constants have to be joined."""
        return bool(self._joined) or len(set(self._after)) > 1

    def source(self) -> str:
        """Its FROM and WHERE."""
        tables = list(self.tables)
        if self.needs_constants():
            tables.append(f"{constants_table(self._rows)} AS k({self._names()})")
        text = "FROM " + ", ".join(tables)
        return f"{text} WHERE {' AND '.join(self.where)}" if self.where else text

    def _names(self) -> str:
        return ", ".join([*(f"c{n}" for n in range(len(self._constants))), "after"])

    def clause_number(self) -> str:
        """The place of the clause among the rows; only with `numbered` rows."""
        return "k.after" if len(set(self._after)) > 1 else str(self._after[0])


def constants_table(rows: Sequence[tuple[int, ...]]) -> str:
    """Rows of numbers as a FROM item."""
    if len(rows) <= 1000:
        return f"(VALUES {', '.join(str(row) if len(row) > 1 else f'({row[0]})' for row in rows)})"
    columns = zip(*rows, strict=True)
    return f"(SELECT {', '.join(f'unnest({list(column)}::BIGINT[])' for column in columns)})"


def mapped(clause: Clause, representatives: Mapping[int, int]) -> Clause:
    """A clause with the representatives of its premises' constants in their place."""

    def part(given: Part) -> Part:
        return given if isinstance(given, str) else representatives.get(given, given)

    def atom(given: Atom) -> Atom:
        return Atom(*(part(one) for one in given.parts))

    return replace(
        clause,
        body=tuple(map(atom, clause.body)),
        conditions=tuple(
            Condition(c.kind, tuple(map(part, c.arguments))) for c in clause.conditions
        ),
    )


def constants_of(clauses: Iterable[Clause]) -> set[int]:
    """All constants in bodies and heads."""
    atoms = chain.from_iterable((*c.body, *([c.head] if c.head else [])) for c in clauses)
    return {part for atom in atoms for part in atom.parts if isinstance(part, int)}
