"""Shapes as SHACL defines them (sections 2 to 6), typed: what a shapes graph says, read once.

A constraint has the parameters of its component and knows nothing of how it is checked. Shapes
refer to one another by their nodes, so that `Shapes` is a flat table of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.graph import Graph

from kgraph.plan.algebra import Path as AlgebraPath
from kgraph.plan.operations import AskQuery, SelectQuery
from kgraph.rdflib_terms import Terms, graph_of
from kgraph.shacl.report import ResultPath
from kgraph.terms import Term

SH = "http://www.w3.org/ns/shacl#"
Node = NamedNode | BlankNode
"""What a shape is called."""


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A SHACL property path (section 2.3.1), as reports show it and as the algebra walks it."""

    shown: ResultPath
    walked: AlgebraPath


@dataclass(frozen=True)
class Constraint:
    """A component with the parameters that one shape gives it."""

    component: ClassVar[str] = ""

    @property
    def shapes(self) -> tuple[Node, ...]:
        """The shapes that it refers to."""
        return ()

    @property
    def iri(self) -> str:
        """The component, as results name it."""
        return SH + type(self).component


# Of each value node alone


@dataclass(frozen=True)
class ClassOf(Constraint):
    """sh:class (4.1.1)."""

    component = "ClassConstraintComponent"
    of: NamedNode


@dataclass(frozen=True)
class Datatype(Constraint):
    """sh:datatype (4.1.2)."""

    component = "DatatypeConstraintComponent"
    datatype: NamedNode


@dataclass(frozen=True)
class NodeKind(Constraint):
    """sh:nodeKind (4.1.3); `kinds` are of IRI, BlankNode and Literal."""

    component = "NodeKindConstraintComponent"
    kinds: frozenset[str]


@dataclass(frozen=True)
class ValueRange(Constraint):
    """sh:minExclusive and its kin (4.3): the value stands in this relation to the bound."""

    operator: str
    """`>`, `>=`, `<` or `<=`."""
    bound: Literal

    @property
    def iri(self) -> str:
        """The component, by the operator."""
        name = {">": "MinExclusive", ">=": "MinInclusive", "<": "MaxExclusive"}
        return f"{SH}{name.get(self.operator, 'MaxInclusive')}ConstraintComponent"


@dataclass(frozen=True)
class Length(Constraint):
    """sh:minLength, or sh:maxLength where `at_most` (4.4.1, 4.4.2)."""

    characters: int
    at_most: bool

    @property
    def iri(self) -> str:
        """The component, by the direction."""
        return f"{SH}{'Max' if self.at_most else 'Min'}LengthConstraintComponent"


@dataclass(frozen=True)
class Pattern(Constraint):
    """sh:pattern with sh:flags (4.4.3)."""

    component = "PatternConstraintComponent"
    pattern: str
    flags: str


@dataclass(frozen=True)
class LanguageIn(Constraint):
    """sh:languageIn (4.4.4)."""

    component = "LanguageInConstraintComponent"
    ranges: tuple[str, ...]


@dataclass(frozen=True)
class OneOf(Constraint):
    """sh:in (4.8.3)."""

    component = "InConstraintComponent"
    terms: tuple[Term, ...]


ValueConstraint = Datatype | NodeKind | ValueRange | Length | Pattern | LanguageIn | OneOf
"""What a term alone decides."""


# Of the value nodes together


@dataclass(frozen=True)
class Count(Constraint):
    """sh:minCount, or sh:maxCount where `at_most` (4.2)."""

    number: int
    at_most: bool

    @property
    def iri(self) -> str:
        """The component, by the direction."""
        return f"{SH}{'Max' if self.at_most else 'Min'}CountConstraintComponent"


@dataclass(frozen=True)
class UniqueLanguage(Constraint):
    """sh:uniqueLang (4.4.5)."""

    component = "UniqueLangConstraintComponent"


@dataclass(frozen=True)
class HasValue(Constraint):
    """sh:hasValue (4.8.2)."""

    component = "HasValueConstraintComponent"
    term: Term


@dataclass(frozen=True)
class Equals(Constraint):
    """sh:equals (4.5.1)."""

    component = "EqualsConstraintComponent"
    predicate: NamedNode


@dataclass(frozen=True)
class Disjoint(Constraint):
    """sh:disjoint (4.5.2)."""

    component = "DisjointConstraintComponent"
    predicate: NamedNode


@dataclass(frozen=True)
class LessThan(Constraint):
    """sh:lessThan, or sh:lessThanOrEquals (4.5.3, 4.5.4)."""

    predicate: NamedNode
    or_equals: bool

    @property
    def iri(self) -> str:
        """The component."""
        return f"{SH}LessThan{'OrEquals' if self.or_equals else ''}ConstraintComponent"


@dataclass(frozen=True)
class Closed(Constraint):
    """sh:closed (4.8.1): the predicates that value nodes may have."""

    component = "ClosedConstraintComponent"
    allowed: frozenset[NamedNode]


# Of other shapes


@dataclass(frozen=True)
class Property(Constraint):
    """sh:property (4.7.2): its results are those of the property shape."""

    component = "PropertyConstraintComponent"
    shape: Node

    @property
    def shapes(self) -> tuple[Node, ...]:
        """The property shape."""
        return (self.shape,)


