"""SPARQL 1.1 and 1.2 on the whole engine: text to document, and text to commit.

Each test has a store in memory of its own. Solutions are read back from the JSON that a client
gets. LOAD is refused, and SERVICE asks no endpoint but those that a test describes.
"""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, parse_query_results
from tests.conformance import naive, sparql
from tests.conformance.manifests import MF, QT, UT, Test, quads, rdf_format
from tests.conformance.suites import Case, Suite
from tests.conformance.terms import isomorphic, same_solutions

from kgraph.errors import EgressRefused
from kgraph.plan.algebra import Service, Term
from kgraph.plan.naive.dataset import Dataset
from kgraph.sparql.answers import Answer, Boolean, Solutions, Triples
from kgraph.sparql.egress import Egress
from kgraph.sparql.engine import Engine, Request
from kgraph.store import Change, Store

NOW = datetime(2022, 8, 31, tzinfo=UTC)


def cases(version: str, manifest: str = "manifest.ttl") -> Mapping[str, Case]:
    found = sparql.cases(version, manifest)
    return {iri: partial(run, case.args[0]) for iri, case in found.items()}


def run(test: Test) -> None:
    """Run a test by its type; syntax is the parser's, whoever evaluates."""
    kinds = {kind.removeprefix(MF).removesuffix("11") for kind in test.kinds}
    for kind, runner in RUNNERS.items():
        if kind in kinds:
            return runner(test)
    return naive.run(test)


def stored(dataset: Dataset) -> Store:
    store = Store.open(None, threads=1)
    with store.write() as transaction:
        transaction.stage(Change(added=tuple(dataset.quads()), created=tuple(dataset.named)))
        transaction.commit(author="a", message="m", time=NOW)
    return store


def held(store: Store) -> Dataset:
    with store.snapshot() as snapshot:
        dataset = Dataset.of(snapshot.quads_for_pattern(None, None, None))
        for name in snapshot.named_graphs():
            dataset.ensured(name)
    return dataset


@dataclass(frozen=True)
class Endpoints(Egress):
    """Answers SERVICE from the data that a test gives for each endpoint; others are not there."""

    datasets: Mapping[Term, Dataset] | None = None

    def check(self, operation: object, text: str) -> None:
        """All is seen to when it is evaluated."""

    def ask(self, endpoint: NamedNode, service: Service) -> Iterable[Mapping[str, Term]]:
        dataset = (self.datasets or {}).get(endpoint)
        if dataset is None:
            raise EgressRefused(f"there is no endpoint {endpoint}")
        with closing(stored(dataset)) as store, store.snapshot() as snapshot:
            request = Request(service.text, union_default=False)
            answer = Engine(egress=self).query(snapshot, request)
            assert isinstance(answer, Solutions)
            return [dict(one.items()) for one in answer]


def query_evaluation(test: Test) -> None:
    action = test.value(MF + "action")
    expected = test.value(MF + "result").value
    with closing(stored(naive.load(test, action, QT))) as store, store.snapshot() as snapshot:
        answer = asked(test, snapshot)
        if isinstance(answer, Triples):
            wanted = quads(test.tree.read(expected), rdf_format(expected), expected)
            found = list(answer)
            assert isomorphic(found, wanted), f"other triples: {found}"
            return
        truth, rows, ordered = sparql.read_results(test, expected)
        read = parse_query_results(answer.serialize() or b"", QueryResultsFormat.JSON)
        if isinstance(answer, Boolean):
            assert isinstance(read, QueryBoolean)
            assert bool(read) is truth, f"expected {truth}"
            return
        solutions = sparql.rows_of(read)
    assert rows is not None, "solutions were not expected"
    assert same_solutions(solutions, rows, ordered=ordered), f"found {solutions}, expected {rows}"


def asked(test: Test, snapshot: object) -> Answer:
    action = test.value(MF + "action")
    iri = test.manifest.text(action, QT + "query")
    datasets = {
        test.manifest.value(service, QT + "endpoint"): naive.load(test, service, QT)
        for service in test.manifest.values(action, QT + "serviceData")
    }
    engine = Engine(egress=Endpoints(datasets=datasets))
    request = Request(test.tree.read(iri).decode(), iri, union_default=False)
    return engine.query(snapshot, request)


def csv_result(test: Test) -> None:
    action = test.value(MF + "action")
    with closing(stored(naive.load(test, action, QT))) as store, store.snapshot() as snapshot:
        answer = asked(test, snapshot)
        found = (answer.serialize(format=QueryResultsFormat.CSV) or b"").decode()
    wanted = test.tree.read(test.value(MF + "result").value).decode()
    assert sparql.csv_rows(found) == sparql.csv_rows(wanted), found


def update_evaluation(test: Test) -> None:
    action, result = test.value(MF + "action"), test.value(MF + "result")
    wanted = naive.load(test, result, UT)
    iri = test.manifest.text(action, UT + "request")
    request = Request(test.tree.read(iri).decode(), iri, union_default=False)
    with closing(stored(naive.load(test, action, UT))) as store:
        with store.write() as transaction:
            Engine().update(transaction, request)
            transaction.commit(author="a", message="m", time=NOW)
        found = held(store)
    assert isomorphic(list(found.quads()), wanted.quads()), f"left {list(found.quads())}"
    assert found.named.keys() == wanted.named.keys() or _only_empty(found, wanted)


def _only_empty(found: Dataset, wanted: Dataset) -> bool:
    """Whether the graphs that one has more are empty: a result file cannot name such graphs."""
    more = found.named.keys() ^ wanted.named.keys()
    return not any(found.named.get(name) or wanted.named.get(name) for name in more)


RUNNERS = {
    "QueryEvaluationTest": query_evaluation,
    "UpdateEvaluationTest": update_evaluation,
    "CSVResultFormatTest": csv_result,
}

SPARQL_11 = Suite(
    "sparql11-engine",
    "SPARQL 1.1 Query and Update, whole engine",
    495,
    partial(cases, "sparql11"),
)
SPARQL_12 = Suite(
    "sparql12-engine",
    "SPARQL 1.2 Query and Update, whole engine",
    269,
    partial(cases, "sparql12"),
)
FEDERATION = Suite(
    "sparql11-federation-engine",
    "SPARQL 1.1 Federated Query, whole engine",
    10,
    partial(cases, "sparql11", "manifest-sparql11-fed.ttl"),
)
