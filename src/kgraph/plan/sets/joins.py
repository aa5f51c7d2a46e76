"""Joins (SPARQL 1.1, section 18.5): compatible solutions of two relations.

Where both bind a variable for sure, that is an equality, and the inner SELECTs become one, so that
the engine can order all joins. Where one may be unbound, rows are split by what they bind; never is
an OR the only thing that a join has (docs/decisions/0057). Branches of a UNION that bind different
variables are joined each by itself (docs/decisions/0085).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import UNBOUND
from kgraph.plan.sets.relation import (
    CARRIED,
    Column,
    Part,
    Relation,
    listed,
    quoted,
    select,
    selected,
)

MOST_SPLIT = 3
"""Variables by which rows are split; a branch for each combination, at most 27."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The columns that two relations have in common."""

    sure: tuple[str, ...]
    """Bound on both sides."""
    unsure: tuple[str, ...]
    """Perhaps unbound on one side, or on both."""

    @property
    def keyed(self) -> bool:
        """Whether an equality narrows the pairs down, so that the rest may be tested on them."""
        return any(not name.startswith("@g") for name in self.sure)

    @property
    def variables(self) -> tuple[str, ...]:
        """Those that are variables."""
        return tuple(name for name in (*self.sure, *self.unsure) if not name.startswith(CARRIED))


def shared(left: Relation, right: Relation) -> Shared:
    """What the relations have in common."""
    sure: list[str] = []
    unsure: list[str] = []
    for column in left.columns:
        other = right.column(column.name)
        if other is not None:
            (unsure if column.nullable or other.nullable else sure).append(column.name)
    return Shared(tuple(sure), tuple(unsure))


def joined_columns(left: Relation, right: Relation, *, optional: bool = False) -> list[Column]:
    """The columns of a join; with `optional`, of a left join."""
    columns = []
    for column in left.columns:
        other = right.column(column.name)
        if other is None:
            columns.append(column)
            continue
        unsure = column.nullable or other.nullable
        either, both = column.tags | other.tags, column.tags & other.tags
        kept = column.tags if optional and not column.nullable else either if unsure else both
        nullable = column.nullable and (optional or other.nullable)
        columns.append(Column(column.name, nullable, kept))
    for other in right.columns:
        if left.column(other.name) is None:
            columns.append(Column(other.name, optional or other.nullable, other.tags))
    return columns


def compatible(common: Shared, left: Mapping[str, str], right: Mapping[str, str]) -> Iterator[str]:
    """Conditions that hold for compatible rows, over the SQL of both sides' columns."""
    for name in common.sure:
        yield f"{left[name]} = {right[name]}"
    for name in common.unsure:
        one, other = left[name], right[name]
        yield f"({one} = {other} OR {one} IS NULL OR {other} IS NULL)"


def under(alias: str, relation: Relation) -> dict[str, str]:
    """The SQL of a relation's columns under an alias."""
    return {name: f"{alias}.{quoted(name)}" for name in relation.names}


def part_of(compiler: Compiler, relation: Relation) -> Part:
    """The inside of a relation, or the relation as one FROM item."""
    if relation.part is not None:
        return relation.part
    alias = compiler.fresh("j")
    return Part((f"({relation.sql}) AS {alias}",), (), under(alias, relation))


def merged(
    left: Relation, right: Relation, one: Mapping[str, str], other: Mapping[str, str]
) -> dict[str, str]:
    """What each column of a join is: from the side that binds it for sure, or from either."""
    expressions = {**{name: other[name] for name in right.names}}
    for column in left.columns:
        also = right.column(column.name)
        if also is None or not column.nullable:
            expressions[column.name] = one[column.name]
        elif also.nullable:
            expressions[column.name] = f"COALESCE({one[column.name]}, {other[column.name]})"
    return expressions


def join(compiler: Compiler, left: Relation, right: Relation) -> Relation:
    """All compatible pairs."""
    common = shared(left, right)
    if len(branches := apart(left, common)) > 1:
        right = repeatable(compiler, right)
        return union([join(compiler, branch, right) for branch in branches])
    if len(branches := apart(right, common)) > 1:
        left = repeatable(compiler, left)
        return union([join(compiler, left, branch) for branch in branches])
    if common.unsure and not common.keyed and len(common.unsure) <= MOST_SPLIT:
        return _split(compiler, left, right, common)
    one, other = part_of(compiler, left), part_of(compiler, right)
    conditions = compatible(common, one.expressions, other.expressions)
    part = Part(
        one.items + other.items,
        (*one.conditions, *other.conditions, *conditions),
        merged(left, right, one.expressions, other.expressions),
    )
    return select(part, joined_columns(left, right))


