"""SPARQL constraints and validators, asked of one focus node at a time with pre-bound variables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad

from kgraph.plan.algebra import Path
from kgraph.plan.execution import Context, Row, context_for
from kgraph.plan.operations import AskQuery, DatasetClause
from kgraph.plan.points import PointPlan
from kgraph.plan.points.access import Access
from kgraph.plan.points.environment import Layout
from kgraph.plan.points.paths import Walk, walk
from kgraph.plan.points.plan import Asking
from kgraph.shacl.engine.findings import Finding
from kgraph.shacl.engine.setwise import NotSetwise, asked_of_one
from kgraph.shacl.model import ComponentConstraint, Shape, Shapes, SparqlConstraint
from kgraph.shacl.report import ResultPath
from kgraph.shacl.sparql_constraints import (
    CURRENT_SHAPE,
    SHAPES_GRAPH,
    SHAPES_NAME,
    THIS,
    VALUE,
    place,
    prebound,
)
from kgraph.store import Change, Store
from kgraph.terms import Term

Solution = Mapping[str, int]
Given = tuple[tuple[str, int], ...]
"""Values of some variables, $this before all others."""
_DATA = NamedNode("urn:x-kgraph:data")


class Plans:
    """The queries of some shapes, each planned once, for any snapshot."""

    def __init__(self) -> None:
        """Nothing is planned yet."""
        self._alone: dict[tuple[int, tuple[str, ...]], PointPlan | None] = {}
        self._bound: dict[tuple[int, str], PointPlan] = {}
        self._selectable: dict[int, frozenset[str]] = {}
        self._walks: dict[tuple[Path, bool], tuple[Walk, Layout]] = {}

    def walk(self, path: Path, backward: bool) -> tuple[Walk, Layout]:
        """What walks a path, and the constants of the row that it is given."""
        key = path, backward
        found = self._walks.get(key)
        if found is None:
            layout = Layout()
            found = self._walks[key] = walk(path, layout, backward=backward), layout
        return found

    def alone(
        self, constraint: SparqlConstraint, given: tuple[str, ...] = (THIS.name,)
    ) -> PointPlan | None:
        """A plan to be given $this, where no values have to be written into the query.

        `given` may name `selectable` variables too.
        """
        key = id(constraint), given
        if key not in self._alone:
            try:
                pattern = asked_of_one(constraint.query.pattern)
            except NotSetwise:
                self._alone[key] = None
            else:
                names = tuple(variable.name for variable in constraint.query.variables)
                self._alone[key] = PointPlan(pattern, names, given)
        return self._alone[key]

    def selectable(self, constraint: SparqlConstraint | ComponentConstraint) -> frozenset[str]:
        """The variables by which solutions can be chosen: each binds them, and shows them."""
        found = self._selectable.get(id(constraint))
        if found is None:
            found = self._selectable[id(constraint)] = self._bound_by(constraint)
        return found

    def _bound_by(self, constraint: SparqlConstraint | ComponentConstraint) -> frozenset[str]:
        if not isinstance(constraint, SparqlConstraint) or constraint.uses_shapes:
            return frozenset()
        plan = self.alone(constraint)
        if plan is None:
            return frozenset()
        return plan.analysis.of(plan.pattern).certain & set(plan.variables) - {THIS.name}

    def bound(
        self,
        shape: Shape,
        constraint: SparqlConstraint | ComponentConstraint,
        bound: Mapping[str, Term],
    ) -> PointPlan:
        """A plan with terms, and places for terms, written into the query."""
        key = id(constraint), shape.name
        plan = self._bound.get(key)
        if plan is None:
            if constraint.uses_shapes:
                own = {SHAPES_GRAPH.name: SHAPES_NAME, CURRENT_SHAPE.name: shape.node}
                bound = {**bound, **own}
            query = constraint.query
            names = None
            if not isinstance(query, AskQuery):
                names = tuple(variable.name for variable in query.variables)
            plan = self._bound[key] = PointPlan(prebound(query.pattern, bound), names)
        return plan


class Queries:
    """The queries of shapes over one snapshot."""

    def __init__(self, shapes: Shapes, context: Context, plans: Plans, access: Access) -> None:
        """Nothing has been asked yet."""
        self._shapes, self._context, self._plans = shapes, context, plans
        self._access = access
        self._askings: dict[tuple[int, tuple[str, ...]], Asking | None] = {}
        self._with_shapes: tuple[Store, Context] | None = None
        self.asked = 0
        """How many queries have been asked."""

    def findings(self, shape: Shape, constraint: SparqlConstraint, focus: int) -> Iterator[Finding]:
        """The results of sh:sparql for a focus node (5.3.2)."""
        return self.selected(shape, constraint, ((THIS.name, focus),))

    def selected(
        self, shape: Shape, constraint: SparqlConstraint, given: Given
    ) -> Iterator[Finding]:
        """Those of its results whose solutions have these values; $this comes first."""
        focus = given[0][1]
        asking = self._asking(constraint, tuple([name for name, _ in given]))
        if asking is None:
            bound: Mapping[str, Term] = {THIS.name: place("this")}
            found = self._solutions(shape, constraint, bound, focus, None)
        else:
            self.asked += 1
            names = [variable.name for variable in constraint.query.variables]
            found = _solutions(names, dict.fromkeys(asking([value for _, value in given])))
        for solution in found:
            yield self.finding(shape, constraint, focus, solution, focus)

    def _asking(self, constraint: SparqlConstraint, given: tuple[str, ...]) -> Asking | None:
        """The query, planned once for all focus nodes, where it needs no values written into it."""
        key = id(constraint), given
        if key not in self._askings:
            plan = None if constraint.uses_shapes else self._plans.alone(constraint, given)
            self._askings[key] = None if plan is None else plan.asking(self._context, self._access)
        return self._askings[key]

    def finding(
        self,
        shape: Shape,
        constraint: SparqlConstraint | ComponentConstraint,
        focus: int,
        solution: Solution,
        value: int | None,
    ) -> Finding:
        """The result that a solution stands for; `value` where it binds none."""
        path = None
        if (found := solution.get("path")) is not None:
            term = self._context.locals.term_of(found)
            path = ResultPath("iri", term.value) if isinstance(term, NamedNode) else None
        if VALUE.name in solution:
            value = solution[VALUE.name]
        elif shape.path is not None and isinstance(constraint, SparqlConstraint):
            value = None
        return Finding(shape, constraint, focus, value, path, solution)

    def component_findings(
        self, shape: Shape, constraint: ComponentConstraint, focus: int, values: Sequence[int]
    ) -> Iterator[Finding]:
        """The results of a declared component for a focus node with its value nodes (6.3)."""
        bound: dict[str, Term] = {THIS.name: place("this"), **dict(constraint.parameters)}
        if isinstance(constraint.query, AskQuery):
            bound[VALUE.name] = place("value")
            for value in values:
                if not self._holds(shape, constraint, bound, focus, value):
                    yield Finding(shape, constraint, focus, value)
            return
        other = focus if shape.path is None else None
        for solution in self._solutions(shape, constraint, bound, focus, None):
            yield self.finding(shape, constraint, focus, solution, other)

    def _solutions(
        self,
        shape: Shape,
        constraint: SparqlConstraint | ComponentConstraint,
        bound: Mapping[str, Term],
        focus: int,
        value: int | None,
    ) -> Iterator[Solution]:
        plan, context = self._prepared(shape, constraint, bound, focus, value)
        rows, seen = plan.run(context), set()
        for row in rows:
            if row not in seen:
                seen.add(row)
                found = zip(rows.variables, row, strict=True)
                yield {name: self._back(one, context) for name, one in found if one is not None}

    def _holds(
        self,
        shape: Shape,
        constraint: ComponentConstraint,
        bound: Mapping[str, Term],
        focus: int,
        value: int,
    ) -> bool:
        plan, context = self._prepared(shape, constraint, bound, focus, value)
        return plan.ask(context)

    def _prepared(
        self,
        shape: Shape,
        constraint: SparqlConstraint | ComponentConstraint,
        bound: Mapping[str, Term],
        focus: int,
        value: int | None,
    ) -> tuple[PointPlan, Context]:
        """The plan, and the context with the places filled."""
        self.asked += 1
        context = self._scratch() if constraint.uses_shapes else self._context
        plan = self._plans.bound(shape, constraint, bound)
        context.locals.stands_for(place("this"), self._context.locals.term_of(focus))
        if value is not None:
            context.locals.stands_for(place("value"), self._context.locals.term_of(value))
        return plan, context

    def _back(self, identifier: int, context: Context) -> int:
        """The identifier that the data's own context has for a term."""
        if context is self._context:
            return identifier
        return self._context.locals.id_for(context.locals.term_of(identifier))

    def _scratch(self) -> Context:
        """The data and, in a graph of their own, the shapes; made when $shapesGraph is asked for.

        A copy of all data: few shapes look at themselves.
        """
        if self._with_shapes is None:
            snapshot = self._context.snapshot
            triples = snapshot.cursor().execute(
                f"SELECT DISTINCT s, p, o FROM {snapshot.relation(self._context.default)}"
            )
            term = self._context.locals.term_of
            quads = [
                Quad(term(s), term(p), term(o), _DATA)  # type: ignore[arg-type]
                for s, p, o in triples.fetchall()
            ]
            quads += [Quad(s, p, o, SHAPES_NAME) for s, p, o in self._shapes.triples]
            store = Store.open(None)
            with store.write() as transaction:
                transaction.stage(Change(added=tuple(quads)))
                transaction.commit(author="", message="", time=datetime.now(UTC))
            clause = DatasetClause((_DATA,), (SHAPES_NAME,))
            context = context_for(store.snapshot(), clause, union_default=False)
            self._with_shapes = store, context
        return self._with_shapes[1]

    def close(self) -> None:
        """Forget what was made for the shapes graph."""
        if self._with_shapes is not None:
            store, _ = self._with_shapes
            self._with_shapes = None
            store.close()


def _solutions(names: Sequence[str], rows: Iterable[Row]) -> Iterator[Solution]:
    """Rows as solutions; what is unbound is left out."""
    for row in rows:
        yield {name: one for name, one in zip(names, row, strict=True) if one is not None}
