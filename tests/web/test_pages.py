"""Pages as a server makes them, before any script runs."""

import html
import io
import json
import re
from dataclasses import replace

import pytest
from pyoxigraph import RdfFormat, parse

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app
from kgraph.web.checking import LINES_OF_JSON
from kgraph.web.overview import window

NS = "https://w3id.org/kgraph/"
BROKEN = """@prefix : <https://w3id.org/kgraph/id/> .
@prefix kg: <https://w3id.org/kgraph/ns#> .

:charge-2 a kg:Charge ;
    kg:docketNumber "123456789" .
"""


def test_the_front_page_says_what_the_graph_holds(reader):
    page = reader.get("/").text
    assert "2022-09-15" in page
    assert "The report" in page
    assert "Who is charged" in page
    assert ">2</strong> people" in page


def test_the_front_page_draws_status_voices_and_months(reader):
    page = reader.get("/").text
    assert '<span class="alleged" style="width: 100.0%"' in page
    assert '<span class="status alleged">alleged</span> 1' in page
    assert '<li title="2022-05: 1">' in page
    assert page.count('<li title="20') == 12
    assert re.search(r"Boris &lt;b&gt;Bold&lt;/b&gt;</a><span class=.bar.", page)


@pytest.mark.parametrize(
    ("last", "first"), [("2022-09", "2021-10"), ("2022-12", "2022-01"), ("2023-01", "2022-02")]
)
def test_a_year_of_months_ends_with_the_current_one(last, first):
    months = window(last)
    assert (months[0], months[-1], len(months)) == (first, last, 12)


def test_the_front_page_of_an_empty_graph_works_too(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "None yet." in response.text


def test_changes_are_listed_last_first(client, graph):
    for number in range(1, 11):
        data = f"<http://a/> <http://b/> {number} ."
        graph.ingest(
            data.encode(),
            "text/turtle",
            graph_name="http://g/",
            author="A",
            message=f"change {number}!",
        )
    page = client.get("/").text
    assert page.index("change 10!") < page.index("change 9!")
    assert "change 2!" not in page


def test_pages_call_nobody_else(reader):
    policy = reader.get("/query").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy


def test_an_example_comes_with_its_words_and_its_query(reader):
    page = reader.get("/query?example=who").text
    assert "Everyone who faces a charge, with the article." in page
    assert "kg:chargedUnder ?article" in page
    assert "# title" not in page


def test_a_query_is_answered_without_scripts(reader):
    text = "PREFIX kg: <https://w3id.org/kgraph/ns#> SELECT ?p (1 AS ?n) { ?c kg:accused ?p }"
    page = reader.get("/query", query_string={"query": text, "plain": "1"}).text
    assert (
        '<a href="/page/id/anna" title="https://w3id.org/kgraph/id/anna">Anna Example</a>' in page
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ASK { ?s ?p ?o }", "Yes"),
        ("CONSTRUCT { <http://a/> <http://b/> 1 } WHERE {}", "subject"),
        ("SELECT * { ?s kg:x ?o }", "is not declared"),
    ],
)
def test_other_forms_and_faults_are_answered_too(reader, text, words):
    page = reader.get("/query", query_string={"query": text, "plain": "1"})
    assert page.status_code == 200
    assert words in page.text


def test_an_answer_can_be_cited_and_its_plan_read(reader, small):
    text = "SELECT * { ?s a ?class } LIMIT 3"
    page = reader.get("/query", query_string={"plain": "1", "query": text}).text
    links = [html.unescape(one) for one in re.findall(r'href="(/sparql\?[^"]+)"', page)]
    [cited] = [one for one in links if "as-of=" in one]
    [plan] = [one for one in links if "explain=" in one]
    assert reader.get(cited).headers["Kgraph-Commit"] == str(small.last_commit)
    assert "estimated" in reader.get(plan).text


def test_things_are_found_by_any_of_their_names(reader):
    assert "/page/id/anna" in reader.get("/search?q=example+ANNA").text
    assert "/page/id/anna" in reader.get("/search?q=анна").text
    assert "/page/id/anna" not in reader.get("/search?q=anna+nobody").text
    assert reader.get('/search?q=") } DROP').status_code == 200


def test_what_is_found_says_its_kind_and_status_and_what_claims_say(reader):
    page = reader.get("/search?q=charge").text
    assert '<span class="status alleged">alleged</span><span class="kind">charge</span>' in page
    assert "Claims that say it <small>1</small>" in page
    assert "/page/id/claim/report/1" in page
    assert "/page/ns#facesCharge" in page
    assert "Nothing has all these words" in reader.get("/search?q=zzzz").text


def test_a_misspelt_name_is_hinted_at_and_answers_can_be_downloaded(reader):
    text = "PREFIX kg: <https://w3id.org/kgraph/ns#> SELECT * { ?s kg:accusedd ?o }"
    page = reader.get("/query", query_string={"query": text, "plain": "1"}).text
    assert "nothing here is called kg:accusedd; did you mean kg:accused?" in page
    link = html.unescape(re.search(r'href="(/sparql\?format=csv[^"]*)"', page)[1])
    answer = reader.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")


