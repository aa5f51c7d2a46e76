"""The SPARQL endpoint as clients meet it: formats, writes, errors with their cures."""

import json
from dataclasses import replace

import pytest

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

SELECT = "SELECT ?x ?y { VALUES (?x ?y) { (1 <http://a/>) } }"
CONSTRUCT = "CONSTRUCT { <http://a/> <http://b/> 1 } WHERE {}"


def query(client, text, accept=None, **params):
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": text, **params}, headers=headers)


@pytest.mark.parametrize(
    ("text", "accept", "expected"),
    [
        (SELECT, None, "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/csv, */*;q=0", "text/csv"),
        (SELECT, "text/turtle, text/csv;q=0.1", "text/csv"),
        (
            "ASK {}",
            "text/csv, application/sparql-results+xml;q=0.2",
            "application/sparql-results+xml",
        ),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, "text/n3", "text/n3"),
        (CONSTRUCT, "text/turtle;charset=utf-8", "text/turtle"),
        (CONSTRUCT, "text/html, application/xml;q=0.9, */*;q=0.8", "text/turtle"),
    ],
)
def test_the_answer_is_in_the_format_that_the_client_likes_best(client, text, accept, expected):
    response = query(client, text, accept)
    assert response.status_code == 200
    assert response.mimetype == expected
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (SELECT, "csv", "text/csv"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "json-ld", "application/ld+json"),
    ],
)
def test_the_format_parameter_wins_over_accept(client, text, name, expected):
    assert query(client, text, "text/turtle, application/json", format=name).mimetype == expected


@pytest.mark.parametrize(
    ("text", "accept", "offer"),
    [
        (SELECT, "image/png", "text/csv"),
        (SELECT, "application/json;q=0", "text/csv"),
        ("ASK {}", "text/csv", "application/sparql-results+json"),
        (CONSTRUCT, "text/csv", "text/turtle"),
    ],
)
def test_what_cannot_be_offered_is_406_with_the_offers(client, text, accept, offer):
    response = query(client, text, accept)
    assert response.status_code == 406
    assert response.mimetype == "application/problem+json"
    assert offer in response.json["detail"]


def test_json_xml_csv_and_tsv_say_the_same(client):
    rows = query(client, SELECT).json["results"]["bindings"]
    assert [(r["x"]["value"], r["y"]["value"]) for r in rows] == [("1", "http://a/")]
    assert query(client, SELECT, "text/csv").text.split() == ["x,y", "1,http://a/"]
    assert query(client, SELECT, format="tsv").text.split() == ["?x", "?y", "1", "<http://a/>"]
    assert "<uri>http://a/</uri>" in query(client, SELECT, format="xml").text


def test_a_large_answer_leaves_in_pieces(client, graph):
    data = "".join(f"<http://a/{i}> <http://b/> {i} .\n" for i in range(20_000)).encode()
    graph.ingest(data, "text/turtle", graph_name="http://g/", author="t", message="m")
    response = query(client, "SELECT * { ?s <http://b/> ?o }")
    chunks = list(response.iter_encoded())
    assert len(chunks) > 20
    assert len(json.loads(b"".join(chunks))["results"]["bindings"]) == 20_000


def test_a_head_has_the_length_of_the_get(client):
    answer = query(client, SELECT)
    head = client.head("/sparql", query_string={"query": SELECT})
    assert head.headers["Content-Length"] == str(len(answer.data))
    assert head.data == b""


def test_relative_iris_are_resolved_against_the_endpoint(client):
    assert "<http://localhost/rel>" in query(client, "SELECT (<rel> AS ?x) {}", format="tsv").text


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("SELECT * {\n ?s ?p ?o }}", 2, "closes nothing"),
        ("SELECT * {\n ?x skos:prefLabel ?y }", 2, "http://www.w3.org/2004/02/skos/core#"),
        ("SELECT * {\n ?x skoss:prefLabel ?y }", 2, "Did you mean skos:"),
    ],
)
def test_a_query_with_a_fault_is_400_with_its_place_and_cure(client, text, line, words):
    response = query(client, text)
    assert response.status_code == 400
    assert response.json["line"] == line
    assert words in response.json["detail"]


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <http://a/> { ?s ?p ?o } }"])
def test_a_query_that_would_call_out_is_403(client, text):
    response = query(client, text)
    assert response.status_code == 403
    assert "SERVICE" in response.json["detail"]


def test_load_is_403(client, bearer):
    response = client.post(
        "/sparql",
        data={"update": "LOAD <http://127.0.0.1:9/x> INTO GRAPH <http://g/>"},
        headers=bearer,
    )
    assert response.status_code == 403
    assert "LOAD" in response.json["detail"]


