"""Shapes are checked on load: a curator must be told what to do, and how much it matters."""

from pathlib import Path

import pytest

from kgraph.config import Settings
from kgraph.errors import ShapesError
from kgraph.ingest.corpus import load_corpus
from kgraph.shacl.curation import check_for_curators
from kgraph.shacl.model import Document, Shapes

from .toy import HEAD, PREFIXES
from .toy import shapes as toy_shapes

ROOT = Path(__file__).resolve().parents[3]
GOOD = """:S a sh:PropertyShape ; sh:targetClass :C ; sh:severity sh:Warning ;
    sh:path :p ; sh:minCount 1 ; sh:message "Add :p." ."""
QUERY = """:S a sh:NodeShape ; sh:targetClass :C ; sh:severity sh:Info ; sh:sparql [
    sh:prefixes <https://w3id.org/kgraph/shapes> ; sh:message "Look." ;
    sh:select "SELECT $this WHERE { $this t:p ?v }" ] ."""
COMPONENT = """:Few a sh:ConstraintComponent ; sh:parameter [ sh:path :few ] ; sh:nodeValidator [
    sh:message "Keep few." ; sh:select "SELECT $this { $this ?p ?o FILTER(?o > $few) }" ] .
    :S sh:targetClass :C ; sh:severity sh:Info ; :few 3 ."""
NESTED = """:S a sh:NodeShape ; sh:targetClass :C ; sh:severity sh:Info ; sh:message "No." ;
    sh:not [ sh:property [ sh:path :p ; sh:minCount 1 ] ] ."""


def parse(text: str) -> Shapes:
    return Shapes.parse([Document("justice.ttl", (HEAD + PREFIXES + text).encode())])


@pytest.mark.parametrize("text", [GOOD, QUERY, COMPONENT, NESTED, toy_shapes().decode()])
def test_what_is_fit_passes(text: str) -> None:
    check_for_curators(parse(text))


def test_our_own_shapes_are_fit() -> None:
    check_for_curators(Shapes.parse(sorted((ROOT / "shapes").glob("*.ttl"))))


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (GOOD, 'sh:message "Add :p."', ":note 1", "needs an sh:message"),
        (GOOD, '"Add :p."', '" "', "its sh:message is empty"),
        (GOOD, "sh:severity sh:Warning ;", "", "needs one sh:severity"),
        (GOOD, "sh:Warning", "sh:Error", "needs one sh:severity"),
        (GOOD, "sh:minCount", "sh:minCuont", "there is no <http://www.w3.org/ns/shacl#minCuont>"),
        (GOOD, "sh:path :p ;", "sh:path :p , :q ;", "sh:path has more than one value"),
        (QUERY, "sh:severity sh:Info ;", "", "needs one sh:severity"),
        (QUERY, 'sh:message "Look." ;', "", "needs an sh:message"),
        (QUERY, '"Look."', '""', "its sh:message is empty"),
        (QUERY, 'sh:message "Look."', 'sh:severity sh:Info ; sh:message "Look."', "has no effect"),
        (QUERY, "t:p ?v", "t:p", "does not parse"),
        (QUERY, "t:p ?v", "u:p ?v", "does not parse"),
        (QUERY, "t:p ?v", "t:p ?v MINUS { ?v t:q ?w }", "MINUS, which SHACL does not allow"),
        (QUERY, "t:p ?v", "t:p ?v VALUES ?v { 1 }", "VALUES, which SHACL does not allow"),
        (QUERY, "SELECT $this WHERE { $this", "SELECT ?x WHERE { ?x", "return $this"),
        (COMPONENT, 'sh:message "Keep few." ;', "", "needs an sh:message"),
        (NESTED, "sh:not [", "sh:property [ sh:path :p ; sh:class :C ] ; sh:not [", "needs one"),
    ],
)
def test_a_shape_unfit_for_a_curator_is_refused(
    text: str, old: str, new: str, message: str
) -> None:
    assert old in text
    with pytest.raises(ShapesError) as caught:
        check_for_curators(parse(text.replace(old, new, 1)))
    assert str(caught.value).startswith("justice.ttl, line 1")
    assert "<https://w3id.org/kgraph/ns#S>" in str(caught.value)
    assert message in str(caught.value)


def test_shapes_of_the_sources_are_checked(sources: Path, settings: Settings) -> None:
    (sources / "shapes").mkdir()
    (sources / "shapes" / "all.ttl").write_text(HEAD + GOOD.replace("sh:severity sh:Warning ;", ""))
    with pytest.raises(ShapesError, match=r"^shapes/all\.ttl, line 7: .*needs one sh:severity"):
        load_corpus(settings).theory(settings.names)
