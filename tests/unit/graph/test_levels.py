"""Levels: what is restricted is seen by those above, and nothing shows it to those below."""

import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kgraph.config import Settings
from kgraph.errors import Forbidden, SettingsError
from kgraph.graph import KnowledgeGraph
from kgraph.graph.reading import Reading
from kgraph.store import PUBLIC, RESTRICTED, SEALED

KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
VOCAB = "https://w3id.org/kgraph/vocab/"
GRAPHS = "https://w3id.org/kgraph/graph/"
HEAD = f"PREFIX : <{THING}> PREFIX kg: <{KG}> PREFIX kgv: <{VOCAB}> PREFIX g: <{GRAPHS}> "
TURTLE_HEAD = re.sub(r"PREFIX (\S+) (\S+)", r"@prefix \1 \2 .", HEAD)
WHO = {"author": "keeper", "message": "because"}
TURTLE = "text/turtle"
LEVELS = (PUBLIC, RESTRICTED, SEALED)


def bring(graph: KnowledgeGraph, text: str, name: str, **how: object) -> None:
    data = (TURTLE_HEAD + text).encode()
    graph.ingest(data, TURTLE, graph_name=GRAPHS + name, **WHO, **how)  # type: ignore[arg-type]


def seen(graph: Reading, pattern: str) -> list[bool]:
    """Whether each level sees a pattern."""
    return [bool(graph.at(level).query(f"{HEAD} ASK {{ {pattern} }}")) for level in LEVELS]


PUBLIC_ON, RESTRICTED_ON, SEALED_ON = [True] * 3, [False, True, True], [False, False, True]
NOBODY = [False] * 3


@pytest.fixture
def people(small: KnowledgeGraph) -> KnowledgeGraph:
    bring(small, ':open a kg:Person ; kg:name "Open" .', "notes")
    return small


def test_what_is_ingested_at_a_level_is_seen_from_it_on(people: KnowledgeGraph) -> None:
    bring(
        people, ':open kg:knows :asem . :w a kg:Person ; kg:name "W" .', "notes", level=RESTRICTED
    )
    bring(people, ":w kg:age 12 .", "hidden", level=SEALED)
    assert seen(people, ":open kg:knows :asem") == RESTRICTED_ON
    assert seen(people, ":asem kg:knows :open") == RESTRICTED_ON, "inferred"
    assert seen(people, ":open kg:mayKnow :bota") == RESTRICTED_ON, "by a rule"
    assert seen(people, ":w kg:age ?age") == SEALED_ON
    assert seen(people, "GRAPH g:hidden {}") == SEALED_ON
    assert people.at(SEALED).has_graph(GRAPHS + "hidden")
    assert not people.has_graph(GRAPHS + "hidden")


def test_a_query_may_name_its_level(people: KnowledgeGraph) -> None:
    bring(people, ":open kg:knows :asem .", "notes", level=RESTRICTED)
    asked = HEAD + "ASK { :open kg:knows :asem }"
    assert [bool(people.query(asked, level=level)) for level in LEVELS] == RESTRICTED_ON
    assert not people.query(asked)


def test_the_settings_say_whose_view_is_read(small: KnowledgeGraph) -> None:
    bring(small, ":open kg:knows :asem .", "notes", level=RESTRICTED)
    settings = small.settings
    small.close()
    asked = HEAD + "ASK { :open kg:knows :asem }"
    restricted = Settings(**{**vars(settings), "level": "restricted"})
    with KnowledgeGraph.open(restricted) as graph:
        assert graph.query(asked)
    with pytest.raises(SettingsError, match="secret"):
        KnowledgeGraph.open(Settings(**{**vars(settings), "level": "secret"}))


def test_a_graph_gives_its_level_to_what_is_added_later(people: KnowledgeGraph) -> None:
    bring(people, ":w a kg:Person .".replace("kg:Person", "kg:Thing"), "hidden", level=RESTRICTED)
    bring(people, ":w kg:age 12 .", "hidden")
    people.update(f"{HEAD} INSERT DATA {{ GRAPH g:hidden {{ :w kg:age 13 }} }}", **WHO)
    assert seen(people, ":w kg:age 12") == seen(people, ":w kg:age 13") == RESTRICTED_ON
    assert seen(people, "GRAPH g:hidden {}") == RESTRICTED_ON
    bring(people, ":w kg:age 14 .", "hidden", level=SEALED)
    assert seen(people, ":w kg:age 14") == SEALED_ON


