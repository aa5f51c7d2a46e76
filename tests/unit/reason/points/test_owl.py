"""OWL 2 RL kept up with changes of facts and axioms, against its closure from scratch."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.unit.reason.points.owl import AXIOM_KEYS, FACT_KEYS, Groups, KeptOwl, keys

FIND = [Phase.explicit, Phase.reuse, Phase.generate]
"""Shrinking such a sequence takes minutes."""
FACTS_AND_AXIOMS = st.sampled_from([*FACT_KEYS, *AXIOM_KEYS])


def sequences(*masks: int) -> st.SearchStrategy[list[Groups]]:
    return st.lists(
        st.dictionaries(FACTS_AND_AXIOMS, st.sampled_from(masks), min_size=1, max_size=9),
        min_size=1,
        max_size=5,
    )


def follow(sequence: list[Groups]) -> None:
    kept = KeptOwl()
    for change in sequence:
        kept.change(change)
        kept.check()
    kept.check_ontology()


@settings(max_examples=20, deadline=None, phases=FIND)
@given(sequences(7, 7, 0))
def test_facts_and_axioms_come_and_go(sequence: list[Groups]) -> None:
    follow(sequence)


@settings(max_examples=20, deadline=None, phases=FIND)
@given(sequences(7, 6, 4, 0, 0))
def test_facts_and_axioms_of_all_levels_come_and_go(sequence: list[Groups]) -> None:
    follow(sequence)


def test_an_axiom_that_data_imply_takes_effect_and_goes_with_them() -> None:
    kept = KeptOwl()
    implied, fact, member = (keys(text) for text in (":A :kind :B .", ":i a :A .", ":i a :B ."))
    kept.change({keys(":kind rdfs:subPropertyOf rdfs:subClassOf ."): 7, fact: 7})
    kept.change({implied: 6})
    kept.check()
    assert kept.copies[member[0]][1] == 6
    kept.change({implied: 0})
    kept.check()
    assert not kept.copies


def test_an_axiom_that_rests_on_itself_goes() -> None:
    """:A is a kind of :B makes :i a :B, which makes :A a kind of :B, and so on."""
    kept = KeptOwl()
    start = keys(":A :kind :B .")
    kept.change(
        {
            keys(":kind rdfs:subPropertyOf rdfs:subClassOf ."): 7,
            keys(":i a :A ."): 7,
            keys(":B owl:equivalentClass [ owl:onProperty :of ; owl:hasValue :B ] ."): 7,
            keys(":of owl:propertyChainAxiom ( :of ) ."): 7,
            keys(":i owl:sameAs :A . :of rdfs:subPropertyOf :kind ."): 7,
            start: 7,
        }
    )
    kept.check()
    kept.change({start: 0})
    kept.check()


def test_a_clique_grows_and_splits() -> None:
    kept = KeptOwl()
    same = [keys(f":n{one} owl:sameAs :n{one + 1} .") for one in range(4)]
    kept.change({keys(":n0 :p :x . :y :q :n4 ."): 7, **dict.fromkeys(same, 7)})
    kept.check()
    assert keys(":n4 :p :x .")[0] in kept.copies
    kept.change({same[1]: 0})
    kept.check()
    assert keys(":n1 :p :x .")[0] in kept.copies
    assert keys(":n2 :p :x .")[0] not in kept.copies


def test_an_axiom_that_followed_from_others_stays_where_data_imply_it() -> None:
    union = keys(":A owl:unionOf ( :B :D ) .")
    kept = KeptOwl()
    kept.change({keys(":A owl:sameAs :D . :A rdfs:subClassOf :B ."): 7, union: 7})
    kept.change({union: 4})
    kept.check()
    kept.check_ontology()
    kept.change({keys(":i a :D ."): 7})
    kept.check()
