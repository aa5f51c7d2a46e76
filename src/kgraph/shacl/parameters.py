"""The parameters of the core components (section 4): read, checked, made into constraints."""

from collections.abc import Callable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.errors import ShapesError
from kgraph.plan.functions.regex import compiled
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import (
    ClassOf,
    Closed,
    Constraint,
    Count,
    Datatype,
    Disjoint,
    Equals,
    HasValue,
    LanguageIn,
    Length,
    LessThan,
    Logical,
    Node,
    NodeKind,
    OneOf,
    Pattern,
    Property,
    PropertyPath,
    Qualified,
    UniqueLanguage,
    ValueRange,
)
from kgraph.shacl.sparql_constraints import sparql_constraints
from kgraph.terms import Term
from kgraph.values.literals import ExpressionError
from kgraph.vocab import XSD

_INTEGER, _STRING = NamedNode(XSD + "integer"), NamedNode(XSD + "string")
_BOOLEAN = NamedNode(XSD + "boolean")
KINDS = {
    "BlankNode": {"BlankNode"},
    "IRI": {"IRI"},
    "Literal": {"Literal"},
    "BlankNodeOrIRI": {"BlankNode", "IRI"},
    "BlankNodeOrLiteral": {"BlankNode", "Literal"},
    "IRIOrLiteral": {"IRI", "Literal"},
}
OPERATORS = {
    "minExclusive": ">",
    "minInclusive": ">=",
    "maxExclusive": "<",
    "maxInclusive": "<=",
}


class Given:
    """A shape with what its graph says of it; ShapesError names both where that is wrong."""

    def __init__(self, graph: ShapesGraph, node: Node, path: PropertyPath | None) -> None:
        """The shape of a node, with a path or not."""
        self.graph, self.node, self.path = graph, node, path

    def fault(self, name: str, what: str) -> ShapesError:
        """An ill-formed parameter."""
        return ShapesError(f"{self.graph.named(self.node)}: sh:{name} {what}")

    def all(self, name: str) -> list[Term]:
        """All values of a parameter."""
        return self.graph.objects(self.node, sh(name))

    def one(self, name: str) -> Term | None:
        """The value of a parameter that may have only one."""
        values = self.all(name)
        if len(values) > 1:
            raise self.fault(name, "has more than one value")
        return values[0] if values else None

    def of_property(self, name: str) -> None:
        """Refuse a parameter that only property shapes may have."""
        if self.path is None:
            raise self.fault(name, "is for property shapes, and this one has no sh:path")

    def iri(self, name: str, term: Term) -> NamedNode:
        """A value that has to be an IRI."""
        if not isinstance(term, NamedNode):
            raise self.fault(name, f"has {term}, which is no IRI")
        return term

    def shape(self, name: str, term: Term) -> Node:
        """A value that has to be a shape."""
        if not isinstance(term, NamedNode | BlankNode):
            raise self.fault(name, f"has {term}, which is no shape")
        return term

    def integer(self, name: str, term: Term) -> int:
        """A value that has to be an integer."""
        try:
            if not isinstance(term, Literal) or term.datatype != _INTEGER:
                raise ValueError(term)
            return int(term.value)
        except ValueError as error:
            raise self.fault(name, f"has {term}, which is no integer") from error

    def text(self, name: str, term: Term) -> str:
        """A value that has to be a string."""
        if not isinstance(term, Literal) or term.datatype != _STRING:
            raise self.fault(name, f"has {term}, which is no string")
        return term.value

    def true(self, name: str) -> bool:
        """Whether a flag is up."""
        term = self.one(name)
        if term is None:
            return False
        if not isinstance(term, Literal) or term.datatype != _BOOLEAN:
            raise self.fault(name, f"has {term}; it needs true or false")
        return term.value == "true"

    def list(self, name: str, term: Term) -> list[Term]:
        """A value that has to be a list."""
        members = self.graph.members(term)
        if members is None:
            raise self.fault(name, "needs a list")
        return members


Reader = Callable[[Given], Iterator[Constraint]]


def _class(given: Given) -> Iterator[Constraint]:
    for term in given.all("class"):
        yield ClassOf(given.iri("class", term))


def _datatype(given: Given) -> Iterator[Constraint]:
    if (term := given.one("datatype")) is not None:
        yield Datatype(given.iri("datatype", term))


def _node_kind(given: Given) -> Iterator[Constraint]:
    if (term := given.one("nodeKind")) is not None:
        name = given.iri("nodeKind", term).value.removeprefix(sh("").value)
        if name not in KINDS:
            raise given.fault("nodeKind", f"has {term}; it needs one of {', '.join(KINDS)}")
        yield NodeKind(frozenset(KINDS[name]))


def _count(name: str, *, at_most: bool) -> Reader:
    def read(given: Given) -> Iterator[Constraint]:
        if (term := given.one(name)) is not None:
            given.of_property(name)
            yield Count(given.integer(name, term), at_most)

    return read


def _range(name: str) -> Reader:
    def read(given: Given) -> Iterator[Constraint]:
        if (term := given.one(name)) is not None:
            if not isinstance(term, Literal):
                raise given.fault(name, f"has {term}, which is no literal")
            yield ValueRange(OPERATORS[name], term)

    return read


def _length(name: str, *, at_most: bool) -> Reader:
    def read(given: Given) -> Iterator[Constraint]:
        if (term := given.one(name)) is not None:
            yield Length(given.integer(name, term), at_most)

    return read


