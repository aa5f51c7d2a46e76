"""The one door: what goes in is inferred over, validated, kept; what breaks changes nothing."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kgraph.config import Settings
from kgraph.errors import (
    ChangeRefused,
    ComputedGraph,
    Forbidden,
    MalformedRequest,
    PayloadTooLarge,
    RDFSyntaxError,
    SourcesError,
    StoreLocked,
    UnknownGraph,
)
from kgraph.graph import KnowledgeGraph
from kgraph.ingest.trials import Trial
from kgraph.store import SEALED

WHO = {"author": "curator", "message": "because"}
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
DOCUMENT, EXTRA = "https://w3id.org/kgraph/graph/report", "https://w3id.org/kgraph/graph/extra"
HEAD = f"PREFIX kg: <{KG}> PREFIX : <{THING}> "


def ask(graph: KnowledgeGraph, pattern: str) -> bool:
    return bool(graph.query(f"{HEAD}ASK {{ {pattern} }}"))


def everything(graph: KnowledgeGraph) -> bytes:
    return b"".join(graph.export("application/n-quads"))


def test_the_corpus_is_closed_under_ontology_and_rules(small: KnowledgeGraph) -> None:
    assert ask(small, ":asem a kg:Agent")
    assert ask(small, ":bota kg:knows :asem")
    assert ask(small, ":asem kg:mayKnow :chingiz")
    assert small.validate().conforms
    assert small.evaluation_date() == "2022-09-15"


def test_each_source_is_in_its_graph(small: KnowledgeGraph) -> None:
    names = [name.removeprefix("https://w3id.org/kgraph/graph/") for name in small.graph_names()]
    assert {"ontology", "context", "report"} <= set(names)
    assert any(name.startswith("inferred/") for name in names)


def test_an_accepted_change_is_inferred_over(small: KnowledgeGraph) -> None:
    dana = ":dana a kg:Person ; kg:name 'D' ; kg:knows :asem"
    text = f"{HEAD}INSERT DATA {{ GRAPH <{EXTRA}> {{ {dana} }} }}"
    commit = small.update(text, **WHO)
    assert (commit.number, commit.added, commit.removed) == (2, 3, 0)
    assert (commit.author, commit.message) == ("curator", "because")
    assert commit.report.conforms
    assert ask(small, ":dana a kg:Agent . :asem kg:knows :dana . :dana kg:mayKnow :bota")


def test_what_no_longer_follows_goes(small: KnowledgeGraph) -> None:
    small.update(f"{HEAD}DELETE DATA {{ GRAPH <{DOCUMENT}> {{ :bota kg:knows :chingiz }} }}", **WHO)
    assert not ask(small, ":asem kg:mayKnow :chingiz")
    assert not ask(small, ":chingiz kg:knows ?anyone")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { :nameless a kg:Person }",
        f"DELETE WHERE {{ GRAPH <{DOCUMENT}> {{ :asem kg:name ?n }} }}",
        f"WITH <{DOCUMENT}> DELETE {{ ?a kg:name ?n }} WHERE {{ ?a kg:name ?n }}",
        f"CLEAR GRAPH <{EXTRA}> ; INSERT DATA {{ GRAPH <{EXTRA}> {{ :nameless a kg:Person }} }}",
        "INSERT DATA { :asem a kg:Place }",
    ],
)
def test_a_refused_change_changes_nothing(small: KnowledgeGraph, text: str) -> None:
    small.update(f"{HEAD}INSERT DATA {{ GRAPH <{EXTRA}> {{ :x kg:note 'n' }} }}", **WHO)
    before = everything(small)
    with pytest.raises(ChangeRefused, match="nothing was changed") as caught:
        small.update(HEAD + text, **WHO)
    assert caught.value.report.blocks
    assert everything(small) == before
    assert [commit.number for commit in small.commits()] == [1, 2]
    assert small.validate().conforms


def test_only_added_violations_refuse(small_corpus: Path, settings: Settings) -> None:
    (small_corpus / "data" / "report" / "bad.ttl").write_text(f"<{THING}zed> a <{KG}Person> .")
    with KnowledgeGraph.open(settings) as graph:
        assert graph.validate().blocks
        graph.update(f"{HEAD}INSERT DATA {{ :asem kg:note 'fine' }}", **WHO)
        with pytest.raises(ChangeRefused) as caught:
            graph.update(f"{HEAD}INSERT DATA {{ :yan a kg:Person }}", **WHO)
    assert [str(r.focus_node) for r in caught.value.report.results] == [f"<{THING}yan>"]


def test_an_inconsistency_that_was_there_refuses_no_later_change(
    small_corpus: Path, settings: Settings
) -> None:
    bad = f"<{THING}asem> a <{KG}Place> ."
    (small_corpus / "data" / "report" / "bad.ttl").write_text(bad)
    for _ in range(2):  # computed, then from the cache
        with KnowledgeGraph.open(settings) as graph:
            assert graph.validate().blocks
            number = len(graph.commits())
            graph.update(f"{HEAD}INSERT DATA {{ :asem kg:age {number} }}", **WHO)
            graph.update(f"{HEAD}INSERT DATA {{ :asem kg:knows :zed{number} }}", **WHO)
            assert graph.validate().blocks


def test_a_warning_is_reported_and_does_not_refuse(small: KnowledgeGraph) -> None:
    commit = small.update(f"{HEAD}INSERT DATA {{ :asem kg:age 30 , 31 }}", **WHO)
    assert [r.messages for r in commit.report.results] == [("T2 One age is enough.",)]


def test_commits_outlive_the_process(small: KnowledgeGraph) -> None:
    small.update(f"{HEAD}INSERT DATA {{ :dana a kg:Person ; kg:name 'D' ; kg:knows [] }}", **WHO)
    small.ingest(b"<urn:a> <urn:p> _:b .", "text/turtle", graph_name=EXTRA, **WHO)
    small.ingest(b"", "text/turtle", graph_name="urn:empty", **WHO)
    small.update(f"{HEAD}DELETE WHERE {{ :dana kg:knows ?o }}", **WHO)
    before, commits, settings = everything(small), list(small.commits()), small.settings
    small.close()
    with KnowledgeGraph.open(settings) as again:
        assert everything(again) == before
        assert again.has_graph("urn:empty")
        assert [(c.number, c.time, c.added, c.removed) for c in again.commits()] == [
            (c.number, c.time, c.added, c.removed) for c in commits
        ]


def test_an_earlier_state_can_be_asked(small: KnowledgeGraph) -> None:
    first = small.commits()[-1].number
    text = f"{HEAD}DELETE DATA {{ GRAPH <{DOCUMENT}> {{ :asem kg:knows :bota }} }}"
    small.update(text, **WHO)
    known = f"{HEAD}ASK {{ :asem kg:knows :bota }}"
    assert not small.query(known)
    assert small.query(known, as_of=first)
    assert small.query(known, as_of=small.commits()[0].time)
    with pytest.raises(MalformedRequest, match="there is no commit 9"):
        small.query(known, as_of=9)


def test_a_second_owner_is_told_who_the_first_is(kg: KnowledgeGraph) -> None:
    with pytest.raises(StoreLocked, match=r"process \d+ holds"):
        KnowledgeGraph.open(kg.settings)
    reader = KnowledgeGraph.open(kg.settings, read_only=True)
    with pytest.raises(Forbidden, match="reading only"):
        reader.update("INSERT DATA { <urn:a> <urn:p> 1 }", **WHO)


def test_the_cached_closure_equals_a_fresh_one(small: KnowledgeGraph) -> None:
    before, elsewhere = everything(small), []
    for _ in range(2):
        with KnowledgeGraph.open(small.settings, sources_only=True) as fresh:
            elsewhere.append(everything(fresh))
    assert elsewhere == [before, before]


def test_a_cache_that_cannot_be_written_costs_time_only(
    small_corpus: Path, settings: Settings
) -> None:
    settings.data_folder.mkdir()
    (settings.data_folder / "cache").write_text("a file where a folder should be")
    with KnowledgeGraph.open(settings, read_only=True) as graph:
        assert ask(graph, ":asem kg:mayKnow :chingiz")


def test_changed_sources_are_closed_anew(small: KnowledgeGraph, small_corpus: Path) -> None:
    small.close()
    rule = small_corpus / "ontology" / "rules" / "r901.rq"
    rule.write_text(rule.read_text().replace("mayKnow", "mightKnow"))
    with KnowledgeGraph.open(small.settings) as again:
        assert ask(again, ":asem kg:mightKnow :chingiz")
        assert not ask(again, "?a kg:mayKnow ?b")


UNRELATED = [
    "INSERT DATA { <urn:a> <urn:p> <urn:b> , 'text' , 3 }",
    f"{HEAD}INSERT DATA {{ GRAPH <{EXTRA}> {{ :asem kg:unheardOf :bota . :x a kg:Unheard }} }}",
    f"{HEAD}INSERT {{ ?a kg:nick ?n }} WHERE {{ ?a kg:name ?n }}",
]
RELATED = [
    f"{HEAD}INSERT DATA {{ :asem kg:knows :dana }}",
    f"{HEAD}INSERT DATA {{ :thing a kg:Place }}",
    f"{HEAD}INSERT DATA {{ kg:nick <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> kg:name }}",
    f"{HEAD}DELETE DATA {{ GRAPH <{DOCUMENT}> {{ :asem kg:knows :bota }} }}",
]


def tried(graph: KnowledgeGraph, text: str) -> Trial:
    return graph.dry_run(graph.propose_update(text))


@pytest.mark.parametrize("text", UNRELATED)
def test_work_that_cannot_matter_is_skipped(small: KnowledgeGraph, text: str) -> None:
    trial = tried(small, text)
    assert (trial.came, trial.went) == (0, 0)
    assert not trial.in_full


@pytest.mark.parametrize("text", RELATED)
def test_nothing_is_looked_at_in_full(small: KnowledgeGraph, text: str) -> None:
    assert not tried(small, text).in_full


@pytest.mark.parametrize("text", UNRELATED + RELATED)
def test_a_change_equals_the_full_run(
    small: KnowledgeGraph, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.update(text, **WHO)
    lazily, report = everything(small), small.validate()
    small.close()
    monkeypatch.setattr("kgraph.ingest.sources.code_digest", lambda *folders: "other rules")
    with KnowledgeGraph.open(small.settings) as full:
        assert full.at(SEALED).commits()[-1].source
        assert everything(full) == lazily
        assert full.validate() == report


LOCAL = f"""
@prefix kg: <{KG}> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kgsh: <https://w3id.org/kgraph/shapes#> .
kgsh:T3 a sh:NodeShape ; sh:targetClass kg:Agent ; sh:severity sh:Violation ;
  sh:message "T3 No secrets." ;
  sh:sparql [ sh:select "SELECT $this ?value {{ $this ?p ?value FILTER(?value = 'secret') }}" ;
    sh:message "T3 No secrets." ] .
