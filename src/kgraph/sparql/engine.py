"""SPARQL queries on a snapshot: parsed, planned, run within limits, answered.

What is parsed and planned is kept by text. A query runs when its answer is read; ASK at once.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import duckdb
from pyoxigraph import NamedNode, Triple

from kgraph.errors import MalformedRequest
from kgraph.plan.algebra import Pattern, Slice, Variable
from kgraph.plan.execution import Context, Limits, Row, Rows, context_for
from kgraph.plan.explain import Explanation
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.operations import (
    AskQuery,
    ConstructQuery,
    DatasetClause,
    DescribeQuery,
    Query,
    SelectQuery,
    Update,
)
from kgraph.sparql import planning
from kgraph.sparql.answers import Answer, Boolean, Cells, Solutions, Triples
from kgraph.sparql.cache import Cache
from kgraph.sparql.changes import UpdateScope, apply
from kgraph.sparql.collapsing import Collapsing
from kgraph.sparql.decoding import decoded, shown
from kgraph.sparql.egress import Egress
from kgraph.sparql.graphs import Template, constructed, described
from kgraph.sparql.parse import parse_query, parse_update
from kgraph.sparql.results.documents import document
from kgraph.sparql.results.layouts import Layout
from kgraph.sparql.running import Run, RunningQueries, new_id
from kgraph.sparql.shapes import Filled, Shapes
from kgraph.vocab import Names

if TYPE_CHECKING:
    from kgraph.store import Snapshot, Transaction

T = TypeVar("T")
PARSED = 512
"""How many texts are kept parsed."""


class Plan(Protocol):
    """How a pattern is going to be solved (`kgraph.sparql.planning`)."""

    @property
    def executor(self) -> str:
        """`sets` can be interrupted; the others look at the limits."""

    @property
    def small(self) -> bool:
        """Whether it needs no thread of its own."""

    @property
    def heavy(self) -> bool:
        """Whether it waits for its turn."""

    @property
    def recursive(self) -> bool:
        """Whether sets recur for it: interrupts have to wait then."""

    def solve(self, context: Context) -> Rows:
        """The solutions, as they are read."""

    def explain(self, context: Context) -> Explanation:
        """The plan, for a reader; it is run to count rows."""


class Planner(Protocol):
    """Makes plans."""

    def __call__(
        self, pattern: Pattern, context: Context, variables: tuple[str, ...], key: Hashable = None
    ) -> Plan:
        """The plan for these variables of a pattern; `key` stands for both, if they may recur."""


@dataclass(frozen=True)
class Request:
    """A query as it is asked: its text, and the dataset and limits that go with it."""

    text: str
    base_iri: str | None = None
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    """A dataset given here replaces the one that the text states (SPARQL 1.1 Protocol, 2.1.4)."""
    union_default: bool = True
    """Whether, where no dataset is stated, the default graph is the union of all graphs."""
    seconds: float | None = None
    max_rows: int | None = None
    functions: FunctionContext | None = None
    """Clock, randomness and base; the standard ones if none are given."""
    id: str = ""
    """What it is to be called while it runs; empty: it gets a name that nobody can guess."""
    collapse_same_as: bool = False
    """Whether what owl:sameAs says is the same is seen under one name only."""


@dataclass
class Engine:
    """What answers queries: one for each store, so that heavy ones know of each other."""

    planner: Planner = field(default_factory=planning.Planner)
    egress: Egress = field(default_factory=Egress)
    prefixes: Mapping[str, str] = field(default_factory=lambda: Names().prefixes)
    """Suggested where a query uses one that it does not declare."""
    running: RunningQueries = field(default_factory=RunningQueries)
    collapsing: Collapsing = field(default_factory=Collapsing)
    _parsed: Cache[Query] = field(default_factory=lambda: Cache(PARSED))
    _shapes: Shapes = field(init=False)

    def __post_init__(self) -> None:
        """Nothing has been asked yet."""
        self._shapes = Shapes(self._parse_anew)

    def parse(self, text: str, base_iri: str | None = None) -> Query:
        """The query of a text; QuerySyntaxError names the place and the cure."""

        return self._parsed.get((text, base_iri), lambda: self._parse_anew(text, base_iri))

    def _parse_anew(self, text: str, base_iri: str | None) -> Query:
        return parse_query(text, base_iri=base_iri, prefixes=self.prefixes)

    def parse_update(self, text: str, base_iri: str | None = None) -> tuple[Update, ...]:
        """The operations of a text; as `parse` otherwise, but nothing is kept."""
        return parse_update(text, base_iri=base_iri, prefixes=self.prefixes)

    def query(
        self,
        snapshot: "Snapshot",
        request: Request,
        *,
        release: Callable[[], None] | None = None,
        again: "Callable[[], Snapshot] | None" = None,
    ) -> Answer:
        """The answer, which runs while it is read; ASK is answered at once.

        `release` is called when the snapshot is not needed any more; `again` makes another one
        for a second try, where a heavy query beside this one has left it no memory.
        """
        try:
            asked = self._asked(snapshot, request, release, again)
        except BaseException:
            if release is not None:
                release()
            raise
        query = asked.query
        if isinstance(query, SelectQuery):
            return Solutions([variable.name for variable in query.variables], asked)
        if isinstance(query, AskQuery):
            return Boolean(asked.truth(), asked.id)
        return Triples(asked)

    def _asked(
        self,
        snapshot: "Snapshot",
        request: Request,
        release: Callable[[], None] | None,
        again: "Callable[[], Snapshot] | None",
    ) -> "Asked":
        """A query that is going to run; a small one by its shape, if it has one."""
        if request.id:
            self.running.refuse(request.id)
        if request.collapse_same_as:
            return self._collapsed(snapshot, request, release, again)
        text, base_iri = request.text, request.base_iri
        query = self._parsed.known((text, base_iri))
        if query is None and snapshot.index is not None:
            filled = self._shapes.find(text, base_iri)
            if filled is not None:
                asked = Asked(self, filled.shape.query, request, snapshot, release, again, filled)
                if asked.small:
                    return asked
        if query is None:
            query = self.parse(text, base_iri)
        self.egress.check(query, text)
        return Asked(self, query, request, snapshot, release, again)

    def _collapsed(
        self,
        snapshot: "Snapshot",
        request: Request,
        release: Callable[[], None] | None = None,
        again: "Callable[[], Snapshot] | None" = None,
    ) -> "Asked":
        """A query that is going to run where everything has one name."""
        collapse = self.collapsing.snapshot
        query = self.parse(request.text, request.base_iri)
        self.egress.check(query, request.text)
        query = self.collapsing.query(query, snapshot)
        renew = None if again is None else lambda: collapse(again())
        return Asked(self, query, request, collapse(snapshot), release, renew)

    def explain(self, snapshot: "Snapshot", request: Request) -> Explanation:
        """How a query is solved; it runs, under its limits, to count rows."""
        if request.collapse_same_as:
            return self._collapsed(snapshot, request).explained()
        query = self.parse(request.text, request.base_iri)
        self.egress.check(query, request.text)
        return Asked(self, query, request, snapshot, None, None).explained()

    def update(self, transaction: "Transaction", request: Request, *, level: int = 0) -> None:
        """Stage what an update does; after an error the transaction has to be discarded.

        The request's graphs are USING and USING NAMED of its operations (Protocol, 2.2.3).
        """
        operations = self.parse_update(request.text, request.base_iri)
        for operation in operations:
            self.egress.check(operation, request.text)
        scope = UpdateScope(
            _Work(self, request.text).solve,
            self.egress,
            request.functions or FunctionContext.standard(base_iri=request.base_iri),
            Limits.within(request.seconds, request.max_rows),
            request.union_default,
            dataset_of(request),
            level,
        )
        apply(operations, transaction, scope)


class _Work:
    """The WHERE clauses of one update request: each in a thread that can be stopped."""

    def __init__(self, engine: Engine, text: str) -> None:
        self._engine, self._text = engine, text

    def solve(
        self, pattern: Pattern, context: Context, variables: Sequence[str]
    ) -> Iterator[list[Row]]:
        """The solutions; an error waits until nothing uses the transaction any more."""
        plan = self._engine.planner(pattern, context, tuple(variables))
        run = Run(self._engine.running, self._text, context.limits, plan.executor, plan.heavy)
        run.recursive = plan.recursive

        def produced() -> Iterator[list[Row]]:
            return shown(plan.solve(context), variables, context)

        def interruptible() -> Iterator[list[Row]]:
            run.interrupt = context.snapshot.cursor().interrupt
            yield from produced()

        if plan.small:
            return run.here(produced)
        return run.finished(run.apart(interruptible if plan.executor == "sets" else produced))


class Asked:
    """One query on its snapshot, before and while it runs (an `answers.Source`)."""

    def __init__(
        self,
        engine: Engine,
        query: Query,
        request: Request,
        snapshot: "Snapshot",
        release: Callable[[], None] | None,
        again: "Callable[[], Snapshot] | None",
        filled: Filled | None = None,
    ) -> None:
        """Nothing is read yet but what planning needs; `filled` if the query has places."""
        self._engine, self.query, self._request, self._filled = engine, query, request, filled
        self._snapshot, self._release, self._again = snapshot, release, again
        self._begun = self._released = False
        self._cursors: list[Any] = []
        self._context = self._new_context()
        self._plan = self._planned()
        self._run = Run(
            engine.running,
            request.text,
            self._context.limits,
            executor=self._plan.executor,
            heavy=self._plan.heavy,
            recursive=self._plan.recursive,
            release=self._let_go,
            renew=None if again is None else self._renew,
            id=request.id or new_id(),
        )
        self.id = self._run.id

    @property
    def small(self) -> bool:
        """Whether it runs in its reader's thread."""
        return self._plan.small

    def _planned(self) -> Plan:
        query, request, filled = self.query, self._request, self._filled
        pattern = query.pattern
        if isinstance(query, AskQuery):
            pattern = Slice(pattern, 0, 1)
        key: Hashable = query if request.collapse_same_as else (request.text, request.base_iri)
        if filled is not None:
            filled.fill(self._context)
            key = (filled.shape, filled.shape.sizes(self._context))
        return self._engine.planner(pattern, self._context, _wanted(query), key)

    def cells(self) -> Iterator[Sequence[Cells]]:
        """Solutions, some at a time."""
        return self._started(lambda: decoded(self._shown(), self._context))

    def document(self, layout: Layout) -> Iterator[bytes]:
        """The chunks of a document."""

        def produced() -> Iterator[bytes]:
            rows = self._plan.solve(self._context)
            context = self._context
            return document(layout, self._variables, rows, context, self._cursors.append)

        return self._started(produced)

    def triples(self) -> Iterator[Sequence[Triple]]:
        """Triples, some at a time."""
        return self._started(self._triples)

    def truth(self) -> bool:
        """Whether there is a solution."""
        return any(self._started(self._any))

    def explained(self) -> Explanation:
        """The plan, for a reader."""
        [found] = self._started(lambda: iter([self._plan.explain(self._context)]))
        return found

    def _any(self) -> Iterator[bool]:
        for batch in self._plan.solve(self._context).batches:
            if batch:
                yield True
                return

    def close(self) -> None:
        """Stop, if it is not at its end; let go of the snapshot."""
        if self._begun:
            self._run.stop("cancelled")
        else:
            self._begun = True
            self._let_go()

    @property
    def _variables(self) -> list[str]:
        assert isinstance(self.query, SelectQuery)
        return [variable.name for variable in self.query.variables]

    def _shown(self) -> Iterator[list[Row]]:
        return shown(self._plan.solve(self._context), self._variables, self._context)

    def _triples(self) -> Iterator[Sequence[Triple]]:
        context, query = self._context, self.query
        if isinstance(query, DescribeQuery):
            return described(query, self._solve, context)
        assert isinstance(query, ConstructQuery)
        return constructed(query.template, self._plan.solve(context), context)

    def _solve(self, pattern: Pattern, context: Context, variables: tuple[str, ...]) -> Rows:
        return self._engine.planner(pattern, context, variables).solve(context)

    def _started(self, produce: Callable[[], Iterator[T]]) -> Iterator[T]:
        self._begun = True
        if self._plan.small:
            return self._run.here(produce)
        if self._plan.executor == "sets":
            return self._run.apart(lambda: self._interruptible(produce))
        return self._run.apart(produce)

    def _interruptible(self, produce: Callable[[], Iterator[T]]) -> Iterator[T]:
        self._cursors.append(self._snapshot.cursor())
        self._run.interrupt = self._interrupt
        yield from produce()

    def _interrupt(self) -> None:
        for cursor in tuple(self._cursors):
            with suppress(duckdb.ConnectionException):  # closed meanwhile: nothing to interrupt
                cursor.interrupt()

    def _new_context(self) -> Context:
        request = self._request
        return context_for(
            self._snapshot,
            dataset_of(request) or self.query.dataset,
            union_default=request.union_default,
            functions=request.functions,
            limits=Limits.within(request.seconds, request.max_rows),
            endpoint=self._engine.egress.ask,
            base_iri=request.base_iri,
        )

    def _renew(self) -> None:
        """Begin anew on another snapshot, with what is left of the time."""
        limits = self._context.limits
        self._let_go()
        self._cursors.clear()
        assert self._again is not None
        self._snapshot = self._again()
        self._release, self._released = self._snapshot.close, False
        self._context = replace(self._new_context(), limits=limits)
        self._plan = self._planned()

    def _let_go(self) -> None:
        if not self._released:
            self._released = True
            if self._release is not None:
                self._release()


def _wanted(query: Query) -> tuple[str, ...]:
    """The variables that the answer is made from."""
    if isinstance(query, SelectQuery):
        return tuple(variable.name for variable in query.variables)
    if isinstance(query, ConstructQuery):
        return Template(query.template).variables
    if isinstance(query, DescribeQuery):
        return tuple(target.name for target in query.targets if isinstance(target, Variable))
    return ()


def dataset_of(request: Request) -> DatasetClause | None:
    """The dataset that is given beside the text; None if there is none."""
    if not request.default_graphs and not request.named_graphs:
        return None
    return DatasetClause(
        tuple(graph_iri(iri) for iri in request.default_graphs),
        tuple(graph_iri(iri) for iri in request.named_graphs),
    )


def graph_iri(iri: str) -> NamedNode:
    """The name of a graph; MalformedRequest for what is no absolute IRI."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise MalformedRequest(f"{iri!r} is no absolute IRI, so it names no graph") from error
