"""Shapes are checked on load: a curator must be told what to do, and how much it matters."""

from pathlib import Path

import pytest

from kgraph.errors import ShapesError
from kgraph.shacl import Validator

from .toy import HEAD, PREFIXES
from .toy import shapes as toy_shapes

GOOD = """:S a sh:PropertyShape ; sh:targetClass :C ; sh:severity sh:Warning ;
    sh:path :p ; sh:minCount 1 ; sh:message "Add :p." ."""
QUERY = """:Q a sh:NodeShape ; sh:targetClass :C ; sh:severity sh:Info ; sh:sparql [
    sh:prefixes <https://w3id.org/kgraph/shapes> ; sh:message "Look." ;
    sh:select "SELECT $this WHERE { $this t:p ?v }" ] ."""


def test_the_toy_shapes_are_fit() -> None:
    assert Validator(toy_shapes())


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (GOOD, 'sh:message "Add :p."', ":note 1", "needs an sh:message"),
        (GOOD, '"Add :p."', '" "', "its sh:message is empty"),
        (GOOD, "sh:severity sh:Warning ;", "", "needs one sh:severity"),
        (GOOD, "sh:Warning", "sh:Error", "needs one sh:severity"),
        (GOOD, "sh:minCount", "sh:minCuont", "there is no http://www.w3.org/ns/shacl#minCuont"),
        (GOOD, "sh:path :p ;", "sh:path :p , :q ;", "more than one sh:path"),
        (QUERY, "sh:severity sh:Info ;", "", "needs one sh:severity"),
        (QUERY, 'sh:message "Look." ;', "", "needs an sh:message"),
        (QUERY, 'sh:message "Look."', 'sh:severity sh:Info ; sh:message "Look."', "has no effect"),
        (QUERY, "t:p ?v", "t:p", "does not parse"),
        (QUERY, "t:p ?v", "u:p ?v", "does not parse"),
        (QUERY, "t:p ?v", "t:p ?v MINUS { ?v t:q ?w }", "does not allow MINUS"),
        (QUERY, "t:p ?v", "t:p ?v VALUES ?v { 1 }", "does not allow VALUES"),
        (QUERY, "SELECT $this WHERE { $this", "SELECT ?x WHERE { ?x", "must use $this"),
    ],
)
def test_a_shape_unfit_for_a_curator_is_refused(
    tmp_path: Path, text: str, old: str, new: str, message: str
) -> None:
    assert old in text
    file = tmp_path / "justice.ttl"
    file.write_text(HEAD + PREFIXES + text)
    assert Validator([file])
    file.write_text(HEAD + PREFIXES + text.replace(old, new))
    with pytest.raises(ShapesError) as caught:
        Validator([file])
    assert str(caught.value).startswith(f"justice.ttl, <https://w3id.org/kgraph/ns#{text[1]}>")
    assert message in str(caught.value)


def test_a_syntax_error_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text(HEAD + ":S a sh:NodeShape ;;\n  sh:path [ .")
    with pytest.raises(ShapesError, match=r"bad\.ttl, line 8"):
        Validator([file])
