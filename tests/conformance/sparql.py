"""SPARQL 1.1 and 1.2: query and update evaluation, syntax, and the CSV and TSV formats.

The tests run as queries of users do, on a store in memory each, without inference and without the
union default graph, which the suites do not know. SERVICE asks what a test says of the endpoint.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pyoxigraph as ox
from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)
from tests.conformance.archives import unpacked
from tests.conformance.manifests import MF, QT, RDFS, UT, Term, Test, Tree, quads, rdf_format
from tests.conformance.stores import commit, store_with
from tests.conformance.suites import Case, Remark, Suite
from tests.conformance.terms import Row, isomorphic, other_forms, same_solutions

from kgraph.errors import (
    EgressRefused,
    KGraphError,
    QueryEvaluationError,
    QuerySyntaxError,
    UnknownGraph,
)
from kgraph.plan.algebra import Extend, Service, walk
from kgraph.sparql import Answer, Engine, Request, Solutions, Triples
from kgraph.sparql.egress import Egress
from kgraph.sparql.parse import parse_query
from kgraph.store import SEALED, Change, Store

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RESULT_SUFFIXES = {
    "srx": QueryResultsFormat.XML,
    "srj": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
}


def cases(version: str, manifest: str = "manifest.ttl") -> Mapping[str, Case]:
    tree = Tree(
        unpacked("rdf-tests") / "sparql" / version,
        f"https://w3c.github.io/rdf-tests/sparql/{version}/",
    )
    return {test.iri: partial(run, test) for test in tree.tests(manifest)}


def run(test: Test) -> Remark | None:
    """Run a test by its type; a type we do not know is an error."""
    kinds = [kind.removeprefix(MF).removesuffix("11") for kind in test.kinds]
    runners = [RUNNERS[kind] for kind in kinds if kind in RUNNERS]
    assert len(runners) == 1, f"no one way to run a test of type {', '.join(kinds)}"
    return runners[0](test)


@dataclass(frozen=True)
class Described(Egress):
    """Endpoints as a test describes them: each a graph store of its own, no other is there."""

    stores: Mapping[str, "Asked"] = None  # type: ignore[assignment]

    def check(self, operation: object, text: str) -> None:
        """All are seen to when they are asked."""

    def ask(self, endpoint: NamedNode, service: Service) -> Iterator[Mapping[str, Term]]:
        if endpoint.value not in self.stores:
            raise EgressRefused(f"there is no endpoint {endpoint}")
        answer = self.stores[endpoint.value].query(service.text, endpoint.value)
        assert isinstance(answer, Solutions)
        yield from (dict(row.items()) for row in answer)


class Asked:
    """A store in memory behind the engine that serves users."""

    def __init__(self, store: Store, egress: Egress | None = None) -> None:
        self._store = store
        self._engine = Engine(egress=egress or Egress())

    def add(self, quads: Iterable[Quad]) -> None:
        commit(self._store, Change(added=tuple(quads)))

    def remove(self, quads: Iterable[Quad]) -> None:
        commit(self._store, Change(removed=tuple(quads)))

    def query(self, text: str, base_iri: str) -> Answer:
        snapshot = self._store.snapshot()
        request = Request(text, base_iri, union_default=False)
        return self._engine.query(snapshot, request, release=snapshot.close)

    def update(self, text: str, base_iri: str) -> None:
        with self._store.write() as transaction:
            self._engine.update(transaction, Request(text, base_iri, union_default=False))
            transaction.commit(author="", message="", time=datetime.now(UTC))

    def quads(self) -> list[Quad]:
        with self._store.snapshot(level=SEALED) as snapshot:
            return list(snapshot.quads_for_pattern(None, None, None))


def query_evaluation(
    test: Test, prepare: Callable[[Asked], None] = lambda asked: None
) -> Remark | None:
    """Compare an answer with the expected one; `prepare` has the data before it is asked."""
    action = test.value(MF + "action")
    iri = test.manifest.text(action, QT + "query")
    with loaded(test, action) as asked:
        prepare(asked)
        answer = ask(test, asked, iri)
        if isinstance(answer, Triples):
            return compare_triples(test, list(answer))
        data = {quad.object for quad in asked.quads()}
        # as a client gets it
        document = b"".join(answer.chunks("json"))
    given = parse_query_results(document, QueryResultsFormat.JSON)
    truth, rows, ordered = read_results(test, test.value(MF + "result").value)
    if isinstance(given, QueryBoolean):
        assert truth is not None, "a boolean was not expected"
        assert bool(given) == truth, f"expected {truth}"
        return None
    assert rows is not None, "solutions were not expected"
    found = rows_of(given)
    assert same_solutions(found, rows, ordered=ordered), f"found {found}, expected {rows}"
    computed = computed_variables(test.tree.read(iri).decode(), iri)
    return other_forms(found, rows, lambda name, term: name in computed or term in data)


def compare_triples(test: Test, found: list[Triple]) -> None:
    expected = test.value(MF + "result").value
    wanted = quads(test.tree.read(expected), rdf_format(expected), expected)
    assert isomorphic(found, wanted, values=False), f"other triples: {found}"


def computed_variables(text: str, iri: str) -> set[str]:
    """The variables that a query gives a value by an expression."""
    found = walk(parse_query(text, base_iri=iri))
    return {node.variable.name for node in found if isinstance(node, Extend)}


def csv_result(test: Test) -> None:
    """Compare our CSV with the expected one, cell by cell; labels of blank nodes are free."""
    action = test.value(MF + "action")
    with loaded(test, action) as asked:
        answer = ask(test, asked, test.manifest.text(action, QT + "query"))
        assert isinstance(answer, Solutions)
        found = (answer.serialize(format=QueryResultsFormat.CSV) or b"").decode()
    wanted = test.tree.read(test.value(MF + "result").value).decode()
    assert csv_rows(found) == csv_rows(wanted), found


def csv_rows(text: str) -> tuple[list[str], list[tuple[str, ...]]]:
    header, *rows = csv.reader(io.StringIO(text))
    order = sorted(range(len(header)), key=lambda i: header[i])
    cells = sorted(tuple(_cell(row[i]) for i in order) for row in rows)
    return sorted(header), cells


def _cell(text: str) -> str:
    if text.startswith("_:"):
        return "_:"
    try:
        return repr(float(text))
    except ValueError:
        return text


def update_evaluation(test: Test) -> None:
    action, result = test.value(MF + "action"), test.value(MF + "result")
    request = test.manifest.text(action, UT + "request")
    text = test.tree.read(request).decode()
    with store_with(*dataset(test, action, UT)) as store:
        asked = Asked(store)
        asked.update(text, request)
        found = asked.quads()
    expected, _ = dataset(test, result, UT)
    assert isomorphic(found, expected, values=False), f"left {found}, expected {expected}"


def positive_syntax(test: Test, *, update: bool) -> None:
    """The text must be read; SERVICE and LOAD are read, and refused only then."""
    try:
        evaluate(test, update)
    except (EgressRefused, QueryEvaluationError, UnknownGraph):
        return


def negative_syntax(test: Test, *, update: bool) -> None:
    try:
        evaluate(test, update)
    except QuerySyntaxError:
        return
    except KGraphError as error:
        raise AssertionError(f"refused for another reason: {error}") from error
    raise AssertionError("accepted")


def evaluate(test: Test, update: bool) -> None:
    action = test.value(MF + "action")
    iri = action.value if isinstance(action, NamedNode) else None
    iri = iri or test.manifest.text(action, (UT + "request") if update else (QT + "query"))
    with store_with() as store:
        if update:
            Asked(store).update(test.tree.read(iri).decode(), iri)
        else:
            ask(test, Asked(store), iri)


def ask(test: Test, asked: Asked, iri: str) -> Answer:
    return asked.query(test.tree.read(iri).decode(), iri)


@contextmanager
def loaded(test: Test, action: Term) -> Iterator[Asked]:
    """A query's dataset, and those of the endpoints that it knows of, which know of each other."""
    services: dict[str, Asked] = {}
    egress = Described(stores=services)
    with ExitStack() as stack:
        for service in test.manifest.values(action, QT + "serviceData"):
            endpoint = test.manifest.value(service, QT + "endpoint").value
            store = stack.enter_context(store_with(*dataset(test, service, QT)))
            services[endpoint] = Asked(store, egress)
        store = stack.enter_context(store_with(*dataset(test, action, QT)))
        yield Asked(store, egress)


