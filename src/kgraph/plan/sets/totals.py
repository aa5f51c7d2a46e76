"""Sums and means as terms: SQL adds up, Python writes what has no identifier of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kgraph.plan.algebra import Aggregate
from kgraph.plan.functions.aggregates import aggregate
from kgraph.plan.sets.apply import Value
from kgraph.plan.sets.expressions.encoding import integer_id, power_of_ten
from kgraph.plan.sets.expressions.scope import ROW, Scope, column_sql
from kgraph.values.literals import ExpressionError, literal_of
from kgraph.values.numbers import Number, calculate

if TYPE_CHECKING:
    from kgraph.plan.execution import Context

Evaluator = Callable[["Context"], Callable[[list[tuple[Any, ...]]], list[Value]]]


@dataclass(frozen=True)
class Sum:
    """The identifier of a sum or mean over the columns that make it."""

    function: str
    members: str
    known: str
    names: dict[str, str]
    places: int

    def __call__(self, scope: Scope) -> str:
        """A step makes terms of what is not inside."""
        complete = f"{column_sql(self.members)} = {column_sql(self.known)}"
        inside = "CAST(NULL AS BIGINT)"
        plain = "double" not in self.names and not self.places and "low" in self.names
        if self.function == "SUM" and plain:
            total = (
                f"coalesce({self._part('high')} * {power_of_ten('15')} + {self._part('low')}, 0)"
            )
            fits = f"{self._part('high')} = 0 AND abs({self._part('low')}) < {2**58}"
            kind = f"coalesce({self._part('whole')}, TRUE)"
            empty = f"{column_sql(self.members)} = 0"
            inside = f"CASE WHEN ({fits} AND {kind}) OR {empty} THEN {integer_id(total)} END"
        keys = [
            self._text("high"),
            self._text("low"),
            f"CAST({self._part('whole')} AS BOOLEAN)",
            self._text("double"),
            f"CAST({self._part('doubles')} AS VARCHAR)",
            f"CAST({column_sql(self.members)} AS VARCHAR)" if self.function == "AVG" else "'1'",
        ]
        columns = ", ".join(keys)
        source = (
            f"SELECT DISTINCT {columns} FROM ({{}}) AS {ROW} "
            f"WHERE {complete} AND ({inside}) IS NULL"
        )
        scope.keep_if_open()
        found = scope.mapped(
            source.format(scope.relation.sql),
            keys,
            ("VARCHAR", "VARCHAR", "BOOLEAN", "VARCHAR", "VARCHAR", "VARCHAR"),
            "BIGINT",
            _totals(self.function, self.places),
            what=self.function,
        )
        return f"CASE WHEN {complete} THEN coalesce({inside}, {found}) END"

    def _part(self, name: str) -> str:
        return column_sql(self.names[name]) if name in self.names else "NULL"

    def _text(self, name: str) -> str:
        return f"CAST({self._part(name)} AS VARCHAR)"


def _totals(function: str, places: int) -> Evaluator:
    def evaluator(context: "Context") -> Callable[[list[tuple[Any, ...]]], list[Value]]:
        def one(row: tuple[Any, ...]) -> Value:
            high, low, whole, double, doubles, members = row
            digits = int(high or 0) * 10**15 + int(low or 0)
            if whole or whole is None:
                total = Number("integer", digits // 10**places)
            else:
                total = Number("decimal", Decimal(f"{digits}e-{places}"))
            if int(doubles or 0):
                summed = calculate("+", total, Number("double", float(double)))
                assert summed is not None
                total = summed
            if function == "AVG":
                if members == "0":
                    return context.locals.id_for(literal_of(Number("integer", 0)))
                mean = calculate("/", total, Number("integer", int(members)))
                if mean is None:
                    return None
                total = mean
            return context.locals.id_for(literal_of(total))

        return lambda rows: [one(row) for row in rows]

    return evaluator


def members_evaluator(one: Aggregate, keys: int) -> Evaluator:
    """An aggregate over the list of members that follows the keys, and the number of errors."""

    def evaluator(context: "Context") -> Callable[[list[tuple[Any, ...]]], list[Value]]:
        def value(row: tuple[Any, ...]) -> Value:
            context.limits.check()
            found, absent = row[keys] or [], row[keys + 1]
            terms: list[Any] = context.locals.terms_of([i for i in found if i is not None])
            terms += [None] * absent
            try:
                return context.locals.id_for(aggregate(one.function, terms, one.separator))
            except ExpressionError:
                return None

        return lambda rows: [value(row) for row in rows]

    return evaluator
