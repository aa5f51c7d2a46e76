"""MINUS (section 18.5): rows that no compatible row of the right shares a variable with."""

from collections.abc import Iterator
from functools import partial, reduce
from itertools import combinations

from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import ANTI_JOIN
from kgraph.plan.sets.joins import Shared, apart, compatible, repeatable, shared, under, union
from kgraph.plan.sets.relation import CARRIED, Relation, listed, quoted

MOST_SPLIT = 4
"""Perhaps unbound variables on both sides together by which rows are split."""


def minus(compiler: Compiler, left: Relation, right: Relation) -> Relation:
    """The rows of the left that stay."""
    common = shared(left, right)
    if len(branches := apart(left, common)) > 1:
        right = repeatable(compiler, right)
        return union([minus(compiler, branch, right) for branch in branches])
    if len(branches := apart(right, common)) > 1:
        return reduce(partial(minus, compiler), branches, left)
    if not common.variables:
        return left
    carried = [name for name in common.sure if name.startswith(CARRIED)]
    if len(carried) < len(common.sure):
        conditions = compatible(common, under("l", left), under("r", right))
        return _anti_join(left, right, " AND ".join(conditions))
    if len(common.unsure) == 1:
        return _anti_join(left, right, _equal((*carried, *common.unsure)))
    if len(_unsure(left, common)) + len(_unsure(right, common)) > MOST_SPLIT:
        return _anti_join(left, right, _at_least_one(left, right, common))
    return _split(compiler, left, right, common)


def _anti_join(left: Relation, right: Relation, condition: str) -> Relation:
    sql = (
        f"SELECT {listed(left.names, 'l')} FROM ({left.sql}) AS l "
        f"{ANTI_JOIN} ({right.sql}) AS r ON {condition}"
    )
    return Relation(sql, left.columns, left.ordered)


def _equal(names: tuple[str, ...], other: str = "r") -> str:
    return " AND ".join(f"l.{quoted(name)} = {other}.{quoted(name)}" for name in names)


def _at_least_one(left: Relation, right: Relation, common: Shared) -> str:
    """The fallback for many unsure variables: one loop in another."""
    conditions = compatible(common, under("l", left), under("r", right))
    one = " OR ".join(f"l.{quoted(name)} = r.{quoted(name)}" for name in common.unsure)
    return " AND ".join([*conditions, f"({one})"])


def _unsure(relation: Relation, common: Shared) -> list[str]:
    return [c.name for c in relation.columns if c.nullable and c.name in common.unsure]


def _split(compiler: Compiler, left: Relation, right: Relation, common: Shared) -> Relation:
    """Rows by which variables they bind; an anti-join for each way the other side binds them."""
    carried = common.sure
    keys = Relation(
        f"SELECT DISTINCT {listed((*carried, *common.unsure))} FROM ({right.sql}) AS r",
        tuple(c for c in right.columns if c.name in (*carried, *common.unsure)),
    )
    left, keys = compiler.materialize(left), compiler.materialize(keys)
    branches = []
    for bound_here in _bindings(left, common):
        anti = ""
        for number, bound_there in enumerate(_bindings(keys, common)):
            both = [name for name in common.unsure if name in bound_here and name in bound_there]
            if not both:
                continue
            alias = f"r{number}"
            where = _boundness(keys, common, bound_there)
            anti += (
                f" {ANTI_JOIN} (SELECT * FROM ({keys.sql}) AS k WHERE {where}) AS {alias} "
                f"ON {_equal((*carried, *both), alias)}"
            )
        where = _boundness(left, common, bound_here)
        source = f"(SELECT * FROM ({left.sql}) AS k WHERE {where}) AS l{anti}"
        branches.append(f"SELECT {listed(left.names, 'l')} FROM {source}")
    return Relation(" UNION ALL ".join(branches), left.columns)


def _bindings(relation: Relation, common: Shared) -> Iterator[frozenset[str]]:
    """The sets of variables that rows can bind."""
    unsure = _unsure(relation, common)
    sure = [name for name in common.unsure if name not in unsure]
    for size in range(len(unsure) + 1):
        for chosen in combinations(unsure, size):
            yield frozenset((*sure, *chosen))


def _boundness(relation: Relation, common: Shared, bound: frozenset[str]) -> str:
    conditions = [
        f"{quoted(name)} IS {'NOT ' if name in bound else ''}NULL"
        for name in _unsure(relation, common)
    ]
    return " AND ".join(conditions) or "true"