def _split(compiler: Compiler, left: Relation, right: Relation, common: Shared) -> Relation:
    """A branch for each way in which the unsure variables can be bound."""
    left, right = compiler.materialize(left), compiler.materialize(right)
    one, other = under("l", left), under("r", right)
    columns = joined_columns(left, right)
    branches = []
    for states in product(*(_states(left, right, name) for name in common.unsure)):
        conditions = [f"{one[name]} = {other[name]}" for name in common.sure]
        expressions = merged(left, right, one, other)
        for name, (condition, value) in zip(common.unsure, states, strict=True):
            conditions.append(condition)
            expressions[name] = value
        chosen = selected((column.name, expressions[column.name]) for column in columns)
        branches.append(
            f"SELECT {chosen} FROM ({left.sql}) AS l, ({right.sql}) AS r "
            f"WHERE {' AND '.join(conditions)}"
        )
    return Relation(" UNION ALL ".join(branches), tuple(columns))


def _states(left: Relation, right: Relation, name: str) -> Iterator[tuple[str, str]]:
    """The conditions under which a variable is bound, and what it then is."""
    one, other = f"l.{quoted(name)}", f"r.{quoted(name)}"
    yield f"{one} = {other}", one
    here, there = left.column(name), right.column(name)
    if here is not None and here.nullable:
        yield f"{one} IS NULL", other
    if there is not None and there.nullable:
        yield f"{one} IS NOT NULL AND {other} IS NULL", one


def union(relations: Iterable[Relation]) -> Relation:
    """The rows of all relations; what one does not have is unbound in its rows."""
    given = list(relations)
    columns: dict[str, Column] = {}
    for relation in given:
        for column in relation.columns:
            before = columns.get(column.name, Column(column.name, nullable=False, tags=0))
            nullable = column.nullable or before.nullable
            columns[column.name] = Column(column.name, nullable, column.tags | before.tags)
    kept = [
        Column(c.name, c.nullable or any(r.column(c.name) is None for r in given), c.tags)
        for c in columns.values()
    ]
    branches = []
    for relation in given:
        present = set(relation.names)
        chosen = selected((c.name, quoted(c.name) if c.name in present else UNBOUND) for c in kept)
        branches.append(f"SELECT {chosen} FROM ({relation.sql}) AS one")
    return Relation(" UNION ALL ".join(branches), tuple(kept), branches=tuple(given))


def apart(relation: Relation, common: Shared) -> list[Relation]:
    """The branches of a UNION, those as one that bind the same of what is perhaps unbound.

    Where branches bind different ones of the variables that a join has, each had better be joined
    by itself: by equalities, and never by an OR.
    """
    found: dict[tuple[bool | None, ...], list[Relation]] = {}
    for branch in relation.branches:
        columns = [branch.column(name) for name in common.unsure]
        key = tuple(None if column is None else column.nullable for column in columns)
        found.setdefault(key, []).append(branch)
    if len(found) < 2:
        return [relation]
    return [group[0] if len(group) == 1 else union(group) for group in found.values()]


def repeatable(compiler: Compiler, relation: Relation) -> Relation:
    """The same rows, to be read several times: what has to be computed is kept."""
    if relation.part is not None:
        return relation
    if relation.branches:
        return union(repeatable(compiler, branch) for branch in relation.branches)
    return compiler.materialize(relation)


def numbered(compiler: Compiler, relation: Relation, name: str) -> Relation:
    """The rows, kept, each with a number of its own in a carried column."""
    from kgraph.plan.sets.dialect import ROW_NUMBER

    chosen = listed(relation.names, "one")
    source = f"SELECT {chosen}, {ROW_NUMBER} AS {quoted(name)} FROM ({relation.sql}) AS one"
    return compiler.materialize(Relation(source, (*relation.columns, Column(name, tags=0))))
