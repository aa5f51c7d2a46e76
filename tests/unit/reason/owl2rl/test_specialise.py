"""Specialising: lists of any length, and which triples matter."""

import pytest

from kgraph.reason.owl2rl import close_plainly, load_rules, run_program, specialise

from .graphs import Graph

LENGTHS = [1, 2, 3, 25]


def names(count: int, prefix: str = ":m") -> str:
    return " ".join(f"{prefix}{n}" for n in range(count))


@pytest.mark.parametrize("count", LENGTHS)
def test_an_intersection_of_any_length(count: int) -> None:
    members = "".join(f":x a :m{n} . " for n in range(count))
    graph = Graph(f":A owl:intersectionOf ( {names(count)} ) . {members}")
    assert graph.key(":x a :A .") in graph.close(run_program).inferred
    last = graph.key(f":x a :m{count - 1} .")
    graph.keys.discard(last)
    assert graph.key(":x a :A .") not in graph.close(run_program).inferred


@pytest.mark.parametrize("count", LENGTHS)
def test_a_chain_of_any_length(count: int) -> None:
    steps = "".join(f":x{n} :m{n} :x{n + 1} . " for n in range(count))
    graph = Graph(f":p owl:propertyChainAxiom ( {names(count)} ) . {steps}")
    assert graph.key(f":x0 :p :x{count} .") in graph.close(run_program).inferred


@pytest.mark.parametrize("count", LENGTHS)
def test_a_key_of_any_length(count: int) -> None:
    values = "".join(f":x :m{n} {n} . :y :m{n} {n} . " for n in range(count))
    graph = Graph(f":A owl:hasKey ( {names(count)} ) . :x a :A . :y a :A . {values}")
    same = graph.key(":x owl:sameAs :y .")
    assert same in graph.close(run_program).inferred
    graph.keys.discard(graph.key(f":y :m{count - 1} {count - 1} ."))
    assert same not in graph.close(run_program).inferred


@pytest.mark.parametrize("count", LENGTHS[1:])
@pytest.mark.parametrize(
    ("axiom", "clash"),
    [
        ("AllDisjointClasses ; owl:members", ":x a {0} , {1} ."),
        ("AllDisjointProperties ; owl:members", ":x {0} :y ; {1} :y ."),
        ("AllDifferent ; owl:members", "{0} owl:sameAs {1} ."),
        ("AllDifferent ; owl:distinctMembers", "{0} owl:sameAs {1} ."),
    ],
)
def test_sets_of_any_length_that_exclude_each_other(axiom: str, clash: str, count: int) -> None:
    stated = f"[ a owl:{axiom} ( {names(count)} ) ] . "
    for one, other in ((0, count - 1), (count - 2, count - 1)):
        wrong = clash.format(f":m{one}", f":m{other}")
        assert Graph(stated + wrong).close(run_program).contradictions
    right = clash.format(":m0", ":other")
    assert not Graph(stated + right).close(run_program).contradictions


def test_what_is_no_list_is_none() -> None:
    endless = "_:a rdf:first :B ; rdf:rest _:a . :A owl:unionOf _:a . :x a :B ."
    cut = "_:a rdf:first :B . :A owl:unionOf _:a . :x a :B ."
    for text in (endless, cut):
        assert not Graph(text).close(run_program).inferred


def test_a_member_that_is_the_same_as_another_is_one_too() -> None:
    graph = Graph(":A owl:unionOf ( :B :C ) . :C owl:sameAs :D . :x a :D .")
    assert graph.key(":x a :A .") in graph.close(run_program).inferred
    assert graph.key(":x a :A .") in graph.close(close_plainly).inferred


SCHEMA = [
    ":p rdfs:domain :C .",
    ":p a owl:TransitiveProperty .",
    ":C a owl:Class .",
    ":x rdf:rest () .",
    ":a owl:targetValue 1 .",
]
DATA = [":x :p :y .", ":x a :C .", ":x owl:sameAs :y .", ":x owl:differentFrom :y .",
        ":x a owl:Thing .", ":x rdfs:label 'x' ."]  # fmt: skip


@pytest.mark.parametrize("text", SCHEMA + DATA)
def test_which_triples_belong_to_the_schema(text: str) -> None:
    graph = Graph(text)
    assert graph.rules.is_schema(graph.key(text)) == (text in SCHEMA)


@pytest.mark.parametrize("text", DATA)
def test_data_do_not_change_what_is_specialised(text: str) -> None:
    graph = Graph("")
    assert specialise(graph.rules, {graph.key(text)}) == specialise(graph.rules, ())


def test_only_the_rules_that_tell_something_are_loaded() -> None:
    assert {"eq-ref", "prp-ap", "cls-thing"} <= set(load_rules(quiet=True).names)
    assert not {"eq-ref", "prp-ap", "cls-thing"} & set(load_rules().names)