def dataset(test: Test, node: Term, vocabulary: str) -> tuple[list[Quad], list[NamedNode]]:
    """Quads and graphs as the query (qt:) and update (ut:) vocabularies describe them."""
    manifest, found, names = test.manifest, [], []
    for data in manifest.values(node, vocabulary + "data"):
        found += quads(test.tree.read(data.value), rdf_format(data.value), data.value)
    for data in manifest.values(node, vocabulary + "graphData"):
        file, name = data, data
        if isinstance(data, BlankNode):
            file = manifest.value(data, UT + "graph")
            name = manifest.value(data, RDFS + "label")
        names.append(NamedNode(name.value))
        data_iri = file.value
        found += quads(test.tree.read(data_iri), rdf_format(data_iri), data_iri, name.value)
    return found, names


def rows_of(answer: QuerySolutions) -> list[Row]:
    variables = answer.variables
    return [{v.value: row[v] for v in variables if row[v] is not None} for row in answer]


def read_results(test: Test, iri: str) -> tuple[bool | None, list[Row] | None, bool]:
    """Read an expected answer: its truth or its rows, and whether their order counts."""
    suffix = iri.rsplit(".", 1)[1]
    if suffix in RESULT_SUFFIXES:
        answer = parse_query_results(test.tree.read(iri), RESULT_SUFFIXES[suffix])
        if isinstance(answer, QueryBoolean):
            return bool(answer), None, False
        return None, rows_of(answer), False
    return read_result_set(test, iri)


