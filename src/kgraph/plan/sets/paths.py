"""Property paths between two nodes (section 18.4): from which end to walk, and from what.

A term that is written at an end, or that EXISTS puts there, is walked from even if the graph has
it not. A variable that another part of the join binds is walked from the values it has there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from kgraph.plan.algebra import Node, Path, PathPattern, TriplePattern, Variable
from kgraph.plan.sets.automata import reversed_path
from kgraph.plan.sets.compiler import Compiler, Seeds
from kgraph.plan.sets.dialect import SEMI_JOIN
from kgraph.plan.sets.joins import join, union
from kgraph.plan.sets.matching import Matching
from kgraph.plan.sets.relation import (
    ALL_TAGS,
    RESOURCE_TAGS,
    Column,
    Part,
    Relation,
    quoted,
    select,
)
from kgraph.plan.sets.walks import Starts, Walks, begins_empty, empties, recursive


def matches_nothing(pattern: PathPattern) -> bool:
    """Whether it makes no difference if a term is put into its ends or joined to them later."""
    ends = (pattern.subject, pattern.object)
    return not recursive(pattern.path) and not any(isinstance(e, TriplePattern) for e in ends)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a path: a term, a column of the scope's unit, or a variable that is free."""

    name: str | None = None
    """The variable."""
    constant: int | None = None
    outer: bool = False
    """Whether the unit binds the variable."""
    seeds: Seeds | None = None


def path(compiler: Compiler, node: PathPattern) -> Relation:
    """The solutions of a path, joined with what the scope brings."""
    inner, triples = _ends_as_variables(compiler, node)
    found = _solved(compiler, inner)
    return found if triples is None else join(compiler, found, triples)


def _ends_as_variables(
    compiler: Compiler, node: PathPattern
) -> tuple[PathPattern, Relation | None]:
    """Triple terms at the ends become variables that are matched with them afterwards."""
    matching = Matching(compiler)
    ends: list[Node] = []
    for end in (node.subject, node.object):
        if isinstance(end, TriplePattern):
            variable = Variable(compiler.fresh("_:end"))
            matching.triple_term(end, variable)
            ends.append(variable)
        else:
            ends.append(end)
    if not matching.items:
        return node, None
    return PathPattern(ends[0], node.path, ends[1]), matching.relation()


def _solved(compiler: Compiler, node: PathPattern) -> Relation:
    unit = compiler.scope.unit
    nodes = (node.subject, node.object)
    unsure = [
        column
        for one in dict.fromkeys(nodes)
        if isinstance(one, Variable)
        and (column := unit.column(one.name)) is not None
        and column.nullable
    ]
    if not unsure:
        return _between(compiler, node, unit)
    parts = [
        _between(compiler, node, _with_bound(unit, dict(zip(unsure, bound, strict=True))))
        for bound in product((True, False), repeat=len(unsure))
    ]
    return union(parts)


def _with_bound(unit: Relation, bound: Mapping[Column, bool]) -> Relation:
    """The rows of the unit that bind some columns and do not bind others, which are left out."""
    conditions = " AND ".join(
        f"{quoted(column.name)} IS {'NOT ' if there else ''}NULL" for column, there in bound.items()
    )
    left_out = {column.name for column, there in bound.items() if not there}
    sure = {column.name for column, there in bound.items() if there}
    columns = tuple(
        Column(c.name, c.nullable and c.name not in sure, c.tags)
        for c in unit.columns
        if c.name not in left_out
    )
    chosen = ", ".join(quoted(column.name) for column in columns)
    return Relation(f"SELECT {chosen} FROM ({unit.sql}) AS u WHERE {conditions}", columns)


def _between(compiler: Compiler, node: PathPattern, unit: Relation) -> Relation:
    """The solutions, where each variable at an end is surely bound by the unit, or not in it."""
    start, end = (_end(compiler, one, unit) for one in (node.subject, node.object))
    way = node.path
    if _rank(end, start) < _rank(start, end):
        start, end, way = end, start, reversed_path(way)
    walks = Walks(compiler)
    starts = _starts(compiler, walks, start, way, unit)
    alias = compiler.fresh("w")
    conditions, expressions = [], {}
    columns = []
    carrier = compiler.scope.carrier
    if carrier is not None:
        expressions[carrier] = f"{alias}.g"
        columns.append(Column(carrier, nullable=False, tags=RESOURCE_TAGS))
    for one, sql in ((start, f"{alias}.s"), (end, f"{alias}.o")):
        if one.constant is not None:
            conditions.append(f"{sql} = {one.constant}")
        elif one.name in expressions:
            conditions.append(f"{expressions[one.name]} = {sql}")
        elif one.name is not None:
            expressions[one.name] = sql
            columns.append(Column(one.name, nullable=False, tags=ALL_TAGS))
    part = Part((f"({walks.pairs(way, starts)}) AS {alias}",), tuple(conditions), expressions)
    found = select(part, columns)
    provided = all(column.name == carrier for column in unit.columns)
    return found if provided else join(compiler, found, unit)


def _end(compiler: Compiler, node: Node, unit: Relation) -> End:
    if isinstance(node, Variable):
        outer = unit.column(node.name) is not None
        return End(node.name, outer=outer, seeds=compiler.scope.seeds.get(node.name))
    assert not isinstance(node, TriplePattern), "such an end is a variable by now"
    return End(constant=compiler.constant(node))


def _rank(here: End, there: End) -> int:
    """How good an end is to begin at; less is better."""
    if here.constant is not None:
        return 1 if not there.outer else 3
    if here.outer:
        return 2
    return 4 if here.seeds is not None else 5


def _starts(
    compiler: Compiler, walks: Walks, start: End, way: Path, unit: Relation
) -> Starts | None:
    carrier = compiler.scope.carrier
    g = f", {quoted(carrier)} AS g" if carrier is not None else ""
    if start.constant is not None:
        if carrier is None or not begins_empty(way):
            return Starts(
                f"SELECT CAST({start.constant} AS BIGINT) AS s", False, start.constant, True
            )
        sql = f"SELECT DISTINCT CAST({start.constant} AS BIGINT) AS s{g} FROM ({unit.sql}) AS u"
        return Starts(sql, True)
    if start.outer and start.name is not None:
        sql = f"SELECT DISTINCT {quoted(start.name)} AS s{g} FROM ({unit.sql}) AS u"
        return Starts(sql, carrier is not None)
    if start.seeds is not None and recursive(way):
        return _seeded(walks, start.seeds, way)
    return None


def _seeded(walks: Walks, seeds: Seeds, way: Path) -> Starts:
    """Walks from what a variable can be: a path of length zero needs it to be in the graph."""
    zero = begins_empty(way) if walks.by_graph else empties(way) and not seeds.nodes
    if not zero:
        return Starts(seeds.sql, False)
    g = ", n.g" if walks.by_graph else ""
    sql = f"SELECT n.s{g} FROM ({walks.nodes()}) AS n {SEMI_JOIN} ({seeds.sql}) AS q ON n.s = q.s"
    return Starts(sql, walks.by_graph)
