"""Queries and updates as wholes: SPARQL 1.1 Query section 18.2.5, SPARQL 1.1 Update section 4."""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Node, Pattern, TriplePattern, Variable


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """FROM and FROM NAMED, or USING and USING NAMED."""

    default: tuple[NamedNode, ...]
    named: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class SelectQuery:
    """Solutions; `variables` in the order in which they are shown."""

    pattern: Pattern
    variables: tuple[Variable, ...]
    dataset: DatasetClause | None = None


@dataclass(frozen=True, slots=True)
class AskQuery:
    """Whether there is a solution."""

    pattern: Pattern
    dataset: DatasetClause | None = None


@dataclass(frozen=True, slots=True)
class ConstructQuery:
    """Triples from a template."""

    template: tuple[TriplePattern, ...]
    pattern: Pattern
    dataset: DatasetClause | None = None


@dataclass(frozen=True, slots=True)
class DescribeQuery:
    """Descriptions of the terms and of what the variables are bound to."""

    targets: tuple[NamedNode | Variable, ...]
    pattern: Pattern
    dataset: DatasetClause | None = None


Query = SelectQuery | AskQuery | ConstructQuery | DescribeQuery


@dataclass(frozen=True, slots=True)
class QuadPattern:
    """A triple pattern and the graph it is in; None is the default graph."""

    triple: TriplePattern
    graph: NamedNode | Variable | None


@dataclass(frozen=True, slots=True)
class InsertData:
    """INSERT DATA; blank nodes are new ones."""

    quads: tuple[QuadPattern, ...]


@dataclass(frozen=True, slots=True)
class DeleteData:
    """DELETE DATA."""

    quads: tuple[QuadPattern, ...]


@dataclass(frozen=True, slots=True)
class Modify:
    """DELETE, INSERT, WHERE; both templates see the same solutions."""

    delete: tuple[QuadPattern, ...]
    insert: tuple[QuadPattern, ...]
    pattern: Pattern
    using: DatasetClause | None = None
    with_graph: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """LOAD; the document is fetched by the caller's guard, or not at all."""

    source: NamedNode
    into: NamedNode | None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class GraphTarget:
    """One graph, the default graph, all named graphs, or all."""

    kind: str
    """`graph`, `default`, `named` or `all`."""
    name: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    """CLEAR, or DROP where `drop` is true."""

    target: GraphTarget
    drop: bool
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    """CREATE GRAPH."""

    name: NamedNode
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """ADD, MOVE or COPY; None is the default graph."""

    verb: str
    source: NamedNode | None
    target: NamedNode | None
    silent: bool = False


Update = InsertData | DeleteData | Modify | Load | Clear | Create | Transfer

__all__ = [
    "AskQuery",
    "Clear",
    "ConstructQuery",
    "Create",
    "DatasetClause",
    "DeleteData",
    "DescribeQuery",
    "GraphTarget",
    "InsertData",
    "Load",
    "Modify",
    "Node",
    "QuadPattern",
    "Query",
    "SelectQuery",
    "Transfer",
    "Update",
]
