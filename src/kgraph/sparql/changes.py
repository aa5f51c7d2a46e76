"""SPARQL 1.1 Update (section 3) inside one write transaction of the store.

Each operation sees what those before it did. If one fails, the error is raised and the caller
discards the transaction: nothing has happened then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kgraph.errors import (
    KGraphError,
    MalformedRequest,
    QueryEvaluationError,
    QueryStopped,
    UnknownGraph,
)
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.plan.execution import Context, Limits, LocalTerms, Row, context_for
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.operations import (
    Clear,
    Create,
    DatasetClause,
    DeleteData,
    GraphTarget,
    InsertData,
    Load,
    Modify,
    QuadPattern,
    Transfer,
    Update,
)
from kgraph.sparql.egress import Egress
from kgraph.sparql.templates import Key, QuadTemplate
from kgraph.store.changes import Change
from kgraph.store.graphs import Merge, Named

if TYPE_CHECKING:
    from kgraph.store.snapshot import Snapshot
    from kgraph.store.transaction import Transaction

GraphNode = NamedNode | BlankNode
Solve = Callable[[Any, Context, Sequence[str]], Iterator[list[Row]]]
"""The solutions of a pattern for some variables; whoever gives it sees to the limits."""
ONE_SOLUTION: list[list[Row]] = [[()]]


@dataclass(frozen=True)
class UpdateScope:
    """What all operations of one request share."""

    solve: Solve
    egress: Egress
    functions: FunctionContext
    limits: Limits
    union_default: bool = True
    dataset: DatasetClause | None = None
    """What the request says beside its text; the text may then say nothing (Protocol, 2.2.3)."""
    level: int = 0
    """Of what is added."""


def apply(operations: Sequence[Update], transaction: "Transaction", scope: UpdateScope) -> None:
    """Stage what the operations do, in order; QueryStopped is raised even where SILENT."""
    if scope.dataset is not None:
        refuse_stated_dataset(operations)
    changing = _Changing(transaction, scope)
    for operation in operations:
        try:
            changing.apply(operation)
        except QueryStopped:
            raise
        except RecursionError:
            raise QueryEvaluationError("the update is nested too deeply; take it apart") from None
        except KGraphError:
            if not getattr(operation, "silent", False):
                raise


def refuse_stated_dataset(operations: Iterable[Update]) -> None:
    """MalformedRequest if an operation names its own dataset beside the request's."""
    for operation in operations:
        if isinstance(operation, Modify) and (operation.using or operation.with_graph):
            raise MalformedRequest(
                "the update has USING or WITH, and the request has using-graph-uri or "
                "using-named-graph-uri; state the dataset in one of the two places"
            )


