"""From patterns to relations: what is needed on the way, and which function does which node."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kgraph.plan.algebra import Pattern, Term
from kgraph.plan.sets.relation import Relation, quoted
from kgraph.plan.sets.steps import CreateTable, Step

if TYPE_CHECKING:
    from kgraph.plan.execution import Context
    from kgraph.store import Graphs

EMPTY_SOLUTION = Relation('SELECT 1 AS "."', ())


@dataclass(frozen=True)
class Scope:
    """The active graph, and what every part that matches something is joined with.

    `unit` holds the carried columns, one row for each evaluation that is going on at once: for each
    graph of GRAPH ?g, for each outer row of EXISTS; and in EXISTS the outer row's variables.
    """

    graphs: "Graphs"
    carrier: str | None = None
    """The carried column with the active graph's identifier, in GRAPH ?g."""
    unit: Relation = EMPTY_SOLUTION


class Compiler:
    """Turns one query's pattern into steps and a last SELECT."""

    def __init__(self, context: "Context") -> None:
        """The context is the query's: its snapshot is what is read."""
        self.context = context
        self.scope = Scope(context.default)
        self.steps: list[Step] = []
        self._numbers: dict[str, int] = {}

    def fresh(self, prefix: str) -> str:
        """A name that nothing else in this query has."""
        number = self._numbers.get(prefix, 0) + 1
        self._numbers[prefix] = number
        return f"{prefix}{number}"

    def constant(self, term: Term) -> int:
        """The identifier of a term; one that matches nothing if the store does not know it."""
        return self.context.locals.id_for(term)

    def add_step(self, step: Step) -> None:
        """Have a step done before the last SELECT, after those that were added earlier."""
        self.steps.append(step)

    def materialize(self, relation: Relation) -> Relation:
        """The same rows from a temporary table that a step fills."""
        name = self.fresh("kept")
        self.add_step(CreateTable(name, relation.sql))
        return replace(relation, sql=f"SELECT * FROM {quoted(name)}", part=None)

    def solve(self, pattern: Pattern, scope: Scope | None = None) -> Relation:
        """The relation of a pattern, in the present scope or another."""
        before = self.scope
        self.scope = scope or before
        try:
            return node_compilers()[type(pattern)](self, pattern)
        finally:
            self.scope = before


NodeCompiler = Callable[[Compiler, Any], Relation]


def node_compilers() -> Mapping[type[Any], NodeCompiler]:
    """The function for each node of the algebra."""
    from kgraph.plan.sets.patterns import NODES

    return NODES
