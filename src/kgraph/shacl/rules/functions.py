"""Functions that a shapes graph declares (SHACL-AF, section 4): sh:SPARQLFunction.

They are in the registry of functions for as long as a validation runs, so that queries of shapes,
and node expressions, can call them. Queries of others are not meant to; one validation with
functions runs at a time.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock

from pyoxigraph import Literal, NamedNode

from kgraph.errors import QuerySyntaxError, ShapesError
from kgraph.plan.execution import Context
from kgraph.plan.functions.registry import function, functions_by_iri, without
from kgraph.plan.operations import AskQuery, SelectQuery
from kgraph.plan.points import PointPlan
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import Node
from kgraph.shacl.sparql_constraints import declared_prefixes, place, prebound
from kgraph.sparql.parse import parse_query
from kgraph.terms import Term
from kgraph.values.literals import ExpressionError, boolean, number

_ONE_AT_A_TIME = RLock()


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name in queries, and whether it has to be given."""

    name: str
    optional: bool


@dataclass
class Scope:
    """The data that functions are evaluated over, as it is at the moment."""

    context: Context | None = None


@dataclass
class SparqlFunction:
    """A function whose value is the first of a SELECT, or the answer of an ASK."""

    iri: str
    parameters: tuple[Parameter, ...]
    query: SelectQuery | AskQuery
    scope: Scope
    _plans: dict[int, PointPlan] = field(default_factory=dict)
    _running: bool = False

    def __call__(self, *arguments: Term) -> Term:
        """The value; ExpressionError where there is none."""
        needed = sum(not parameter.optional for parameter in self.parameters)
        if not needed <= len(arguments) <= len(self.parameters):
            raise ExpressionError(f"{self.iri} takes {needed} to {len(self.parameters)} arguments")
        if self._running:
            raise ExpressionError(f"{self.iri} calls itself")
        context = self.scope.context
        assert context is not None, "functions are called while a validation runs"
        self._running = True
        try:
            return self._value(context, arguments)
        finally:
            self._running = False

    def _value(self, context: Context, arguments: tuple[Term, ...]) -> Term:
        plan = self._plan(len(arguments))
        for parameter, argument in zip(self.parameters, arguments, strict=False):
            context.locals.stands_for(self._place(parameter), argument)
        if isinstance(self.query, AskQuery):
            return boolean(plan.ask(context))
        for row in plan.run(context):
            if row[0] is not None:
                return context.locals.term_of(row[0])
        raise ExpressionError(f"{self.iri} has no value")

    def _plan(self, given: int) -> PointPlan:
        if given not in self._plans:
            bound: dict[str, Term] = {p.name: self._place(p) for p in self.parameters[:given]}
            names = None
            if isinstance(self.query, SelectQuery):
                names = tuple(variable.name for variable in self.query.variables)
            pattern = prebound(self.query.pattern, bound) if bound else self.query.pattern
            self._plans[given] = PointPlan(pattern, names)
        return self._plans[given]

    def _place(self, parameter: Parameter) -> NamedNode:
        return place(f"{self.iri}:{parameter.name}")


def declared_functions(graph: ShapesGraph, scope: Scope) -> Iterator[SparqlFunction]:
    """The functions of a shapes graph; ShapesError where one is ill-formed."""
    for node in graph.instances(sh("SPARQLFunction")):
        if not isinstance(node, NamedNode):
            raise ShapesError(f"{graph.named(node)}: a function needs an IRI")
        query = function_query(graph, node)
        if not isinstance(query, SelectQuery | AskQuery):
            raise ShapesError(f"{graph.named(node)}: needs one sh:select or sh:ask")
        if isinstance(query, SelectQuery) and len(query.variables) != 1:
            raise ShapesError(f"{graph.named(node)}: sh:select must return one variable")
        yield SparqlFunction(node.value, parameters_of(graph, node), query, scope)


def function_query(graph: ShapesGraph, node: Node, *kinds: str) -> object:
    """The only query among sh:select, sh:ask (or the kinds named); None if there is not one."""
    texts = [
        text.value
        for kind in kinds or ("select", "ask")
        for text in graph.objects(node, sh(kind))
        if isinstance(text, Literal)
    ]
    if len(texts) != 1:
        return None
    where = graph.named(node)
    try:
        return parse_query(declared_prefixes(graph, node, where) + texts[0])
    except QuerySyntaxError as error:
        raise ShapesError(f"{where}: its query does not parse: {error}") from error


def parameters_of(graph: ShapesGraph, node: Node) -> tuple[Parameter, ...]:
    """The parameters in their order: sh:order, then their names."""
    found = []
    for described in graph.objects(node, sh("parameter")):
        for predicate in graph.objects(described, sh("path")):
            if not isinstance(predicate, NamedNode):
                raise ShapesError(f"{graph.named(node)}: the sh:path of a parameter is no IRI")
            flags = graph.objects(described, sh("optional"))
            optional = any(getattr(flag, "value", "") in ("true", "1") for flag in flags)
            parameter = Parameter(local_name(predicate.value), optional)
            found.append((order_of(graph, described), parameter.name, parameter))
    return tuple(parameter for _, _, parameter in sorted(found, key=lambda one: one[:2]))


def local_name(iri: str) -> str:
    """What a parameter is called in a query."""
    return iri.replace("#", "/").replace(":", "/").rpartition("/")[2]


def order_of(graph: ShapesGraph, node: Term) -> float:
    """The value of sh:order; 0 where there is none."""
    for term in graph.objects(node, sh("order")):
        try:
            return float(number(term).value)
        except ExpressionError as error:
            raise ShapesError(f"sh:order has {term}, which is no number") from error
    return 0.0


@contextmanager
def provided(functions: Iterable[SparqlFunction]) -> Iterator[None]:
    """Let queries call the functions inside the block."""
    by_iri: Mapping[str, SparqlFunction] = {one.iri: one for one in functions}
    if not by_iri:
        yield
        return
    if known := sorted(by_iri.keys() & functions_by_iri().keys()):
        raise ShapesError(f"<{known[0]}> is a function that there is already")
    with _ONE_AT_A_TIME:
        try:
            for iri, one in by_iri.items():
                function(iri)(one)
            yield
        finally:
            for iri in by_iri:
                without(iri)
