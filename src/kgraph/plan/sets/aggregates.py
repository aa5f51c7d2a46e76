"""GROUP BY and aggregates (section 18.5) in SQL; sums are exact, or doubles where one takes part.

An error in a member leaves an aggregate without value, but for COUNT and SAMPLE
(docs/decisions/0054). Groups in which SQL cannot be sure of a number are left to Python.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgraph.identifiers import Tag
from kgraph.plan.algebra import Aggregate, Expression, Variable
from kgraph.plan.sets.expressions.assigning import identifiers, interned
from kgraph.plan.sets.expressions.compile import compiled
from kgraph.plan.sets.expressions.encoding import (
    EVERY,
    LITERALS,
    NUMBERS,
    integer_id,
    literal,
    power_of_ten,
)
from kgraph.plan.sets.expressions.folding import folded
from kgraph.plan.sets.expressions.pieces import Constant, Exact, NotInSQL, Piece, TermPiece, Text
from kgraph.plan.sets.expressions.scope import ROW, Scope, column_sql, varies
from kgraph.plan.sets.expressions.values import MOST, Numeric, lexical, numeric
from kgraph.plan.sets.ordering import sort_keys
from kgraph.plan.sets.relation import CARRIED, Column, Relation, quoted
from kgraph.plan.sets.totals import Sum, members_evaluator

if TYPE_CHECKING:
    from kgraph.plan.sets.compiler import Compiler

INTEGER = 1 << Tag.INTEGER
_ORDERED_BY_IDENTIFIER = frozenset(
    1 << tag for tag in (Tag.INTEGER, Tag.BOOLEAN, Tag.DATE, Tag.DATE_TIME)
)
_ANY = (1 << len(Tag)) - 1
Keys = Sequence[tuple[Variable, Expression]]
Aggregates = Sequence[tuple[Variable, Aggregate]]


def grouped(
    compiler: "Compiler", relation: Relation, keys: Keys, aggregates: Aggregates
) -> Relation:
    """One row a group: the keys, and what the aggregates make of its members."""
    grouping = Grouping(compiler, relation)
    grouping.set_keys(keys)
    for variable, one in aggregates:
        grouping.add(variable.name, one)
    return grouping.result()


@dataclass
class Made:
    """An aggregate: its columns within the groups, and the identifier made of them."""

    name: str
    columns: list[tuple[str, str]]
    """Names, and SQL over the members of a group."""
    finish: Callable[[Scope], str]
    """SQL for the identifier over the relation of groups."""
    tags: int = _ANY
    nullable: bool = True


@dataclass
class Grouping:
    """A group in the making."""

    compiler: "Compiler"
    relation: Relation
    scope: Scope = field(init=False)
    keys: list[tuple[Column, str]] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    apart: list[tuple[Column, Relation]] = field(default_factory=list)
    """Aggregates that are grouped on their own: the keys again, and the value."""

    def __post_init__(self) -> None:
        """Everything is compiled over the relation of the members."""
        self.scope = Scope(self.compiler, self.relation)

    # Keys

    def set_keys(self, keys: Keys) -> None:
        """The columns to group by; each expression becomes one."""
        for variable, expression in keys:
            found, tags = self._identifier(expression)
            column = self.scope.relation.column(getattr(expression, "name", ""))
            nullable = column is None or column.nullable or not isinstance(expression, Variable)
            self.keys.append((Column(variable.name, nullable, tags), found))

    def _identifier(self, expression: Expression) -> tuple[str, int]:
        """An expression as a column of the members, which later steps do not touch."""
        if isinstance(expression, Variable):
            column = self.scope.relation.column(expression.name)
            if column is not None:
                return column_sql(expression.name), column.tags
            return "CAST(NULL AS BIGINT)", 0
        joined = dict(self.scope.joined)
        found, tags = identifiers(self.scope, expression)
        if self.scope.joined != joined or ROW not in found:
            name = self.compiler.fresh("_:made")
            self.scope.replace(self.scope.selected_all((name, found)), [Column(name, True, tags)])
            found = column_sql(name)
        return found, tags

    # Aggregates

    def add(self, name: str, one: Aggregate) -> None:
        """One more aggregate."""
        if one.argument is None:
            self.made.append(_counted(name, self._count_rows(one.distinct)))
            return
        argument = folded(one.argument, self.compiler.context.functions)
        piece = self._piece(argument)
        function = one.function
        if function == "COUNT":
            self._count(name, argument, piece, one.distinct)
        elif function in ("MIN", "MAX", "SAMPLE"):
            self._chosen(name, str(function), argument, piece)
        elif one.distinct:
            self._of_distinct(name, one, argument)
        elif function in ("SUM", "AVG"):
            self._sum(name, one, argument, piece)
        elif function == "GROUP_CONCAT":
            self._joined_texts(name, one, argument, piece)
        else:
            self.made.append(Made(name, [], lambda _: "CAST(NULL AS BIGINT)", 0))

    def _piece(self, argument: Expression) -> Piece | None:
        """The argument in SQL; None where there are rows that only Python can tell."""
        if varies(argument):
            return None
        joined = dict(self.scope.joined)
        environment = self.scope.environment()
        try:
            piece = compiled(argument, environment)
        except NotInSQL:
            self.scope.joined = joined
            return None
        if environment.doubts:
            self.scope.joined = joined
            return None
        return piece

    def _count_rows(self, distinct: bool) -> str:
        if not distinct:
            return "count(*)"
        shown = [n for n in self.relation.names if not n.startswith(("_:", ".", CARRIED))]
        if not shown:
            return "least(count(*), 1)"
        return f"count(DISTINCT row({', '.join(column_sql(n) for n in shown)}))"

    def _count(self, name: str, argument: Expression, piece: Piece | None, distinct: bool) -> None:
        if piece is None or (distinct and not isinstance(piece, TermPiece)):
            found, _ = self._identifier(argument)
        else:
            found = str(piece.id) if isinstance(piece, Constant) else _value(piece)
        self.made.append(_counted(name, f"count({'DISTINCT ' if distinct else ''}{found})"))

    def _chosen(self, name: str, function: str, argument: Expression, piece: Piece | None) -> None:
        """MIN, MAX and SAMPLE: one of the terms."""
        if not isinstance(piece, TermPiece):
            found, tags = self._identifier(argument)
            piece = TermPiece(found, tags & EVERY, self._dictionary(found))
        if function == "SAMPLE":
            self._add_term(name, f"min({piece.id})", piece.tags)
            return
        sql = self._extreme(function, piece)
        if sql is None:
            self._in_python(name, Aggregate(function, argument), piece.id)
            return
        self._add_term(name, f"CASE WHEN count(*) = count({piece.id}) THEN {sql} END", piece.tags)

    def _dictionary(self, found: str) -> Callable[[], str] | None:
        name = found.removeprefix(f'{ROW}."').removesuffix('"')
        known = self.scope.variable(name) if self.scope.relation.column(name) else None
        return known.dictionary if isinstance(known, TermPiece) else None

    def _extreme(self, function: str, piece: TermPiece) -> str | None:
        if piece.tags in _ORDERED_BY_IDENTIFIER:
            return f"{function.lower()}({piece.id})"
        joined = dict(self.scope.joined)
        try:
            keys = sort_keys(self.compiler, piece)
        except NotInSQL:
            self.scope.joined = joined
            return None
        if not keys:
            return f"min({piece.id})"
        return f"arg_{function.lower()}({piece.id}, row({', '.join(keys)}))"

    def _add_term(self, name: str, sql: str, tags: int) -> None:
        column = self.compiler.fresh("_:value")
        self.made.append(Made(name, [(column, sql)], lambda _: column_sql(column), tags))

    # Sums

    def _sum(self, name: str, one: Aggregate, argument: Expression, piece: Piece | None) -> None:
        if piece is None and isinstance(argument, Variable):
            piece = self._doubtful_piece(argument)
        if piece is None or isinstance(piece, Constant | Text):
            found, tags = self._identifier(argument)
            piece = TermPiece(found, tags & EVERY, self._dictionary(found))
        environment = self.scope.environment()
        try:
            number = numeric(piece, environment)
        except NotInSQL:
            self._in_python(name, one, piece.id if isinstance(piece, TermPiece) else "NULL")
            return
        if number.exact is not None and not _can_be_added(number.exact):
            self._in_python(name, one, self._identifier(argument)[0])
            return
        doubts = environment.doubts
        self._add_sum(name, str(one.function), number)
        if doubts:
            assert isinstance(piece, TermPiece)
            exact = self.made.pop()
            self._in_python(name, one, piece.id, doubts=doubts, otherwise=exact)

    def _doubtful_piece(self, argument: Variable) -> Piece | None:
        return self.scope.variable(argument.name)

    def _add_sum(self, name: str, function: str, number: Numeric) -> None:
        fresh = self.compiler.fresh
        columns: list[tuple[str, str]] = [(fresh("_:members"), "count(*)")]
        known, exact = [], number.exact
        parts: dict[str, str] = {}
        if exact is not None:
            known.append(f"count({exact.digits})")
            unit = power_of_ten("15")
            at = exact.digits
            if exact.most_scale:
                at = f"({exact.digits} * {power_of_ten(f'({exact.most_scale} - {exact.scale})')})"
            whole_only = not exact.most_scale and exact.most <= 2**62
            parts["high"] = "0" if whole_only else f"sum({at} // {unit})"
            parts["low"] = f"sum(CAST({at} AS BIGINT))" if whole_only else f"sum({at} % {unit})"
            parts["whole"] = f"bool_and({exact.whole})"
        if number.double is not None:
            known.append(f"count({number.double})")
            parts["double"] = f"sum({number.double})"
            parts["doubles"] = f"count({number.double})"
        columns.append((fresh("_:known"), " + ".join(known) or "0"))
        names = {part: fresh(f"_:{part}") for part in parts}
        columns += [(names[part], sql) for part, sql in parts.items()]
        places = exact.most_scale if exact is not None else 0
        finish = Sum(function, columns[0][0], columns[1][0], names, places)
        self.made.append(Made(name, columns, finish, NUMBERS))

    # Texts

    def _joined_texts(
        self, name: str, one: Aggregate, argument: Expression, piece: Piece | None
    ) -> None:
        if not isinstance(piece, TermPiece | Text):
            found, tags = self._identifier(argument)
            piece = TermPiece(found, tags & EVERY, self._dictionary(found))
        try:
            text = piece.sql if isinstance(piece, Text) else lexical(piece, LITERALS)
        except NotInSQL:
            assert isinstance(piece, TermPiece)
            self._in_python(name, one, piece.id)
            return
        separator = literal(" " if one.separator is None else one.separator)
        column = self.compiler.fresh("_:text")
        joined = f"coalesce(string_agg({text}, {separator}), '')"
        sql = f"CASE WHEN count(*) = count({text}) THEN {joined} END"

        def finish(scope: Scope) -> str:
            return interned(scope, Text(column_sql(column)))

        self.made.append(Made(name, [(column, sql)], finish, 1 << Tag.STRING))

    # Groups of their own

    def _of_distinct(self, name: str, one: Aggregate, argument: Expression) -> None:
        """Over the distinct terms of each group, so that equal values of two terms are two."""
        found, tags = self._identifier(argument)
        value = self.compiler.fresh("_:distinct")
        columns = tuple(column for column, _ in self.keys)
        chosen = ", ".join(
            f"{sql} AS {quoted(n)}"
            for n, sql in (*((c.name, s) for c, s in self.keys), (value, found))
        )
        sql = f"SELECT DISTINCT {chosen} FROM {self.scope.from_item()}"
        inner = Relation(sql, (*columns, Column(value, True, tags)))
        keys = [(Variable(column.name), Variable(column.name)) for column in columns]
        plain = Aggregate(one.function, Variable(value), False, one.separator)
        relation = grouped(self.compiler, inner, keys, [(Variable(name), plain)])
        made = relation.columns[-1]
        self.apart.append((made, relation))

    def _in_python(
        self,
        name: str,
        one: Aggregate,
        argument: str,
        *,
        doubts: Sequence[str] = (),
        otherwise: Made | None = None,
    ) -> None:
        """Groups that Python looks at; with doubts, only those with a doubtful member."""
        keys = ", ".join(sql for _, sql in self.keys)
        listed = f"list({argument}), count(*) - count({argument})"
        doubtful = " OR ".join(f"({doubt}) IS TRUE" for doubt in doubts)
        having = f" HAVING bool_or({doubtful})" if doubts else ""
        by = f" GROUP BY {keys}" if keys else ""
        before = f"{keys}, " if keys else ""
        source = f"SELECT {before}{listed} FROM {self.scope.from_item()}{by}{having}"
        columns = [] if otherwise is None else otherwise.columns
        flag = self.compiler.fresh("_:doubtful")
        extra = [(flag, f"bool_or({doubtful})")] if doubts else []

        def finish(scope: Scope) -> str:
            found = scope.mapped(
                source,
                [column_sql(column.name) for column, _ in self.keys],
                tuple("BIGINT" for _ in self.keys),
                "BIGINT",
                members_evaluator(one, len(self.keys)),
                what=f"{one.function}",
                ignored=2,
            )
            if otherwise is None:
                return found
            return f"CASE WHEN {column_sql(flag)} THEN {found} ELSE {otherwise.finish(scope)} END"

        self.made.append(Made(name, [*columns, *extra], finish))

    # The end

    def result(self) -> Relation:
        """The relation of the groups."""
        columns = [column for column, _ in self.keys]
        chosen = [f"{sql} AS {quoted(column.name)}" for column, sql in self.keys]
        for made in self.made:
            chosen += [f"{sql} AS {quoted(name)}" for name, sql in made.columns]
        by = f" GROUP BY {', '.join(sql for _, sql in self.keys)}" if self.keys else ""
        chosen = chosen or ['count(*) AS "."']
        sql = f"SELECT {', '.join(chosen)} FROM {self.scope.from_item()}{by}"
        helping = [Column(name, True, 0) for made in self.made for name, _ in made.columns]
        groups = Relation(sql, (*columns, *helping))
        scope = Scope(self.compiler, groups)
        scope.visible = tuple(columns)
        more = [
            (Column(made.name, made.nullable, made.tags), made.finish(scope)) for made in self.made
        ]
        found = scope.result(*more)
        for column, relation in self.apart:
            found = self._beside(found, column, relation)
        return found

    def _beside(self, found: Relation, column: Column, relation: Relation) -> Relation:
        keys = [key.name for key, _ in self.keys]
        same = " AND ".join(f"g.{quoted(k)} IS NOT DISTINCT FROM a.{quoted(k)}" for k in keys)
        shown = "".join(f"g.{quoted(name)}, " for name in found.names)
        sql = (
            f"SELECT {shown}a.{quoted(column.name)} FROM ({found.sql}) AS g "
            f"LEFT JOIN ({relation.sql}) AS a ON {same or 'TRUE'}"
        )
        return Relation(sql, (*found.columns, column))


def _can_be_added(number: Exact) -> bool:
    """Whether the digits fit when all stand at the same scale."""
    return bool(number.most * 10**number.most_scale < MOST)


def _counted(name: str, sql: str) -> Made:
    column = name if name.startswith("_:") else f"_:count_{name}"
    return Made(
        name,
        [(column, integer_id(f"CAST({sql} AS BIGINT)"))],
        lambda _: column_sql(column),
        INTEGER,
        nullable=False,
    )


def _value(piece: Piece) -> str:
    if isinstance(piece, TermPiece):
        return piece.id
    return piece.digits if isinstance(piece, Exact) else str(getattr(piece, "sql", "NULL"))
