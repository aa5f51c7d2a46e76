"""SPARQL in shapes: prefixes, pre-binding (appendix A), and what that rules out (section 5.2.1).

Pre-bound variables are joined, as inline data, into every basic pattern, path and graph of the
query's algebra, so that every group sees them. A term that is not known before a query is run has
a place (`place`), which `LocalTerms.stands_for` fills.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from kgraph.errors import QuerySyntaxError, ShapesError
from kgraph.plan.algebra import (
    BGP,
    Extend,
    Graph,
    Join,
    Minus,
    PathPattern,
    Pattern,
    Project,
    Service,
    Values,
    Variable,
    parts_of,
    walk,
)
from kgraph.plan.operations import AskQuery, Query, SelectQuery
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import Node, PropertyPath, SparqlConstraint
from kgraph.sparql.parse import parse_query
from kgraph.terms import Term
from kgraph.vocab import OWL

THIS, VALUE = Variable("this"), Variable("value")
SHAPES_GRAPH, CURRENT_SHAPE = Variable("shapesGraph"), Variable("currentShape")
SHAPES_NAME = NamedNode("urn:x-kgraph:shapes")
"""What $shapesGraph is bound to."""
_IMPORTS = NamedNode(OWL + "imports")
_PATH = re.compile(r"[$?]PATH\b")
_KINDS = {"select": SelectQuery, "ask": AskQuery}


def place(name: str) -> NamedNode:
    """What stands in a query for the term of a variable until the query is run."""
    return NamedNode(f"urn:x-kgraph:bound:{name}")


def sparql_constraints(
    graph: ShapesGraph, shape: Node, path: PropertyPath | None
) -> Iterator[SparqlConstraint]:
    """The constraints of sh:sparql (5.1), those that are deactivated left out."""
    for node in graph.objects(shape, sh("sparql")):
        if isinstance(node, Literal) or not isinstance(node, Node):
            raise ShapesError(f"{graph.named(shape)}: sh:sparql has {node}, which is no constraint")
        if any(str(flag) != "" and _true(flag) for flag in graph.objects(node, sh("deactivated"))):
            continue
        query, text = read_query(graph, node, shape, "select", path, frozenset({"this"}))
        assert isinstance(query, SelectQuery)
        messages = texts(graph, node)
        yield SparqlConstraint(node, query, messages, uses_shapes(query), text)


def _true(flag: Term) -> bool:
    return isinstance(flag, Literal) and flag.value in ("true", "1")


def texts(graph: ShapesGraph, node: Node) -> tuple[Literal, ...]:
    """The messages of a constraint or validator."""
    found = graph.objects(node, sh("message"))
    return tuple(sorted((one for one in found if isinstance(one, Literal)), key=str))


def read_query(
    graph: ShapesGraph,
    node: Node,
    shape: Node,
    kind: str,
    path: PropertyPath | None,
    bound: frozenset[str],
) -> tuple[SelectQuery | AskQuery, str]:
    """The query of sh:select or sh:ask, and its text; ShapesError where SHACL does not allow it.

    `bound` are the variables that are bound before it is run.
    """
    where = f"{graph.named(shape)}: sh:{kind}"
    values = graph.objects(node, sh(kind))
    if len(values) != 1 or not isinstance(values[0], Literal):
        raise ShapesError(f"{where} needs one query")
    text = values[0].value
    if path is not None:
        shown = path.shown.sparql()
        text = _PATH.sub(lambda _: shown, text)
    try:
        query: Query = parse_query(declared_prefixes(graph, node, where) + text)
    except QuerySyntaxError as error:
        raise ShapesError(f"{where} does not parse: {error}") from error
    if not isinstance(query, _KINDS[kind]):
        raise ShapesError(f"{where} is another kind of query")
    assert isinstance(query, SelectQuery | AskQuery)
    for fault in _faults(query, bound):
        raise ShapesError(f"{where} {fault}")
    return query, text


def declared_prefixes(graph: ShapesGraph, node: Node, where: str) -> str:
    """Declarations for the prefixes of sh:prefixes and what that imports (5.2.1)."""
    waiting, seen = graph.objects(node, sh("prefixes")), dict[Term, None]()
    found: dict[str, str] = {}
    while waiting:
        ontology = waiting.pop(0)
        if ontology in seen:
            continue
        seen[ontology] = None
        waiting += graph.objects(ontology, _IMPORTS)
        for declaration in graph.objects(ontology, sh("declare")):
            prefixes = graph.objects(declaration, sh("prefix"))
            namespaces = graph.objects(declaration, sh("namespace"))
            for prefix, namespace in zip(prefixes, namespaces, strict=False):
                name, iri = (str(getattr(one, "value", "")) for one in (prefix, namespace))
                if found.setdefault(name, iri) != iri:
                    raise ShapesError(f"{where}: prefix {name} is declared as {iri} and otherwise")
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in found.items())


def _faults(query: Query, bound: frozenset[str]) -> Iterator[str]:
    """What SHACL does not allow with pre-bound variables (5.2.1)."""
    if query.dataset is not None:
        yield "has a FROM; it is asked of the data graph (section 5.2.1)"
    for part, word in ((Minus, "MINUS"), (Values, "VALUES"), (Service, "SERVICE")):
        if any(isinstance(one, part) for one in walk(query.pattern)):
            yield f"has {word}, which SHACL does not allow (section 5.2.1)"
    kept = bound | {SHAPES_GRAPH.name, CURRENT_SHAPE.name}
    for one in walk(query.pattern):
        if isinstance(one, Extend) and one.variable.name in kept:
            yield f"binds ${one.variable.name}, which is bound before (section 5.2.1)"
    missing = _not_projected(query, bound)
    if missing:
        yield f"has a subquery that does not return ${missing} (section 5.2.1)"
    if isinstance(query, SelectQuery) and THIS not in query.variables:
        yield "does not return $this (section 5.2.1)"


def _not_projected(query: Query, bound: frozenset[str]) -> str:
    """A pre-bound variable that a subquery leaves out; empty if there is none."""
    for project in _subqueries(query.pattern):
        missing = bound - {variable.name for variable in project.variables}
        if missing:
            return min(missing)
    return ""


def _subqueries(pattern: Pattern) -> Iterator[Project]:
    inner: Any = pattern
    while not isinstance(inner, Project):
        if not hasattr(inner, "pattern"):
            inner = None
            break
        inner = inner.pattern
    yield from (one for one in walk(pattern) if isinstance(one, Project) and one is not inner)


def uses_shapes(query: Query) -> bool:
    """Whether the shapes graph has to be at hand, or the shape's node."""
    return any(one in (SHAPES_GRAPH, CURRENT_SHAPE) for one in walk(query.pattern))


