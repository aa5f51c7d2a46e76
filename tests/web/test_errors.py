"""Every error has a status, and is told in the form that the client reads."""

import pytest
from pyoxigraph import Literal, NamedNode

from kgraph.errors import ChangeRefused, KGraphError
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import VIOLATION, ValidationResult
from kgraph.web.errors import RESULTS_TOLD, Problem, problem_of, status_of


def leaves(kind):
    below = kind.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [kind]


@pytest.mark.parametrize("error", leaves(KGraphError), ids=lambda error: error.__name__)
def test_every_error_has_a_status(error):
    assert status_of(error) != 500


def test_the_name_of_a_problem_is_said_in_words():
    problem = Problem("RDFSyntaxError", 400, "")
    assert (problem.title, problem.kind) == ("RDF syntax error", "rdf-syntax-error")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("text/turtle", "application/problem+json"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_problems_are_told_in_the_form_that_the_client_reads(client, accept, media_type):
    headers = {"Accept": accept} if accept else {}
    response = client.get("/sparql?query=ASK", headers=headers)
    assert response.status_code == 400
    assert response.mimetype == media_type
    assert "line 1" in response.text


def test_an_unknown_path_and_a_wrong_method_are_problems_too(client):
    assert client.get("/nowhere").json["status"] == 404
    response = client.put("/sparql")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_a_fault_of_ours_is_500_without_its_details(client, graph, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("secret path")

    monkeypatch.setattr(graph, "query", fail)
    response = client.get("/sparql?query=ASK{}")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_the_type_of_a_problem_leads_to_what_it_is(client, graph):
    found = client.get("/sparql?query=ASK").json
    path = found["type"].removeprefix(graph.settings.namespace)
    page = client.get(f"/{path}")
    assert page.status_code == 200
    assert found["title"] in page.text
    assert client.get("/problem/none").status_code == 404


def test_a_report_of_thousands_is_cut_and_says_so():
    results = [
        ValidationResult(NamedNode("urn:x"), None, Literal(n), "urn:s", "urn:c", VIOLATION, ("No",))
        for n in range(RESULTS_TOLD + 7)
    ]
    report = problem_of(ChangeRefused("refused", ValidationReport.of(results))).more["report"]
    assert len(report["results"]) == RESULTS_TOLD
    assert report["omitted"] == 7
    assert report["counts"]["Violation"] == RESULTS_TOLD + 7
