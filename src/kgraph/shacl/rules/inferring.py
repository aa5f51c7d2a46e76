"""Rules of shapes (SHACL-AF, section 8): sh:TripleRule and sh:SPARQLRule.

Shapes run in the order of their sh:order, the rules of a shape in that of theirs; each sees what
those before it inferred. With `iterate`, a shape's rules run until they infer nothing more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kgraph.errors import ShapesError
from kgraph.plan.operations import ConstructQuery, QuadPattern
from kgraph.plan.points import PointPlan
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import Node, Shape, Shapes
from kgraph.shacl.rules.expressions import Evaluator
from kgraph.shacl.rules.functions import function_query, order_of
from kgraph.shacl.sparql_constraints import THIS, place, prebound
from kgraph.sparql.templates import QuadTemplate
from kgraph.terms import Term

RULE = sh("rule")
PARTS = ("subject", "predicate", "object")
ITERATIONS = 100
"""Times that a shape's rules run at most."""


@dataclass(frozen=True)
class Rule:
    """One rule of one shape."""

    node: Node
    shape: Node
    conditions: tuple[Node, ...]
    parts: tuple[Term, Term, Term] | None
    """The expressions of a triple rule."""
    query: ConstructQuery | None
    """The query of a SPARQL rule."""


def rules_of(graph: ShapesGraph, shapes: Shapes) -> list[list[Rule]]:
    """The rules by shape, both in the order in which they run; those that are off are left out."""
    by_shape: dict[Node, list[Rule]] = {}
    for shape, node in graph.with_predicate(RULE):
        if shape not in shapes.by_node:
            raise ShapesError(f"{graph.named(shape)}: sh:rule is for shapes, and this is none")
        if not isinstance(node, NamedNode | BlankNode):
            raise ShapesError(f"{graph.named(shape)}: sh:rule has {node}, which is no rule")
        group = by_shape.setdefault(shape, [])
        if not _is_off(graph, node) and not shapes[shape].deactivated:
            group.append(_rule(graph, shape, node))
    ordered = sorted(by_shape, key=lambda shape: (order_of(graph, shape), str(shape)))
    return [
        sorted(by_shape[shape], key=lambda rule: order_of(graph, rule.node)) for shape in ordered
    ]


def _is_off(graph: ShapesGraph, node: Node) -> bool:
    flags = graph.objects(node, sh("deactivated"))
    return any(getattr(flag, "value", "") in ("true", "1") for flag in flags)


def _rule(graph: ShapesGraph, shape: Node, node: Node) -> Rule:
    conditions = tuple(_conditions(graph, node))
    kinds = {kind for kind in ("TripleRule", "SPARQLRule") if graph.is_instance(node, sh(kind))}
    if not kinds:
        kinds = {"SPARQLRule" if graph.objects(node, sh("construct")) else "TripleRule"}
    if kinds == {"SPARQLRule"}:
        query = function_query(graph, node, "construct")
        if not isinstance(query, ConstructQuery):
            raise ShapesError(f"{graph.named(node)}: a SPARQL rule needs one sh:construct")
        return Rule(node, shape, conditions, None, query)
    parts = [graph.objects(node, sh(part)) for part in PARTS]
    if kinds != {"TripleRule"} or any(len(values) != 1 for values in parts):
        raise ShapesError(
            f"{graph.named(node)}: a rule needs one sh:construct, or one each of sh:subject, "
            "sh:predicate and sh:object"
        )
    return Rule(node, shape, conditions, (parts[0][0], parts[1][0], parts[2][0]), None)


def _conditions(graph: ShapesGraph, node: Node) -> Iterator[Node]:
    for condition in graph.objects(node, sh("condition")):
        for one in graph.members(condition) or [condition]:
            if not isinstance(one, NamedNode | BlankNode):
                raise ShapesError(f"{graph.named(node)}: sh:condition has {one}, which is no shape")
            yield one


def heads(rule: Rule, shape: Shape, evaluator: Evaluator) -> Iterator[Triple]:
    """The triples that a rule infers, for the focus nodes of its shape that meet its conditions."""
    points = evaluator.points
    for condition in rule.conditions:
        if condition not in points.shapes.by_node:
            raise evaluator.fault(rule.node, f"sh:condition has {condition}, which is no shape")
    nodes = [
        node
        for node in points.focus_nodes(shape)
        if all(points.conforms(condition, node) for condition in rule.conditions)
    ]
    made = _constructed(rule, nodes, evaluator) if rule.query else _stated(rule, nodes, evaluator)
    yield from made


def _stated(rule: Rule, nodes: list[int], evaluator: Evaluator) -> Iterator[Triple]:
    assert rule.parts is not None
    term_of = evaluator.points.term_of
    for node in nodes:
        sets = [[term_of(one) for one in evaluator.nodes(part, node)] for part in rule.parts]
        for subject, predicate, object_ in product(*sets):
            if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
                yield Triple(subject, predicate, object_)


def _constructed(rule: Rule, nodes: list[int], evaluator: Evaluator) -> Iterator[Triple]:
    assert rule.query is not None
    context = evaluator.points.context
    patterns = [QuadPattern(triple, None) for triple in rule.query.template]
    template = QuadTemplate(patterns, context, None)
    this = place("this")
    bound = {THIS.name: this}
    names = tuple(name for name in template.variables if name != THIS.name)
    plan = PointPlan(prebound(rule.query.pattern, bound), template.variables)
    term_of = context.locals.term_of
    at = template.variables.index(THIS.name) if len(names) < len(template.variables) else None
    for node in nodes:
        context.locals.stands_for(this, evaluator.points.term_of(node))
        rows = [
            row if at is None else (*row[:at], node, *row[at + 1 :]) for row in plan.run(context)
        ]
        for s, p, o, _ in template.keys([rows]):
            yield Triple(term_of(s), term_of(p), term_of(o))  # type: ignore[arg-type]


def quads(triples: Iterator[Triple], graph: NamedNode) -> list[Quad]:
    """The triples as quads of a graph, each once."""
    return [Quad(t.subject, t.predicate, t.object, graph) for t in dict.fromkeys(triples)]
