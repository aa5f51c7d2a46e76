"""Relations: SELECTs whose columns are variables and whose values are identifiers of terms.

What a variable is not bound to is NULL. Columns whose name begins with @ are carried along:
`@g1` is the graph that a row belongs to, `@k1` the outer row that EXISTS asks for. They are always
bound, no query can see them, and whatever drops, groups or slices rows does so within them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kgraph.identifiers import INLINE, Tag
from kgraph.plan.sets.dialect import UNBOUND, quoted

__all__ = [
    "ALL_TAGS",
    "CARRIED",
    "Column",
    "INLINE_TAGS",
    "IRI_TAGS",
    "NOTHING",
    "Part",
    "RESOURCE_TAGS",
    "Relation",
    "empty",
    "listed",
    "quoted",
    "restricted",
    "select",
    "selected",
]

ALL_TAGS = (1 << len(Tag)) - 1
"""Any term at all, as a mask of tags."""
INLINE_TAGS = sum(1 << tag for tag in INLINE)
RESOURCE_TAGS = 1 << Tag.IRI | 1 << Tag.BLANK
IRI_TAGS = 1 << Tag.IRI
CARRIED = "@"
"""What the names of carried columns begin with, and no variable's."""
_EQUALITY = re.compile(r'(\w+)\.(?:"[^"]*"|\w+) = (\w+)\.(?:"[^"]*"|\w+)')
NOTHING = "."
"""The one column of a SELECT that has no variables; nobody reads it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A variable in a relation: whether it can be unbound, and which tags (a mask) can occur."""

    name: str
    nullable: bool = False
    tags: int = ALL_TAGS

    @property
    def carried(self) -> bool:
        """Whether it is no variable, but says which evaluation a row belongs to."""
        return self.name.startswith(CARRIED)


@dataclass(frozen=True, slots=True)
class Part:
    """The inside of a SELECT that can be merged with others: FROM items, conditions, columns."""

    items: tuple[str, ...]
    """FROM items with aliases that are unique in the query."""
    conditions: tuple[str, ...]
    expressions: Mapping[str, str]
    """What each column is over the items."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A SELECT, its columns in order, and whether its order means something (ORDER BY)."""

    sql: str
    columns: tuple[Column, ...]
    ordered: bool = False
    part: Part | None = None
    """Its inside, where joining may take it apart; None where it has to stay a subquery."""
    branches: tuple["Relation", ...] = ()
    """Those whose rows are its rows, if it is a UNION; they may have fewer columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def carried(self) -> tuple[Column, ...]:
        """The columns that are no variables."""
        return tuple(column for column in self.columns if column.carried)

    def column(self, name: str) -> Column | None:
        """The column of a variable, or None if it is bound nowhere here."""
        return next((column for column in self.columns if column.name == name), None)


def selected(expressions: Iterable[tuple[str, str]]) -> str:
    """A select list of (name, SQL); of nothing, the column that nobody reads."""
    items = [f"{sql} AS {quoted(name)}" for name, sql in expressions]
    return ", ".join(items) or f"1 AS {quoted(NOTHING)}"


def listed(names: Iterable[str], alias: str | None = None) -> str:
    """A select list of columns as they are, perhaps of one FROM item."""
    before = f"{alias}." if alias else ""
    return selected((name, before + quoted(name)) for name in names)


def select(part: Part, columns: Iterable[Column], *, ordered: bool = False) -> Relation:
    """The relation of some columns of a part."""
    kept = tuple(columns)
    chosen = selected((column.name, part.expressions[column.name]) for column in kept)
    source = f" FROM {', '.join(_linked(part))}" if part.items else ""
    where = f" WHERE {' AND '.join(part.conditions)}" if part.conditions else ""
    return Relation(f"SELECT {chosen}{source}{where}", kept, ordered, part)


def _linked(part: Part) -> list[str]:
    """FROM items, each after one that an equality links it with; the most of these first.

    A filter over two of them is put where the later one comes. Without an equality there, the
    engine makes all pairs of what comes before with that one, and orders no joins beyond it.
    """
    near: dict[str, set[str]] = {}
    for condition in part.conditions:
        if (found := _EQUALITY.fullmatch(condition)) is not None:
            one, other = found.groups()
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    waiting = {item.rpartition(" ")[2]: item for item in part.items}
    groups: list[list[str]] = []
    while waiting:
        group, reached = [], {next(iter(waiting))}
        while chosen := next((alias for alias in waiting if alias in reached), None):
            group.append(waiting.pop(chosen))
            reached |= near.get(chosen, set())
        groups.append(group)
    return [item for group in sorted(groups, key=len, reverse=True) for item in group]


def restricted(relation: Relation, names: Iterable[str]) -> Relation:
    """The same rows with some of the columns, in the order of the names, and what is carried."""
    names = tuple(names)
    wanted = [column for name in names if (column := relation.column(name)) is not None]
    kept = tuple(dict.fromkeys((*wanted, *relation.carried)))
    if kept == relation.columns:
        return relation
    if relation.part is not None:
        return select(relation.part, kept, ordered=relation.ordered)
    chosen = listed(column.name for column in kept)
    sql = f"SELECT {chosen} FROM ({relation.sql}) AS kept"
    branches = tuple(restricted(branch, names) for branch in relation.branches)
    return Relation(sql, kept, relation.ordered, branches=branches)


def empty(columns: Iterable[Column]) -> Relation:
    """No rows."""
    kept = tuple(columns)
    chosen = selected((column.name, UNBOUND) for column in kept)
    return Relation(f"SELECT {chosen} WHERE false", kept)
