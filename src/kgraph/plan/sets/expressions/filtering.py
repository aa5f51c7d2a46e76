"""FILTER: the rows for which a condition is true; what SQL does comes first, then EXISTS, Python.

A condition is taken apart into leaves, each asked for the rows where it is true or where it is
false; so an error needs no third value. A leaf over one variable whose values are in the dictionary
becomes `x IN (SELECT id FROM term WHERE ...)`: each text is looked at once, not once a row.
"""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import TYPE_CHECKING

from kgraph.plan.algebra import Call, Exists, Expression
from kgraph.plan.sets.apply import VALUE, MapDistinct, expression_evaluator, truth_when_unbound
from kgraph.plan.sets.dialect import quoted
from kgraph.plan.sets.expressions.attached import read_by_row, tested_by_row
from kgraph.plan.sets.expressions.compile import compiled
from kgraph.plan.sets.expressions.encoding import EVERY, INLINE_MASK, tagged
from kgraph.plan.sets.expressions.folding import folded
from kgraph.plan.sets.expressions.gathering import (
    gathered,
    is_connected,
    sole_variable,
    tags_that_count,
)
from kgraph.plan.sets.expressions.narrowing import kinds_asked_for
from kgraph.plan.sets.expressions.pieces import Environment, NotInSQL, Piece, TermPiece
from kgraph.plan.sets.expressions.scope import (
    Scope,
    column_sql,
    has_exists,
    variables_of,
    varies,
)
from kgraph.plan.sets.expressions.values import truth
from kgraph.plan.sets.local_terms import dictionary
from kgraph.plan.sets.relation import Relation

if TYPE_CHECKING:
    from kgraph.plan.sets.compiler import Compiler


MANY_TRIPLES = 40
"""So many triples for each row: then terms are looked up before they are tested."""
ROWS_A_TERM = 0.5
"""Rows for each term of the kinds in question, at most: then terms are put beside the rows."""


def filtered(
    compiler: "Compiler", relation: Relation, condition: Expression, *, rows: float = inf
) -> Relation:
    """The rows for which a condition is true; `rows` is about how many there are to be tested."""
    condition = folded(condition, compiler.context.functions)
    statistics = compiler.context.snapshot.statistics
    few = rows * MANY_TRIPLES <= statistics.triples
    scope = Scope(compiler, relation, python=False, few=few)
    asked = list(conjuncts(condition))
    scope.kinds = kinds_asked_for(asked)
    parts = gathered("&&", asked, lambda one: _is_simple(one, scope))
    exists = [part for part in parts if isinstance(part, Exists)]
    by_row, later, sqls = [], [], []
    for part in parts:
        if isinstance(part, Exists):
            continue
        name = _read_by_row(part, scope, rows)
        if name is not None:
            by_row.append((name, part))
            continue
        try:
            sqls.append(holds(part, scope))
        except NotInSQL:
            later.append(part)
    if sqls:
        relation = scope.result(where=" AND ".join(sqls))
    if by_row:
        relation = tested_by_row(compiler, relation, by_row, scope.kinds, _surely)
    for part in exists:
        from kgraph.plan.sets.exists import semi_join

        relation = semi_join(compiler, relation, part)
    for part in later:
        scope = Scope(compiler, relation)
        test = holds(part, scope)
        relation = scope.result(where=test)
    return relation


def _read_by_row(part: Expression, scope: Scope, rows: float) -> str | None:
    """The variable of a condition that is better tested with each row's term put beside it."""
    statistics = scope.compiler.context.snapshot.statistics
    if _is_simple(part, scope):
        return None
    return read_by_row(
        scope,
        part,
        _surely,
        lambda tags: rows <= ROWS_A_TERM * statistics.objects(tags),
    )


def _surely(part: Expression, environment: Environment) -> str:
    """SQL that is true where a condition is; NotInSQL if there are doubts."""
    return _direct(part, True, environment)


def conjuncts(condition: Expression) -> Iterator[Expression]:
    """What has to be true at once."""
    if isinstance(condition, Call) and condition.function == "&&":
        for part in condition.arguments:
            yield from conjuncts(part)
    else:
        yield condition