def test_a_curator_reads_what_is_wrong_where_and_what_to_do(reader, small):
    before = small.stats()
    response = reader.post("/validate", data={"rdf": BROKEN, "format": "text/turtle"})
    assert response.status_code == 200
    assert "This would be refused" in response.text
    assert "add kg:accused" in response.text
    assert "kg:docketNumber" in response.text
    assert '<a href="#line-5">line 5</a>' in response.text
    assert '<li id="line-4" class="marked">' in response.text
    assert small.stats() == before
    assert len(small.commits()) == 1


def test_what_conforms_is_said_to(reader):
    text = BROKEN.replace('kg:docketNumber "123456789"', "kg:accused :anna")
    page = reader.post("/validate", data={"rdf": text, "format": "text/turtle"}).text
    assert "Nothing to object to" in page


def test_warnings_do_not_refuse(reader):
    text = BROKEN.replace('kg:docketNumber "', 'kg:accused :anna ; kg:docketNumber "')
    page = reader.post("/validate", data={"rdf": text, "format": "text/turtle"}).text
    assert "accepted, with remarks" in page


def test_a_parse_error_is_shown_with_its_line(reader):
    response = reader.post("/validate", data={"rdf": BROKEN + "\n:x kg: ", "format": "text/turtle"})
    assert response.status_code == 400
    assert "It cannot be read" in response.text
    assert 'href="#line-' in response.text


def test_a_file_is_checked_like_a_text(reader):
    file = (io.BytesIO(BROKEN.encode()), "broken.ttl")
    page = reader.post("/validate", data={"file": file, "format": "text/turtle"}).text
    assert "This would be refused" in page
    assert "kg:Charge" in page  # shown by line


def test_a_file_says_its_format_by_its_name(reader):
    text = '{"@id": "urn:x", "https://w3id.org/kgraph/ns#docketNumber": "1"}'
    file = (io.BytesIO(text.encode()), "broken.jsonld")
    page = reader.post("/validate", data={"file": file, "format": "text/turtle"})
    assert page.status_code == 200
    nameless = (io.BytesIO(text.encode()), "broken")
    assert reader.post("/validate", data={"file": nameless}).status_code == 400


def test_a_script_is_told_how_far_the_work_is(reader):
    response = reader.post("/validate", data={"rdf": BROKEN}, headers={"Accept": LINES_OF_JSON})
    *stages, last = [json.loads(line) for line in response.text.splitlines()]
    names = [one["stage"] for one in stages]
    assert names[0] == "waiting for another change"
    assert any("OWL 2 RL" in name for name in names)
    assert "shapes" in names
    assert last["page"] == reader.post("/validate", data={"rdf": BROKEN}).text
    unread = reader.post("/validate", data={"rdf": "?"}, headers={"Accept": LINES_OF_JSON})
    assert "It cannot be read" in json.loads(unread.text.splitlines()[-1])["page"]


def test_a_long_text_does_not_come_back(reader):
    long = "# " + "x" * 300_000 + "\n" + BROKEN
    page = reader.post("/validate", data={"rdf": long}).text
    assert len(page) < 20_000
    assert "too long to show again" in page
    assert "This would be refused" in page


def test_a_misspelt_property_comes_with_a_guess(reader):
    text = BROKEN.replace('kg:docketNumber "123456789"', "kg:accusedd :anna")
    page = reader.post("/validate", data={"rdf": text}).text
    assert "Did you mean <code>kg:accused</code>?" in page


def test_nothing_to_check_is_said(reader):
    response = reader.post("/validate", data={"rdf": " ", "format": "text/turtle"})
    assert response.status_code == 400
    assert "nothing to check" in response.text


def test_programs_get_the_report_as_json_and_as_shacl(reader):
    headers = {"Content-Type": "text/turtle"}
    report = reader.post("/validate", data=BROKEN, headers=headers).json
    assert (report["conforms"], report["blocks"]) == (False, True)
    shacl = reader.post("/validate", data=BROKEN, headers={**headers, "Accept": "text/turtle"})
    predicates = {t.predicate.value.rsplit("#")[-1] for t in parse(shacl.data, RdfFormat.TURTLE)}
    assert {"conforms", "focusNode", "resultMessage"} <= predicates


def test_a_refused_change_carries_its_report(small, tmp_path, bearer):
    with KnowledgeGraph.open(replace(small.settings, data=str(tmp_path))) as graph:
        client = create_app(graph).test_client()

        def put(accept):
            headers = {**bearer, "Accept": accept}
            return client.put(
                "/graphs/new", data=BROKEN, headers=headers, content_type="text/turtle"
            )

        refused = put("*/*")
        assert refused.status_code == 422
        assert refused.json["report"]["results"][0]["focusNode"].endswith("charge-2")
        assert "add kg:accused" in refused.json["detail"]
        assert list(parse(put("text/turtle").data, RdfFormat.TURTLE))
        assert "add kg:accused" in put("text/html").text
        assert len(graph.commits()) == 1
        assert not graph.has_graph(graph.settings.names.graph("new").value)
