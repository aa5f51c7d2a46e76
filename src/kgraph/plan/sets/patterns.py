"""One function for each node of the algebra: from a pattern to a relation (section 18.5)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial, reduce
from typing import Any

from pyoxigraph import NamedNode

from kgraph.identifiers import tag_of
from kgraph.plan.algebra import (
    BGP,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Service,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
    walk,
)
from kgraph.plan.sets.compiler import EMPTY_SOLUTION, Compiler
from kgraph.plan.sets.dialect import table_of
from kgraph.plan.sets.joins import join, union
from kgraph.plan.sets.matching import bgp, named_graphs
from kgraph.plan.sets.minus import minus
from kgraph.plan.sets.modifiers import distinct, extend, filter_, group, order_by, project, slice_
from kgraph.plan.sets.optional import left_join
from kgraph.plan.sets.paths import path
from kgraph.plan.sets.relation import (
    RESOURCE_TAGS,
    Column,
    Part,
    Relation,
    empty,
    quoted,
    select,
    selected,
)
from kgraph.plan.sets.service import joined_service, service
from kgraph.plan.sets.sideways import nodes_of, seeded, wanted, with_seeds, without_seeds
from kgraph.plan.variables import names
from kgraph.store.graphs import Merge


def _join(compiler: Compiler, node: Join) -> Relation:
    """What shortens walks comes first; else the engine finds the order."""
    operands = list(_operands(node))
    walked = [one for one in operands if wanted(one)]
    plain = [one for one in operands if one not in walked]
    if walked and not plain:
        plain, walked = walked[:1], walked[1:]
    found = _all(compiler, plain)
    known = frozenset().union(*(nodes_of(one) for one in plain))
    while walked:
        walked.sort(key=lambda one: not wanted(one) & set(found.names))
        one, *walked = walked
        found, seeds = seeded(compiler, found, wanted(one), known)
        scope = with_seeds(compiler.scope, seeds)
        found = join(compiler, found, compiler.solve(one, scope))
        known |= nodes_of(one)
    return found


def _operands(node: Pattern) -> Iterator[Pattern]:
    """What is joined, in order; a SERVICE that needs its left stays with it."""
    if isinstance(node, Join) and not _asks_for_endpoint(node.right):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def _asks_for_endpoint(node: Pattern) -> bool:
    return isinstance(node, Service) and isinstance(node.endpoint, Variable)


def _all(compiler: Compiler, operands: list[Pattern]) -> Relation:
    """The join of patterns; their triples as one basic graph pattern."""
    triples = tuple(t for one in operands if isinstance(one, BGP) for t in one.triples)
    unions: list[Pattern] = [one for one in operands if isinstance(one, Union)]
    others = [one for one in operands if not isinstance(one, BGP | Union)]
    scattered = next((one for one in unions if any(map(_scattered, _branches(one)))), None)
    if triples and scattered is not None:
        rest: list[Pattern] = [*others, *(one for one in unions if one is not scattered)]
        found = union(compiler.solve(_within(triples, one)) for one in _branches(scattered))
        return reduce(partial(join, compiler), [found, *([_all(compiler, rest)] if rest else [])])
    relations = [_operand(compiler, one) for one in (*unions, *others)]
    if triples or not relations:
        relations = [*_matches(compiler, triples, unions), *relations]
    return reduce(partial(join, compiler), relations)


def _scattered(branch: Pattern) -> bool:
    """Whether its triples are linked by nothing but a condition: by itself it is all pairs."""
    match branch:
        case Filter(_, BGP(triples)) | BGP(triples):
            return len(linked_triples(triples)) > 1
    return False


def _within(triples: tuple[TriplePattern, ...], branch: Pattern) -> Pattern:
    """A branch of a UNION joined with triples beside it, which it may need to hang together.

    A condition sees what it saw: it is moved only if its own triples bind all of its variables.
    """
    match branch:
        case BGP(own):
            return BGP((*triples, *own))
        case Filter(condition, BGP(own)) if names(condition) <= names(*own) and not any(
            isinstance(part, Exists) for part in walk(condition)
        ):
            return Filter(condition, BGP((*triples, *own)))
    return Join(BGP(triples), branch)


def _matches(
    compiler: Compiler, triples: tuple[TriplePattern, ...], unions: list[Pattern]
) -> list[Relation]:
    """The matches of triples; what only the branches of a UNION link, each by itself.

    Such parts are kept: the engine takes all pairs of them for few, if it has to guess, and makes
    all pairs before it looks at what links them (docs/decisions/0085).
    """
    linked = [names(union) for union in unions]
    parts = linked_triples(triples)
    if not any(sum(bool(names(*part) & by) for part in parts) > 1 for by in linked):
        return [compiler.solve(BGP(triples))]
    return [compiler.materialize(compiler.solve(BGP(part)), counted=True) for part in parts]


def linked_triples(triples: tuple[TriplePattern, ...]) -> list[tuple[TriplePattern, ...]]:
    """The triples that variables link, directly or by others; those without any are one part."""
    parts: list[tuple[TriplePattern, ...]] = []
    for triple in triples:
        known = names(triple)
        near = [part for part in parts if names(*part) & known or not known | names(*part)]
        merged = tuple(one for part in near for one in part)
        parts = [*(part for part in parts if part not in near), (*merged, triple)]
    return parts


def _operand(compiler: Compiler, node: Pattern) -> Relation:
    if isinstance(node, Join) and isinstance(node.right, Service):
        endpoint = node.right.endpoint
        if isinstance(endpoint, Variable):
            left = compiler.solve(node.left)
            return joined_service(compiler, left, node.right, endpoint.name)
    return compiler.solve(node)


def _left_join(compiler: Compiler, node: LeftJoin) -> Relation:
    left = compiler.solve(node.left)
    scope = without_seeds(compiler.scope)
    left, seeds = seeded(compiler, left, wanted(node.right), nodes_of(node.left))
    right = compiler.solve(node.right, with_seeds(scope, seeds))
    return left_join(compiler, left, right, node.condition)


def _minus(compiler: Compiler, node: Minus) -> Relation:
    left = compiler.solve(node.left)
    scope = without_seeds(compiler.scope)
    left, seeds = seeded(compiler, left, wanted(node.right), nodes_of(node.left))
    return minus(compiler, left, compiler.solve(node.right, with_seeds(scope, seeds)))


def _union(compiler: Compiler, node: Union) -> Relation:
    return union(compiler.solve(one) for one in _branches(node))


def _branches(node: Pattern) -> Iterator[Pattern]:
    if isinstance(node, Union):
        yield from _branches(node.left)
        yield from _branches(node.right)
    else:
        yield node


def _graph(compiler: Compiler, node: Graph) -> Relation:
    scope, named = compiler.scope, compiler.context.named
    seeds = {name: replace(one, nodes=False) for name, one in scope.seeds.items()}
    if isinstance(node.name, NamedNode):
        graph = compiler.constant(node.name)
        exists = (
            compiler.context.snapshot.contains_named_graph(node.name)
            if named.graphs is None
            else graph in named.graphs
        )
        if not exists:
            return empty(scope.unit.carried)
        inside = replace(scope, graphs=Merge((graph,)), carrier=None, seeds=seeds)
        return compiler.solve(node.pattern, inside)
    return _each_graph(compiler, node.name.name, node.pattern, seeds)


def _each_graph(
    compiler: Compiler, name: str, pattern: Pattern, seeds: Mapping[str, Any]
) -> Relation:
    """All named graphs at once; the graph of each row is carried, and then is the variable."""
    scope, named = compiler.scope, compiler.context.named
    carrier = compiler.fresh("@g")
    names = named_graphs(compiler, named, carrier)
    unit = names if scope.unit is EMPTY_SOLUTION else join(compiler, scope.unit, names)
    inside = replace(scope, graphs=named, carrier=carrier, unit=unit, seeds=seeds)
    found = compiler.solve(pattern, inside)
    if found.part is not None and found.column(name) is None:
        kept = tuple(column for column in found.columns if column.name != carrier)
        expressions = {**found.part.expressions, name: found.part.expressions[carrier]}
        part = Part(found.part.items, found.part.conditions, expressions)
        return select(part, (*kept, Column(name, nullable=False, tags=RESOURCE_TAGS)))
    return _named_by(found, carrier, name)


def _named_by(found: Relation, carrier: str, name: str) -> Relation:
    """Rows whose variable is bound to their graph, or to nothing yet."""
    graph = quoted(carrier)
    kept = [c for c in found.columns if c.name not in (carrier, name)]
    columns = (*kept, Column(name, nullable=False, tags=RESOURCE_TAGS))
    chosen = selected([*((c.name, quoted(c.name)) for c in kept), (name, graph)])
    where = ""
    if found.column(name) is not None:
        where = f" WHERE {quoted(name)} = {graph} OR {quoted(name)} IS NULL"
    return Relation(f"SELECT {chosen} FROM ({found.sql}) AS found{where}", columns)


def _values(compiler: Compiler, node: Values) -> Relation:
    names = tuple(dict.fromkeys(variable.name for variable in node.variables))
    rows = [
        tuple(None if term is None else compiler.constant(term) for term in row)
        for row in node.rows
    ]
    found = _listed(names, rows)
    return join(compiler, found, compiler.scope.unit)


def _listed(names: tuple[str, ...], rows: list[tuple[int | None, ...]]) -> Relation:
    columns = []
    for number, name in enumerate(names):
        values = [row[number] for row in rows]
        tags = 0
        for value in values:
            tags |= 0 if value is None else 1 << tag_of(value)
        columns.append(Column(name, None in values, tags))
    if not names:
        return Relation(table_of([(1,) for _ in rows], (".",)), ())
    return Relation(table_of(rows, names), tuple(columns))


NODES: Mapping[type[Any], Callable[[Compiler, Any], Relation]] = {
    BGP: bgp,
    PathPattern: path,
    Join: _join,
    LeftJoin: _left_join,
    Filter: filter_,
    Union: _union,
    Graph: _graph,
    Extend: extend,
    Minus: _minus,
    Values: _values,
    Service: service,
    Group: group,
    OrderBy: order_by,
    Project: project,
    Distinct: distinct,
    Reduced: lambda compiler, node: compiler.solve(node.pattern),
    Slice: slice_,
}
