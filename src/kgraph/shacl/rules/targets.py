"""Targets that are queries (SHACL-AF, section 3): sh:SPARQLTarget and sh:SPARQLTargetType.

They are asked once, before shapes are checked, and become targets that name their nodes.
"""

from dataclasses import replace

from pyoxigraph import BlankNode, NamedNode

from kgraph.errors import ShapesError
from kgraph.plan.execution import Context
from kgraph.plan.operations import SelectQuery
from kgraph.plan.points import PointPlan
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import Node, Shapes, Target
from kgraph.shacl.rules.functions import function_query, local_name
from kgraph.shacl.sparql_constraints import THIS, prebound
from kgraph.terms import Term
from kgraph.vocab import RDF_TYPE

TARGET = sh("target")


def with_targets(shapes: Shapes, graph: ShapesGraph, context: Context) -> Shapes:
    """The shapes with the nodes that their sh:target gives for this data."""
    by_node = dict(shapes.by_node)
    for node, target in graph.with_predicate(TARGET):
        if node not in by_node:
            raise ShapesError(f"{graph.named(node)}: sh:target is for shapes, and this is none")
        shape = by_node[node]
        more = [Target("Node", term) for term in _nodes(graph, node, target, context)]
        by_node[node] = replace(shape, targets=tuple(dict.fromkeys((*shape.targets, *more))))
    return replace(shapes, by_node=by_node)


def _nodes(graph: ShapesGraph, owner: Node, target: Term, context: Context) -> list[Term]:
    if not isinstance(target, NamedNode | BlankNode):
        raise ShapesError(f"{graph.named(owner)}: sh:target has {target}, which is no target")
    query = function_query(graph, target, "select")
    bound: dict[str, Term] = {}
    if query is None:
        query, bound = _of_type(graph, target)
    if not isinstance(query, SelectQuery) or THIS not in query.variables:
        raise ShapesError(f"{graph.named(owner)}: sh:target needs an sh:select that returns ?this")
    pattern = prebound(query.pattern, bound) if bound else query.pattern
    rows = PointPlan(pattern, (THIS.name,)).run(context)
    found = dict.fromkeys(row[0] for row in rows if row[0] is not None)
    return [context.locals.term_of(node) for node in found]


def _of_type(graph: ShapesGraph, target: Node) -> tuple[object, dict[str, Term]]:
    """The query of a target's type, with what the target gives for its parameters."""
    for kind in graph.objects(target, RDF_TYPE):
        if not isinstance(kind, NamedNode | BlankNode):
            continue
        if not graph.is_instance(kind, sh("SPARQLTargetType")):
            continue
        bound: dict[str, Term] = {}
        for described in graph.objects(kind, sh("parameter")):
            for predicate in graph.objects(described, sh("path")):
                assert isinstance(predicate, NamedNode)
                values = graph.objects(target, predicate)
                optional = graph.objects(described, sh("optional"))
                if len(values) > 1 or not (values or optional):
                    raise ShapesError(f"{graph.named(target)}: {predicate} needs one value")
                bound |= {local_name(predicate.value): value for value in values}
        return function_query(graph, kind, "select"), bound
    return None, {}