def join_condition(
    compiler: "Compiler", left: Relation, right: Relation, condition: Expression
) -> str | None:
    """The condition over FROM items `l` and `r`; None where it is not SQL over their columns."""
    condition = folded(condition, compiler.context.functions)

    def variable(name: str) -> Piece | None:
        one, other = left.column(name), right.column(name)
        if one is None and other is None:
            return None
        tags = (one.tags if one else 0) | (other.tags if other else 0)
        found = f"l.{quoted(name)}" if one else f"r.{quoted(name)}"
        if one is not None and other is not None and one.nullable:
            found = f"coalesce(l.{quoted(name)}, r.{quoted(name)})"
        return TermPiece(found, tags & EVERY)

    def all_terms(name: str) -> str:
        return dictionary(compiler)

    def leaf(expression: Expression, wanted: bool) -> str:
        environment = Environment(variable, compiler.constant)
        try:
            return _direct(expression, wanted, environment)
        except NotInSQL:
            return _by_dictionary(compiler, expression, wanted, environment, all_terms, {})

    try:
        return _decided(condition, True, leaf)
    except NotInSQL:
        return None


def holds(condition: Expression, scope: Scope) -> str:
    """SQL that is true where the condition is, and false or NULL elsewhere."""

    def whole(expression: Expression, wanted: bool) -> str | None:
        if sole_variable(expression) is None or _is_simple(expression, scope):
            return None
        try:
            bare = Environment(_without_text(scope), scope.compiler.constant)
            return _by_dictionary(
                scope.compiler, expression, wanted, bare, scope.terms_of, scope.kinds
            )
        except NotInSQL:
            return None

    return _decided(
        condition,
        True,
        lambda leaf, wanted: _leaf(leaf, wanted, scope),
        whole,
        lambda one: _is_simple(one, scope),
    )


Leaf = Callable[[Expression, bool], str]


def _decided(
    condition: Expression,
    wanted: bool,
    leaf: Leaf,
    whole: Callable[[Expression, bool], str | None] | None = None,
    simple: Callable[[Expression], bool] = lambda one: True,
) -> str:
    """SQL that is true where the condition is true (or, if that is not wanted, false).

    `whole` may give it for a part that is put together of others, all over one variable.
    """
    if not is_connected(condition):
        return leaf(condition, wanted)
    assert isinstance(condition, Call)
    found = whole(condition, wanted) if whole is not None else None
    if found is not None:
        return found
    if condition.function == "!":
        return _decided(condition.arguments[0], not wanted, leaf, whole, simple)
    parts = gathered(str(condition.function), condition.arguments, simple)
    if len(parts) == 1:
        parts = list(condition.arguments)
    tests = [_decided(part, wanted, leaf, whole, simple) for part in parts]
    word = " AND " if (condition.function == "&&") == wanted else " OR "
    return f"({word.join(tests)})"


def _is_simple(expression: Expression, scope: Scope) -> bool:
    """Whether identifiers alone decide an expression."""
    bare = Environment(_without_text(scope), scope.compiler.constant)
    try:
        _test(expression, True, bare)
    except NotInSQL:
        return False
    return not bare.doubts


def _test(expression: Expression, wanted: bool, environment: Environment) -> str:
    """SQL that is true where an expression is true (or false), but for the rows of doubt."""

    def leaf(part: Expression, sought: bool) -> str:
        found = truth(compiled(part, environment))
        return f"({found})" if sought else f"(NOT ({found}))"

    return _decided(expression, wanted, leaf)


def _leaf(expression: Expression, wanted: bool, scope: Scope) -> str:
    if varies(expression):
        found = scope.applied(expression, as_truth=True)
        return found if wanted else f"(NOT {found})"
    if has_exists(expression):
        return _by_row(expression, wanted, scope)
    # Without the dictionary, if that will do; then once for each term; then row by row.
    bare = Environment(_without_text(scope), scope.compiler.constant)
    try:
        found = _direct(expression, wanted, bare)
    except NotInSQL:
        pass
    else:
        return f"COALESCE({found}, FALSE)" if _tells_apart(expression, wanted) else found
    try:
        return _by_dictionary(scope.compiler, expression, wanted, bare, scope.terms_of, scope.kinds)
    except NotInSQL:
        return _by_row(expression, wanted, scope)


def _tells_apart(expression: Expression, wanted: bool) -> bool:
    """Whether it says that variables differ.

    The engine would take `<>` for what joins two parts of a query, and make nearly all pairs of
    them before it looks at the equalities.
    """
    sign = "!=" if wanted else "="
    is_one = isinstance(expression, Call) and expression.function == sign
    return is_one and len(variables_of(expression)) > 1


