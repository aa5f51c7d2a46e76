"""Node expressions (SHACL-AF, section 5): from a focus node to nodes, through the points engine.

Results keep their order where an expression gives them one (sh:orderBy); each node comes once,
except out of functions and paths, where sh:distinct says so.
"""

from collections.abc import Callable, Sequence
from itertools import product

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.errors import ShapesError
from kgraph.plan.functions.comparison import SortKey, sort_key
from kgraph.plan.functions.registry import call, functions_by_iri
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.engine.points import Points
from kgraph.shacl.model import Node, PropertyPath
from kgraph.shacl.reading import read_path
from kgraph.terms import Term
from kgraph.values.literals import ExpressionError, boolean, effective_boolean_value, integer

THIS, NODES = sh("this"), sh("nodes")
ZERO = integer(0)
Nodes = list[int]
Kind = Callable[["Evaluator", Node, int], Nodes]
KINDS: dict[NamedNode, Kind] = {}
DEEPEST = 100


def _kind(name: str) -> Callable[[Kind], Kind]:
    def register(function: Kind) -> Kind:
        KINDS[sh(name)] = function
        return function

    return register


class Evaluator:
    """Evaluates node expressions of a shapes graph over one state of the data."""

    def __init__(self, graph: ShapesGraph, points: Points) -> None:
        """`points` walks paths and asks shapes."""
        self.graph, self.points = graph, points
        self._paths: dict[Term, PropertyPath] = {}
        self._depth = 0

    def nodes(self, expression: Term, focus: int) -> Nodes:
        """The nodes that an expression gives for a focus node; ShapesError if it is none."""
        if expression == THIS:
            return [focus]
        if not isinstance(expression, BlankNode):
            return [self.points.id_for(expression)]
        if self._depth >= DEEPEST:
            raise ShapesError(f"{self.graph.named(expression)}: the expression is too deep")
        self._depth += 1
        try:
            for parameter, kind in KINDS.items():
                if self.graph.objects(expression, parameter):
                    return kind(self, expression, focus)
            return self._called(expression, focus)
        finally:
            self._depth -= 1

    def one(self, expression: Node, name: str) -> Term:
        """The only value of a parameter."""
        values = self.graph.objects(expression, sh(name))
        if len(values) != 1:
            raise self.fault(expression, f"sh:{name} needs one value")
        return values[0]

    def of(self, expression: Node, name: str, focus: int) -> Nodes:
        """The nodes of the expression that is the value of a parameter."""
        return self.nodes(self.one(expression, name), focus)

    def input(self, expression: Node, focus: int) -> Nodes:
        """The nodes of sh:nodes, the focus node where it is absent."""
        if not self.graph.objects(expression, NODES):
            return [focus]
        return self.of(expression, "nodes", focus)

    def members(self, expression: Node, name: str) -> list[Term]:
        """The list that is the value of a parameter."""
        members = self.graph.members(self.one(expression, name))
        if members is None:
            raise self.fault(expression, f"sh:{name} needs a list")
        return members

    def whole(self, expression: Node, name: str) -> int:
        """The number that is the value of a parameter."""
        term = self.one(expression, name)
        if not isinstance(term, Literal) or not term.value.isdigit():
            raise self.fault(expression, f"sh:{name} needs a number")
        return int(term.value)

    def path(self, expression: Node) -> PropertyPath:
        """The path of sh:path."""
        term = self.one(expression, "path")
        if term not in self._paths:
            self._paths[term] = read_path(self.graph, expression, term)
        return self._paths[term]

    def fault(self, expression: Node, what: str) -> ShapesError:
        """What is wrong with an expression, and where."""
        return ShapesError(f"{self.graph.named(expression)}: {what}")

    def called(self, name: str | NamedNode, arguments: Sequence[Term]) -> Nodes:
        """What a function of SPARQL gives; nothing where it has no value."""
        functions = self.points.context.functions
        try:
            return [self.points.id_for(call(name, arguments, functions))]
        except ExpressionError:
            return []

    def _called(self, expression: BlankNode, focus: int) -> Nodes:
        known = functions_by_iri()
        for predicate in self.graph.predicates(expression):
            for head in self.graph.objects(expression, predicate):
                members = self.graph.members(head)
                if members is None or predicate.value.startswith(sh("").value):
                    continue
                if predicate.value not in known:
                    raise self.fault(expression, f"no function is called {predicate}")
                return self._results(predicate, members, focus)
        raise self.fault(expression, "this is no node expression")

    def _results(self, name: NamedNode, members: list[Term], focus: int) -> Nodes:
        given = [[self.points.term_of(n) for n in self.nodes(one, focus)] for one in members]
        while given and not given[-1]:
            given.pop()  # an optional parameter may have no value
        found = (node for terms in product(*given) for node in self.called(name, terms))
        return list(dict.fromkeys(found))


