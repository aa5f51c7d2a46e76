"""Why: proofs, what is missing, and what is wrong, as pages and for programs."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

NS = "https://w3id.org/kgraph/"
SPOUSES = f"<{NS}id/boris> <{NS}ns#spouseOf> <{NS}id/%s> ."
FACES = f"<{NS}id/anna> <{NS}ns#facesCharge> <{NS}id/charge-1> ."
WRONG = f"""
<{NS}id/charge-1> <{NS}ns#docketNumber> "1234567" .
<{NS}id/anna> <{NS}ns#unheardOf> <{NS}id/boris> .
<{NS}id/claim/report/2> <{NS}ns#about> <{NS}id/charge-1> ; <{NS}ns#attributedTo> <{NS}id/boris> .
"""


def why(client: FlaskClient, triple: str, **more: str):
    accept = {"Accept": more.pop("accept", "text/html")}
    return client.get("/explain", query_string={"triple": triple, **more}, headers=accept)


def test_an_inferred_triple_is_explained_down_to_its_claims(reader):
    page = why(reader, SPOUSES % "anna").text
    assert "Nobody wrote this down" in page
    assert "Anna Example" in page
    grounds = why(reader, FACES).text
    assert "What it rests on <small>1 claim</small>" in grounds
    assert "charged in May" in grounds
    assert 'href="#claim-1"' in grounds
    assert 'id="claim-1"' in grounds
    assert why(reader, "nonsense").status_code == 400


def test_what_is_missing_says_what_rules_lack_and_leads_on(reader):
    page = why(reader, SPOUSES % "nobody").text
    assert "does not say this" in page
    assert "prp-symp" in page
    assert '<span class="tag">lacks</span>' in page
    (link, *_) = re.findall(r'class="why" href="([^"]+)">why not', page)
    following = reader.get(html.unescape(link))
    assert following.status_code == 200
    assert "does not say this" in following.text


@pytest.mark.parametrize("accept", ["application/json", "text/plain", "image/svg+xml"])
def test_a_proof_comes_in_the_format_that_is_asked_for(reader, accept):
    answer = why(reader, FACES, accept=accept)
    assert answer.status_code == 200
    assert answer.mimetype == accept
    assert answer.headers["Vary"] == "Accept"
    short = {"application/json": "json", "text/plain": "text", "image/svg+xml": "svg"}[accept]
    assert why(reader, FACES, format=short).data == answer.data
    assert why(reader, FACES, accept="image/png").status_code == 406


def test_json_has_the_proof_and_what_is_missing(reader):
    found = why(reader, FACES, accept="application/json").json
    assert (found["holds"], found["asserted"], found["why_not"]) == (True, False, None)
    leaves = [found["derivation"]]
    while leaves[0]["premises"]:
        leaves = [premise for leaf in leaves for premise in leaf["premises"] or [leaf]]
    said = {claim["claim"] for leaf in leaves for claim in leaf["claims"]}
    assert said == {f"{NS}id/claim/report/1"}
    missing = why(reader, SPOUSES % "nobody", format="json").json
    assert missing["derivation"] is None
    assert missing["why_not"]["attempts"][0]["lacks"]


def test_a_picture_is_well_formed_and_nothing_is_drawn_of_what_is_missing(reader):
    drawn = ElementTree.fromstring(why(reader, SPOUSES % "anna", format="svg").data)
    assert drawn.tag.endswith("svg")
    assert why(reader, SPOUSES % "nobody", format="svg").status_code == 404
    page = why(reader, SPOUSES % "anna").text
    (source,) = re.findall(r'<img loading="lazy" src="([^"]+)"', page)
    assert reader.get(html.unescape(source)).mimetype == "image/svg+xml"


def test_depth_and_ways_are_numbers(reader):
    shallow = why(reader, FACES, depth="0", format="json").json
    assert shallow["derivation"]["truncated"]
    assert "in no other way" in why(reader, SPOUSES % "anna", ways="3").text
    for name in ("depth", "ways"):
        assert why(reader, FACES, **{name: "many"}).status_code == 400
        assert why(reader, FACES, **{name: "100000"}).status_code == 400


def test_a_triple_may_be_written_as_in_turtle(reader):
    assert 'name="predicate"' in reader.get("/explain", headers={"Accept": "text/html"}).text
    assert reader.get("/explain", headers={"Accept": "text/plain"}).status_code == 400
    asked = {"subject": ":boris", "predicate": "kg:spouseOf", "object": ":anna"}
    assert "Nobody wrote this down" in reader.get("/explain", query_string=asked).text
    odd = asked | {"predicate": '"words"'}
    assert reader.get("/explain", query_string=odd).status_code == 400


@pytest.fixture
def wrong(tmp_path: Path, settings: Settings) -> Iterator[FlaskClient]:
    """A client of the small corpus, whose sources shapes object to."""
    root = Path(settings.sources)
    shutil.copytree(Path(__file__).with_name("small"), root, dirs_exist_ok=True)
    (root / "data" / "report" / "wrong.ttl").write_text(WRONG)
    with KnowledgeGraph.open(settings) as graph:
        yield create_app(graph).test_client()


def test_what_is_wrong_with_a_thing_is_told_with_the_triples_behind_it(wrong):
    asked = {"node": f"{NS}id/charge-1"}
    page = wrong.get("/explain", query_string=asked).text
    assert "Docket numbers have at most five characters" in page
    assert "“1234567”" in page
    assert "It is looked at because" in page
    assert "Who says so" in page
    found = wrong.get("/explain", query_string=asked | {"format": "json"}).json
    paths = {each["result"]["resultPath"]: each["premises"] for each in found}
    (premise,) = paths[f"{NS}ns#docketNumber"]
    assert premise["triple"][2] == '"1234567"'
    assert {claim["claim"] for claim in premise["claims"]} >= {f"{NS}id/claim/report/2"}
    text = wrong.get("/explain", query_string=asked | {"format": "text"}).text
    assert "it rests on\n    :charge-1 kg:docketNumber" in text
    thing = wrong.get("/page/id/charge-1").text
    assert html.escape("/explain?node=") in thing


def test_who_is_wrong_about_nothing_is_told_so(reader):
    for asked in ({"node": f"{NS}id/boris"}, {"inconsistencies": "true"}):
        assert reader.get("/explain", query_string=asked).status_code == 200
        assert reader.get("/explain", query_string=asked | {"format": "json"}).json == []
        assert reader.get("/explain", query_string=asked | {"format": "svg"}).status_code == 406
    assert (
        "nothing is said against it"
        in reader.get("/explain", query_string={"node": f"{NS}id/boris", "format": "text"}).text
    )
    assert reader.get("/explain?node=no-iri").status_code == 400