def _without_text(scope: Scope) -> Callable[[str], Piece | None]:
    def variable(name: str) -> Piece | None:
        column = scope.relation.column(name)
        return None if column is None else TermPiece(column_sql(name), column.tags & EVERY)

    return variable


def _direct(expression: Expression, wanted: bool, environment: Environment) -> str:
    found = _test(expression, wanted, environment)
    if environment.doubts:
        environment.doubts.clear()
        raise NotInSQL("SQL cannot be sure")
    return found


def _by_row(expression: Expression, wanted: bool, scope: Scope) -> str:
    environment = scope.environment()
    try:
        found = truth(compiled(expression, environment))
    except NotInSQL:
        found = scope.applied(expression, as_truth=True)
        return f"({found})" if wanted else f"(NOT {found})"
    if environment.doubts:
        value = scope.applied(expression, as_truth=True, doubts=environment.doubts)
        doubtful = " OR ".join(f"({doubt}) IS TRUE" for doubt in environment.doubts)
        found = f"CASE WHEN {doubtful} THEN {value} ELSE {found} END"
    return f"({found})" if wanted else f"(NOT ({found}))"


def _by_dictionary(
    compiler: "Compiler",
    expression: Expression,
    wanted: bool,
    environment: Environment,
    source: Callable[[str], str],
    kinds: Mapping[str, int],
) -> str:
    """A leaf over one variable: the values inside are tested as they are, the others in the
    dictionary; those that SQL is not sure of are decided by a step before.

    `kinds`: what another condition leaves of the tags (a mask) of variables.
    """
    names = variables_of(expression)
    piece = environment.variable(names[0]) if len(names) == 1 else None
    if not isinstance(piece, TermPiece) or has_exists(expression):
        raise NotInSQL("several variables")
    (name,) = names
    tags = piece.tags & tags_that_count(expression, name, wanted)
    tests = []
    if tags & INLINE_MASK:
        inside = TermPiece(piece.id, tags & INLINE_MASK)
        test = _direct(expression, wanted, _of_one(name, inside, compiler))
        tests.append(_all(tagged(piece.id, tags & INLINE_MASK, piece.tags), test))
    if others := tags & ~INLINE_MASK & kinds.get(name, EVERY):
        found = _in_dictionary(compiler, expression, wanted, name, others, source)
        tests += [f"{piece.id} IN ({select})" for select in found]
    when_unbound = truth_when_unbound(expression, compiler.context.functions)
    if when_unbound is not None and when_unbound == wanted:
        tests.append(f"{piece.id} IS NULL")
    return "(" + (" OR ".join(tests) or "FALSE") + ")"


def _all(*tests: str) -> str:
    return "(" + (" AND ".join(test for test in tests if test != "TRUE") or "TRUE") + ")"


def _of_one(name: str, piece: TermPiece, compiler: "Compiler") -> Environment:
    return Environment(lambda n: piece if n == name else None, compiler.constant)


def _in_dictionary(
    compiler: "Compiler",
    expression: Expression,
    wanted: bool,
    name: str,
    tags: int,
    source: Callable[[str], str],
) -> Iterator[str]:
    """SELECTs of the identifiers of the terms for which it is true, or false."""
    environment = _of_one(name, TermPiece("t.id", tags, lambda: "t"), compiler)
    test = _test(expression, wanted, environment)
    among = tagged("t.id", tags, EVERY)
    if not environment.doubts:
        yield f"SELECT t.id FROM {source(name)} AS t WHERE {among} AND {test}"
        return
    doubtful = " OR ".join(f"({doubt}) IS TRUE" for doubt in environment.doubts)
    terms = source(name)
    table = compiler.fresh("decided")
    evaluator = expression_evaluator(expression, (name,), as_truth=True)
    select = f"SELECT t.id FROM {terms} AS t WHERE {among} AND ({doubtful})"
    compiler.add_step(
        MapDistinct(table, select, ("id",), ("BIGINT",), "BOOLEAN", evaluator, "doubtful terms")
    )
    yield (
        f"SELECT t.id FROM {terms} AS t WHERE {among} AND NOT ({doubtful}) AND {test}"
        f" UNION ALL SELECT id FROM {quoted(table)} WHERE {VALUE} = {str(wanted).upper()}"
    )
