"""From expressions to SQL: constants are folded, the forms with their own rules for errors are
here (SPARQL 1.1, section 17.4.1), the functions in the modules beside."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from pyoxigraph import NamedNode

from kgraph.identifiers import Tag
from kgraph.plan.algebra import (
    Aggregate,
    Call,
    Exists,
    Expression,
    TripleExpression,
    Variable,
)
from kgraph.plan.sets.expressions.comparing import equality, identity, order, unknown
from kgraph.plan.sets.expressions.encoding import FALSE_ID, NULL, TRUE_ID, integer_id
from kgraph.plan.sets.expressions.pieces import (
    KNOWN_TERMS,
    Constant,
    Double,
    Environment,
    Exact,
    Iri,
    NotInSQL,
    Piece,
    TermPiece,
    Text,
    Truth,
)
from kgraph.plan.sets.expressions.values import string, tags_of, truth

Handler = Callable[..., Piece]
Shortcut = Callable[[Call, Environment], Piece | None]
ABSENT = TermPiece(f"{NULL}::BIGINT", 0)
"""A variable that is bound nowhere, or an expression that is always an error."""
ERROR = Call("+", ())
"""An expression that is always an error, for Python as for SQL."""
_STRICT: dict[str, Handler] = {}
_FORMS: dict[str, Handler] = {}
_SHORT: dict[str, Shortcut] = {}


def in_sql(*names: str) -> Callable[[Handler], Handler]:
    """Register what compiles a function from the pieces of its arguments."""

    def register(handler: Handler) -> Handler:
        for name in names:
            _STRICT[name] = handler
        return handler

    return register


def shorter(*names: str) -> Callable[[Shortcut], Shortcut]:
    """Register what knows a shorter way for some calls of a function, and gives None for others."""

    def register(handler: Shortcut) -> Shortcut:
        for name in names:
            _SHORT[name] = handler
        return handler

    return register


def _form(*names: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for name in names:
            _FORMS[name] = handler
        return handler

    return register


@cache
def _strict() -> Mapping[str, Handler]:
    for module in ("arithmetic", "casting", "lowercase", "terms", "texts", "times"):
        import_module(f"kgraph.plan.sets.expressions.{module}")
    return _STRICT


def compiled(expression: Expression, environment: Environment) -> Piece:
    """An expression as SQL; raises NotInSQL where Python has to evaluate it."""
    if isinstance(expression, KNOWN_TERMS):
        return Constant(expression, environment.constant)
    if isinstance(expression, Variable):
        return environment.variable(expression.name) or ABSENT
    if isinstance(expression, Exists):
        if environment.exists is None:
            raise NotInSQL("EXISTS")
        return Truth(environment.exists(expression))
    if isinstance(expression, TripleExpression | Aggregate):
        raise NotInSQL(type(expression).__name__)
    assert isinstance(expression, Call)
    return _call(expression, environment)


def _call(call: Call, environment: Environment) -> Piece:
    name = call.function.value if isinstance(call.function, NamedNode) else call.function
    form = None if isinstance(call.function, NamedNode) else _FORMS.get(name)
    if form is not None:
        return form(call, environment)
    if call == ERROR:
        return ABSENT
    handler = _strict().get(name)
    if handler is None:
        raise NotInSQL(name)
    short = _SHORT.get(name)
    found = short(call, environment) if short else None
    if found is not None:
        return found
    pieces = [compiled(argument, environment) for argument in call.arguments]
    try:
        return handler(environment, *pieces)
    except TypeError as error:
        if "positional argument" not in str(error):
            raise
        raise NotInSQL(f"{name} of {len(pieces)}") from error


@in_sql("=")
def _equal(environment: Environment, left: Piece, right: Piece) -> Piece:
    return Truth(equality(left, right, environment))


@in_sql("!=")
def _unequal(environment: Environment, left: Piece, right: Piece) -> Piece:
    return Truth(f"(NOT {equality(left, right, environment)})")


def _ordering(operator: str) -> Handler:
    def handler(environment: Environment, left: Piece, right: Piece) -> Piece:
        return Truth(order(operator, left, right, environment))

    return handler


for _operator in ("<", ">", "<=", ">="):
    in_sql(_operator)(_ordering(_operator))


@in_sql("!")
def _not(environment: Environment, operand: Piece) -> Piece:
    return Truth(f"(NOT {truth(operand)})")


@in_sql("SAMETERM")
def _same_term(environment: Environment, left: Piece, right: Piece) -> Piece:
    one, other = identity(left), identity(right)
    if one is None or other is None:
        raise NotInSQL("SAMETERM of a computed value")
    return Truth(f"({one} = {other})")


@_form("||", "&&")
def _connected(call: Call, environment: Environment) -> Piece:
    operator = " OR " if call.function == "||" else " AND "
    parts = [truth(compiled(part, environment)) for part in call.arguments]
    return Truth(f"({operator.join(parts)})")


@_form("BOUND")
def _bound(call: Call, environment: Environment) -> Piece:
    (variable,) = call.arguments
    piece = environment.variable(variable.name) if isinstance(variable, Variable) else None
    return Truth("FALSE" if piece is None else f"(NOT {unknown(piece)})")


@_form("IN", "NOT IN")
def _in(call: Call, environment: Environment) -> Piece:
    sought, *members = (compiled(part, environment) for part in call.arguments)
    tests = [equality(sought, member, environment) for member in members]
    found = " OR ".join(tests) or "FALSE"
    if not tests or any(isinstance(member, Constant) for member in members):
        found = f"CASE WHEN NOT {unknown(sought)} THEN ({found}) END"
    return Truth(f"({found})" if call.function == "IN" else f"(NOT ({found}))")


@_form("IF")
def _if(call: Call, environment: Environment) -> Piece:
    condition, one, other = (compiled(part, environment) for part in call.arguments)
    test = truth(condition)
    return _alike(
        [one, other],
        lambda first, second: f"CASE WHEN {test} THEN {first} WHEN NOT {test} THEN {second} END",
        environment,
    )


@_form("COALESCE")
def _coalesce(call: Call, environment: Environment) -> Piece:
    pieces = [compiled(part, environment) for part in call.arguments]
    if len(pieces) == 1:
        return pieces[0]
    if any(isinstance(piece, Text) and piece.language for piece in pieces):
        raise NotInSQL("COALESCE of strings that may have a language")
    return _alike(pieces, lambda *parts: f"coalesce({', '.join(parts)})", environment)


def _alike(pieces: list[Piece], merge: Callable[..., str], environment: Environment) -> Piece:
    """Pieces of one kind as one of them."""
    if not pieces:
        return ABSENT
    kinds = {type(piece) for piece in pieces}
    found = [identified(piece) for piece in pieces]
    if all(one is not None for one in found):
        tags = 0
        for piece in pieces:
            tags |= tags_of(piece)
        return TermPiece(f"({merge(*found)})", tags & ~1)
    if kinds == {Double}:
        return Double(f"({merge(*(piece.sql for piece in pieces if isinstance(piece, Double)))})")
    if kinds == {Iri}:
        return Iri(f"({merge(*(piece.sql for piece in pieces if isinstance(piece, Iri)))})")
    if kinds <= {Text, Constant} and all(_is_text(piece) for piece in pieces):
        return _texts(pieces, merge, environment)
    raise NotInSQL("values of several kinds")


def _is_text(piece: Piece) -> bool:
    strings = 1 << Tag.STRING | 1 << Tag.LANGUAGE_STRING
    return isinstance(piece, Text) or not tags_of(piece) & ~strings


def _texts(pieces: list[Piece], merge: Callable[..., str], environment: Environment) -> Piece:
    texts = [string(piece) for piece in pieces]
    found = f"({merge(*(text.sql for text in texts))})"
    if all(text.language is None for text in texts):
        return Text(found)
    return Text(found, f"({merge(*(text.language or 'NULL::VARCHAR' for text in texts))})")


def identified(piece: Piece) -> str | None:
    """The identifier of a piece, if SQL can give it without the dictionary; else None."""
    if isinstance(piece, Truth):
        return f"CASE WHEN {piece.sql} THEN {TRUE_ID} WHEN NOT {piece.sql} THEN {FALSE_ID} END"
    if isinstance(piece, Exact):
        return integer_id(piece.digits) if piece.goes_inside else None
    return identity(piece)
