"""Expression constraints (SHACL-AF, section 6): sh:expression must give exactly `true`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.engine.findings import Finding
from kgraph.shacl.engine.points import Points
from kgraph.shacl.model import CheckedConstraint, Node, Shape, Shapes
from kgraph.shacl.rules.expressions import Evaluator
from kgraph.terms import Term
from kgraph.values.literals import TRUE

EXPRESSION = sh("expression")


@dataclass(frozen=True)
class ExpressionConstraint(CheckedConstraint):
    """sh:expression: of each value node, as focus node of the expression."""

    component = "ExpressionConstraintComponent"
    node: Term
    graph: ShapesGraph = field(compare=False, repr=False)

    @property
    def source(self) -> Node | None:
        """The expression, where it can be a node of the report."""
        return None if isinstance(self.node, Literal | Triple) else self.node

    def findings(
        self, points: Points, shape: Shape, focus: int, values: Sequence[int]
    ) -> Iterator[Finding]:
        """The value nodes of which the expression does not give true and nothing else."""
        evaluator = Evaluator(self.graph, points)
        true = points.id_for(TRUE)
        for value in values:
            if evaluator.nodes(self.node, value) != [true]:
                yield Finding(shape, self, focus, value)


def with_expressions(shapes: Shapes, graph: ShapesGraph) -> Shapes:
    """The shapes with their sh:expression as constraints.

    The messages of an expression are used where its shape has none.
    """
    by_node = dict(shapes.by_node)
    for node, expression in graph.with_predicate(EXPRESSION):
        if node not in by_node or (
            isinstance(expression, NamedNode | BlankNode) and _is_off(graph, expression)
        ):
            continue
        shape = by_node[node]
        said = [m for m in graph.objects(expression, sh("message")) if isinstance(m, Literal)]
        by_node[node] = replace(
            shape,
            constraints=(*shape.constraints, ExpressionConstraint(expression, graph)),
            messages=shape.messages or tuple(sorted(said, key=str)),
        )
    return replace(shapes, by_node=by_node)


def _is_off(graph: ShapesGraph, node: Term) -> bool:
    flags = graph.objects(node, sh("deactivated"))
    return any(getattr(flag, "value", "") in ("true", "1") for flag in flags)
