"""The engine under its two executors, and the three others that it is compared with."""

import warnings
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import pyoxigraph
import rdflib
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    Triple,
    parse_query_results,
)
from tests.conformance.terms import by_value, canonical

from kgraph.plan.algebra import Pattern
from kgraph.plan.choose import POINTS, SETS
from kgraph.plan.execution import Context
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.queries import Solutions as NaiveSolutions
from kgraph.plan.naive.queries import evaluate
from kgraph.plan.operations import Query
from kgraph.sparql import Boolean, Engine, Request, Solutions, Triples
from kgraph.sparql.parse import parse_query
from kgraph.sparql.planning import Plan, Planner
from kgraph.store import Change, Store

NOW = datetime(2022, 8, 31, 12, 30, 15, tzinfo=UTC)
FORMATS = (QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV)
Term = NamedNode | BlankNode | Literal | Triple
Row = frozenset[tuple[str, Term]]
Answer = bool | list[Row] | frozenset[Triple]
"""Truth; solutions as often as they come, in their order; a graph."""


@dataclass
class Forced:
    """A planner that has one executor do everything."""

    executor: str
    planner: Planner = field(default_factory=Planner)

    def __call__(
        self, pattern: Pattern, context: Context, variables: tuple[str, ...], key: Hashable = None
    ) -> Plan:
        plan = self.planner(pattern, context, variables, key)
        small = plan.small and self.executor == POINTS
        return replace(plan, choice=replace(plan.choice, executor=self.executor, small=small))


def engines() -> dict[str, Engine]:
    """The engine as users have it, by points alone, and by sets alone."""
    forced = {name: Engine(Forced(name)) for name in (POINTS, SETS)}
    return {"ours": Engine(), **forced}


def functions() -> FunctionContext:
    return FunctionContext(NOW, Random(1))


def stored(quads: Iterable[Quad], graphs: Iterable[NamedNode | BlankNode] = ()) -> Store:
    """A store in memory with these quads, and graphs that may be empty."""
    store = Store.open(None, threads=1)
    with store.write() as transaction:
        transaction.stage(Change(added=tuple(quads), created=tuple(graphs)))
        transaction.commit(author="test", message="", time=NOW)
    return store


def row(pairs: Iterable[tuple[str, Any]]) -> Row:
    return frozenset((name, term) for name, term in pairs if term is not None)


def ours(engine: Engine, store: Store, text: str, *, union: bool = False) -> Answer:
    """The answer of an engine over a store."""
    request = Request(text, union_default=union, functions=functions())
    with store.snapshot() as snapshot:
        answer = engine.query(snapshot, request)
        if isinstance(answer, Boolean):
            return bool(answer)
        if isinstance(answer, Triples):
            found = list(answer)
            assert len(found) == len(set(found)), "a triple comes twice"
            return frozenset(found)
        return [row(one.items()) for one in answer]


def read_back(
    engine: Engine, store: Store, text: str, form: QueryResultsFormat, *, union: bool = False
) -> Answer:
    """The same from the document that an engine writes."""
    request = Request(text, union_default=union, functions=functions())
    with store.snapshot() as snapshot:
        answer = engine.query(snapshot, request)
        assert isinstance(answer, Solutions)
        found = parse_query_results(answer.serialize(format=form), format=form)
        assert list(found.variables) == answer.variables
        names = [variable.value for variable in found.variables]
        return [row((name, one[name]) for name in names) for one in found]


def naively(query: Query, quads: Iterable[Quad], *, union: bool = False) -> Answer:
    """The naive evaluator's answer."""
    found = evaluate(query, Dataset.of(quads, union_default=union), functions=functions())
    if isinstance(found, NaiveSolutions):
        return [row(one.items()) for one in found.rows]
    return found


def naive_text(text: str, quads: Iterable[Quad], *, union: bool = False) -> Answer:
    return naively(parse_query(text), quads, union=union)


