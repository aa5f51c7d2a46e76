"""Datasets in memory: sets of triples, terms kept exactly as they came."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kgraph.plan.operations import DatasetClause

GraphName = NamedNode | BlankNode
Triples = set[Triple]


@dataclass
class Dataset:
    """A default graph and named graphs, empty ones included.

    With `union_default`, a query sees the union of all graphs as its default graph; updates still
    write to the one that is there.
    """

    default: Triples = field(default_factory=set)
    named: dict[GraphName, Triples] = field(default_factory=dict)
    union_default: bool = False

    @classmethod
    def of(cls, quads: Iterable[Quad], *, union_default: bool = False) -> "Dataset":
        """The dataset of some quads."""
        dataset = cls(union_default=union_default)
        for quad in quads:
            name = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            dataset.ensured(name).add(quad.triple)
        return dataset

    def quads(self) -> Iterator[Quad]:
        """All triples with the names of their graphs."""
        for triple in self.default:
            yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
        for name, graph in self.named.items():
            for triple in graph:
                yield Quad(triple.subject, triple.predicate, triple.object, name)

    def ensured(self, name: GraphName | None) -> Triples:
        """A graph, made if it is not there; None is the default graph."""
        return self.default if name is None else self.named.setdefault(name, set())

    def found(self, name: GraphName | None) -> Triples | None:
        """A graph, or None if there is none of that name."""
        return self.default if name is None else self.named.get(name)

    def copy(self) -> "Dataset":
        """Another dataset with the same triples."""
        named = {name: set(graph) for name, graph in self.named.items()}
        return Dataset(set(self.default), named, self.union_default)

    def view(self, clause: DatasetClause | None) -> "View":
        """What a query sees: this dataset, or what its FROM or USING clauses make of it."""
        if clause is None:
            default = self._union() if self.union_default else self.default
            return View(default, self.named)
        default = set().union(*(self.named.get(name, set()) for name in clause.default))
        return View(default, {name: self.named.get(name, set()) for name in clause.named})

    def _union(self) -> Triples:
        return self.default.union(*self.named.values())


@dataclass(frozen=True)
class View:
    """The dataset of a query."""

    default: Triples
    named: Mapping[GraphName, Triples]