INSERT = "INSERT DATA { GRAPH <http://g/> { <http://a/> <http://b/> 1 } }"


def update(client, text, headers):
    return client.post("/sparql", data={"update": text}, headers=headers)


def test_an_update_without_a_token_is_401_and_changes_nothing(client, graph):
    response = update(client, INSERT, {})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in response.json["detail"]
    assert not graph.commits()


def test_an_update_with_another_token_is_403_and_changes_nothing(client, graph):
    response = update(client, INSERT, {"Authorization": "Bearer guess"})
    assert response.status_code == 403
    assert not graph.commits()


def test_an_update_answers_with_its_commit(client, graph, bearer):
    headers = {
        **bearer,
        "From": "aigerim@example.org",
        "Kgraph-Message": "Құқық".encode().decode("latin-1"),
    }
    response = update(client, INSERT, headers)
    assert response.status_code == 200
    assert response.headers["Kgraph-Commit"] == "1"
    assert response.json["added"] == 1
    [commit] = graph.commits()
    assert (commit.author, commit.message) == ("aigerim@example.org", "Құқық")
    quiet = update(client, "CLEAR ALL", {**bearer, "Accept": "text/turtle"})
    assert (quiet.status_code, quiet.headers["Kgraph-Commit"]) == (204, "2")


def test_computed_graphs_are_not_written(client, graph, bearer):
    name = graph.settings.names.inferred + "1"
    response = update(client, f"INSERT DATA {{ GRAPH <{name}> {{ <a> <b> 1 }} }}", bearer)
    assert response.status_code == 403
    assert "computed" in response.json["detail"]


def test_a_body_over_the_limit_is_413(settings, bearer):
    with KnowledgeGraph.open(replace(settings, max_body_bytes=1000)) as small:
        client = create_app(small).test_client()
        text = f'INSERT DATA {{ <http://a/> <http://b/> "{"x" * 2000}" }}'
        for response in (
            client.post(
                "/sparql", data=text, headers=bearer, content_type="application/sparql-update"
            ),
            update(client, text, bearer),
            client.put(
                "/graphs?default", data="#" * 2000, headers=bearer, content_type="text/turtle"
            ),
        ):
            assert response.status_code == 413
            assert "1,000 bytes" in response.json["detail"]
        assert not small.commits()


def test_a_literal_over_the_limit_is_413_and_changes_nothing(client, graph, bearer):
    literal = "x" * 10_000_000
    text = f'INSERT DATA {{ <http://a/> <http://b/> "{literal}" }}'
    response = client.post(
        "/sparql", data=text, headers=bearer, content_type="application/sparql-update"
    )
    assert response.status_code == 413
    assert not graph.commits()


def test_any_origin_may_read_answers_and_errors(client):
    for response in (query(client, "ASK {}"), query(client, "ASK"), client.get("/nowhere")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/sparql", headers={"Origin": "http://elsewhere"})
    assert preflight.status_code == 200
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


def test_void_counts_what_is_there(client, graph, bearer):
    update(client, INSERT, bearer)
    text = client.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text
    assert '<http://rdfs.org/ns/void#triples> "1"' in text
    assert "graphs?graph=http%3A%2F%2Fg%2F" in text


def test_a_person_at_the_endpoint_is_led_to_the_query_page(client):
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    assert client.get("/sparql", headers=browser).headers["Location"] == "/query"
    assert client.get("/sparql").mimetype == "text/turtle"
    assert client.get("/sparql?format=nt", headers=browser).mimetype == "application/n-triples"


@pytest.mark.parametrize("name", ["rdf+xml", "xml", "json-ld", "json", "turtle", "n3"])
def test_graphs_come_under_the_names_that_clients_give_formats(client, name):
    text = "CONSTRUCT { <http://a/> <http://b/> 1 } WHERE {}"
    response = client.get("/sparql", query_string={"query": text, "format": name})
    assert response.status_code == 200


def test_a_name_that_nothing_has_is_hinted_at(reader):
    head = "PREFIX kg: <https://w3id.org/kgraph/ns#> "
    told = reader.get("/sparql", query_string={"query": head + "ASK { ?s kg:chargdUnder ?o }"})
    assert told.status_code == 200
    assert "did you mean kg:chargedUnder?" in told.headers["Kgraph-Hint"]
    silent = reader.get("/sparql", query_string={"query": head + "ASK { ?s kg:chargedUnder ?o }"})
    assert "Kgraph-Hint" not in silent.headers


def test_a_body_without_a_media_type_is_told_why(client, bearer):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    response = client.put("/graphs/x", data="<urn:a> <urn:b> 1 .", headers=bearer | form)
    assert response.status_code == 415
    assert "curl says so unless" in response.json["detail"]
