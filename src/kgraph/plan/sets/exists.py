"""EXISTS (section 18.6) as semi-join.

Substitution joins the solution into every part that matches something (docs/decisions/0054). Where
that comes to the same, the pattern is solved once and rows are looked for in its solutions.
Elsewhere the rows, each once and with a number, are joined in below, and their numbers carried up.
"""

from kgraph.plan.algebra import (
    BGP,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Service,
    Union,
    Values,
    Variable,
    walk,
)
from kgraph.plan.sets.compiler import Compiler, Scope
from kgraph.plan.sets.dialect import ANTI_JOIN, SEMI_JOIN
from kgraph.plan.sets.joins import (
    apart,
    compatible,
    join,
    numbered,
    repeatable,
    shared,
    under,
    union,
)
from kgraph.plan.sets.paths import matches_nothing
from kgraph.plan.sets.relation import Column, Relation, listed, quoted, restricted


def semi_join(compiler: Compiler, relation: Relation, exists: Exists) -> Relation:
    """The rows for which the pattern matches; or for which it does not."""
    outer = {c.name for c in relation.columns if not c.carried}
    if not _subtracts(exists.pattern):
        outer &= variables(exists.pattern)
    if not independent(exists.pattern, outer):
        return _by_rows(compiler, relation, exists, outer)
    found = compiler.solve(exists.pattern, _uncorrelated(compiler))
    return _matching(compiler, relation, restricted(found, relation.names), exists)


def _matching(compiler: Compiler, relation: Relation, found: Relation, exists: Exists) -> Relation:
    """The rows that are compatible with some solution of the pattern; or with none."""
    common = shared(relation, found)
    if len(branches := apart(relation, common)) > 1:
        found = repeatable(compiler, found)
        return union([_matching(compiler, branch, found, exists) for branch in branches])
    branches = apart(found, common)
    if len(branches) > 1 and exists.negated:
        for branch in branches:
            relation = _matching(compiler, relation, branch, exists)
        return relation
    if len(branches) > 1 or (common.unsure and not common.keyed):
        rows = numbered(compiler, relation, compiler.fresh("@n"))
        return _kept(relation, rows, join(compiler, rows, found), exists)
    condition = " AND ".join(compatible(common, under("l", relation), under("r", found)))
    return _sql(relation, relation.sql, found.sql, condition or "true", exists)


def marked(compiler: Compiler, relation: Relation, exists: Exists, column: str) -> Relation:
    """The rows with a BOOLEAN column that says whether EXISTS, or NOT EXISTS, holds."""
    number = compiler.fresh("@n")
    rows = numbered(compiler, relation, number)
    kept = semi_join(compiler, rows, exists)
    key = quoted(number)
    sql = (
        f"SELECT {listed(relation.names, 'l')}, "
        f"l.{key} IN (SELECT {key} FROM ({kept.sql}) AS r) AS {quoted(column)} "
        f"FROM ({rows.sql}) AS l"
    )
    return Relation(sql, (*relation.columns, Column(column, tags=0)), relation.ordered)


def variables(pattern: object) -> set[str]:
    """The names of all variables that are written anywhere in a pattern or expression."""
    return {part.name for part in walk(pattern) if isinstance(part, Variable)}


def _subtracts(pattern: Pattern) -> bool:
    """Whether there is a MINUS, both sides of which share all of an outer row's variables."""
    return any(isinstance(part, Minus) for part in walk(pattern))


def _uncorrelated(compiler: Compiler) -> Scope:
    """The scope of a pattern that needs no outer row: the active graph, carried if it varies."""
    from kgraph.plan.sets.matching import named_graphs
    from kgraph.store.graphs import Named

    scope = compiler.scope
    if scope.carrier is None or not isinstance(scope.graphs, Named):
        return Scope(scope.graphs)
    return Scope(scope.graphs, scope.carrier, named_graphs(compiler, scope.graphs, scope.carrier))


