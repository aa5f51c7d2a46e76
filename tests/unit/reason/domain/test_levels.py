"""What a level may not see has no effect on what it sees, in any rule."""

import random

import pytest

from kgraph.store import PUBLIC, RESTRICTED, SEALED

from .world import World, case_facts, corpus_rules, triples

KG = "@prefix kgv: <https://w3id.org/kgraph/vocab/> . @prefix ex: <https://example.org/> .\n"
CLAIM = """ex:c{n} :about ex:record ; :attributedTo ex:agent{n} ; :reportedIn ex:doc{n} ;
    :polarity kgv:polarity-{polarity} ; :modality kgv:modality-{modality} .
    ex:doc{n} :publishedBy ex:publisher{n} ."""
FIRM = CLAIM.format(n=1, polarity="affirms", modality="reported")
DENIAL = CLAIM.format(n=2, polarity="denies", modality="reported")
SECOND = CLAIM.format(n=3, polarity="affirms", modality="reported")
SENTENCE = """ex:context :evaluationDate "2022-09-15"^^xsd:date .
    ex:old a :Sentence , :Usable ; :sentenceOf ex:person ; :imposedBy ex:trial .
    ex:trial :startEarliest "2022-01-01"^^xsd:date ."""
LATER = """ex:new a :Sentence , :Usable ; :sentenceOf ex:person ; :imposedBy ex:appeal ;
    :replacesSentence ex:old . ex:appeal :startEarliest "2022-06-01"^^xsd:date ."""


def world(*steps: tuple[str, int], at_once: bool = False) -> World:
    """Facts at levels, one commit after the other."""
    found = World(corpus_rules())
    for text, level in steps:
        found.change(triples(KG + text), level=level)
    return found.from_scratch() if at_once else found


@pytest.mark.parametrize("at_once", [True, False])
def test_a_restricted_denial_is_as_if_it_were_not_there(at_once: bool) -> None:
    told = world((FIRM, PUBLIC), (DENIAL, RESTRICTED), at_once=at_once)
    untold = world((FIRM, PUBLIC))
    assert told.heads(PUBLIC) == untold.heads(PUBLIC)
    (disputed,) = triples(KG + "ex:record a :Disputed .")
    (usable,) = triples(KG + "ex:record a :Usable .")
    assert usable in told.heads(PUBLIC) - told.heads(RESTRICTED)
    assert disputed in told.heads(RESTRICTED) & told.heads(SEALED) - told.heads(PUBLIC)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("level", [RESTRICTED, SEALED])
def test_a_claim_that_corroborates_counts_only_where_it_is_seen(level: int, at_once: bool) -> None:
    told = world((FIRM, PUBLIC), (SECOND, level), at_once=at_once)
    untold = world((FIRM, PUBLIC))
    assert told.heads(level - 1) == untold.heads(level - 1)
    (established,) = triples(KG + "ex:record a :Established .")
    assert established in told.heads(level) - told.heads(PUBLIC)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_restricted_later_sentence_leaves_the_public_one_current(at_once: bool) -> None:
    told = world((SENTENCE, PUBLIC), (LATER, RESTRICTED), at_once=at_once)
    untold = world((SENTENCE, PUBLIC))
    assert told.heads(PUBLIC) == untold.heads(PUBLIC)
    (old,) = triples(KG + "ex:person :currentSentence ex:old .")
    (new,) = triples(KG + "ex:person :currentSentence ex:new .")
    assert old in told.heads(PUBLIC) - told.heads(RESTRICTED)
    assert new in told.heads(RESTRICTED) - told.heads(PUBLIC)


def test_a_public_store_is_evaluated_once_for_all_levels() -> None:
    found = world((FIRM, PUBLIC))
    assert set(found.kept().values()) == {7}
    once = found.outcomes[1].work
    more = world((FIRM, PUBLIC), (CLAIM.format(n=9, polarity="affirms", modality="feared"), SEALED))
    assert more.outcomes[1].work > once > 0


def test_what_is_asserted_for_fewer_is_still_inferred_for_all() -> None:
    found = world(("ex:record :disputedBy ex:agent2 .", RESTRICTED), (FIRM + DENIAL, PUBLIC))
    (disputed,) = triples(KG + "ex:record :disputedBy ex:agent2 .")
    assert found.kept()[1, disputed] == 7
    found.change([disputed])
    assert (1, disputed) not in found.kept()
    found.change(removed=[disputed])
    assert found.kept()[1, disputed] == 7


@pytest.mark.parametrize("seed", range(1))
def test_no_level_sees_more_than_its_own_facts_give(seed: int) -> None:
    """Over all rules: the facts that a level sees, alone in a store, give it the same heads."""
    chance = random.Random(seed)
    given, needed = case_facts()
    found = World(corpus_rules())
    found.change(given | needed)
    for level in (RESTRICTED, SEALED):
        moved = chance.sample(sorted(given, key=str), 40)
        found.change(removed=moved)
        found.change(moved, level=level)
    assert found.kept() == found.from_scratch().kept()
    seen = set()
    for level in (PUBLIC, RESTRICTED, SEALED):
        seen |= found.facts[level]
        alone = World(corpus_rules())
        alone.change(seen)
        assert alone.heads() == found.heads(level)