"""


def test_a_shape_that_looks_at_its_node_alone_is_asked_about_it_alone(
    small_corpus: Path, settings: Settings
) -> None:
    (small_corpus / "shapes" / "local.ttl").write_text(LOCAL)
    with KnowledgeGraph.open(settings) as graph:
        for text in UNRELATED:
            assert not tried(graph, text).in_full
            graph.update(text, **WHO)
        with pytest.raises(ChangeRefused, match="T3"):
            graph.update(f"{HEAD}INSERT DATA {{ :asem kg:unheardOf 'secret' }}", **WHO)
        lazily, report = everything(graph), graph.validate()
    with KnowledgeGraph.open(settings) as full:
        assert everything(full) == lazily
        assert full.validate() == report


def test_after_a_refusal_the_next_change_is_still_inferred_over(small: KnowledgeGraph) -> None:
    sub = "<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>"
    small.update(f"{HEAD}INSERT DATA {{ kg:likes {sub} kg:knows }}", **WHO)
    with pytest.raises(ChangeRefused):
        small.update(
            f"{HEAD}DELETE DATA {{ kg:likes {sub} kg:knows }} ; INSERT DATA {{ :no a kg:Person }}",
            **WHO,
        )
    small.update(f"{HEAD}INSERT DATA {{ :asem kg:likes :chingiz }}", **WHO)
    assert ask(small, ":chingiz kg:knows :asem")


@pytest.mark.parametrize(
    "change",
    [
        "INSERT DATA { GRAPH <%s> { <urn:a> <urn:p> 1 } }",
        "CREATE GRAPH <%s9>",
        "DROP GRAPH <%s>",
        "DELETE WHERE { GRAPH <%s> { ?s ?p ?o } }",
        "CLEAR ALL",
    ],
)
def test_computed_graphs_cannot_be_written(small: KnowledgeGraph, change: str) -> None:
    name, before = "https://w3id.org/kgraph/graph/inferred/0", everything(small)
    assert small.has_graph(name)
    with pytest.raises(ComputedGraph, match="inferred/.* is computed"):
        small.update(change.replace("%s", name), **WHO)
    with pytest.raises(ComputedGraph):
        small.ingest(b"<urn:a> <urn:p> 1 .", "text/turtle", graph_name=name, **WHO)
    with pytest.raises(ComputedGraph):
        small.delete_graph(name, **WHO)
    assert everything(small) == before


def test_a_document_replaces_a_graph(kg: KnowledgeGraph) -> None:
    kg.ingest(b"<urn:a> <urn:p> 1 , 2 .", "text/turtle", graph_name=EXTRA, **WHO)
    commit = kg.ingest(
        b"<urn:a> <urn:p> 2 , 3 .", "text/turtle", graph_name=EXTRA, replace=True, **WHO
    )
    assert (commit.added, commit.removed) == (1, 1)
    assert {t.object.value for t in kg.graph(EXTRA)} == {"2", "3"}  # type: ignore[union-attr]


def test_a_dataset_goes_to_the_graphs_it_names(kg: KnowledgeGraph) -> None:
    data = b"<urn:a> <urn:p> 1 . <urn:g> { <urn:a> <urn:p> 2 }"
    kg.ingest(data, "application/trig", graph_name=None, **WHO)
    assert len(list(kg.graph(None))) == len(list(kg.graph("urn:g"))) == 1
    with pytest.raises(MalformedRequest, match="urn:g"):
        kg.ingest(data, "application/trig", graph_name="urn:h", **WHO)


def test_a_deleted_graph_is_gone_and_an_unknown_one_is_an_error(kg: KnowledgeGraph) -> None:
    kg.ingest(b"<urn:a> <urn:p> 1 .", "text/turtle", graph_name="urn:g", **WHO)
    kg.delete_graph("urn:g", **WHO)
    assert not kg.has_graph("urn:g")
    with pytest.raises(UnknownGraph):
        kg.delete_graph("urn:g", **WHO)
    with pytest.raises(UnknownGraph):
        kg.graph("urn:g")
    kg.ingest(b"<urn:a> <urn:p> 1 .", "text/turtle", graph_name=None, **WHO)
    kg.delete_graph(None, **WHO)
    assert kg.has_graph(None)
    assert list(kg.graph(None)) == []


def test_a_change_of_nothing_is_no_commit(kg: KnowledgeGraph) -> None:
    kg.update("INSERT DATA { <urn:a> <urn:p> 1 }", **WHO)
    commit = kg.update(
        "INSERT DATA { <urn:a> <urn:p> 1 } ; DELETE DATA { <urn:b> <urn:p> 1 }", **WHO
    )
    assert (commit.number, commit.added, commit.removed) == (1, 0, 0)
    assert len(kg.commits()) == 1


def test_a_failed_update_leaves_no_trace(kg: KnowledgeGraph) -> None:
    kg.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }", **WHO)
    before = everything(kg)
    with pytest.raises(MalformedRequest):
        kg.update("INSERT DATA { <urn:a> <urn:p> 2 } ; CREATE GRAPH <urn:g>", **WHO)
    assert everything(kg) == before
    kg.update("INSERT DATA { <urn:a> <urn:p> 3 }", **WHO)
    assert len(list(kg.graph(None))) == 1


def test_trying_data_changes_nothing(small: KnowledgeGraph) -> None:
    before = everything(small)
    report = small.validate(f"<{THING}new> a <{KG}Person> .".encode(), "text/turtle")
    assert [str(result.focus_node) for result in report.results] == [f"<{THING}new>"]
    assert small.validate(b"<urn:a> <urn:p> 1 .", "text/turtle").conforms
    with pytest.raises(RDFSyntaxError):
        small.validate(b"nonsense", "text/turtle")
    assert everything(small) == before
    assert len(small.commits()) == 1


def test_limits_are_named(settings: Settings) -> None:
    small_limits = replace(settings, max_literal_bytes=100, max_body_bytes=1000)
    long, longer = b"x" * 101, b"x" * 1001
    with KnowledgeGraph.open(small_limits) as graph:
        for text in (b"<urn:a> <urn:p> '%s' ." % long, b"<urn:a> <urn:p> '%s' ." % longer):
            with pytest.raises(PayloadTooLarge, match="limit is 1"):
                graph.ingest(text, "text/turtle", graph_name=None, **WHO)
        with pytest.raises(PayloadTooLarge, match="limit is 100"):
            graph.update(f"INSERT DATA {{ <urn:a> <urn:p> '{long.decode()}' }}", **WHO)
        assert graph.stats().triples == 0


def test_a_reader_sees_a_commit_whole_or_not_at_all(kg: KnowledgeGraph) -> None:
    seen: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(len(list(kg.query("SELECT * { ?s ?p ?o }"))))  # type: ignore[arg-type]

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(8):
            one, other = ("a", "b") if number % 2 else ("b", "a")
            values = " , ".join(map(str, range(50)))
            kg.update(
                f"DELETE WHERE {{ <urn:{other}> <urn:p> ?o }} ;"
                f"INSERT DATA {{ <urn:{one}> <urn:p> {values} }}",
                **WHO,
            )
    finally:
        done.set()
        reader.join()
    assert seen <= {0, 50}


def test_explain_names_document_and_claims(small: KnowledgeGraph) -> None:
    found = small.explain(THING + "asem", KG + "name", Literal("Асем"))
    assert found.asserted
    assert found.graphs == (DOCUMENT,)
    assert [(c.claim, c.attributed_to) for c in found.claims] == [
        (THING + "claim-1", (THING + "bota",))
    ]
    nothing = small.explain(THING + "asem", KG + "name", Literal("Asem"))
    assert not nothing.holds
    assert nothing.claims == ()


def test_explain_gives_the_rule_and_its_premises(small: KnowledgeGraph) -> None:
    found = small.explain(THING + "asem", KG + "mayKnow", NamedNode(THING + "chingiz"))
    assert found.holds
    assert not found.asserted
    assert found.derivation is not None
    assert found.derivation.rule == "R901"
    assert {leaf.rule for leaf in found.derivation.leaves()} == {"asserted"}


def test_describe_shows_both_directions_with_graphs(small: KnowledgeGraph) -> None:
    quads = list(small.describe(THING + "asem"))
    assert any(q.object == NamedNode(THING + "asem") for q in quads)
    assert {str(getattr(q.graph_name, "value", "")) for q in quads} >= {DOCUMENT}
    assert len(quads) == len(set(quads))


def test_stats_count_a_triple_once(small: KnowledgeGraph) -> None:
    before = small.stats()
    small.ingest(
        f"<{THING}asem> <{KG}name> 'Асем' .".encode(), "text/turtle", graph_name=EXTRA, **WHO
    )
    after = small.stats()
    assert (after.triples, after.asserted) == (before.triples, before.asserted)
    assert after.graphs[EXTRA] == 1
    assert after.classes[KG + "Agent"] == 3
    assert after.commits == 2


def test_an_export_comes_back_equal(small: KnowledgeGraph) -> None:
    data = b"".join(small.export("application/trig", include_inferred=False))
    quads = set(parse(data, RdfFormat.TRIG))
    lines = b"".join(small.export("application/n-quads", include_inferred=False))
    assert quads == set(parse(lines, RdfFormat.N_QUADS))
    turtle = b"".join(small.export("text/turtle", graph_name=DOCUMENT))
    assert {q.triple for q in parse(turtle, RdfFormat.TURTLE)} == set(small.graph(DOCUMENT))


def test_the_namespace_is_one_setting(
    small_corpus: Path, settings: Settings, clock: Callable[[], datetime]
) -> None:
    elsewhere = replace(settings, namespace="https://example.org/g/")
    with KnowledgeGraph.open(elsewhere, clock=clock) as graph:
        assert b"w3id.org/kgraph" not in everything(graph)
        text = "PREFIX kg: <https://example.org/g/ns#> PREFIX : <https://example.org/g/id/> "
        assert graph.query(text + "ASK { :asem kg:mayKnow :chingiz ; a kg:Agent }")
        with pytest.raises(ChangeRefused):
            graph.update(text + "INSERT DATA { :x a kg:Person }", **WHO)


def test_alignments_are_loaded_on_request(small_corpus: Path, settings: Settings) -> None:
    foaf = "?p a <http://xmlns.com/foaf/0.1/Person>"
    for alignments, there in (((), False), (("foaf",), True), (("all",), True)):
        with KnowledgeGraph.open(replace(settings, alignments=alignments)) as graph:
            assert ask(graph, foaf) is there
    with pytest.raises(SourcesError, match="no such alignment: prov; there are foaf"):
        KnowledgeGraph.open(replace(settings, alignments=("prov",)))


def test_sources_that_are_not_there_are_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="KGRAPH_SOURCES"):
        KnowledgeGraph.open(replace(settings, sources=str(tmp_path / "nowhere")))


def test_a_broken_source_names_its_file_and_lets_go_of_the_folder(
    small_corpus: Path, settings: Settings
) -> None:
    bad = small_corpus / "data" / "report" / "bad.ttl"
    bad.write_text("@prefix : <urn:> .\n:a :b")
    with pytest.raises(RDFSyntaxError, match=r"data/report/bad\.ttl, line 2"):
        KnowledgeGraph.open(settings)
    bad.unlink()
    KnowledgeGraph.open(settings).close()