def test_what_is_said_of_sensitivity_holds_in_the_same_commit(people: KnowledgeGraph) -> None:
    text = ":w kg:age 12 ; kg:sensitivity kgv:sensitivity-restricted . :open kg:knows :w ."
    text += " :x kg:age 3 ."
    bring(people, text, "notes")
    assert seen(people, ":w kg:age 12") == RESTRICTED_ON
    assert seen(people, ":open kg:knows :w") == RESTRICTED_ON
    assert seen(people, ":w kg:knows :open") == RESTRICTED_ON
    assert seen(people, ":w ?p ?o") == RESTRICTED_ON
    assert seen(people, ":x kg:age 3") == PUBLIC_ON
    bring(people, ":w kg:height 1 . :y kg:about :w .", "more")
    assert seen(people, ":w kg:height 1") == seen(people, ":y kg:about :w") == RESTRICTED_ON


def test_sensitivity_that_is_said_later_hides_what_was_there(people: KnowledgeGraph) -> None:
    assert seen(people, ':open kg:name "Open"') == PUBLIC_ON
    bring(people, ":open kg:sensitivity kgv:sensitivity-sealed .", "decisions")
    assert seen(people, ':open kg:name "Open"') == SEALED_ON
    assert seen(people, ":open ?p ?o") == SEALED_ON
    assert not people.mentions(THING + "open")
    assert people.names_under(THING + "op", limit=9) == []
    assert people.at(SEALED).names_under(THING + "op", limit=9) == [THING + "open"]


def test_a_graph_that_is_said_to_be_restricted_is(people: KnowledgeGraph) -> None:
    bring(people, "g:notes kg:sensitivity kgv:sensitivity-restricted .", "catalogue")
    assert seen(people, "GRAPH g:notes { ?s ?p ?o }") == RESTRICTED_ON
    assert seen(people, "GRAPH g:notes {}") == RESTRICTED_ON
    assert seen(people, "g:notes ?p ?o") == RESTRICTED_ON
    bring(people, ":later kg:age 1 .", "notes")
    assert seen(people, ":later kg:age 1") == RESTRICTED_ON


def test_levels_are_raised_and_lowered_in_one_commit(people: KnowledgeGraph) -> None:
    last = people.last_commit
    graph = NamedNode(GRAPHS + "notes")
    people.change_level(RESTRICTED, [graph], **WHO)
    assert people.last_commit == last + 1
    assert seen(people, ':open kg:name "Open"') == RESTRICTED_ON
    assert seen(people, "GRAPH g:notes {}") == RESTRICTED_ON
    people.change_level(PUBLIC, [graph], **WHO)
    assert people.last_commit == last + 2
    assert seen(people, ':open kg:name "Open"') == PUBLIC_ON
    assert seen(people, "GRAPH g:notes {}") == PUBLIC_ON
    [one] = people.at(SEALED).quads_for_pattern(
        NamedNode(THING + "asem"), NamedNode(KG + "name"), None
    )
    people.change_level(SEALED, quads=[one], **WHO)
    assert seen(people, ':asem kg:name "Асем"') == SEALED_ON
    people.change_level(PUBLIC, quads=[one], **WHO)
    assert seen(people, ':asem kg:name "Асем"') == PUBLIC_ON


def named(name: str) -> NamedNode:
    return NamedNode(GRAPHS + name)


def test_lowering_says_the_sensitivity_anew(people: KnowledgeGraph) -> None:
    bring(people, ":w kg:age 12 ; kg:sensitivity kgv:sensitivity-sealed .", "notes")
    people.change_level(RESTRICTED, [NamedNode(THING + "w")], **WHO)
    assert seen(people, ":w kg:age 12") == RESTRICTED_ON
    assert seen(people, ":w kg:sensitivity kgv:sensitivity-restricted") == RESTRICTED_ON
    assert seen(people, ":w kg:sensitivity kgv:sensitivity-sealed") == NOBODY


def test_what_is_kept_back_by_something_else_is_not_lowered(people: KnowledgeGraph) -> None:
    bring(people, ":w kg:age 12 .", "hidden", level=RESTRICTED)
    quad = Quad(NamedNode(THING + "w"), NamedNode(KG + "age"), Literal(12), named("hidden"))
    last = people.last_commit
    with pytest.raises(Forbidden, match="stays restricted"):
        people.change_level(PUBLIC, quads=[quad], **WHO)
    assert people.last_commit == last
    people.change_level(PUBLIC, [named("hidden")], quads=[quad], **WHO)
    assert seen(people, ":w kg:age 12") == PUBLIC_ON


