"""From patterns to relations: what is needed on the way, and which function does which node."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from kgraph.errors import QueryStopped
from kgraph.plan.algebra import Node, Pattern, Term
from kgraph.plan.sets.dialect import table_of
from kgraph.plan.sets.relation import ALL_TAGS, CARRIED, Part, Relation, quoted, restricted
from kgraph.plan.sets.steps import CountedTable, CreateTable, Step
from kgraph.store.going import GOING

if TYPE_CHECKING:
    from kgraph.plan.execution import Context
    from kgraph.store import Graphs, Named

EMPTY_SOLUTION = Relation('SELECT 1 AS "."', (), part=Part((), (), {}))


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
    seeds: "Mapping[str, Seeds]" = field(default_factory=dict)
    """What variables can be at most, where a later join says so; for paths to begin with."""

    @property
    def carries_itself(self) -> bool:
        """Whether a match of triples has all columns of the unit by itself."""
        return all(column.name == self.carrier for column in self.unit.columns)

    def seeing(self, names: Container[str]) -> "Scope":
        """The scope of an inner part that only sees these variables of an outer row."""
        kept = [name for name in self.unit.names if name in names or name.startswith(CARRIED)]
        seeds = {name: seeds for name, seeds in self.seeds.items() if name in names}
        return replace(self, unit=restricted(self.unit, kept), seeds=seeds)


@dataclass(frozen=True, slots=True)
class Seeds:
    """A SELECT of the values that a variable can have, as `s`."""

    sql: str
    nodes: bool
    """Whether all are known to be nodes of the active graph."""


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

    @cached_property
    def number(self) -> int:
        """By which recursions ask whether the query may go on."""
        limits = self.context.limits

        def may_go_on() -> bool:
            try:
                limits.check()
            except QueryStopped:
                return False
            return True

        return GOING.number(may_go_on)

    def constant(self, term: Term) -> int:
        """The identifier of a term; one that matches nothing if the store does not know it."""
        return self.context.locals.id_for(term)

    def add_step(self, step: Step) -> None:
        """Have a step done before the last SELECT, after those that were added earlier."""
        self.steps.append(step)

    def materialize(self, relation: Relation, *, counted: bool = False) -> Relation:
        """The same rows from a temporary table that a step fills.

        `counted`: the order of joins should go by how many rows there are.
        """
        name = self.fresh("kept")
        self.add_step((CountedTable if counted else CreateTable)(name, relation.sql))
        return replace(relation, sql=f"SELECT * FROM {quoted(name)}", part=None, branches=())

    def tags_of_objects(self, predicate: Node) -> int:
        """Which tags (a mask) objects can have, as far as the statistics know."""
        snapshot = self.context.snapshot
        current = self.context.counted or snapshot.index is not None
        if not current or not isinstance(predicate, NamedNode):
            return ALL_TAGS
        known = snapshot.statistics.predicate(self.constant(predicate))
        return ALL_TAGS if known is None else known.tags

    def graph_names(self, graphs: "Named") -> str:
        """A SELECT of the identifiers of graphs, the empty ones too, as `g`."""
        if graphs.graphs is not None:
            return table_of([(graph,) for graph in graphs.graphs], ("g",))
        snapshot = self.context.snapshot
        if snapshot.index is not None:
            return f"SELECT g FROM graph WHERE level <= {snapshot.level}"
        return table_of([(graph,) for graph in snapshot.graphs()], ("g",))

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