@_kind("if")
def _if(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    condition = evaluator.of(expression, "if", focus)
    holds = len(condition) == 1 and is_true(evaluator.points.term_of(condition[0]))
    name = "then" if holds else "else"
    if not evaluator.graph.objects(expression, sh(name)):
        return []
    return evaluator.of(expression, name, focus)


def is_true(term: Term) -> bool:
    """Whether a term counts as true in a condition."""
    try:
        return effective_boolean_value(term)
    except ExpressionError:
        return False


@_kind("exists")
def _exists(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    found = bool(evaluator.of(expression, "exists", focus))
    return [evaluator.points.id_for(boolean(found))]


@_kind("union")
def _union(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    parts = (evaluator.nodes(one, focus) for one in evaluator.members(expression, "union"))
    return list(dict.fromkeys(node for part in parts for node in part))


@_kind("intersection")
def _intersection(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    parts = [evaluator.nodes(n, focus) for n in evaluator.members(expression, "intersection")]
    first, *others = parts or [[]]
    return [node for node in dict.fromkeys(first) if all(node in other for other in others)]


@_kind("minus")
def _minus(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    gone = set(evaluator.of(expression, "minus", focus))
    return [node for node in evaluator.input(expression, focus) if node not in gone]


@_kind("filterShape")
def _filter_shape(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    shape = evaluator.one(expression, "filterShape")
    if not isinstance(shape, Node) or shape not in evaluator.points.shapes.by_node:
        raise evaluator.fault(expression, f"sh:filterShape has {shape}, which is no shape")
    nodes = evaluator.input(expression, focus)
    return [node for node in nodes if evaluator.points.conforms(shape, node)]


@_kind("path")
def _path(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    path = evaluator.path(expression)
    starts = evaluator.input(expression, focus)
    found = (node for start in starts for node in evaluator.points.values(path, start))
    return list(dict.fromkeys(found))


@_kind("distinct")
def _distinct(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    return list(dict.fromkeys(evaluator.of(expression, "distinct", focus)))


@_kind("count")
def _count(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    many = len(evaluator.of(expression, "count", focus))
    return [evaluator.points.id_for(integer(many))]


@_kind("sum")
def _sum(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    total: Nodes = [evaluator.points.id_for(ZERO)]
    for node in evaluator.of(expression, "sum", focus):
        terms = [evaluator.points.term_of(one) for one in (*total, node)]
        total = evaluator.called("+", terms) if len(terms) == 2 else []
    return total


@_kind("min")
def _min(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    return _sorted(evaluator, evaluator.of(expression, "min", focus))[:1]


@_kind("max")
def _max(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    return _sorted(evaluator, evaluator.of(expression, "max", focus))[-1:]


def _sorted(evaluator: Evaluator, nodes: Nodes) -> Nodes:
    return sorted(nodes, key=lambda node: sort_key(evaluator.points.term_of(node)))


@_kind("groupConcat")
def _group_concat(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    separators = evaluator.graph.objects(expression, sh("separator"))
    between = str(getattr(separators[0], "value", "")) if separators else ""
    nodes = evaluator.of(expression, "groupConcat", focus)
    texts = (getattr(evaluator.points.term_of(node), "value", "") for node in nodes)
    return [evaluator.points.id_for(Literal(between.join(texts)))]


@_kind("orderBy")
def _order_by(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    key = evaluator.one(expression, "orderBy")
    backwards = [is_true(term) for term in evaluator.graph.objects(expression, sh("desc"))]

    def keys(node: int) -> list[SortKey]:
        return [sort_key(evaluator.points.term_of(n)) for n in evaluator.nodes(key, node)[:1]]

    return sorted(evaluator.input(expression, focus), key=keys, reverse=backwards == [True])


@_kind("limit")
def _limit(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    return evaluator.input(expression, focus)[: evaluator.whole(expression, "limit")]


@_kind("offset")
def _offset(evaluator: Evaluator, expression: Node, focus: int) -> Nodes:
    return evaluator.input(expression, focus)[evaluator.whole(expression, "offset") :]
