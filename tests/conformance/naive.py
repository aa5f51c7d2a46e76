"""SPARQL 1.1 and 1.2 on our parser and the naive evaluator of the algebra.

Datasets are sets of triples here, so terms keep their lexical forms. LOAD is refused, and SERVICE
asks no endpoint but those that a test describes.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from pyoxigraph import NamedNode, QueryResultsFormat
from tests.conformance import sparql
from tests.conformance.manifests import MF, QT, UT, Term, Test, quads, rdf_format
from tests.conformance.suites import Case, Suite
from tests.conformance.terms import isomorphic, same_solutions

from kgraph.errors import EgressRefused, QuerySyntaxError
from kgraph.plan.algebra import Service
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.queries import Answer, Solutions, evaluate
from kgraph.plan.naive.results import results
from kgraph.plan.naive.scope import Endpoint
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.naive.updates import update
from kgraph.sparql.parse import parse_query, parse_update


def cases(version: str, manifest: str = "manifest.ttl") -> Mapping[str, Case]:
    found = sparql.cases(version, manifest)
    return {iri: partial(run, case.args[0]) for iri, case in found.items()}


def run(test: Test) -> None:
    """Run a test by its type; a type we do not know is an error."""
    kinds = [kind.removeprefix(MF).removesuffix("11") for kind in test.kinds]
    runners = [RUNNERS[kind] for kind in kinds if kind in RUNNERS]
    assert len(runners) == 1, f"no one way to run a test of type {', '.join(kinds)}"
    runners[0](test)


def load(test: Test, node: Term, vocabulary: str) -> Dataset:
    """Read a dataset as the query (qt:) and update (ut:) vocabularies describe it."""
    dataset = Dataset()
    found, names = sparql.dataset(test, node, vocabulary)
    for name in names:
        dataset.ensured(name)
    for quad in found:
        name = quad.graph_name if isinstance(quad.graph_name, NamedNode) else None
        dataset.ensured(name).add(quad.triple)
    return dataset


def ask(test: Test) -> Answer:
    action = test.value(MF + "action")
    iri = test.manifest.text(action, QT + "query")
    query = parse_query(test.tree.read(iri).decode(), base_iri=iri)
    return evaluate(query, load(test, action, QT), endpoint=endpoints(test, action))


def endpoints(test: Test, action: Term) -> Endpoint:
    """Answer SERVICE from the data that the test gives for each endpoint; others are not there."""
    datasets = {
        test.manifest.value(service, QT + "endpoint"): load(test, service, QT)
        for service in test.manifest.values(action, QT + "serviceData")
    }

    def answer(endpoint: NamedNode, service: Service) -> Iterable[Solution]:
        if endpoint not in datasets:
            raise EgressRefused(f"there is no endpoint {endpoint}")
        found = evaluate(parse_query(service.text), datasets[endpoint], endpoint=answer)
        assert isinstance(found, Solutions)
        return found.rows

    return answer


def query_evaluation(test: Test) -> None:
    answer = ask(test)
    expected = test.value(MF + "result").value
    if isinstance(answer, frozenset):
        wanted = quads(test.tree.read(expected), rdf_format(expected), expected)
        assert isomorphic(answer, wanted), f"other triples: {answer}"
        return
    truth, rows, ordered = sparql.read_results(test, expected)
    if isinstance(answer, bool):
        assert answer is truth, f"expected {truth}"
        return
    found = [dict(row) for row in answer.rows]
    assert rows is not None, "solutions were not expected"
    assert same_solutions(found, rows, ordered=ordered), f"found {found}, expected {rows}"


def csv_result(test: Test) -> None:
    answer = ask(test)
    assert isinstance(answer, Solutions)
    found = results(answer).serialize(format=QueryResultsFormat.CSV).decode()
    wanted = test.tree.read(test.value(MF + "result").value).decode()
    assert sparql.csv_rows(found) == sparql.csv_rows(wanted), found


def update_evaluation(test: Test) -> None:
    action, result = test.value(MF + "action"), test.value(MF + "result")
    dataset, wanted = load(test, action, UT), load(test, result, UT)
    iri = test.manifest.text(action, UT + "request")
    update(parse_update(test.tree.read(iri).decode(), base_iri=iri), dataset)
    found = list(dataset.quads())
    assert isomorphic(found, wanted.quads()), f"left {found}"


def syntax(test: Test, *, parse: Callable[..., object], positive: bool) -> None:
    action = test.value(MF + "action")
    key = (UT + "request") if parse is parse_update else (QT + "query")
    named = isinstance(action, NamedNode)
    iri = action.value if named else test.manifest.text(action, key)
    try:
        parse(test.tree.read(iri).decode(), base_iri=iri)
    except QuerySyntaxError:
        if positive:
            raise
    else:
        assert positive, "accepted"


RUNNERS: Mapping[str, Callable[[Test], None]] = {
    "QueryEvaluationTest": query_evaluation,
    "UpdateEvaluationTest": update_evaluation,
    "CSVResultFormatTest": csv_result,
    "PositiveSyntaxTest": partial(syntax, parse=parse_query, positive=True),
    "NegativeSyntaxTest": partial(syntax, parse=parse_query, positive=False),
    "PositiveUpdateSyntaxTest": partial(syntax, parse=parse_update, positive=True),
    "NegativeUpdateSyntaxTest": partial(syntax, parse=parse_update, positive=False),
}

SPARQL_11 = Suite(
    "sparql11-naive",
    "SPARQL 1.1 Query and Update, naive evaluator",
    495,
    partial(cases, "sparql11"),
)
SPARQL_12 = Suite(
    "sparql12-naive",
    "SPARQL 1.2 Query and Update, naive evaluator",
    269,
    partial(cases, "sparql12"),
)
FEDERATION = Suite(
    "sparql11-federation-naive",
    "SPARQL 1.1 Federated Query, naive evaluator",
    10,
    partial(cases, "sparql11", "manifest-sparql11-fed.ttl"),
)