def _by_rows(compiler: Compiler, relation: Relation, exists: Exists, outer: set[str]) -> Relation:
    """Each distinct outer row joined in below; its number says where a solution belongs."""
    scope = compiler.scope
    carried = [scope.carrier] if scope.carrier is not None else []
    names = [c.name for c in relation.columns if c.name in outer or c.name in carried]
    number = compiler.fresh("@k")
    key = quoted(number)
    sure = all(not c.nullable for c in relation.columns if c.name in names)
    if sure:
        columns = tuple(c for c in relation.columns if c.name in names)
        relation = compiler.materialize(relation)
        distinct = f"SELECT DISTINCT {listed(names)} FROM ({relation.sql}) AS one"
        rows = numbered(compiler, Relation(distinct, columns), number)
        unit = rows
    else:
        rows = numbered(compiler, relation, number)
        unit = restricted(rows, [*names, number])
        unit = _only(unit, [*names, number])
    inner = Scope(scope.graphs, scope.carrier, unit)
    found = join(compiler, compiler.solve(exists.pattern, inner), unit)
    if not sure:
        return _kept(relation, rows, found, exists)
    matched = (
        f"SELECT u.* FROM ({rows.sql}) AS u {SEMI_JOIN} ({found.sql}) AS f ON u.{key} = f.{key}"
    )
    condition = " AND ".join(f"l.{quoted(name)} = r.{quoted(name)}" for name in names)
    return _sql(relation, relation.sql, matched, condition or "true", exists)


def _only(relation: Relation, names: list[str]) -> Relation:
    """Some columns, of the carried ones too."""
    columns = tuple(c for c in relation.columns if c.name in names)
    chosen = listed(column.name for column in columns)
    return Relation(f"SELECT {chosen} FROM ({relation.sql}) AS kept", columns)


def _kept(relation: Relation, rows: Relation, found: Relation, exists: Exists) -> Relation:
    """The numbered rows whose number is, or is not, among what was found."""
    (number,) = set(rows.names) - set(relation.names)
    condition = f"l.{quoted(number)} = r.{quoted(number)}"
    return _sql(relation, rows.sql, found.sql, condition, exists)


def _sql(relation: Relation, source: str, found: str, condition: str, exists: Exists) -> Relation:
    kind = ANTI_JOIN if exists.negated else SEMI_JOIN
    if condition == "true":
        negation = "NOT " if exists.negated else ""
        sql = (
            f"SELECT {listed(relation.names, 'l')} FROM ({source}) AS l "
            f"WHERE {negation}EXISTS (SELECT 1 FROM ({found}) AS r)"
        )
    else:
        sql = (
            f"SELECT {listed(relation.names, 'l')} FROM ({source}) AS l "
            f"{kind} ({found}) AS r ON {condition}"
        )
    return Relation(sql, relation.columns, relation.ordered)


def independent(pattern: Pattern, outer: set[str]) -> bool:
    """Whether substituting these variables comes to the same as joining afterwards."""
    if not outer or (not outer & variables(pattern) and not _subtracts(pattern)):
        return True
    match pattern:
        case BGP() | Values() | Service():
            return True
        case PathPattern():
            return matches_nothing(pattern)
        case Join(left, right) | Union(left, right):
            return independent(left, outer) and independent(right, outer)
        case Graph(_, inner) | Distinct(inner) | Reduced(inner) | OrderBy(inner, _):
            return independent(inner, outer)
        case Project(inner, shown):
            return independent(inner, outer & {variable.name for variable in shown})
        case Filter(condition, inner):
            seen = variables(condition) & outer
            return seen <= bound(inner) and independent(inner, outer)
        case Extend(inner, variable, expression):
            seen = variables(expression) & outer
            return seen <= bound(inner) and independent(inner, outer - {variable.name})
        case LeftJoin(left, right, condition):
            seen = variables((right, condition)) & outer
            return seen <= bound(left) and all(independent(p, outer) for p in (left, right))
        case _:
            return False


def bound(pattern: Pattern) -> set[str]:
    """Variables that every solution of a pattern surely binds."""
    match pattern:
        case BGP():
            return variables(pattern)
        case PathPattern(subject, _, object_):
            return variables((subject, object_))
        case Join(left, right):
            return bound(left) | bound(right)
        case LeftJoin(left, _, _):
            return bound(left)
        case Union(left, right):
            return bound(left) & bound(right)
        case Graph(name, inner):
            return bound(inner) | variables(name)
        case Filter(_, inner) | Distinct(inner) | Reduced(inner) | Extend(inner, _, _):
            return bound(inner)
        case Project(inner, shown):
            return bound(inner) & {variable.name for variable in shown}
        case _:
            return set()