def test_an_update_reads_and_removes_what_its_level_sees(people: KnowledgeGraph) -> None:
    bring(people, ":w kg:age 12 . :w kg:height 2 .", "notes", level=RESTRICTED)
    for text in (
        "INSERT { :leak kg:is ?o } WHERE { :w ?p ?o }",
        "DELETE DATA { GRAPH g:notes { :w kg:age 12 } }",
        "DELETE WHERE { GRAPH g:notes { :w ?p ?o } }",
        "CLEAR GRAPH g:notes",
    ):
        people.update(HEAD + text, **WHO)
        assert seen(people, ":w kg:age 12") == RESTRICTED_ON, text
        assert seen(people, ":leak ?p ?o") == NOBODY
    people.update(f"{HEAD} DROP SILENT GRAPH g:notes", **WHO)
    assert seen(people, "GRAPH g:notes {}") == RESTRICTED_ON
    people.update(
        f"{HEAD} DELETE DATA {{ GRAPH g:notes {{ :w kg:age 12 }} }}", level=RESTRICTED, **WHO
    )
    assert seen(people, ":w kg:age 12") == NOBODY
    people.update(f"{HEAD} DROP GRAPH g:notes", level=RESTRICTED, **WHO)
    assert seen(people, "GRAPH g:notes {}") == NOBODY


def test_replacing_puts_all_of_a_document_at_the_level(people: KnowledgeGraph) -> None:
    bring(
        people,
        ':open a kg:Person ; kg:name "Open" ; kg:age 9 .',
        "notes",
        replace=True,
        level=RESTRICTED,
    )
    assert seen(people, ':open kg:name "Open"') == seen(people, ":open kg:age 9") == RESTRICTED_ON
    bring(people, ":other kg:age 1 .", "notes", replace=True)
    assert seen(people, ':open kg:name "Open"') == RESTRICTED_ON, "a level replaces what it sees"


def test_the_sources_leave_what_was_raised_where_it_is(
    people: KnowledgeGraph, sources: Path
) -> None:
    settings = people.settings
    people.change_level(RESTRICTED, [NamedNode(THING + "chingiz")], **WHO)
    people.close()
    with (sources / "data/report/people.ttl").open("a") as file:
        file.write(f"<{THING}new> a <{KG}Person> ; <{KG}name> 'New' .")
    with KnowledgeGraph.open(settings) as again:
        assert seen(again, ":new kg:name ?n") == PUBLIC_ON
        assert seen(again, ":chingiz ?p ?o") == RESTRICTED_ON


def test_history_is_told_by_todays_levels(people: KnowledgeGraph) -> None:
    triple = (THING + "open", KG + "name", Literal("Open"))
    assert len(people.history(*triple)) == 1
    people.change_level(RESTRICTED, [named("notes")], **WHO)
    assert people.history(*triple) == []
    assert len(people.at(RESTRICTED).history(*triple)) == 1
    assert not people.query(f'{HEAD} ASK {{ :open kg:name "Open" }}', as_of=people.last_commit - 1)


def test_commits_of_higher_levels_are_not_listed(people: KnowledgeGraph) -> None:
    before = people.commits()
    bring(people, ":w kg:age 12 .", "hidden", level=RESTRICTED)
    assert people.commits() == before
    assert people.at(RESTRICTED).commits()[-1].added == 1
    text = f"{HEAD} INSERT DATA {{ GRAPH g:hidden {{ :w kg:age 13 }} GRAPH g:x {{ :x kg:age 1 }} }}"
    people.update(text, **WHO)
    assert [people.at(level).commits()[-1].added for level in LEVELS] == [1, 2, 2]


@pytest.mark.parametrize("level", LEVELS)
def test_a_purge_takes_a_restricted_fact_out_of_all_levels_and_all_bytes(
    people: KnowledgeGraph, level: int
) -> None:
    bring(people, ':w kg:age 12 ; kg:nick "Xq7name" .', "notes", level=RESTRICTED)
    folder = people.settings.data_folder
    people.purge([NamedNode(THING + "w"), Literal("Xq7name")], author="keeper", message="asked")
    view = people.at(level)
    for number in range(people.last_commit + 1):
        answer = view.query(f"{HEAD} ASK {{ :w ?p ?o }}", as_of=number)
        assert not answer, number
        assert b"Xq7name" not in b"".join(view.export("application/n-quads", as_of=number))
    people.close()
    assert not [p for p in folder.rglob("*") if p.is_file() and b"Xq7name" in p.read_bytes()]


def test_a_report_on_a_document_says_nothing_of_what_is_hidden(people: KnowledgeGraph) -> None:
    bring(people, ":open kg:age 7 .", "notes", level=RESTRICTED)
    data = (TURTLE_HEAD + ":open kg:age 8 .").encode()
    told = [people.validate(data, TURTLE, level=level).results for level in LEVELS]
    assert [len(results) for results in told] == [0, 1, 1]
    whole = [len(people.validate(level=level).results) for level in LEVELS]
    assert whole == [0, 0, 0]


def test_classes_are_counted_as_a_level_sees_them(people: KnowledgeGraph) -> None:
    before = people.stats()
    bring(people, ':w a kg:Person ; kg:name "W" .', "notes", level=RESTRICTED)
    assert people.stats() == before
    counts = [people.at(level).stats().classes[KG + "Person"] for level in LEVELS]
    assert counts == [4, 5, 5]
    assert before.in_full == {}
