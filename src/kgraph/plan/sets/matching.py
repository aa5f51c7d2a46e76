"""Basic graph patterns (section 18.3): each triple pattern a FROM item, equalities between them.

All of a pattern is one SELECT, so that the engine orders its joins. A triple term with variables
is a row of the table of triple terms.
"""

from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode

from kgraph.identifiers import tag_of
from kgraph.plan.algebra import BGP, Node, TriplePattern, Variable
from kgraph.plan.execution import LocalTerms
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.joins import join
from kgraph.plan.sets.relation import (
    ALL_TAGS,
    IRI_TAGS,
    RESOURCE_TAGS,
    Column,
    Part,
    Relation,
    empty,
    quoted,
    select,
)
from kgraph.store.graphs import Named
from kgraph.store.schema import ORDERS


def bgp(compiler: Compiler, node: BGP) -> Relation:
    """The solutions of a basic graph pattern, joined with what the scope brings."""
    scope = compiler.scope
    if not node.triples:
        return scope.unit
    matching = Matching(compiler)
    for pattern in node.triples:
        matching.add(pattern)
    found = matching.relation()
    return found if scope.carries_itself else join(compiler, found, scope.unit)


@dataclass
class Matching:
    """A SELECT that grows by triple patterns."""

    compiler: Compiler
    items: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    expressions: dict[str, str] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    impossible: bool = False
    """Whether some position holds a term that cannot be there, or that the store does not know."""

    def add(self, pattern: TriplePattern) -> None:
        """Match one more pattern against the active graph."""
        compiler, scope = self.compiler, self.compiler.scope
        alias = compiler.fresh("t")
        source = compiler.context.snapshot.relation(scope.graphs, order=order_for(pattern))
        self.items.append(f"{source} AS {alias}")
        if scope.carrier is not None:
            self._bind(scope.carrier, f"{alias}.g", RESOURCE_TAGS)
        self.put(pattern.subject, f"{alias}.s", RESOURCE_TAGS)
        self.put(pattern.predicate, f"{alias}.p", IRI_TAGS)
        self.put(pattern.object, f"{alias}.o", compiler.tags_of_objects(pattern.predicate))

    def put(self, node: Node, sql: str, tags: int) -> None:
        """Have a node of a pattern stand for what some SQL gives; `tags` can occur there."""
        if isinstance(node, Variable):
            self._bind(node.name, sql, tags)
        elif isinstance(node, TriplePattern):
            self.conditions.append(f"{sql} = {self._parts_of(node)}.id")
        else:
            constant = self.compiler.constant(node)
            unknown = LocalTerms.is_local(constant)
            self.impossible |= unknown or not tags >> tag_of(constant) & 1
            self.conditions.append(f"{sql} = {constant}")

    def triple_term(self, pattern: TriplePattern, variable: Variable) -> None:
        """Have a variable stand for a triple term that the store knows."""
        alias = self._parts_of(pattern)
        self._bind(variable.name, f"{alias}.id", ALL_TAGS)

    def _parts_of(self, pattern: TriplePattern) -> str:
        alias = self.compiler.fresh("t")
        self.items.append(f"triple_term AS {alias}")
        self.put(pattern.subject, f"{alias}.subject", RESOURCE_TAGS)
        self.put(pattern.predicate, f"{alias}.predicate", IRI_TAGS)
        self.put(pattern.object, f"{alias}.object", ALL_TAGS)
        return alias

    def _bind(self, name: str, sql: str, tags: int) -> None:
        before = self.expressions.setdefault(name, sql)
        if before != sql:
            self.conditions.append(f"{before} = {sql}")
        self.tags[name] = self.tags.get(name, ALL_TAGS) & tags

    def relation(self) -> Relation:
        """What has been put together."""
        columns = [Column(name, nullable=False, tags=tags) for name, tags in self.tags.items()]
        impossible = self.impossible or not all(column.tags for column in columns)
        if impossible:
            return empty(columns)
        part = Part(tuple(self.items), tuple(self.conditions), self.expressions)
        return select(part, columns)


def order_for(pattern: TriplePattern) -> str:
    """The order in which the rows that a pattern wants lie together."""
    fixed = [
        isinstance(node, NamedNode | BlankNode) or not isinstance(node, Variable | TriplePattern)
        for node in (pattern.subject, pattern.predicate, pattern.object)
    ]
    if fixed[0] or not any(fixed):
        return "spo"
    wanted = "pos" if fixed[1] else "osp"
    return wanted if wanted in ORDERS else "spo"


def named_graphs(compiler: Compiler, graphs: Named, column: str) -> Relation:
    """The graphs that GRAPH may name, the empty ones too, as a carried column."""
    source = compiler.graph_names(graphs)
    sql = f"SELECT g AS {quoted(column)} FROM ({source}) AS graphs"
    return Relation(sql, (Column(column, nullable=False, tags=RESOURCE_TAGS),))
