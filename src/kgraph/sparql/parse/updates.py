"""Updates: operations that semicolons separate (SPARQL 1.2, section 19.8, rules from Update on)."""

from collections.abc import Callable

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Graph, Pattern, Variable
from kgraph.plan.operations import (
    Clear,
    Create,
    DeleteData,
    GraphTarget,
    InsertData,
    Load,
    Modify,
    QuadPattern,
    Transfer,
    Update,
)
from kgraph.sparql.parse.queries import Queries
from kgraph.sparql.parse.terms import IRIS
from kgraph.sparql.parse.translation import Group
from kgraph.sparql.parse.triples import STARTS

_TARGETS = {"DEFAULT": "default", "NAMED": "named", "ALL": "all"}


class Updates(Queries):
    """Reads whole updates; `data_labels` are those of all INSERT DATA, which share none (19.6)."""

    data_labels: dict[str, object]

    def updates(self) -> tuple[Update, ...]:
        """The whole text as operations; there may be none."""
        found: list[Update] = []
        self.data_labels = {}
        self.prologue()
        while self.kind != "end":
            operation = _OPERATIONS.get(self.kind)
            if operation is None:
                self.fail("INSERT, DELETE, WITH, LOAD, CLEAR or another operation")
            self.labels, self.template_labels, self.label_owner = {}, {}, object()
            found.append(operation(self))
            if self.kind != "end":
                self.expect(";", "; or the end of the update")
                self.prologue()
        return tuple(found)

    # Changes of triples

    def _insert(self) -> Update:
        self.advance()
        if self.accept("DATA"):
            return InsertData(self._data("INSERT DATA", blank_nodes=True))
        return self._modify_rest((), self._quads(), None)

    def _delete(self) -> Update:
        self.advance()
        if self.accept("DATA"):
            return DeleteData(self._data("DELETE DATA", blank_nodes=False))
        if self.accept("WHERE"):
            quads = self._deleted("DELETE WHERE")
            return Modify(quads, (), _pattern_of(quads))
        return self._after_delete(None)

    def _with(self) -> Update:
        self.advance()
        graph = self._graph_iri()
        if self.accept("INSERT"):
            return self._modify_rest((), self._quads(), graph)
        self.expect("DELETE", "DELETE or INSERT")
        return self._after_delete(graph)

    def _after_delete(self, graph: NamedNode | None) -> Modify:
        deleted = self._deleted("DELETE")
        inserted = self._quads() if self.accept("INSERT") else ()
        return self._modify_rest(deleted, inserted, graph)

    def _modify_rest(
        self,
        deleted: tuple[QuadPattern, ...],
        inserted: tuple[QuadPattern, ...],
        graph: NamedNode | None,
    ) -> Modify:
        using = self.dataset_clause("USING")
        self.expect("WHERE", "USING or WHERE")
        return Modify(deleted, inserted, self.group(), using, graph)

    def _data(self, clause: str, *, blank_nodes: bool) -> tuple[QuadPattern, ...]:
        self.no_variables = clause
        self.no_blank_nodes = "" if blank_nodes else clause
        self.template_labels = self.data_labels
        found = self._quads()
        self.no_variables = self.no_blank_nodes = ""
        return found

    def _deleted(self, clause: str) -> tuple[QuadPattern, ...]:
        self.no_blank_nodes = clause
        found = self._quads()
        self.no_blank_nodes = ""
        return found

    def _quads(self) -> tuple[QuadPattern, ...]:
        self.expect("{")
        found = [QuadPattern(triple, None) for triple in self.template_triples()]
        while self.accept("GRAPH"):
            name = self.variable_or_iri()
            found += [QuadPattern(triple, name) for triple in self.template()]
            self.accept(".")
            if self.kind in STARTS:
                found += [QuadPattern(triple, None) for triple in self.template_triples()]
        self.expect("}", "a triple, GRAPH or }")
        return tuple(found)

    # Changes of graphs

    def _load(self) -> Load:
        self.advance()
        silent = self.accept("SILENT")
        source = self._graph_iri("the IRI of a document")
        into = self._graph_reference() if self.accept("INTO") else None
        return Load(source, into, silent)

    def _clear_or_drop(self) -> Clear:
        drop = self.kind == "DROP"
        self.advance()
        silent = self.accept("SILENT")
        kind = _TARGETS.get(self.kind)
        if kind is not None:
            self.advance()
            return Clear(GraphTarget(kind), drop, silent)
        if self.kind != "GRAPH":
            self.fail("GRAPH, DEFAULT, NAMED or ALL")
        return Clear(GraphTarget("graph", self._graph_reference()), drop, silent)

    def _create(self) -> Create:
        self.advance()
        silent = self.accept("SILENT")
        return Create(self._graph_reference(), silent)

    def _transfer(self) -> Transfer:
        verb = self.kind
        self.advance()
        silent = self.accept("SILENT")
        source = self._graph_or_default()
        self.expect("TO")
        return Transfer(verb, source, self._graph_or_default(), silent)

    def _graph_or_default(self) -> NamedNode | None:
        if self.accept("DEFAULT"):
            return None
        self.accept("GRAPH")
        return self._graph_iri("DEFAULT, GRAPH or the IRI of a graph")

    def _graph_reference(self) -> NamedNode:
        self.expect("GRAPH")
        return self._graph_iri()

    def _graph_iri(self, expected: str = "the IRI of a graph") -> NamedNode:
        if self.kind not in IRIS:
            self.fail(expected)
        return self.iri()


def _pattern_of(quads: tuple[QuadPattern, ...]) -> Pattern:
    """The template of DELETE WHERE as the pattern that it also is."""
    whole = Group()
    graph: NamedNode | Variable | None = None
    part = Group()
    for quad in quads:
        if quad.graph != graph:
            _join(whole, part, graph)
            part, graph = Group(), quad.graph
        part.triples.append(quad.triple)
    _join(whole, part, graph)
    return whole.finished()


def _join(whole: Group, part: Group, graph: NamedNode | Variable | None) -> None:
    part.end_bgp()
    pattern = part.finished()
    whole.join(pattern if graph is None else Graph(graph, pattern))


_OPERATIONS: dict[str, Callable[[Updates], Update]] = {
    "INSERT": Updates._insert,
    "DELETE": Updates._delete,
    "WITH": Updates._with,
    "LOAD": Updates._load,
    "CLEAR": Updates._clear_or_drop,
    "DROP": Updates._clear_or_drop,
    "CREATE": Updates._create,
    "ADD": Updates._transfer,
    "MOVE": Updates._transfer,
    "COPY": Updates._transfer,
}