class _Changing:
    """The transaction, and which graphs there are in it now."""

    def __init__(self, transaction: "Transaction", scope: UpdateScope) -> None:
        self._transaction, self._scope = transaction, scope
        self._graphs = dict.fromkeys(self._view.graphs())

    @property
    def _view(self) -> "Snapshot":
        """What the level sees, with what is staged."""
        return self._transaction.view(self._scope.level)

    def apply(self, operation: Update) -> None:
        _OPERATIONS[type(operation)](self, operation)

    # Data and templates

    def insert_data(self, operation: InsertData) -> None:
        context = self._context(None)
        self._stage(self._keys(operation.quads, context, None, ONE_SOLUTION), (), context)

    def delete_data(self, operation: DeleteData) -> None:
        context = self._context(None)
        self._stage((), self._keys(operation.quads, context, None, ONE_SOLUTION), context)

    def modify(self, operation: Modify) -> None:
        """Both templates see the solutions of the state before; deletions come first."""
        home = operation.with_graph
        context = self._context(operation.using)
        if home is not None and operation.using is None:
            context.default = Merge((context.locals.id_for(home),))
        delete = QuadTemplate(operation.delete, context, home)
        insert = QuadTemplate(operation.insert, context, home)
        names = tuple(dict.fromkeys((*delete.variables, *insert.variables)))
        batches = list(self._scope.solve(operation.pattern, context, names))
        removed = list(delete.keys(_columns(batches, names, delete.variables)))
        added = list(insert.keys(_columns(batches, names, insert.variables)))
        self._stage(added, removed, context)

    def _keys(
        self,
        template: Sequence[QuadPattern],
        context: Context,
        home: NamedNode | None,
        batches: Iterable[Sequence[Row]],
    ) -> Iterable[Key]:
        return QuadTemplate(template, context, home).keys(batches)

    def _context(self, clause: DatasetClause | None) -> Context:
        scope = self._scope
        return context_for(
            self._view,
            scope.dataset or clause,
            union_default=scope.union_default,
            functions=scope.functions,
            limits=scope.limits,
            endpoint=scope.egress.ask,
        )

    def _stage(self, added: Iterable[Key], removed: Iterable[Key], context: Context) -> None:
        local = LocalTerms.is_local
        sought = [key for key in dict.fromkeys(removed) if not any(map(local, key))]
        known = [key for key in sought if self._is_seen(key)]
        wanted = list(dict.fromkeys(added))
        made = list({one for key in wanted for one in key if local(one)})
        terms = [context.locals.term_of(one) for one in made]
        given = dict(zip(made, self._transaction.intern(terms), strict=True)) if made else {}
        if given:
            get = given.get
            wanted = [tuple(get(one, one) for one in key) for key in wanted]  # type: ignore[misc]
        self._transaction.stage_ids(wanted, known, level=self._scope.level)
        self._graphs.update((key[3], None) for key in wanted if key[3] != DEFAULT_GRAPH_ID)

    def _is_seen(self, key: Key) -> bool:
        """Whether the level sees a quad; what it does not see it does not remove."""
        index = self._view.index
        assert index is not None, "an update comes before what is staged in bulk"
        copies = index.graphs_of(*key[:3])
        return any(g == key[3] and mask >> self._scope.level & 1 for g, mask, _ in copies)

    # Whole graphs

    def load(self, operation: Load) -> None:
        triples = self._scope.egress.load(operation.source)
        name = operation.into or DefaultGraph()
        quads = tuple(Quad(t.subject, t.predicate, t.object, name) for t in triples)
        self._changed(Change(added=quads, created=_names(operation.into), level=self._scope.level))

    def clear(self, operation: Clear) -> None:
        target = operation.target
        if target.kind in ("default", "all"):
            self._transaction.stage_ids((), self._quads_of(DEFAULT_GRAPH_ID))
        for graph in self._targets(target):
            if operation.drop:
                self._drop(graph)
            else:
                self._transaction.stage_ids((), self._quads_of(graph))

    def create(self, operation: Create) -> None:
        if self._found(operation.name) is not None:
            raise QueryEvaluationError(f"there is a graph {operation.name} already")
        self._changed(Change(created=(operation.name,), level=self._scope.level))

    def transfer(self, operation: Transfer) -> None:
        """ADD keeps what is in the target; COPY and MOVE replace it; MOVE drops the source."""
        verb = operation.verb.upper()
        source = self._found(operation.source)
        if source is None:
            raise UnknownGraph(f"there is no graph {operation.source} to {verb.lower()}")
        if operation.source == operation.target:
            return
        self._changed(Change(created=_names(operation.target), level=self._scope.level))
        target = self._found(operation.target)
        assert target is not None
        removed = [] if verb == "ADD" else self._quads_of(target)
        added = [(s, p, o, target) for s, p, o, _ in self._quads_of(source)]
        self._transaction.stage_ids(added, removed, level=self._scope.level)
        if verb == "MOVE":
            if source == DEFAULT_GRAPH_ID:
                self._transaction.stage_ids((), self._quads_of(source))
            else:
                self._drop(source)

    def _targets(self, target: GraphTarget) -> list[int]:
        if target.kind == "default":
            return []
        if target.kind != "graph":
            return list(self._graphs)
        found = self._found(target.name)
        if found is None:
            raise UnknownGraph(f"there is no graph {target.name}; CREATE it, or write SILENT")
        return [found]

    def _found(self, name: NamedNode | None) -> int | None:
        if name is None:
            return DEFAULT_GRAPH_ID
        number = self._transaction.snapshot.id_of(name)
        return number if number in self._graphs else None

    def _drop(self, graph: int) -> None:
        """Drop a graph, or what the level sees of it: it exists on for those who see more."""
        name = self._transaction.snapshot.term_of(graph)
        assert isinstance(name, NamedNode | BlankNode)
        self._transaction.stage_ids((), self._quads_of(graph))
        hidden = self._transaction.level_within(graph)
        if hidden is None:
            self._transaction.stage(Change(dropped=(name,)))
        else:
            self._transaction.levels.move([graph], hidden)
        del self._graphs[graph]

    def _changed(self, change: Change) -> None:
        self._transaction.stage(change)
        for name in change.created:
            number = self._transaction.snapshot.id_of(name)
            assert number is not None
            self._graphs[number] = None

    def _quads_of(self, graph: int) -> list[Key]:
        snapshot, named = self._view, graph != DEFAULT_GRAPH_ID
        graphs = Named((graph,)) if named else Merge((DEFAULT_GRAPH_ID,))
        found = snapshot.cursor().execute(f"SELECT s, p, o FROM {snapshot.relation(graphs)}")
        return [(s, p, o, graph) for s, p, o in found.fetchall()]


def _columns(
    batches: Iterable[Sequence[Row]], names: tuple[str, ...], wanted: tuple[str, ...]
) -> Iterator[Sequence[Row]]:
    places = [names.index(name) for name in wanted]
    for batch in batches:
        yield [tuple(row[place] for place in places) for row in batch]


def _names(name: NamedNode | None) -> tuple[NamedNode, ...]:
    return () if name is None else (name,)


_OPERATIONS: Mapping[type[Any], Callable[[_Changing, Any], None]] = {
    InsertData: _Changing.insert_data,
    DeleteData: _Changing.delete_data,
    Modify: _Changing.modify,
    Load: _Changing.load,
    Clear: _Changing.clear,
    Create: _Changing.create,
    Transfer: _Changing.transfer,
}
