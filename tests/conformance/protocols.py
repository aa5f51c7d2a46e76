"""SPARQL 1.1 Protocol, Graph Store HTTP Protocol and Service Description, over HTTP.

The manifests describe connections in the HTTP vocabulary: requests, and what to expect of the
responses. `/sparql/` and `/gsp` in them stand for the endpoint's own paths.
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from tests.conformance.archives import unpacked
from tests.conformance.manifests import MF, RDF, RDFS, UT, Manifest, Term, Test, Tree
from tests.conformance.serving import AUTHORIZATION, Reply, Server, server
from tests.conformance.suites import Case, Suite
from tests.conformance.terms import isomorphic

HT = "http://www.w3.org/2011/http#"
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = "http://www.w3.org/2011/content#"
SD = "http://www.w3.org/ns/sparql-service-description#"

STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
TABULAR = {
    "application/sparql-results+xml",
    "application/sparql-results+json",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEAN = {"application/sparql-results+xml", "application/sparql-results+json"}
GRAPHS = {"application/rdf+xml", "text/turtle", "application/n-triples", "text/html"}
FORMATS = {"tabular": TABULAR, "boolean": BOOLEAN, "RDF": GRAPHS}


def tree() -> Tree:
    folder = unpacked("rdf-tests") / "sparql" / "sparql11"
    return Tree(folder, "https://w3c.github.io/rdf-tests/sparql/sparql11/")


def protocol_cases() -> Mapping[str, Case]:
    return {t.iri: partial(run_connection, t) for t in tree().tests("protocol/manifest.ttl")}


def graph_store_cases() -> Mapping[str, Case]:
    manifests = [f"graph-store-protocol/manifest-{kind}.ttl" for kind in ("direct", "indirect")]
    return {t.iri: partial(run_connection, t) for m in manifests for t in tree().tests(m)}


def run_connection(test: Test) -> None:
    """Send the requests of a test in turn, on an emptied store with the test's data."""
    here = server()
    here.empty()
    load_data(test, here)
    action = test.value(MF + "action")
    location = ""
    for request in test.manifest.items(action, HT + "requests"):
        reply = send(test, request, here, location)
        location = reply.headers.get("Location") or location
        check(test.manifest, request, reply)


def load_data(test: Test, here: Server) -> None:
    for node in test.manifest.values(test.node, UT + "graphData"):
        name = test.manifest.text(node, RDFS + "label")
        data = test.tree.read(test.manifest.text(node, UT + "graph"))
        headers = {"Content-Type": "application/n-triples", **AUTHORIZATION}
        reply = here.send("PUT", f"/graphs?graph={quote(name, safe='')}", headers, data)
        assert reply.status in (200, 201, 204), f"loading {name}: {reply.status}"


def send(test: Test, request: Term, here: Server, location: str) -> Reply:
    manifest = test.manifest
    method = manifest.text(request, HT + "methodName")
    path = manifest.text(request, HT + "absolutePath").replace("$LOCATION$", location)
    path = re.sub(r"^/sparql/", "/sparql", re.sub(r"^/gsp(?=[/?]|$)", "/graphs", path))
    headers = {
        manifest.text(header, HT + "fieldName"): manifest.text(header, HT + "fieldValue")
        for header in manifest.items(request, HT + "headers")
    }
    body = manifest.value(request, HT + "body")
    data = b""
    if body is not None:
        encoding = manifest.text(body, CNT + "characterEncoding") or "UTF-8"
        data = (manifest.text(body, CNT + "chars") or "").encode(encoding)
    return here.send(method, path, {**headers, **AUTHORIZATION}, data)


def check(manifest: Manifest, request: Term, reply: Reply) -> None:
    expected = manifest.value(request, HT + "resp")
    check_status(manifest, expected, reply)
    form = manifest.text(expected, MF + "expectedFormat")
    if form:
        assert reply.media_type in FORMATS[form], f"{reply.media_type} is not {form}"
    truth = manifest.text(expected, MF + "expectedBoolean")
    if truth:
        assert boolean(reply) == (truth == "true"), f"expected {truth}: {reply.body!r}"
    for header in manifest.items(expected, HT + "headers"):
        name = manifest.text(header, HT + "fieldName")
        wanted, found = manifest.text(header, HT + "fieldValue"), reply.headers.get(name, "")
        assert found.replace(" ", "").lower() == wanted.replace(" ", "").lower(), (
            f"{name}: {found}, expected {wanted}"
        )
    body = manifest.value(expected, HT + "body")
    if body is not None:
        check_graph(manifest.text(body, CNT + "chars") or "", reply)


