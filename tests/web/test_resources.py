"""Linked data: IRIs lead to pages and to RDF, by wish, by suffix, and never to a riddle."""

import hashlib
import json
import re
import shutil
import threading
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app
from kgraph.web.labels import Labels, page_href

NS = "https://w3id.org/kgraph/"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/id/anna", BROWSER["Accept"], "/page/id/anna"),
        ("/id/anna", "application/xhtml+xml", "/page/id/anna"),
        ("/id/anna", None, "/data/id/anna.ttl"),
        ("/id/anna", "*/*", "/data/id/anna.ttl"),
        ("/id/anna", "application/ld+json", "/data/id/anna.jsonld"),
        ("/id/anna", "application/rdf+xml, text/html;q=0.9", "/data/id/anna.rdf"),
        ("/id/anna?format=nt", BROWSER["Accept"], "/data/id/anna.nt"),
        ("/id/anna?format=html", None, "/page/id/anna"),
        ("/id/anna.nq", None, "/data/id/anna.nq"),
        ("/id/claim/report/1", None, "/data/id/claim/report/1.ttl"),
        ("/vocab/status-alleged", BROWSER["Accept"], "/page/vocab/status-alleged"),
        ("/ns", BROWSER["Accept"], "/page/ns"),
        ("/ns", "text/turtle", "/data/ns.ttl"),
        ("/ns.rdf", None, "/data/ns.rdf"),
        ("/ns.html", None, "/page/ns"),
        ("/id/anna.html", None, "/page/id/anna"),
        ("/graph/report", "application/n-quads", "/data/graph/report.nq"),
    ],
)
def test_a_thing_is_not_its_description_see_other(reader, path, accept, location):
    response = reader.get(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 303
    assert response.headers["Location"] == location
    assert "Accept" in response.headers["Vary"]
    assert 'rel="alternate"; type="text/turtle"' in ", ".join(response.headers.getlist("Link"))


FORMATS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "nq": ("application/n-quads", RdfFormat.N_QUADS),
    "trig": ("application/trig", RdfFormat.TRIG),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "n3": ("text/n3", RdfFormat.N3),
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_suffix_gives_the_same_triples(reader, suffix):
    media_type, form = FORMATS[suffix]
    response = reader.get(f"/data/id/anna.{suffix}")
    assert (response.status_code, response.mimetype) == (200, media_type)
    found = {quad.triple for quad in parse(response.data, form)}
    expected = reader.get("/data/id/anna?format=nt").data
    assert found == {quad.triple for quad in parse(expected, RdfFormat.N_TRIPLES)}
    anna = NamedNode(NS + "id/anna")
    assert {True, False} == {triple.subject == anna for triple in found}  # in and out


def test_triples_know_their_graphs_where_the_format_can_say_so(reader):
    names = {
        quad.graph_name.value
        for quad in parse(reader.get("/data/id/anna.nq").data, RdfFormat.N_QUADS)
    }
    assert NS + "graph/report" in names
    assert any(name.startswith(NS + "graph/inferred/") for name in names)


def test_a_hash_namespace_is_one_document(reader):
    triples = list(parse(reader.get("/data/ns.nt").data, RdfFormat.N_TRIPLES))
    assert NamedNode(NS + "ns#Person") in {triple.subject for triple in triples}
    page = reader.get("/page/ns", headers=BROWSER).text
    assert 'id="Person"' in page
    assert "A human being." in page


def test_an_unknown_thing_is_404_with_its_neighbours(reader):
    response = reader.get("/id/charg-1")
    assert response.status_code == 404
    assert f"did you mean {NS}id/charge-1" in response.json["detail"]
    assert NS + "id/anna" not in reader.get("/id/zzzz").json["detail"]
    assert NS + "id/anna" in reader.get("/id/example-person").json["detail"]
    assert reader.get("/page/id/nobody", headers=BROWSER).status_code == 404


def test_what_is_not_on_offer_is_406(reader):
    response = reader.get("/id/anna", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/html" in response.json["detail"]


def test_the_page_of_a_person_shows_facts_records_voices_and_what_follows(reader):
    page = reader.get("/page/id/anna", headers=BROWSER).text
    for words in (
        "Anna Example",
        '<span lang="ru">Анна</span>',
        "Charge against Anna Example",
        "Article 1",
        "Verdict of 1 May",
        '<span class="status alleged">alleged</span>',
        "Anna Example was charged under article 1.",
        "charged in May",
        "characters 10–42",
        "The report",
        '<link rel="canonical" href="https://w3id.org/kgraph/id/anna">',
    ):
        assert words in page
    assert "Boris &lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<b>Bold" not in page


def test_a_page_says_which_facts_are_inferred_and_where_to_ask_why(reader):
    page = reader.get("/page/id/boris", headers=BROWSER).text
    assert "inferred by prp-symp" in page
    assert 'aria-label="inferred: why does Anna Example follow?">why?</a>' in page
    assert "What follows" in page


def test_a_page_does_not_wait_for_a_change_that_is_being_made(small):
    free, held = threading.Event(), threading.Event()

    def hold():
        with small._writer.lock:
            held.set()
            free.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    try:
        page = create_app(small).test_client().get("/page/id/boris", headers=BROWSER).text
    finally:
        free.set()
        holder.join()
    assert "Anna Example" in page
    assert "inferred by prp" in page, "a proof is found on the snapshot of whoever reads"
    assert 'aria-label="inferred: why does Anna Example follow?">why?</a>' in page


def test_json_ld_in_a_page_is_the_data_and_cannot_break_out_of_its_element(reader):
    page = reader.get("/page/id/boris", headers=BROWSER).text
    start = page.index('<script type="application/ld+json">') + len(
        '<script type="application/ld+json">'
    )
    text = page[start : page.index("</script>", start)]
    assert "<" not in text
    assert "Boris <b>Bold</b>" in json.dumps(json.loads(text))


def test_the_page_of_a_claim_shows_the_claim(reader):
    page = reader.get("/page/id/claim/report/1", headers=BROWSER).text
    assert "Anna Example was charged under article 1." in page
    assert "charged in May" in page


def test_the_page_of_a_passage_shows_its_words_and_the_claims_that_rest_on_it(reader):
    page = reader.get("/page/id/passage/report/1", headers=BROWSER).text
    assert "<h1>“charged in May”" in page
    assert "The text itself is not attached here" in page
    assert "Claims that rest on it <small>1</small>" in page
    assert "Anna Example was charged under article 1." in page


def test_an_attached_text_stands_beside_its_claim_and_leaves_in_no_rdf(small, tmp_path):
    text = "It is said that she was charged in May <again>, we hear."
    start, end = text.index("she"), text.index(", we")
    digest = hashlib.sha256(text[start:end].encode()).hexdigest()
    sources = tmp_path / "sources"
    shutil.copytree(small.settings.sources, sources)
    data = sources / "data" / "report" / "all.ttl"
    written = data.read_text().replace(
        "kg:startOffset 10 ; kg:endOffset 42",
        f'kg:startOffset {start} ; kg:endOffset {end} ; kg:sha256 "{digest}"',
    )
    data.write_text(written)
    (tmp_path / "text.txt").write_text(text)
    settings = replace(small.settings, sources=str(sources), data=str(tmp_path / "var"))
    with KnowledgeGraph.open(settings) as graph:
        client = create_app(graph).test_client()
        assert "she was" not in client.get("/page/id/charge-1", headers=BROWSER).text
        assert not graph.attach(tmp_path / "text.txt").mismatches
        for path in ("id/charge-1", "id/anna", "id/claim/report/1", "id/passage/report/1"):
            page = client.get(f"/page/{path}", headers=BROWSER).text
            assert "she was <mark>charged in May</mark> &lt;again&gt;" in page
            json_ld = page[page.index("application/ld+json") : page.index("</script>")]
            assert "she was" not in json_ld
            for suffix in ("ttl", "nq", "jsonld", "rdf"):
                assert b"she was" not in client.get(f"/data/{path}.{suffix}").data


def test_the_page_of_a_graph_counts_and_links_its_downloads(reader):
    page = reader.get("/page/graph/report", headers=BROWSER).text
    assert "/data/graph/report.ttl" in page
    assert "Anna Example" in page
    assert "more properties</summary>" in page
    counts = [int(n) for n in re.findall(r'<span class="number">(\d+)</span>', page)]
    assert counts == sorted(counts, reverse=True)


def test_the_shapes_are_one_document_and_one_page(reader):
    assert reader.get("/shapes", headers=BROWSER).headers["Location"] == "/page/shapes"
    page = reader.get("/page/shapes", headers=BROWSER).text
    assert 'id="ChargeAccused"' in page
    assert "add kg:accused" in page
    subjects = {t.subject for t in parse(reader.get("/data/shapes.ttl").data, RdfFormat.TURTLE)}
    assert NamedNode(NS + "shapes#ChargeShape") in subjects


def test_a_link_is_an_address_or_a_question(graph):
    assert page_href(graph, NS + "id/a b") == "/page/id/a%20b"
    assert page_href(graph, NS + "ns#x") == "/page/ns#x"
    assert page_href(graph, "https://example.org/x") == "https://example.org/x"
    assert page_href(graph, "javascript:alert(1)").startswith("/query?")


def test_a_term_without_its_hash_is_told_its_iri(reader):
    response = reader.get("/ns/Person")
    assert response.status_code == 404
    assert f"<{NS}ns#Person>" in response.json["detail"]
    assert reader.get("/id/nobody.html").status_code == 404


def test_a_person_at_void_is_led_to_the_front_page(reader):
    response = reader.get("/.well-known/void", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (303, "/#holds")
    assert reader.get("/.well-known/void").mimetype == "text/turtle"


@pytest.mark.parametrize(
    ("iri", "words"),
    [
        ("http://www.w3.org/2004/02/skos/core#inScheme", "in scheme"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "type"),
        (NS + "graph/inferred/0", "inferred by OWL 2 RL"),
        (NS + "graph/inferred/3", "inferred by rules, stratum 3"),
        (NS + "graph/my-notes", "my-notes"),
        (NS + "id/no-label", "no label"),
        (NS + "ns#noLabel", "kg:noLabel"),
        ("urn:x", "urn:x"),
    ],
)
def test_what_has_no_label_is_named_by_its_letters(graph, iri, words):
    assert Labels(graph)[iri] == words
