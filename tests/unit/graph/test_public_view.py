"""The public view of a graph with restricted facts is that of a graph without them, in every rule.

The facts are the cases of all rules: of each, some are restricted, chosen by chance, and three
cases are made for it. One graph has all, the other one was never told what is restricted.
"""

import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Triple, parse, serialize

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.graph.reading import Reading
from kgraph.store import RESTRICTED, SEALED
from kgraph.web import create_app

CHECKOUT = Path(__file__).resolve().parents[3]
CASES = CHECKOUT / "tests" / "cases" / "rules"
GRAPHS = "https://w3id.org/kgraph/graph/"
CASE = "https://w3id.org/kgraph/id/"
HEAD = """@prefix : <https://w3id.org/kgraph/id/> . @prefix kg: <https://w3id.org/kgraph/ns#> .
@prefix kgv: <https://w3id.org/kgraph/vocab/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
OPEN = """
:context kg:evaluationDate "2022-09-15"^^xsd:date .
:court a kg:Event . :q1 kg:inDocument :d1 . :d1 a kg:SourceDocument ; kg:publishedBy :p .
:found a kg:Claim ; kg:about :court ; kg:evidence :q1 ; kg:polarity kgv:polarity-affirms ;
  kg:modality kgv:modality-court-finding ; kg:attributedTo :judge .
:verdict a kg:Verdict ; kg:imposes :first ; kg:startEarliest "2022-06-06"^^xsd:date .
:first a kg:Sentence ; kg:sentenceOf :person . :person a kg:Person .
:said a kg:Claim ; kg:about :verdict , :first , :rally ; kg:evidence :q1 ;
  kg:polarity kgv:polarity-affirms ; kg:modality kgv:modality-reported ; kg:attributedTo :w .
:rally a kg:Event .
"""
DENIAL = """:denial a kg:Claim ; kg:about :court ; kg:polarity kgv:polarity-denies ;
  kg:modality kgv:modality-officially-stated ; kg:attributedTo :ministry ; kg:evidence :q9 .
:q9 kg:inDocument :d9 . :d9 a kg:SourceDocument ; kg:publishedBy :ministry .
"""
LATER = """:appeal a kg:AppealDecision ; kg:imposes :second ;
  kg:startEarliest "2022-08-10"^^xsd:date .
:second a kg:Sentence ; kg:sentenceOf :person ; kg:replacesSentence :first .
:told a kg:Claim ; kg:about :appeal , :second ; kg:polarity kgv:polarity-affirms ;
  kg:modality kgv:modality-reported ; kg:attributedTo :w .
"""
CORROBORATION = """:too a kg:Claim ; kg:about :rally ; kg:evidence :q2 ;
  kg:polarity kgv:polarity-affirms ; kg:modality kgv:modality-reported ; kg:attributedTo :v .
