"""Dry runs, open tasks and refused changes over HTTP, and their pages."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
HEAD = f"PREFIX : <{THING}> PREFIX kg: <{KG}> "
NAMELESS = f"@prefix : <{THING}> . @prefix kg: <{KG}> .\n:dana a kg:Person ; kg:knows :asem .\n"
NAMED = NAMELESS.replace("kg:knows", "kg:name 'Dana' ; kg:knows")
WARNED = f"{HEAD}INSERT DATA {{ :dana a kg:Person ; kg:name 'D' ; kg:age 1 , 2 }}"


@pytest.fixture
def settled(small_corpus: Path, settings):
    with KnowledgeGraph.open(settings) as graph:
        yield graph


@pytest.fixture
def client(settled: KnowledgeGraph) -> FlaskClient:
    return create_app(settled).test_client()


def update(client, text, bearer, query=""):
    headers = {**bearer, "Content-Type": "application/sparql-update", "From": "asem"}
    return client.post(f"/sparql{query}", data=text, headers=headers)


def put(client, text, bearer, query=""):
    headers = {**bearer, "Content-Type": "text/turtle", "From": "asem", "Kgraph-Message": "why"}
    return client.put(f"/graphs/notes{query}", data=text, headers=headers)


def test_a_dry_run_of_an_update_changes_nothing(client, settled, bearer):
    before = settled.last_commit
    response = update(client, WARNED, bearer, "?dry-run=true&show=1")
    assert response.status_code == 200
    found = response.get_json()
    assert (found["refused"], found["added"], found["tasks"]) == (False, 4, 1)
    assert found["becomesTrue"]["strata"][0]["listed"][0]["rules"] == ["OWL 2 RL"]
    assert found["fails"]["counts"]["Warning"] == 1
    assert settled.last_commit == before
    assert settled.aside.entries() == []


def test_a_dry_run_of_a_graph_says_why_it_would_be_refused(client, settled, bearer):
    for response in (
        put(client, NAMELESS, bearer, "?dry-run"),
        client.post(
            "/graphs?dry-run=1", data=NAMELESS, headers={**bearer, "Content-Type": "text/turtle"}
        ),
    ):
        found = response.get_json()
        assert (response.status_code, found["refused"]) == (200, True)
        assert "T1" in found["refusal"]
        assert found["fails"]["results"][0]["focusNode"] == f"{THING}dana"
    assert client.get("/graphs/notes").status_code == 404
    deleted = client.delete("/graphs/report?dry-run=true", headers=bearer).get_json()
    assert deleted["stopsBeingTrue"]["count"] > 0
    assert client.get("/graphs/report").status_code == 200


@pytest.mark.parametrize("query", ["?dry-run=perhaps", "?dry-run=1&show=some"])
def test_a_slip_in_a_flag_changes_nothing(client, settled, bearer, query):
    assert update(client, WARNED, bearer, query).status_code == 400
    assert settled.last_commit == 1


def test_a_dry_run_needs_the_token(client):
    assert update(client, WARNED, {}, "?dry-run=true").status_code == 401


def test_a_refusal_names_the_change_that_was_kept(client, bearer):
    refused = put(client, NAMELESS, bearer)
    assert (refused.status_code, refused.headers["Kgraph-Aside"]) == (422, "1")
    assert refused.get_json()["aside"] == 1
    assert "kept aside as change 1" in refused.get_json()["detail"]
    [kept] = client.get("/aside", headers=bearer).get_json()["changes"]
    assert (kept["number"], kept["author"], kept["message"]) == (1, "asem", "why")
    whole = client.get("/aside/1", headers=bearer).get_json()
    assert f"<{THING}dana>" in whole["body"]
    assert whole["report"]["results"][0]["severity"] == "Violation"


def test_a_kept_change_is_mended_and_sent(client, settled, bearer):
    put(client, NAMELESS, bearer)
    assert client.post("/aside/1", headers=bearer).status_code == 422
    turtle = {**bearer, "Content-Type": "text/turtle"}
    trial = client.post("/aside/1?dry-run=true", data=NAMED, headers=turtle).get_json()
    assert (trial["refused"], trial["added"]) == (False, 3)
    sent = client.post("/aside/1", data=NAMED, headers=turtle)
    assert (sent.status_code, sent.get_json()["author"]) == (200, "asem")
    assert sent.get_json()["message"] == "why"
    assert client.get("/aside", headers=bearer).get_json()["changes"] == []
    assert client.get("/graphs/notes").status_code == 200


def test_a_kept_update_is_sent_again_and_dropped(client, bearer):
    text = f"{HEAD}INSERT DATA {{ :dana a kg:Person }}"
    assert update(client, text, bearer).get_json()["aside"] == 1
    headers = {**bearer, "Content-Type": "application/sparql-update"}
    mended = text.replace("a kg:Person", "a kg:Person ; kg:name 'Dana'")
    assert client.post("/aside/1", data=mended, headers=headers).status_code == 200
    other = f"{HEAD}INSERT DATA {{ :eric a kg:Person }}"
    number = update(client, other, bearer).get_json()["aside"]
    assert number == 2
    assert client.delete(f"/aside/{number}", headers=bearer).status_code == 204
    gone = client.delete(f"/aside/{number}", headers=bearer)
    assert (gone.status_code, "there are: none" in gone.get_json()["detail"]) == (404, True)


def test_a_graph_whose_removal_is_refused_is_kept_too(client, bearer):
    update(client, f"{HEAD}INSERT DATA {{ GRAPH <urn:g> {{ :asem a kg:Person }} }}", bearer)
    assert client.delete("/graphs/report", headers=bearer).status_code == 422
    body = client.get("/aside/1", headers=bearer).get_json()["body"]
    assert body == "DROP GRAPH <https://w3id.org/kgraph/graph/report>"


def test_tasks_are_told_with_the_commit_they_came_with(client, bearer):
    assert update(client, WARNED, bearer).status_code == 200
    found = client.get("/tasks", headers=bearer).get_json()
    [task] = found["tasks"]
    assert (task["since"], task["severity"], task["focusNode"]) == (2, "Warning", f"{THING}dana")
    assert client.get("/tasks?severity=violation", headers=bearer).get_json()["open"] == 0
    assert client.get("/tasks?shape=T2", headers=bearer).get_json()["open"] == 1
    assert client.get("/tasks?severity=bad", headers=bearer).status_code == 400


@pytest.mark.parametrize("path", ["/tasks", "/aside", "/aside/1"])
def test_what_only_curators_may_see_needs_the_token(client, path):
    assert client.get(path).status_code == 401
    assert client.post("/aside/1").status_code == 401
    assert client.delete("/aside/1").status_code == 401


@pytest.mark.parametrize("path", ["/tasks", "/aside"])
def test_the_pages_hold_nothing_until_their_script_has_asked(client, bearer, path):
    put(client, NAMELESS, bearer)
    update(client, WARNED.replace("dana", "eric"), bearer)
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "curator.js" in page.text
    assert "dana" not in page.text
    assert "eric" not in page.text
    with client.get("/static/curator.js") as script:
        assert script.status_code == 200
