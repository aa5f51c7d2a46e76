"""What SHACL-AF adds to a validation: functions, rules, targets, expression constraints."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pyoxigraph import Quad

from kgraph.errors import ShapesError
from kgraph.plan.execution import Context, Limits, context_for
from kgraph.progress import SILENT, Progress
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.engine.points import Points
from kgraph.shacl.model import Shapes
from kgraph.shacl.rules.constraints import with_expressions
from kgraph.shacl.rules.expressions import Evaluator
from kgraph.shacl.rules.functions import Scope, declared_functions, provided
from kgraph.shacl.rules.inferring import ITERATIONS, Rule, heads, quads, rules_of
from kgraph.shacl.rules.targets import with_targets
from kgraph.store import Change, Snapshot, Store
from kgraph.vocab import Names

SCRIPTS = ("js", "JSRule", "JSTarget", "JSTargetType", "JSFunction")


class Advanced:
    """The advanced features of some shapes."""

    def __init__(self, shapes: Shapes) -> None:
        """ShapesError where a function or a rule is ill-formed, or a script would have to run."""
        self.graph = ShapesGraph.of(shapes.triples)
        self._scope = Scope()
        self._functions = list(declared_functions(self.graph, self._scope))
        scripts = [s for s, _ in self.graph.with_predicate(sh("js"))]
        scripts += [s for name in SCRIPTS for s in self.graph.instances(sh(name))]
        if scripts:
            raise ShapesError(f"{self.graph.named(scripts[0])}: JavaScript is not run")
        self.shapes = with_expressions(shapes, self.graph)
        self._rules = rules_of(self.graph, self.shapes)

    @property
    def has_rules(self) -> bool:
        """Whether there is an sh:rule."""
        return bool(self._rules)

    @contextmanager
    def functions(self) -> Iterator[None]:
        """Let queries call the functions that the shapes declare; for all that follows."""
        with provided(self._functions):
            yield

    def targeted(self, snapshot: Snapshot) -> tuple[Shapes, Context]:
        """The shapes with the nodes of their targets for this data, and what to ask it under."""
        context = context_for(snapshot, union_default=True, limits=Limits())
        self._scope.context = context
        return with_targets(self.shapes, self.graph, context), context

    @property
    def by_points(self) -> bool:
        """Whether only points may be used: functions ask the data of one thread."""
        return bool(self._functions)

    def infer(self, store: Store, *, iterate: bool = False, progress: Progress = SILENT) -> int:
        """Commit what the rules infer; how many triples that is."""
        total = 0
        for done, rules in enumerate(self._rules):
            progress("rules of shapes", done, len(self._rules))
            total += self._run(store, rules, iterate)
        return total

    def _run(self, store: Store, rules: list[Rule], iterate: bool) -> int:
        total = 0
        for _ in range(ITERATIONS):
            added = sum(self._apply(store, rule) for rule in rules)
            total += added
            if not added or not iterate:
                return total
        names = self.graph.named(rules[0].shape)
        raise ShapesError(f"{names}: its rules still infer after {ITERATIONS} rounds")

    def _apply(self, store: Store, rule: Rule) -> int:
        graph = Names().graph("inferred/1")
        with store.snapshot() as snapshot:
            shapes, context = self.targeted(snapshot)
            points = Points(shapes, context)
            try:
                evaluator = Evaluator(self.graph, points)
                found = quads(heads(rule, shapes[rule.shape], evaluator), graph)
            finally:
                points.queries.close()
            new = [quad for quad in found if not _is_there(quad, snapshot)]
        if new:
            with store.write() as transaction:
                transaction.stage(Change(inferred=tuple((quad, 1) for quad in new)))
                transaction.commit(author="", message="", time=datetime.now(UTC))
        return len(new)


def _is_there(quad: Quad, snapshot: Snapshot) -> bool:
    found = snapshot.quads_for_pattern(quad.subject, quad.predicate, quad.object)
    return next(iter(found), None) is not None
