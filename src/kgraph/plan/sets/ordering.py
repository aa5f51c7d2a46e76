"""ORDER BY: the order of `plan.functions.comparison.sort_key`, as keys in SQL where it has some.

Kinds of terms first, then values, then forms. Where SQL cannot compare, the distinct terms are
ranked by Python, and their rank is the key.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from kgraph.identifiers import Tag
from kgraph.plan.algebra import Expression
from kgraph.plan.functions.comparison import sort_key
from kgraph.plan.sets.apply import Value
from kgraph.plan.sets.expressions.assigning import identifiers
from kgraph.plan.sets.expressions.compile import compiled
from kgraph.plan.sets.expressions.encoding import (
    EVERY,
    RESOURCES,
    TEXTS,
    integer_value,
    mantissa,
    power_of_ten,
    ranges,
    scale,
    tagged,
)
from kgraph.plan.sets.expressions.folding import folded
from kgraph.plan.sets.expressions.pieces import (
    Constant,
    Double,
    Exact,
    Iri,
    NotInSQL,
    Piece,
    TermPiece,
    Text,
    Truth,
)
from kgraph.plan.sets.expressions.scope import ROW, Scope, column_sql, varies
from kgraph.plan.sets.expressions.values import at_scale, lexical
from kgraph.plan.sets.relation import Column, Relation

if TYPE_CHECKING:
    from kgraph.plan.execution import Context
    from kgraph.plan.sets.compiler import Compiler

INTEGER, DECIMAL, NUMBER = 1 << Tag.INTEGER, 1 << Tag.DECIMAL, 1 << Tag.NUMBER
BOOLEAN, OTHER_BOOLEAN = 1 << Tag.BOOLEAN, 1 << Tag.OTHER_BOOLEAN
DATES = 1 << Tag.DATE | 1 << Tag.DATE_TIME
OTHER, LANGUAGE = 1 << Tag.OTHER, 1 << Tag.LANGUAGE_STRING
_RANKED_ONLY = 1 << Tag.MOMENT | 1 << Tag.DURATION | 1 << Tag.TRIPLE
_BY_IDENTIFIER = INTEGER | DATES | BOOLEAN
# The kinds in order, with what is compared within each.
_CLASSES = (
    1 << Tag.BLANK,
    1 << Tag.IRI,
    INTEGER | DECIMAL | NUMBER,
    1 << Tag.STRING,
    LANGUAGE,
    BOOLEAN | OTHER_BOOLEAN,
    1 << Tag.DATE_TIME,
    1 << Tag.DATE,
    OTHER,
)


def ordered(
    compiler: "Compiler",
    relation: Relation,
    conditions: Sequence[tuple[Expression, bool]],
    offset: int,
    limit: int | None,
) -> Relation:
    """The rows in order, from an offset on, at most so many."""
    scope = Scope(compiler, relation)
    directed = []
    for expression, ascending in conditions:
        word = "ASC NULLS FIRST" if ascending else "DESC NULLS LAST"
        directed += [f"{key} {word}" for key in _keys_of(scope, expression)]
    sql = scope.selected()
    if directed:
        sql += f" ORDER BY {', '.join(directed)}"
    sql += "" if limit is None else f" LIMIT {limit}"
    sql += f" OFFSET {offset}" if offset else ""
    return Relation(sql, scope.visible, ordered=True)


def _keys_of(scope: Scope, expression: Expression) -> list[str]:
    expression = folded(expression, scope.compiler.context.functions)
    joined = dict(scope.joined)
    if not varies(expression):
        environment = scope.environment()
        try:
            piece = compiled(expression, environment)
            if not environment.doubts:
                return sort_keys(scope.compiler, piece)
        except NotInSQL:
            pass
        scope.joined = joined
    found, _ = identifiers(scope, expression)
    return [ranked(scope, found)]


def sort_keys(compiler: "Compiler", piece: Piece) -> list[str]:
    """What to sort by, one after the other; NULL before all else. May raise NotInSQL."""
    if isinstance(piece, Constant):
        return []
    if isinstance(piece, TermPiece):
        return _term_keys(compiler, piece)
    if isinstance(piece, Truth | Iri):
        return [piece.sql]
    if isinstance(piece, Double):
        return _doubles_first_nan(piece.sql)
    if isinstance(piece, Exact):
        kinds = [] if piece.whole in ("TRUE", "FALSE") else [piece.whole]
        return [at_scale(piece, piece.most_scale), *kinds]
    return [piece.sql] if piece.language is None else _text_keys(piece)


def _text_keys(piece: Text) -> list[str]:
    known = f"CASE WHEN {piece.sql} IS NOT NULL THEN {piece.language} IS NOT NULL END"
    return [known, piece.sql, f"({piece.language})"]


def _doubles_first_nan(double: str) -> list[str]:
    return [f"(NOT isnan({double}))", double]


def _term_keys(compiler: "Compiler", piece: TermPiece) -> list[str]:
    tags, one = piece.tags, piece.id
    if tags & _RANKED_ONLY or (tags & NUMBER and (tags & DECIMAL or _inexact(compiler))):
        raise NotInSQL("an order that Python knows")
    present = [mask for mask in _CLASSES if tags & mask]
    keys = []
    if len(present) > 1:
        tests = " ".join(
            f"WHEN {tagged(one, mask, tags)} THEN {place}" for place, mask in enumerate(present)
        )
        keys.append(f"CASE {tests} END")
    keys += _number_keys(piece)
    if tags & (BOOLEAN | OTHER_BOOLEAN) and tags & OTHER_BOOLEAN:
        value = f"({one} & 1 = 1)" if not tags & OTHER_BOOLEAN else _boolean(piece)
        keys.append(value)
    direct = tags & (DATES | BOOLEAN if not tags & OTHER_BOOLEAN else DATES)
    if direct:
        keys.append(_only(piece, direct, one))
    texts = tags & (RESOURCES | TEXTS | OTHER | OTHER_BOOLEAN)
    if tags & OTHER_BOOLEAN:
        texts |= tags & BOOLEAN
    if tags & NUMBER:
        texts |= tags & (INTEGER | NUMBER)
    if texts:
        keys.append(lexical(piece, texts))
    if tags & LANGUAGE:
        keys.append(_only(piece, LANGUAGE, piece.column("language")))
    if tags & (OTHER | NUMBER):
        keys.append(_only(piece, OTHER | NUMBER | INTEGER, _datatype(piece)))
    return keys


def _datatype(piece: TermPiece) -> str:
    integer = "'http://www.w3.org/2001/XMLSchema#integer'"
    test = tagged(piece.id, INTEGER, piece.tags)
    column = piece.column("datatype")
    return column if test == "FALSE" else f"CASE WHEN {test} THEN {integer} ELSE {column} END"


def _only(piece: TermPiece, mask: int, value: str) -> str:
    test = tagged(piece.id, mask, piece.tags)
    return value if test == "TRUE" else f"CASE WHEN {test} THEN {value} END"


def _boolean(piece: TermPiece) -> str:
    inside = f"WHEN {tagged(piece.id, BOOLEAN, piece.tags)} THEN {piece.id} & 1 = 1"
    other = f"WHEN {tagged(piece.id, OTHER_BOOLEAN, piece.tags)} THEN"
    return f"CASE {inside} {other} {piece.column('lexical')} = '1' END"


def _number_keys(piece: TermPiece) -> list[str]:
    tags, one = piece.tags, piece.id
    if tags & NUMBER:
        number = piece.column("number")
        if not tags & INTEGER:
            shown = _only(piece, NUMBER, number)
            return _doubles_first_nan(shown)
        value = f"CAST({integer_value(one)} AS DOUBLE)"
        is_integer = tagged(one, INTEGER, tags)
        nearest = f"CASE WHEN {is_integer} THEN {value} ELSE {number} END"
        rest = f"CAST({integer_value(one)} AS HUGEINT) - CAST({value} AS HUGEINT)"
        return [
            *_doubles_first_nan(nearest),
            f"CASE WHEN {is_integer} THEN {rest} ELSE 0 END",
        ]
    if tags & DECIMAL:
        digits = f"CAST({mantissa(one)} AS HUGEINT) * {power_of_ten(f'(15 - {scale(one)})')}"
        places = scale(one)
        if tags & INTEGER:
            is_integer = tagged(one, INTEGER, tags)
            whole = f"CAST({integer_value(one)} AS HUGEINT) * {power_of_ten('15')}"
            digits = f"CASE WHEN {is_integer} THEN {whole} ELSE {digits} END"
            places = f"CASE WHEN {is_integer} THEN 0 ELSE {places} END"
        numbers = INTEGER | DECIMAL
        return [_only(piece, numbers, digits), _only(piece, numbers, places)]
    return [_only(piece, INTEGER, one)] if tags & INTEGER else []


def _inexact(compiler: "Compiler") -> bool:
    """Whether there is a number that a double does not hold."""
    ((low, high),) = ranges(NUMBER)
    cursor = compiler.context.snapshot.cursor()
    found = cursor.execute(
        f"SELECT 1 FROM term WHERE number IS NULL AND id BETWEEN {low} AND {high} LIMIT 1"
    ).fetchall()
    locals_ = compiler.context.locals.made
    return bool(found) or any(low <= one <= high for one, _ in locals_)


def ranked(scope: Scope, identifier: str) -> str:
    """The rank of terms among those that occur, by a step."""
    name = scope.compiler.fresh("_:ranked")
    scope.replace(scope.selected_all((name, identifier)), [Column(name, True, EVERY)])
    one = column_sql(name)
    source = f"SELECT DISTINCT {one} FROM ({scope.relation.sql}) AS {ROW} WHERE {one} IS NOT NULL"
    return scope.mapped(
        source, [one], ("BIGINT",), "BIGINT", _ranking, what="an order", at_once=True
    )


def _ranking(context: "Context") -> Callable[[list[tuple[Any, ...]]], list[Value]]:
    def batch(rows: list[tuple[Any, ...]]) -> list[Value]:
        terms = context.locals.terms_of([one for (one,) in rows])
        keys = [sort_key(term) for term in terms]
        context.limits.check()
        places = sorted(range(len(rows)), key=keys.__getitem__)
        ranks: list[Value] = [0] * len(rows)
        for rank, place in enumerate(places):
            ranks[place] = rank
        return ranks

    return batch
