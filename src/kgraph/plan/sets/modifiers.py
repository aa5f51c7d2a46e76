"""Filters, assignments, groups and solution modifiers, within whatever is carried."""

from kgraph.plan.algebra import (
    Distinct,
    Extend,
    Filter,
    Group,
    OrderBy,
    Project,
    Slice,
    Variable,
)
from kgraph.plan.estimates import Estimates
from kgraph.plan.sets.aggregates import grouped
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import ANTI_JOIN, ROW_NUMBER
from kgraph.plan.sets.expressions import extended, filtered
from kgraph.plan.sets.joins import join, union
from kgraph.plan.sets.ordering import ordered
from kgraph.plan.sets.relation import Relation, listed, quoted, restricted
from kgraph.plan.sets.sideways import without_seeds
from kgraph.plan.variables import NONE


def filter_(compiler: Compiler, node: Filter) -> Relation:
    """The rows for which the condition is true."""
    rows = Estimates(compiler.context).of(node.pattern, NONE).rows
    return filtered(compiler, compiler.solve(node.pattern), node.condition, rows=rows)


def extend(compiler: Compiler, node: Extend) -> Relation:
    """The rows with one variable more."""
    scope = compiler.scope
    inner = scope.seeing(set(scope.unit.names) - {node.variable.name})
    relation = compiler.solve(node.pattern, inner)
    return extended(compiler, relation, node.variable.name, node.expression)


def group(compiler: Compiler, node: Group) -> Relation:
    """One row a group, for each evaluation that is carried."""
    scope = without_seeds(compiler.scope)
    keys = {variable.name for variable, key in node.keys if key == variable}
    made = {variable.name for variable, _ in (*node.keys, *node.aggregates)} - keys
    relation = compiler.solve(node.pattern, scope.seeing(set(scope.unit.names) - made))
    carried = [column.name for column in relation.carried]
    if not carried:
        return grouped(compiler, relation, node.keys, node.aggregates)
    both = (*((Variable(name), Variable(name)) for name in carried), *node.keys)
    found = grouped(compiler, relation, both, node.aggregates)
    return found if node.keys else _with_empty_groups(compiler, node, relation, found, carried)


def _with_empty_groups(
    compiler: Compiler, node: Group, relation: Relation, found: Relation, carried: list[str]
) -> Relation:
    """Without keys there is one group, even of nothing: also where an evaluation found nothing."""
    found = compiler.materialize(found)
    nothing = Relation(f"SELECT * FROM ({relation.sql}) AS n WHERE false", relation.columns)
    plain = [column.name for column in nothing.columns if not column.carried]
    columns = tuple(column for column in nothing.columns if not column.carried)
    nothing = Relation(f"SELECT {listed(plain)} FROM ({nothing.sql}) AS n", columns)
    row = grouped(compiler, nothing, node.keys, node.aggregates)
    units = restricted(compiler.scope.unit, ())
    same = " AND ".join(f"u.{quoted(name)} = f.{quoted(name)}" for name in carried)
    lost = Relation(
        f"SELECT u.* FROM ({units.sql}) AS u {ANTI_JOIN} ({found.sql}) AS f ON {same}",
        units.columns,
    )
    return union([found, join(compiler, lost, row)])


def order_by(compiler: Compiler, node: OrderBy) -> Relation:
    """The rows in order."""
    relation = compiler.solve(node.pattern)
    return ordered(compiler, relation, node.conditions, 0, None)


def project(compiler: Compiler, node: Project) -> Relation:
    """The rows with some variables; what is not among them is another variable outside."""
    names = {variable.name for variable in node.variables}
    scope = compiler.scope
    relation = compiler.solve(node.pattern, scope.seeing(names))
    found = restricted(relation, (variable.name for variable in node.variables))
    if scope.unit.names == tuple(column.name for column in scope.unit.carried):
        return found
    return join(compiler, found, scope.unit)


def distinct(compiler: Compiler, node: Distinct) -> Relation:
    """Each row once, in the order in which they first come."""
    relation = compiler.solve(node.pattern)
    shown = listed(relation.names)
    if not relation.ordered:
        return Relation(f"SELECT DISTINCT {shown} FROM ({relation.sql}) AS d", relation.columns)
    place = quoted(compiler.fresh("@place"))
    counted = f"SELECT {shown}, {ROW_NUMBER} AS {place} FROM ({relation.sql}) AS o"
    names = ", ".join(quoted(name) for name in relation.names) or '"."'
    sql = f"SELECT {shown} FROM ({counted}) AS d GROUP BY {names} ORDER BY min({place})"
    return Relation(sql, relation.columns, ordered=True)


def slice_(compiler: Compiler, node: Slice) -> Relation:
    """The rows from an offset on, at most so many, of each evaluation that is carried."""
    relation = compiler.solve(node.pattern, without_seeds(compiler.scope))
    end = "" if node.limit is None else f" LIMIT {node.limit}"
    start = f" OFFSET {node.offset}" if node.offset else ""
    shown = listed(relation.names)
    if not relation.carried:
        sql = f"SELECT {shown} FROM ({relation.sql}) AS s{end}{start}"
        return Relation(sql, relation.columns, relation.ordered)
    place, rank = quoted(compiler.fresh("@place")), quoted(compiler.fresh(".rank"))
    keys = ", ".join(quoted(column.name) for column in relation.carried)
    counted = f"SELECT *, {ROW_NUMBER} AS {place} FROM ({relation.sql}) AS o"
    ranked = f"SELECT *, row_number() OVER (PARTITION BY {keys} ORDER BY {place}) AS {rank}"
    last = "" if node.limit is None else f" AND {rank} <= {node.offset + node.limit}"
    sql = (
        f"SELECT {shown} FROM ({ranked} FROM ({counted}) AS c) AS r "
        f"WHERE {rank} > {node.offset}{last}"
    )
    return Relation(sql, relation.columns)