@dataclass(frozen=True)
class Logical(Constraint):
    """sh:node (4.7.1), sh:not, sh:and, sh:or, sh:xone (4.6)."""

    operator: str
    """`node`, `not`, `and`, `or` or `xone`."""
    members: tuple[Node, ...]

    @property
    def shapes(self) -> tuple[Node, ...]:
        """The members."""
        return self.members

    @property
    def iri(self) -> str:
        """The component, by the operator."""
        return f"{SH}{self.operator.capitalize()}ConstraintComponent"

    def holds(self, conforming: int) -> bool:
        """Whether it holds of a value node that conforms to so many members."""
        if self.operator == "not":
            return conforming == 0
        if self.operator == "or":
            return conforming > 0
        return conforming == (1 if self.operator == "xone" else len(self.members))


@dataclass(frozen=True)
class Qualified(Constraint):
    """sh:qualifiedValueShape with its least or greatest count (4.7.3)."""

    shape: Node
    number: int
    at_most: bool
    siblings: tuple[Node, ...]
    """A value that conforms to one of these does not count."""

    @property
    def shapes(self) -> tuple[Node, ...]:
        """The shape that is counted, and its siblings."""
        return (self.shape, *self.siblings)

    @property
    def iri(self) -> str:
        """The component, by the direction."""
        return f"{SH}Qualified{'Max' if self.at_most else 'Min'}CountConstraintComponent"


# SPARQL (sections 5 and 6)


@dataclass(frozen=True)
class SparqlConstraint(Constraint):
    """sh:sparql (5.1): each solution is a result. $PATH stands for the shape's path by now."""

    component = "SPARQLConstraintComponent"
    node: Node
    query: SelectQuery
    messages: tuple[Literal, ...]
    uses_shapes: bool
    """Whether it asks for $shapesGraph or $currentShape."""
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class ComponentConstraint(Constraint):
    """A component that a shapes graph declares (6.2), with its validator for this shape."""

    of: NamedNode
    parameters: tuple[tuple[str, Term], ...]
    """By name, without the mark; optional ones only where they are given."""
    query: SelectQuery | AskQuery
    messages: tuple[Literal, ...]
    uses_shapes: bool
    text: str = field(default="", compare=False)

    @property
    def iri(self) -> str:
        """The declared component."""
        return self.of.value


@dataclass(frozen=True)
class CheckedConstraint(Constraint):
    """A constraint that brings its own check, of one focus node at a time."""

    @property
    def source(self) -> Node | None:
        """What results have as sh:sourceConstraint."""
        return None

    def findings(
        self, points: Any, shape: "Shape", focus: int, values: Sequence[int]
    ) -> Iterator[Any]:
        """Its findings, given the `kgraph.shacl.engine.points.Points` of a validation."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Target:
    """sh:targetNode, targetClass, targetSubjectsOf or targetObjectsOf, by the last word (2.1.3)."""

    kind: str
    """`Node`, `Class`, `SubjectsOf` or `ObjectsOf`."""
    term: Term


@dataclass(frozen=True)
class Shape:
    """A node shape, or a property shape, which has a path."""

    node: Node
    targets: tuple[Target, ...]
    path: PropertyPath | None
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[Literal, ...]
    deactivated: bool

    @cached_property
    def name(self) -> str:
        """As results name it: its IRI, or `_:` and its label."""
        return self.node.value if isinstance(self.node, NamedNode) else str(self.node)


@dataclass(frozen=True, slots=True)
class Document:
    """A file of shapes."""

    name: str
    text: bytes
    base_iri: str | None = None
    """The format is by the suffix of the name, Turtle where it has none."""


@dataclass(frozen=True)
class Shapes:
    """All shapes of a shapes graph; well-formed, and none of them refers to itself."""

    by_node: Mapping[Node, Shape]
    triples: tuple[tuple[Node, NamedNode, Term], ...]
    """The shapes graph itself, for queries that look into it."""
    places: Mapping[Node, str] = field(default_factory=dict)
    """File and line of shapes, as far as they are known."""

    @classmethod
    def parse(cls, documents: Iterable[Document | Path]) -> "Shapes":
        """Read documents as one shapes graph.

        Raises ShapesError that names file, shape and property where one is ill-formed or refers
        to itself.

        >>> text = b"@prefix sh: <http://www.w3.org/ns/shacl#> . "
        >>> text += b"<urn:s> sh:targetNode 1 ; sh:datatype <urn:d> ."
        >>> [shape.name for shape in Shapes.parse([Document("a.ttl", text)])]
        ['urn:s']
        """
        from kgraph.shacl.reading import read

        return read(documents)

    def __getitem__(self, node: Node) -> Shape:
        """The shape of a node."""
        return self.by_node[node]

    def __iter__(self) -> Iterator[Shape]:
        """All shapes in the order of their names."""
        return iter(sorted(self.by_node.values(), key=lambda shape: shape.name))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.by_node)

    @cached_property
    def by_name(self) -> Mapping[str, Shape]:
        """Shapes as results name them."""
        return {shape.name: shape for shape in self.by_node.values()}

    @cached_property
    def graph(self) -> Graph:
        """The shapes graph for rdflib."""
        triples = (Triple(*triple) for triple in self.triples)
        return graph_of((t for t in triples if not isinstance(t.object, Triple)), Terms())

    @cached_property
    def targeting(self) -> Sequence[Shape]:
        """Those that have targets and are not deactivated, in the order of their names."""
        return [shape for shape in self if shape.targets and not shape.deactivated]

    @cached_property
    def users(self) -> Mapping[Node, tuple[Shape, ...]]:
        """By shape, those that refer to it."""
        found: dict[Node, list[Shape]] = {}
        for shape in self:
            for node in {n: None for c in shape.constraints for n in c.shapes}:
                found.setdefault(node, []).append(shape)
        return {node: tuple(shapes) for node, shapes in found.items()}
