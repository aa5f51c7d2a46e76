"""Conditions on texts where rows are fewer than texts: each row has its terms put beside it first.

The engine would test the texts of the dictionary before it joins them: only a LIMIT keeps it from
that.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kgraph.plan.algebra import Expression
from kgraph.plan.sets.dialect import quoted
from kgraph.plan.sets.expressions.encoding import EVERY, INLINE_MASK, tagged
from kgraph.plan.sets.expressions.gathering import sole_variable, tags_that_count
from kgraph.plan.sets.expressions.pieces import Environment, NotInSQL, Piece, TermPiece
from kgraph.plan.sets.expressions.scope import Scope
from kgraph.plan.sets.local_terms import COLUMNS, dictionary
from kgraph.plan.sets.relation import Column, Relation

if TYPE_CHECKING:
    from kgraph.plan.sets.compiler import Compiler

ALL_ROWS = 1 << 62
Test = Callable[[Expression, Environment], str]


def read_by_row(
    scope: Scope, part: Expression, test: Test, worth: Callable[[int], bool]
) -> str | None:
    """The one variable of a condition whose terms may be, and better are, put beside the rows.

    `worth` tells whether it is, where terms of some tags (a mask) are looked at.
    """
    name = sole_variable(part)
    column = scope.relation.column(name) if name is not None else None
    if name is None or column is None or column.nullable or scope.relation.ordered:
        return None
    tags = _tags(column, part, scope.kinds)
    if not tags or tags & INLINE_MASK or not worth(tags):
        return None
    try:
        test(part, _environment(scope.compiler, name, TermPiece("t", tags, lambda: "t")))
    except NotInSQL:
        return None
    return name


def tested_by_row(
    compiler: "Compiler",
    relation: Relation,
    parts: Sequence[tuple[str, Expression]],
    kinds: Mapping[str, int],
    test: Test,
) -> Relation:
    """The rows that meet conditions for which `read_by_row` gave different variables."""
    places = {column.name: f"c{n}" for n, column in enumerate(relation.columns)}
    aliases = {name: f"d{n}" for n, (name, _) in enumerate(parts)}
    tests, among = [], []
    for name, part in parts:
        column = relation.column(name)
        assert column is not None
        tags = _tags(column, part, kinds)
        piece = TermPiece(f"t.{places[name]}", tags, _alias(f"t.{aliases[name]}"), "_")
        tests.append(test(part, _environment(compiler, name, piece)))
        among.append(tagged(f"{aliases[name]}.id", tags, EVERY))
    inner = _beside(compiler, relation, places, aliases, among)
    shown = ", ".join(f"t.{place} AS {quoted(name)}" for name, place in places.items())
    return Relation(
        f"SELECT {shown} FROM ({inner}) AS t WHERE {' AND '.join(tests)}", relation.columns
    )


def _tags(column: Column, part: Expression, kinds: Mapping[str, int]) -> int:
    left = column.tags & kinds.get(column.name, EVERY)
    return left & tags_that_count(part, column.name, True)


def _alias(alias: str) -> Callable[[], str]:
    return lambda: alias


def _environment(compiler: "Compiler", name: str, piece: Piece) -> Environment:
    return Environment(lambda n: piece if n == name else None, compiler.constant)


def _beside(
    compiler: "Compiler",
    relation: Relation,
    places: Mapping[str, str],
    aliases: Mapping[str, str],
    among: Sequence[str],
) -> str:
    """The rows under other names, and columns of their terms' rows in the dictionary."""
    shown = [f"r.{quoted(name)} AS {place}" for name, place in places.items()]
    items, same = [f"({relation.sql}) AS r"], list(among)
    for name, alias in aliases.items():
        shown += [f"{alias}.{column} AS {alias}_{column}" for column in COLUMNS.split(", ")]
        items.append(f"{dictionary(compiler)} AS {alias}")
        same.append(f"{alias}.id = r.{quoted(name)}")
    return (
        f"SELECT {', '.join(shown)} FROM {', '.join(items)} "
        f"WHERE {' AND '.join(same)} LIMIT {ALL_ROWS}"
    )
