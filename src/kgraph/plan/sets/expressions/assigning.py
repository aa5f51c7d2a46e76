"""BIND, expressions in SELECT, and computed values as columns of identifiers."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from kgraph.identifiers import Tag
from kgraph.plan.algebra import Expression, Term
from kgraph.plan.sets.apply import Value
from kgraph.plan.sets.expressions.compile import compiled, identified
from kgraph.plan.sets.expressions.encoding import GREATEST_INTEGER, NULL, integer_id
from kgraph.plan.sets.expressions.folding import folded
from kgraph.plan.sets.expressions.pieces import (
    Double,
    Exact,
    Iri,
    NotInSQL,
    Piece,
    Text,
)
from kgraph.plan.sets.expressions.scope import Scope, column_sql, varies
from kgraph.plan.sets.expressions.values import tags_of
from kgraph.plan.sets.relation import Column, Relation
from kgraph.values.literals import language_literal, literal_of
from kgraph.values.numbers import Number

if TYPE_CHECKING:
    from kgraph.plan.execution import Context
    from kgraph.plan.sets.compiler import Compiler


def extended(
    compiler: "Compiler", relation: Relation, variable: str, expression: Expression
) -> Relation:
    """The rows with one variable more: the value of an expression, unbound where it has none."""
    scope = Scope(compiler, relation)
    found, tags = identifiers(scope, expression)
    scope.settled(found)
    return scope.result((Column(variable, True, tags), found))


def identifiers(scope: Scope, expression: Expression) -> tuple[str, int]:
    """SQL over the scope that gives the identifier of an expression's value, and its tags."""
    expression = folded(expression, scope.compiler.context.functions)
    if varies(expression):
        return scope.applied(expression, as_truth=False), ANY
    environment = scope.environment()
    try:
        piece = compiled(expression, environment)
    except NotInSQL:
        return scope.applied(expression, as_truth=False), ANY
    doubts = list(environment.doubts)
    if not doubts:
        return interned(scope, piece), tags_of(piece)
    value = scope.applied(expression, as_truth=False, doubts=doubts)
    doubtful = " OR ".join(f"({doubt}) IS TRUE" for doubt in doubts)
    found = interned(scope, piece, unless=doubtful)
    return f"CASE WHEN {doubtful} THEN {value} ELSE {found} END", ANY


ANY = (1 << len(Tag)) - 1


def interned(scope: Scope, piece: Piece, *, unless: str | None = None) -> str:
    """The identifiers of computed values; those that are not inside get theirs in a step."""
    known = identified(piece)
    if known is not None:
        return known
    inside = NULL
    if isinstance(piece, Exact):
        inside = _inside(piece)
    keys = _keys(piece, unless if inside == NULL else _either(unless, f"({inside}) IS NOT NULL"))
    names = [scope.compiler.fresh("_:key") for _ in keys]
    made = [*zip(names, (key for key, _ in keys), strict=True)]
    if inside != NULL:
        made.append((scope.compiler.fresh("_:inside"), inside))
    scope.replace(scope.selected_all(*made), [Column(name, True, 0) for name, _ in made])
    chosen = ", ".join(column_sql(name) for name in names)
    source = (
        f"SELECT DISTINCT {chosen} FROM ({scope.relation.sql}) AS r "
        f"WHERE {column_sql(names[0])} IS NOT NULL"
    )
    found = scope.mapped(
        source,
        [column_sql(name) for name in names],
        tuple(kind for _, kind in keys),
        "BIGINT",
        _interning(piece),
        what="identifiers of computed values",
    )
    return found if inside == NULL else f"coalesce({column_sql(made[-1][0])}, {found})"


def _either(*conditions: str | None) -> str:
    return " OR ".join(f"({condition})" for condition in conditions if condition)


def _inside(piece: Exact) -> str:
    """The identifier of a number that goes inside: an integer that is not too long."""
    if piece.whole == "FALSE" or piece.scale != "0":
        return NULL
    fits = f"{piece.digits} BETWEEN {-GREATEST_INTEGER} AND {GREATEST_INTEGER}"
    test = fits if piece.whole == "TRUE" else f"{piece.whole} AND {fits}"
    return f"CASE WHEN {test} THEN {integer_id(piece.digits)} END"


def _keys(piece: Piece, unless: str | None) -> list[tuple[str, str]]:
    """What tells computed values apart, with types; NULL where no identifier is needed."""

    def key(sql: str, kind: str) -> tuple[str, str]:
        value = f"CAST({sql} AS VARCHAR)" if kind == "VARCHAR" else sql
        return (f"CASE WHEN ({unless}) IS NOT TRUE THEN {value} END" if unless else value), kind

    if isinstance(piece, Text):
        language = piece.language or "NULL"
        return [key(piece.sql, "VARCHAR"), key(language, "VARCHAR")]
    if isinstance(piece, Iri):
        return [key(piece.sql, "VARCHAR")]
    if isinstance(piece, Double):
        return [key(f"CAST({piece.sql} AS DOUBLE)", "VARCHAR")]
    assert isinstance(piece, Exact)
    whole = "TRUE" if piece.whole == "TRUE" else piece.whole
    return [
        key(f"CAST({piece.digits} AS HUGEINT)", "VARCHAR"),
        key(f"CAST({piece.scale} AS INTEGER)", "VARCHAR"),
        key(f"CAST({whole} AS BOOLEAN)", "BOOLEAN"),
    ]


def _interning(piece: Piece) -> Callable[["Context"], Callable[[list[Any]], list[Value]]]:
    make = _MAKERS[type(piece)]

    def evaluator(context: "Context") -> Callable[[list[Any]], list[Value]]:
        id_for = context.locals.id_for
        if isinstance(piece, Text):
            return lambda rows: [
                id_for(_text(*row), Tag.STRING if row[1] is None else Tag.LANGUAGE_STRING)
                for row in rows
            ]
        return lambda rows: [id_for(make(*row)) for row in rows]

    return evaluator


def _text(text: str, language: str | None) -> Term:
    if language is None:
        return Literal(text)
    name, _, direction = language.partition("--")
    return language_literal(text, name, direction or None)


def double_term(text: str) -> Term:
    """The xsd:double that DuckDB writes so."""
    return literal_of(Number("double", float(text)))


def exact_term(digits: str, scale: str, whole: bool) -> Term:
    """The integer or decimal of these digits, so many of them after the point."""
    if whole:
        return literal_of(Number("integer", int(digits) // 10 ** int(scale)))
    return literal_of(Number("decimal", Decimal(f"{digits}e-{scale}")))


_MAKERS: dict[type[Piece], Callable[..., Term]] = {
    Text: _text,
    Iri: NamedNode,
    Double: double_term,
    Exact: exact_term,
}