def read_result_set(test: Test, iri: str) -> tuple[bool | None, list[Row] | None, bool]:
    store = ox.Store()
    store.extend(quads(test.tree.read(iri), rdf_format(iri), iri))
    for quad in store.quads_for_pattern(None, NamedNode(RS + "boolean"), None):
        return quad.object.value == "true", None, False
    found = list(store.quads_for_pattern(None, NamedNode(RS + "solution"), None))
    numbered = [(_index(store, quad.object), _row(store, quad.object)) for quad in found]
    ordered = bool(numbered) and all(number is not None for number, _ in numbered)
    if ordered:
        numbered.sort(key=lambda pair: pair[0])
    return None, [row for _, row in numbered], ordered


def _index(store: ox.Store, solution: Term) -> int | None:
    found = next(store.quads_for_pattern(solution, NamedNode(RS + "index"), None), None)
    return None if found is None else int(found.object.value)


def _row(store: ox.Store, solution: Term) -> Row:
    return dict(_bindings(store, solution))


def _bindings(store: ox.Store, solution: Term) -> Iterator[tuple[str, Term]]:
    for binding in store.quads_for_pattern(solution, NamedNode(RS + "binding"), None):
        name = next(store.quads_for_pattern(binding.object, NamedNode(RS + "variable"), None))
        value = next(store.quads_for_pattern(binding.object, NamedNode(RS + "value"), None))
        yield name.object.value, value.object


RUNNERS: Mapping[str, Callable[[Test], Remark | None]] = {
    "QueryEvaluationTest": query_evaluation,
    "UpdateEvaluationTest": update_evaluation,
    "CSVResultFormatTest": csv_result,
    "PositiveSyntaxTest": partial(positive_syntax, update=False),
    "NegativeSyntaxTest": partial(negative_syntax, update=False),
    "PositiveUpdateSyntaxTest": partial(positive_syntax, update=True),
    "NegativeUpdateSyntaxTest": partial(negative_syntax, update=True),
}

SPARQL_11 = Suite("sparql11", "SPARQL 1.1 Query and Update", 495, partial(cases, "sparql11"))
SPARQL_12 = Suite("sparql12", "SPARQL 1.2 Query and Update", 269, partial(cases, "sparql12"))
FEDERATION = Suite(
    "sparql11-federation",
    "SPARQL 1.1 Federated Query",
    10,
    partial(cases, "sparql11", "manifest-sparql11-fed.ttl"),
)
