"""Who says what: a claim covers its record in its own document, and nothing else."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from kgraph.provenance import who_says
from kgraph.terms import parse_term
from kgraph.vocab import Names

NAMES = Names()
DATA = """
@prefix : <https://w3id.org/kgraph/id/> . @prefix kg: <https://w3id.org/kgraph/ns#> .
@prefix g: <https://w3id.org/kgraph/graph/> .
g:first {
  :charge kg:accused :asem ; kg:status "open" .
  :c1 kg:about :charge ; kg:attributedTo :police ; kg:modality kg:official ; kg:evidence :p1 .
}
g:second {
  :charge kg:chargedUnder :article-174 .
  :c2 kg:about :charge ; kg:attributedTo :ngo , :lawyer .
  :c3 kg:claimSubject :charge ; kg:claimPredicate kg:motive ; kg:claimObject :political ;
    kg:about :charge ; kg:attributedTo :ngo ; kg:polarity kg:affirms .
  :c4 kg:claimSubject :charge ; kg:claimPredicate kg:status ; kg:claimValue "closed" .
}
<https://w3id.org/kgraph/graph/inferred/1> {
  :charge kg:facedBy :asem . :c9 kg:about :charge .
}
:charge kg:plain :asem . :c5 kg:about :charge .
"""


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.extend(parse(DATA, RdfFormat.TRIG))
    return store


def claims(store: Store, subject: str, predicate: str, object_: str) -> list[str]:
    terms = [parse_term(text, NAMES.prefixes) for text in (subject, predicate, object_)]
    assert isinstance(terms[0], NamedNode)
    assert isinstance(terms[1], NamedNode)
    found = who_says(store, NAMES, Triple(terms[0], terms[1], terms[2]))
    return [saying.claim.removeprefix(NAMES.things) for saying in found]


@pytest.mark.parametrize(
    ("triple", "who"),
    [
        ((":charge", "kg:accused", ":asem"), ["c1"]),
        ((":charge", "kg:chargedUnder", ":article-174"), ["c2"]),
        ((":charge", "kg:motive", ":political"), ["c3"]),
        ((":charge", "kg:status", '"open"'), ["c1"]),
        ((":charge", "kg:status", '"closed"'), ["c4"]),
        ((":charge", "kg:facedBy", ":asem"), []),
        ((":charge", "kg:plain", ":asem"), []),
        ((":asem", "kg:accused", ":charge"), []),
    ],
)
def test_a_claim_covers_its_record_in_its_own_document(
    store: Store, triple: tuple[str, str, str], who: list[str]
) -> None:
    assert claims(store, *triple) == who


def test_a_saying_tells_who_how_and_where(store: Store) -> None:
    accused = Triple(NAMES.thing("charge"), NAMES.term("accused"), NAMES.thing("asem"))
    (saying,) = who_says(store, NAMES, accused)
    assert saying.attributed_to == (NAMES.things + "police",)
    assert saying.modality == (NAMES.terms + "official",)
    assert saying.evidence == (NAMES.things + "p1",)
    assert saying.graph_name == NAMES.graphs + "first"
    assert saying.whole_record