def check_status(manifest: Manifest, expected: Term, reply: Reply) -> None:
    allowed = [s.value.removeprefix(HTS) for s in manifest.values(expected, MF + "expectedStatus")]
    assert allowed, "the manifest expects no status"
    fits = any(
        reply.status == STATUSES[name] if name in STATUSES else name[10] == str(reply.status)[0]
        for name in allowed
    )
    assert fits, f"{reply.status}, expected {' or '.join(allowed)}: {reply.body[:500]!r}"


def check_graph(expected: str, reply: Reply) -> None:
    form = RdfFormat.from_media_type(reply.media_type)
    base = "http://www.example/"
    found = list(parse(reply.body, form, base_iri=base))
    wanted = list(parse(expected.encode(), RdfFormat.TURTLE, base_iri=base))
    assert isomorphic(found, wanted), f"another graph: {reply.body!r}"


def boolean(reply: Reply) -> bool:
    if reply.media_type == "application/sparql-results+json":
        return json.loads(reply.body)["boolean"]
    return b"<boolean>true</boolean>" in reply.body


def description_cases() -> Mapping[str, Case]:
    """Return the checks for the three tests that the manifest only names."""
    checks = {
        "has-endpoint-triple": has_endpoint_triple,
        "returns-rdf": returns_rdf,
        "conforms-to-schema": conforms_to_schema,
    }
    found = [test.iri for test in tree().tests("service-description/manifest.ttl")]
    return {iri: checks[iri.rsplit("#")[-1]] for iri in found}


def description() -> Store:
    reply = server().send("GET", "/sparql", {"Accept": "text/turtle"})
    assert reply.status == 200, reply.body
    store = Store()
    store.extend(parse(reply.body, RdfFormat.TURTLE, base_iri=server().url + "/sparql"))
    return store


def returns_rdf() -> None:
    reply = server().send("GET", "/sparql")
    assert reply.status == 200, reply.body
    assert reply.media_type in GRAPHS, reply.media_type
    assert len(description()) > 0


def has_endpoint_triple() -> None:
    endpoint = NamedNode(server().url + "/sparql")
    found = list(description().quads_for_pattern(None, NamedNode(SD + "endpoint"), endpoint))
    assert found, f"no sd:endpoint {endpoint}"


def conforms_to_schema() -> None:
    """Check domains, ranges and kinds of value as the vocabulary (section 3) states them."""
    store = description()
    services = subjects(store, RDF + "type", SD + "Service")
    assert services, "no sd:Service"
    languages = {SD + name for name in ("SPARQL10Query", "SPARQL11Query", "SPARQL11Update")}
    features = {
        SD + name
        for name in (
            "DereferencesURIs",
            "UnionDefaultGraph",
            "RequiresDataset",
            "EmptyGraphs",
            "BasicFederatedQuery",
        )
    }
    for service in services:
        assert len(objects(store, service, "endpoint")) == 1
        assert set(objects(store, service, "supportedLanguage")) <= languages
        assert set(objects(store, service, "feature")) <= features
        assert len(objects(store, service, "defaultDataset")) == 1
        for predicate in ("resultFormat", "inputFormat"):
            formats = objects(store, service, predicate)
            assert formats, f"no sd:{predicate}"
            assert all(f.startswith("http://www.w3.org/ns/formats/") for f in formats)
        for dataset in objects(store, service, "defaultDataset"):
            check_dataset(store, dataset)


def check_dataset(store: Store, dataset: str) -> None:
    assert dataset in subjects(store, RDF + "type", SD + "Dataset")
    assert len(objects(store, dataset, "defaultGraph")) == 1
    for graph in objects(store, dataset, "defaultGraph"):
        assert graph in subjects(store, RDF + "type", SD + "Graph")
    for graph in objects(store, dataset, "namedGraph"):
        assert graph in subjects(store, RDF + "type", SD + "NamedGraph")
        assert len(objects(store, graph, "name")) == 1


def subjects(store: Store, predicate: str, value: str) -> set[str]:
    found = store.quads_for_pattern(None, NamedNode(predicate), NamedNode(value))
    return {quad.subject.value for quad in found}


def objects(store: Store, subject: str, predicate: str) -> list[str]:
    found = store.quads_for_pattern(NamedNode(subject), NamedNode(SD + predicate), None)
    return [_named(quad) for quad in found]


def _named(quad: Quad) -> str:
    assert isinstance(quad.object, NamedNode), f"{quad.predicate} has a value that is no IRI"
    return quad.object.value


PROTOCOL = Suite("sparql11-protocol", "SPARQL 1.1 Protocol", 34, protocol_cases)
GRAPH_STORE = Suite("graph-store", "SPARQL 1.1 Graph Store HTTP Protocol", 13, graph_store_cases)
DESCRIPTION = Suite("service-description", "SPARQL 1.1 Service Description", 3, description_cases)