def prebound(pattern: Pattern, terms: Mapping[str, Term]) -> Pattern:
    """Values Insertion (appendix A): the terms joined into every place that matches something."""
    row = tuple(terms.values())
    table = Values(tuple(Variable(name) for name in terms), (row,))
    found: Pattern = replaced(pattern, lambda leaf: Join(table, leaf) if leaf != BGP(()) else table)
    return found


def replaced(node: Any, put: Any) -> Any:
    """The same algebra with `put(leaf)` for every basic pattern, path and graph with a variable."""
    if isinstance(node, BGP | PathPattern):
        return put(node)
    if isinstance(node, tuple):
        return tuple([replaced(one, put) for one in node])
    if not is_dataclass(node) or isinstance(node, Variable) or not parts_of(node):
        return node
    kind: Any = type(node)
    made = kind(**{f.name: replaced(getattr(node, f.name), put) for f in fields(node)})
    if isinstance(made, Graph) and isinstance(made.name, Variable):
        return put(made)
    return made


__all__ = [
    "CURRENT_SHAPE",
    "SHAPES_GRAPH",
    "SHAPES_NAME",
    "THIS",
    "VALUE",
    "declared_prefixes",
    "place",
    "prebound",
    "read_query",
    "replaced",
    "sparql_constraints",
    "texts",
    "uses_shapes",
]