:q2 kg:inDocument :d2 . :d2 a kg:SourceDocument ; kg:publishedBy :r .
"""
WHO = {"author": "keeper", "message": "what nobody else may know"}


def apart() -> tuple[list[Triple], list[Triple]]:
    """The triples of all cases that everybody may see, and those that are restricted."""
    chance = random.Random("levels")
    found: tuple[list[Triple], list[Triple]] = ([], [])
    for folder in sorted(CASES.iterdir()):
        text = (folder / "given.ttl").read_text().replace("urn:case:", f"{CASE}{folder.name}-")
        triples = [q.triple for q in parse(text, RdfFormat.TURTLE, rename_blank_nodes=False)]
        for triple in sorted(triples, key=str):
            found[chance.random() < 0.3].append(triple)
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KnowledgeGraph, ...]]:
    """The graph with restricted facts, and the one without."""
    sources = tmp_path_factory.mktemp("sources")
    shutil.copytree(CHECKOUT / "ontology", sources / "ontology")
    data = sources / "data" / "cases"
    data.mkdir(parents=True)
    open_, restricted = apart()
    (data / "cases.nt").write_bytes(serialize(open_, format=RdfFormat.N_TRIPLES) or b"")
    (data / "made.ttl").write_text(HEAD + OPEN)
    graphs = []
    for name in ("full", "reduced"):
        folder = tmp_path_factory.mktemp(name)
        settings = Settings(data=str(folder), sources=str(sources), token="secret")
        graphs.append(KnowledgeGraph.open(settings))
    text = HEAD + DENIAL + LATER + CORROBORATION
    secret = serialize(restricted, format=RdfFormat.N_TRIPLES) or b""
    names = graphs[0].graph_names()
    [name] = [one for one in names if one.startswith(GRAPHS + "cases")]
    graphs[0].ingest(
        text.encode(), "text/turtle", graph_name=GRAPHS + "hidden", level=RESTRICTED, **WHO
    )
    graphs[0].ingest(secret, "application/n-triples", graph_name=name, level=RESTRICTED, **WHO)
    yield tuple(graphs)
    for graph in graphs:
        graph.close()


def whole(graph: Reading, as_of: int | None = None) -> bytes:
    return b"".join(graph.export("application/n-quads", as_of=as_of))


def test_there_is_something_to_hide(both: tuple[KnowledgeGraph, ...]) -> None:
    full, _ = both
    public, restricted = set(whole(full).splitlines()), set(whole(full.at(1)).splitlines())
    inferred = {line for line in restricted - public if b"graph/inferred" in line}
    withdrawn = public - restricted
    assert len(inferred) > 100
    assert len(withdrawn) > 5, "rules with negation say things to the public alone"


def test_a_denial_a_later_sentence_and_a_corroboration(both: tuple[KnowledgeGraph, ...]) -> None:
    full, _ = both
    prefixes = re.sub(r"@prefix (\S+) (\S+) \.", r"PREFIX \1 \2", HEAD)

    def told(pattern: str) -> list[bool]:
        return [bool(full.at(n).query(f"{prefixes} ASK {{ {pattern} }}")) for n in (0, 1, 2)]

    assert told(":court kg:epistemicStatus kgv:status-established") == [True, False, False]
    assert told(":court kg:epistemicStatus kgv:status-disputed") == [False, True, True]
    assert told(":person kg:currentSentence :first") == [True, False, False]
    assert told(":person kg:currentSentence :second") == [False, True, True]
    assert told(":rally kg:independentlyReported true") == [False, True, True]
    assert told(":rally kg:epistemicStatus kgv:status-reported") == [True, False, False]


def test_the_triples_are_the_same(both: tuple[KnowledgeGraph, ...]) -> None:
    full, reduced = both
    assert whole(full) == whole(reduced)
    assert whole(full, as_of=1) == whole(reduced, as_of=1)
    assert whole(full, as_of=2) == whole(reduced)
    assert full.graph_names() == reduced.graph_names()


def test_counts_names_and_commits_are_the_same(both: tuple[KnowledgeGraph, ...]) -> None:
    full, reduced = both
    assert full.stats() == reduced.stats()
    assert [replace(c, time=None) for c in full.commits()] == [  # type: ignore[arg-type]
        replace(c, time=None)  # type: ignore[arg-type]
        for c in reduced.commits()
    ]
    for start in (CASE, GRAPHS, "https://w3id.org/kgraph/vocab/"):
        found = [sorted(graph.names_under(start, limit=9999)) for graph in both]
        assert found[0] == found[1]
    restricted = set(full.at(SEALED).names_under(CASE, limit=9999))
    hidden = restricted - set(full.names_under(CASE, limit=9999))
    assert hidden
    assert not [name for name in hidden if full.mentions(name)]


def test_parquet_has_no_more(both: tuple[KnowledgeGraph, ...], tmp_path: Path) -> None:
    import duckdb

    counts = []
    for number, graph in enumerate(both):
        paths = graph.export_parquet(tmp_path / str(number))
        terms = next(path for path in paths if path.name == "terms.parquet")
        rows = duckdb.sql(f"SELECT lexical, datatype, language FROM '{terms}' ORDER BY ALL")
        counts.append(rows.fetchall())
    assert counts[0] == counts[1]


QUERIES = (
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?g { GRAPH ?g {} } ORDER BY ?g",
    "SELECT ?s (COUNT(?o) AS ?n) { ?s a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?o } "
    "GROUP BY ?s ORDER BY ?s",
    f"DESCRIBE <{CASE}court>",
    f"CONSTRUCT {{ ?s ?p <{CASE}court> }} WHERE {{ ?s ?p <{CASE}court> }}",
    f"SELECT * {{ <{CASE}denial> ?p ?o }}",
)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("collapse", [False, True])
def test_answers_are_the_same(both: tuple[KnowledgeGraph, ...], text: str, collapse: bool) -> None:
    found = []
    for graph in both:
        answer = graph.query(text, collapse_same_as=collapse)
        lines = (answer.serialize() or b"").decode()
        found.append(sorted(lines.splitlines()) if text[0] in "DC" else json.loads(lines))
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def clients(both: tuple[KnowledgeGraph, ...]) -> list[FlaskClient]:
    return [create_app(graph).test_client() for graph in both]


def triple(subject: str, predicate: str, object_: str) -> str:
    ns = "https://w3id.org/kgraph/"
    return quote(f"<{CASE}{subject}> <{ns}ns#{predicate}> {object_} .", safe="")


ESTABLISHED = triple(
    "court", "epistemicStatus", "<https://w3id.org/kgraph/vocab/status-established>"
)
DISPUTED = triple("court", "epistemicStatus", "<https://w3id.org/kgraph/vocab/status-disputed>")
CURRENT = triple("person", "currentSentence", f"<{CASE}first>")
LATER_ONE = triple("person", "currentSentence", f"<{CASE}second>")
SAID = triple("denial", "about", f"<{CASE}court>")
PATHS = (
    "/.well-known/void?format=turtle",
    "/sparql?format=turtle",
    "/commits?format=json",
    "/search?q=court",
    "/",
    "/page/graph/hidden",
    *(f"/page/id/{name}" for name in ("court", "person", "first", "rally", "denial", "R205-c2")),
    *(f"/data/id/{name}.nq" for name in ("court", "person", "second", "too")),
    *(f"/id/{name}" for name in ("court", "denial", "denia")),
    "/graphs?graph=" + quote(GRAPHS + "hidden", safe=""),
    "/graphs?graph=" + quote(GRAPHS + "inferred/5", safe=""),
    "/data/vocab/status-disputed.nt",
    "/page/vocab/status-disputed",
    "/page/vocab/status-established",
    "/page/ns",
    *(f"/explain?triple={one}" for one in (ESTABLISHED, DISPUTED, CURRENT, LATER_ONE, SAID)),
    *(f"/history?triple={one}&format=json" for one in (ESTABLISHED, DISPUTED, SAID)),
    "/sparql?query=" + quote(f"ASK {{ <{CASE}denial> ?p ?o }}", safe=""),
    "/sparql?query=" + quote("SELECT * { ?s ?p ?o }", safe="") + "&as-of=1&format=csv",
)
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00|Z)?")


@pytest.mark.parametrize("path", PATHS)
def test_pages_and_documents_are_the_same(clients: list[FlaskClient], path: str) -> None:
    answers = [client.get(path) for client in clients]
    told = [sorted(TIME.sub("", answer.text).splitlines()) for answer in answers]
    assert answers[0].status_code == answers[1].status_code
    assert told[0] == told[1]
    assert answers[0].headers.get("Kgraph-Hint") == answers[1].headers.get("Kgraph-Hint")
    assert "may know" not in answers[0].text


def test_later_changes_keep_the_views_equal(both: tuple[KnowledgeGraph, ...]) -> None:
    text = HEAD + ":second kg:sentenceOf :other . :other a kg:Person . :rally kg:age 3 ."
    for graph in both:
        graph.ingest(
            text.encode(), "text/turtle", graph_name=GRAPHS + "later", author="a", message="m"
        )
    assert whole(both[0]) == whole(both[1])
    [name] = [one for one in both[0].graph_names() if one.startswith(GRAPHS + "cases")]
    for graph in both:
        gone = f"DELETE WHERE {{ GRAPH <{name}> {{ <{CASE}court> a ?kind }} }}"
        graph.update(gone, author="a", message="m")
    assert whole(both[0]) == whole(both[1])
    assert both[0].stats() == both[1].stats()
