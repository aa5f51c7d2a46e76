"""A relation while expressions over it are compiled: what is joined to it, what Python adds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kgraph.plan.algebra import Call, Exists, Expression, Variable, walk
from kgraph.plan.sets.apply import VALUE, MapDistinct, expression_evaluator
from kgraph.plan.sets.dialect import quoted
from kgraph.plan.sets.expressions.encoding import EVERY, INLINE_MASK
from kgraph.plan.sets.expressions.pieces import Environment, NotInSQL, Piece, TermPiece
from kgraph.plan.sets.local_terms import COLUMNS, dictionary
from kgraph.plan.sets.relation import Column, Relation, listed

if TYPE_CHECKING:
    from kgraph.plan.sets.compiler import Compiler

ROW = "r"
SOLUTION = "_:solution"
"""How the columns that number solutions begin; BNODE(text) asks for them."""
_BY_ROW = frozenset({"RAND", "UUID", "STRUUID", "BNODE"})


def variables_of(expression: object) -> list[str]:
    """The names of the variables of an expression, those within EXISTS left out."""
    found: dict[str, None] = {}
    waiting = [expression]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Variable):
            found[node.name] = None
        elif not isinstance(node, Exists):
            waiting += _children(node)
    return list(found)


def _children(node: object) -> Sequence[object]:
    if isinstance(node, Call):
        return node.arguments
    names = ("subject", "predicate", "object")
    if hasattr(node, "__dataclass_fields__"):
        return [getattr(node, name) for name in names if hasattr(node, name)]
    return ()


def varies(expression: object) -> bool:
    """Whether two evaluations with the same arguments may differ."""
    return any(isinstance(part, Call) and part.function in _BY_ROW for part in walk(expression))


def has_exists(expression: object) -> bool:
    """Whether there is an EXISTS in it."""
    return any(isinstance(part, Exists) for part in walk(expression))


@dataclass
class Scope:
    """The relation `r`, dictionary rows joined to it, and helping columns that nobody else sees."""

    compiler: "Compiler"
    relation: Relation
    text: bool = True
    """Whether rows of the dictionary may be joined."""
    python: bool = True
    """Whether Python may add columns, which keeps the relation in a table."""
    few: bool = False
    """Whether it has so few rows that their terms are better looked up than all tested."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """What the condition leaves of the tags (masks) of variables."""
    joined: dict[str, str] = field(default_factory=dict)
    """The alias of the dictionary row of a variable."""
    maps: list[str] = field(default_factory=list)
    """The tables of values that Python has found, as they are joined."""
    visible: tuple[Column, ...] = ()
    _looked_up: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The columns at the beginning are those that others see."""
        self.visible = self.relation.columns

    def environment(self) -> Environment:
        """What an expression over this relation is compiled in."""
        return Environment(self.variable, self.compiler.constant, self.exists)

    def variable(self, name: str) -> Piece | None:
        """A column as a piece."""
        column = self.relation.column(name)
        if column is None:
            return None
        tags = column.tags & EVERY
        needs = self.text and tags & ~INLINE_MASK
        return TermPiece(column_sql(name), tags, self._joiner(name) if needs else None)

    def _joiner(self, name: str) -> Callable[[], str]:
        def join() -> str:
            if name not in self.joined:
                self.joined[name] = self.compiler.fresh("t")
            return self.joined[name]

        return join

    def exists(self, expression: object) -> str:
        """The BOOLEAN column of an EXISTS."""
        if not self.python:
            raise NotInSQL("EXISTS within an expression")
        from kgraph.plan.sets.exists import marked

        assert isinstance(expression, Exists)
        column = self.compiler.fresh("_:exists")
        self.relation = marked(self.compiler, self.relation, expression, column)
        return column_sql(column)

    def selected_all(self, *more: tuple[str, str]) -> str:
        """A SELECT of every column, the helping ones too, and more."""
        added = "".join(f", {sql} AS {quoted(name)}" for name, sql in more)
        return f"SELECT {ROW}.*{added} FROM {self.from_item()}"

    def replace(self, sql: str, more: Sequence[Column]) -> None:
        """Another SELECT in the relation's place, with columns more; it is kept in a table."""
        columns = (*self.relation.columns, *more)
        self.relation = replace(self.relation, sql=sql, columns=columns, part=None)
        self.keep()

    def keep(self) -> None:
        """Have the relation in a table."""
        self.relation = self.compiler.materialize(self.relation)

    def terms_of(self, name: str) -> str:
        """A FROM item of the dictionary, at least with the terms that a variable has.

        Where they are few they are looked up first. The engine would test every text before: only
        a LIMIT keeps it from that.
        """
        if not self.few:
            return dictionary(self.compiler)
        if name not in self._looked_up:
            self.keep_if_open()
            wanted = f"SELECT {quoted(name)} FROM ({self.relation.sql}) AS wanted"
            sql = f"SELECT {COLUMNS} FROM {dictionary(self.compiler)} AS d WHERE id IN ({wanted})"
            sql += f" LIMIT {1 << 62}"
            self._looked_up[name] = self.compiler.materialize(Relation(sql, ())).sql
        return f"({self._looked_up[name]})"

    def from_item(self) -> str:
        """The relation with all that is joined to it."""
        joins = "".join(
            f" LEFT JOIN {dictionary(self.compiler)} AS {alias} ON {alias}.id = {column_sql(name)}"
            for name, alias in self.joined.items()
        )
        return f"({self.relation.sql}) AS {ROW}{joins}{''.join(self.maps)}"

    def selected(self, *more: tuple[str, str], where: str | None = None) -> str:
        """A SELECT of the visible columns and more, as (name, SQL)."""
        item = self.from_item()
        shown = listed((c.name for c in self.visible), ROW) if self.visible else ""
        added = [f"{sql} AS {quoted(name)}" for name, sql in more]
        chosen = ", ".join(([shown] if shown else []) + added) or '1 AS "."'
        return f"SELECT {chosen} FROM {item}" + (f" WHERE {where}" if where else "")

    def result(self, *more: tuple[Column, str], where: str | None = None) -> Relation:
        """The relation of the visible columns and more."""
        sql = self.selected(*((column.name, one) for column, one in more), where=where)
        columns = (*self.visible, *(column for column, _ in more))
        return Relation(sql, columns, self.relation.ordered)

    # Python

    def applied(self, expression: Expression, *, as_truth: bool, doubts: Sequence[str] = ()) -> str:
        """The column of the values that Python finds: identifiers, or truth values.

        With doubts, only for rows of which one is true; elsewhere it is NULL.
        """
        if not self.python:
            raise NotInSQL("Python is not asked here")
        expression = self._without_exists(expression)
        names = [n for n in variables_of(expression) if self.relation.column(n) is not None]
        solutions = None
        if varies(expression):
            solutions = self._numbered()
            names.append(solutions)
        source, columns = self._arguments(names, doubts)
        types = tuple("BOOLEAN" if n.startswith("_:exists") else "BIGINT" for n in names)
        evaluator = expression_evaluator(expression, names, as_truth=as_truth, solutions=solutions)
        kind = "BOOLEAN" if as_truth else "BIGINT"
        return self.mapped(source, columns, types, kind, evaluator, what=_named(expression))

    def _arguments(self, names: list[str], doubts: Sequence[str]) -> tuple[str, list[str]]:
        """A SELECT of the distinct arguments, and what they are over `r`."""
        if doubts:
            # What the doubts look at in the dictionary stands beside them in the same FROM.
            where = " OR ".join(f"({doubt}) IS TRUE" for doubt in doubts)
            item = self.from_item()
            self.keep_if_open()
            item = self.from_item()
        else:
            where = ""
            self.keep_if_open()
            item = f"({self.relation.sql}) AS {ROW}"
        shown = listed(names, ROW)
        source = f"SELECT DISTINCT {shown} FROM {item}" + (f" WHERE {where}" if where else "")
        return source, [column_sql(name) for name in names]

    def settled(self, sql: str) -> None:
        """Forget what only the expression behind `sql` has asked for: it stands in a column."""
        self.joined = {n: a for n, a in self.joined.items() if f"{a}." in sql}

    def keep_if_open(self) -> None:
        """Have the relation in a table, unless it is in one."""
        if not self.relation.sql.startswith('SELECT * FROM "kept'):
            self.keep()

    def mapped(
        self,
        source: str,
        columns: list[str],
        types: tuple[str, ...],
        value_type: str,
        evaluator: Callable[..., Any],
        *,
        what: str,
        at_once: bool = False,
        ignored: int = 0,
    ) -> str:
        """The column of the values of argument columns that are mapped by Python."""
        table, alias = self.compiler.fresh("mapped"), self.compiler.fresh("m")
        arguments = tuple(f"a{number}" for number in range(len(columns)))
        renamed = ", ".join(f"{quoted(one)}" for one in arguments)
        body = f"SELECT * FROM ({source}) AS s({renamed})" if arguments and not ignored else source
        self.compiler.add_step(
            MapDistinct(
                table, body, arguments, types, value_type, evaluator, what, at_once, ignored
            )
        )
        same = " AND ".join(
            f"{alias}.{quoted(argument)} IS NOT DISTINCT FROM {one}"
            for argument, one in zip(arguments, columns, strict=True)
        )
        self.maps.append(f" LEFT JOIN {quoted(table)} AS {alias} ON {same or 'TRUE'}")
        return f"{alias}.{VALUE}"

    def _numbered(self) -> str:
        """The column that numbers the solutions; others see it, so that it stays with them."""
        for column in self.relation.columns:
            if column.name.startswith(SOLUTION) and not column.nullable:
                return column.name
        name = self.compiler.fresh(SOLUTION)
        sql = (
            f"SELECT {ROW}.*, row_number() OVER () AS {quoted(name)} "
            f"FROM ({self.relation.sql}) AS {ROW}"
        )
        column = Column(name, False, 0)
        self.relation = replace(
            self.relation, sql=sql, columns=(*self.relation.columns, column), part=None
        )
        self.keep()
        self.visible = (*self.visible, column)
        return name

    def _without_exists(self, expression: Expression) -> Expression:
        """The expression with a variable for each EXISTS, which a BOOLEAN column binds."""
        if isinstance(expression, Exists):
            self.exists(expression)
            name = self.relation.columns[-1].name
            return Variable(name)
        if isinstance(expression, Call) and has_exists(expression):
            parts = tuple(self._without_exists(part) for part in expression.arguments)
            return Call(expression.function, parts)
        return expression


def column_sql(name: str) -> str:
    """A column of the relation."""
    return f"{ROW}.{quoted(name)}"


def _named(expression: object) -> str:
    if isinstance(expression, Call):
        return str(getattr(expression.function, "value", expression.function))
    return type(expression).__name__