def of_oxigraph(text: str, quads: Iterable[Quad], *, union: bool = False) -> Answer:
    """pyoxigraph's answer."""
    store = pyoxigraph.Store()
    store.extend(quads)
    found = store.query(text, use_default_graph_as_union=union)
    if isinstance(found, pyoxigraph.QueryBoolean):
        return bool(found)
    if isinstance(found, pyoxigraph.QueryTriples):
        return frozenset(found)
    names = [variable.value for variable in found.variables]
    return [row((name, one[name]) for name in names) for one in found]


def to_rdflib(term: Any) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == str(rdflib.XSD.string)
    return rdflib.Literal(term.value, datatype=None if plain else term.datatype.value)


def from_rdflib(term: Any) -> Term:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return Literal(str(term), language=term.language)
    datatype = term.datatype or rdflib.XSD.string
    return Literal(str(term), datatype=NamedNode(str(datatype)))


def rdflib_dataset(quads: Iterable[Quad], *, union: bool = False) -> rdflib.Dataset:
    dataset = rdflib.Dataset(default_union=union)
    for quad in quads:
        name = quad.graph_name
        graph = (
            dataset.default_graph
            if isinstance(name, DefaultGraph)
            else dataset.graph(to_rdflib(name))
        )
        graph.add(tuple(map(to_rdflib, (quad.subject, quad.predicate, quad.object))))
    return dataset


def of_rdflib(text: str, quads: Iterable[Quad], *, union: bool = False) -> Answer:
    """rdflib's answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib uses what it deprecates itself
        found = rdflib_dataset(quads, union=union).query(text)
        rows = found.bindings if found.type == "SELECT" else []
    if found.type == "ASK":
        return bool(found.askAnswer)
    if found.type == "CONSTRUCT":
        return frozenset(_legal(found.graph))
    return [row((str(v), from_rdflib(t)) for v, t in one.items()) for one in rows]


def _legal(graph: rdflib.Graph) -> Iterable[Triple]:
    """The triples that RDF has: rdflib also makes others from a template."""
    for subject, predicate, end in graph:
        if isinstance(predicate, rdflib.URIRef) and not isinstance(subject, rdflib.Literal):
            yield Triple(*map(from_rdflib, (subject, predicate, end)))


def graph_of(answer: Answer, *, values: bool) -> object:
    """What is the same for answers that differ in names of blank nodes alone."""
    if isinstance(answer, bool):
        return answer
    if isinstance(answer, frozenset):
        return canonical(answer, values=values)
    quads = []
    for one in answer:
        node = BlankNode()
        quads.append(Quad(node, NamedNode("urn:row"), Literal("row")))
        quads += [Quad(node, NamedNode(f"urn:var:{name}"), term) for name, term in one]
    return canonical(quads, values=values)


def same(one: Answer, other: Answer, *, values: bool = False) -> bool:
    """Whether two answers are the same: terms exactly, or literals by their value."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if values:
        one, other = _valued(one), _valued(other)
    if isinstance(one, list) and isinstance(other, list):
        if Counter(one) == Counter(other):
            return True
        if len(one) != len(other):
            return False
    return one == other or graph_of(one, values=False) == graph_of(other, values=False)


def assert_same(
    what: str,
    text: str,
    quads: Iterable[Quad],
    found: Answer,
    wanted: Answer,
    *,
    values: bool = False,
) -> None:
    """Both are the same; otherwise a message with everything that is needed to see it again."""
    if not same(found, wanted, values=values):
        data = "\n".join(map(str, quads))
        raise AssertionError(
            f"{what}:\n{text}\n{data}\nfound:\n{shown(found)}\nwanted:\n{shown(wanted)}"
        )


def _valued(answer: list[Row] | frozenset[Triple]) -> list[Row] | frozenset[Triple]:
    if isinstance(answer, frozenset):
        return frozenset(by_value(triple) for triple in answer)
    return [frozenset((name, by_value(term)) for name, term in one) for one in answer]


def shown(answer: Answer) -> str:
    """An answer as a message shows it."""
    if isinstance(answer, bool):
        return str(answer)
    if isinstance(answer, frozenset):
        return "\n".join(sorted(map(str, answer)))
    lines = (", ".join(f"{name}={term}" for name, term in sorted(one, key=str)) for one in answer)
    return "\n".join(sorted(lines))