def _pattern(given: Given) -> Iterator[Constraint]:
    flags = given.one("flags")
    shown = "" if flags is None else given.text("flags", flags)
    for term in given.all("pattern"):
        pattern = given.text("pattern", term)
        try:
            compiled(pattern, shown)
        except ExpressionError as error:
            raise given.fault("pattern", f"is no regular expression: {error}") from error
        yield Pattern(pattern, shown)


def _language_in(given: Given) -> Iterator[Constraint]:
    if (term := given.one("languageIn")) is not None:
        members = given.list("languageIn", term)
        yield LanguageIn(tuple(given.text("languageIn", one) for one in members))


def _unique_language(given: Given) -> Iterator[Constraint]:
    if given.one("uniqueLang") is not None:
        given.of_property("uniqueLang")
        if given.true("uniqueLang"):
            yield UniqueLanguage()


def _equals(given: Given) -> Iterator[Constraint]:
    yield from (Equals(given.iri("equals", term)) for term in given.all("equals"))


def _disjoint(given: Given) -> Iterator[Constraint]:
    yield from (Disjoint(given.iri("disjoint", term)) for term in given.all("disjoint"))


def _less_than(name: str, *, or_equals: bool) -> Reader:
    def read(given: Given) -> Iterator[Constraint]:
        for term in given.all(name):
            given.of_property(name)
            yield LessThan(given.iri(name, term), or_equals)

    return read


def _single(name: str) -> Reader:
    def read(given: Given) -> Iterator[Constraint]:
        for term in given.all(name):
            yield Logical(name, (given.shape(name, term),))

    return read


def _listed(name: str) -> Reader:
    def read(given: Given) -> Iterator[Constraint]:
        for term in given.all(name):
            members = given.list(name, term)
            yield Logical(name, tuple(given.shape(name, one) for one in members))

    return read


def _property(given: Given) -> Iterator[Constraint]:
    for term in given.all("property"):
        yield Property(given.shape("property", term))


def _qualified(given: Given) -> Iterator[Constraint]:
    shapes = given.all("qualifiedValueShape")
    disjoint = given.true("qualifiedValueShapesDisjoint")
    for name, at_most in (("qualifiedMinCount", False), ("qualifiedMaxCount", True)):
        term = given.one(name)
        if term is None or not shapes:
            continue
        given.of_property(name)
        number = given.integer(name, term)
        for value in shapes:
            shape = given.shape("qualifiedValueShape", value)
            siblings = _siblings(given, shape) if disjoint else ()
            yield Qualified(shape, number, at_most, siblings)


def _siblings(given: Given, shape: Node) -> tuple[Node, ...]:
    graph, found = given.graph, dict[Node, None]()
    for parent in graph.subjects(sh("property"), given.node):
        for neighbour in graph.objects(parent, sh("property")):
            for one in graph.objects(neighbour, sh("qualifiedValueShape")):
                if one != shape:
                    found[given.shape("qualifiedValueShape", one)] = None
    return tuple(found)


def _closed(given: Given) -> Iterator[Constraint]:
    allowed = set[NamedNode]()
    for term in given.all("ignoredProperties"):
        members = given.list("ignoredProperties", term)
        allowed |= {given.iri("ignoredProperties", one) for one in members}
    if given.true("closed"):
        for shape in given.all("property"):
            paths = given.graph.objects(shape, sh("path"))
            allowed |= {path for path in paths if isinstance(path, NamedNode)}
        yield Closed(frozenset(allowed))


def _has_value(given: Given) -> Iterator[Constraint]:
    yield from (HasValue(term) for term in given.all("hasValue"))


def _in(given: Given) -> Iterator[Constraint]:
    if (term := given.one("in")) is not None:
        yield OneOf(tuple(given.list("in", term)))


def _sparql(given: Given) -> Iterator[Constraint]:
    return sparql_constraints(given.graph, given.node, given.path)


READERS: dict[str, Reader] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minCount": _count("minCount", at_most=False),
    "maxCount": _count("maxCount", at_most=True),
    **{name: _range(name) for name in OPERATORS},
    "minLength": _length("minLength", at_most=False),
    "maxLength": _length("maxLength", at_most=True),
    "pattern": _pattern,
    "languageIn": _language_in,
    "uniqueLang": _unique_language,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": _less_than("lessThan", or_equals=False),
    "lessThanOrEquals": _less_than("lessThanOrEquals", or_equals=True),
    "not": _single("not"),
    "and": _listed("and"),
    "or": _listed("or"),
    "xone": _listed("xone"),
    "node": _single("node"),
    "property": _property,
    "qualifiedValueShape": _qualified,
    "closed": _closed,
    "hasValue": _has_value,
    "in": _in,
    "sparql": _sparql,
}
PARAMETERS = frozenset(sh(name) for name in READERS)
"""What makes its subject a shape."""


def constraints_of(
    graph: ShapesGraph, node: Node, path: PropertyPath | None
) -> Iterator[Constraint]:
    """The constraints of core components and sh:sparql that a shape declares."""
    given = Given(graph, node, path)
    for predicate in graph.predicates(node):
        if predicate in PARAMETERS:
            yield from READERS[predicate.value.rpartition("#")[2]](given)


__all__ = ["PARAMETERS", "constraints_of"]
