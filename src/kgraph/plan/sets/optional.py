"""OPTIONAL (section 18.5, LeftJoin) as LEFT JOIN, its filter in ON.

Where the filter is not SQL, where nothing but perhaps unbound variables are shared, or where the
branches of a UNION on the right bind different ones, the long way: the rows of the left get
numbers, are joined and filtered, and those that are lost come back.
"""

from kgraph.plan.algebra import Expression
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import ANTI_JOIN
from kgraph.plan.sets.expressions import filtered, join_condition
from kgraph.plan.sets.joins import (
    apart,
    compatible,
    join,
    joined_columns,
    numbered,
    repeatable,
    shared,
    under,
    union,
)
from kgraph.plan.sets.relation import Relation, listed, quoted, selected


def left_join(
    compiler: Compiler, left: Relation, right: Relation, condition: Expression | None
) -> Relation:
    """All compatible pairs that meet the condition, and the rows of the left that are in none."""
    common = shared(left, right)
    if len(branches := apart(left, common)) > 1:
        right = repeatable(compiler, right)
        return union([left_join(compiler, branch, right, condition) for branch in branches])
    if not common.unsure or (common.keyed and len(apart(right, common)) == 1):
        extra = None if condition is None else join_condition(compiler, left, right, condition)
        if condition is None or extra is not None:
            return _direct(left, right, extra)
    return _long_way(compiler, left, right, condition)


def _direct(left: Relation, right: Relation, condition: str | None) -> Relation:
    one, other = under("l", left), under("r", right)
    conditions = list(compatible(shared(left, right), one, other))
    if condition is not None:
        conditions.append(f"({condition})")
    columns = joined_columns(left, right, optional=True)
    expressions = {**other, **one}
    for column in left.columns:
        if column.nullable and column.name in other:
            expressions[column.name] = f"COALESCE({one[column.name]}, {other[column.name]})"
    chosen = selected((column.name, expressions[column.name]) for column in columns)
    sql = (
        f"SELECT {chosen} FROM ({left.sql}) AS l LEFT JOIN ({right.sql}) AS r "
        f"ON {' AND '.join(conditions) or 'true'}"
    )
    return Relation(sql, tuple(columns))


def _long_way(
    compiler: Compiler, left: Relation, right: Relation, condition: Expression | None
) -> Relation:
    number = compiler.fresh("@n")
    rows = numbered(compiler, left, number)
    pairs = join(compiler, rows, right)
    if condition is not None:
        pairs = filtered(compiler, pairs, condition)
    pairs = compiler.materialize(pairs)
    key = quoted(number)
    lost = Relation(
        f"SELECT {listed(left.names, 'l')} FROM ({rows.sql}) AS l "
        f"{ANTI_JOIN} ({pairs.sql}) AS r ON l.{key} = r.{key}",
        left.columns,
    )
    return union([without(pairs, number), lost])


def without(relation: Relation, name: str) -> Relation:
    """The same rows without one column."""
    columns = tuple(column for column in relation.columns if column.name != name)
    chosen = listed(column.name for column in columns)
    return Relation(f"SELECT {chosen} FROM ({relation.sql}) AS kept", columns, relation.ordered)
