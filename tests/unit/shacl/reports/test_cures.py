"""Cures: what they say, and that each alone mends what it is for."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgraph.shacl.report import ValidationResult
from kgraph.shacl.reports.cures import FINDERS, Cure
from kgraph.shacl.reports.sentences import SENTENCES
from kgraph.shacl.reports.spelling import Spelling

from .given import HEAD, checked

CASES = {
    "Class": (
        "[ sh:path ex:knows ; sh:class ex:Person ]",
        'ex:x ex:knows ex:bob , ex:danna . ex:dana a ex:Person ; rdfs:label "Dana" .',
        ["say that ex:bob is a ex:Person"],
        "ex:bob, ex:knows of ex:x, is no ex:Person.",
    ),
    "Class of a literal": (
        "[ sh:path ex:knows ; sh:class ex:Person ]",
        'ex:x ex:knows "Dana" . ex:dana a ex:Judge ; rdfs:label "Dana" . '
        "ex:Judge rdfs:subClassOf ex:Person .",
        ["write ex:dana (Dana) in place of “Dana”"],
        "“Dana”, ex:knows of ex:x, is no ex:Person.",
    ),
    "Datatype": (
        "[ sh:path ex:p ; sh:datatype xsd:integer ]",
        'ex:x ex:p " 42" .',
        ['write "42"^^xsd:integer in place of “ 42”'],
        "“ 42”, ex:p of ex:x, is of xsd:string; xsd:integer is needed.",
    ),
    "Datatype without a cure": (
        "[ sh:path ex:p ; sh:datatype xsd:integer ]",
        'ex:x ex:p "forty" .',
        [],
        "“forty”, ex:p of ex:x, is of xsd:string; xsd:integer is needed.",
    ),
    "Datatype, ill-typed": (
        "[ sh:path ex:p ; sh:datatype xsd:date ]",
        'ex:x ex:p "2022-13-01"^^xsd:date .',
        [],
        "“2022-13-01”, ex:p of ex:x, is not written as xsd:date must be.",
    ),
    "NodeKind": (
        "[ sh:path ex:p ; sh:nodeKind sh:IRI ]",
        'ex:x ex:p "http://example.org/y" .',
        ["write ex:y in place of “http://example.org/y”"],
        "“http://example.org/y”, ex:p of ex:x, is a literal; an IRI is needed.",
    ),
    "NodeKind, a literal": (
        "[ sh:path ex:p ; sh:nodeKind sh:Literal ]",
        'ex:x ex:p ex:y . ex:y rdfs:label "Y" .',
        ['write "Y" in place of Y'],
        "Y, ex:p of ex:x, is an IRI; a literal is needed.",
    ),
    "In": (
        "[ sh:path ex:p ; sh:in ( ex:red ex:green ) ]",
        "ex:x ex:p ex:gren .",
        ["write ex:green in place of ex:gren"],
        "ex:gren, ex:p of ex:x, is none of ex:red or ex:green.",
    ),
    "HasValue": (
        "[ sh:path ex:p ; sh:hasValue ex:y ]",
        "ex:x ex:p ex:z .",
        ["add ex:p ex:y"],
        "ex:x lacks ex:y for ex:p.",
    ),
    "MinCount": (
        "[ sh:path ex:name ; sh:minCount 1 ]",
        'ex:x ex:naem "X" .',
        ["write ex:name in place of ex:naem"],
        "ex:x has no values for ex:name; at least 1 is needed.",
    ),
    "MinCount, one possible value": (
        "[ sh:path ex:p ; sh:minCount 1 ; sh:class ex:Court ]",
        'ex:x ex:q 1 . ex:court a ex:Court ; rdfs:label "The court" .',
        ["add ex:p The court"],
        "ex:x has no values for ex:p; at least 1 is needed.",
    ),
    "MaxCount": (
        "[ sh:path ex:p ; sh:maxCount 1 ]",
        "ex:x ex:p 1 , 2 .",
        ["keep “1” and leave out “2”", "keep “2” and leave out “1”"],
        "ex:x has 2 values for ex:p; at most 1 may be given.",
    ),
    "MaxCount of none": (
        "[ sh:path ex:p ; sh:maxCount 0 ]",
        "ex:x ex:p 1 .",
        ["leave out “1”"],
        "ex:x has 1 value for ex:p; at most 0 may be given.",
    ),
    "UniqueLang": (
        "[ sh:path ex:p ; sh:uniqueLang true ]",
        'ex:x ex:p "a"@en , "b"@en , "c"@de .',
        ["keep “a” in language en", "keep “b” in language en"],
        "ex:x has more than one ex:p in language en.",
    ),
    "LanguageIn": (
        '[ sh:path ex:p ; sh:languageIn ( "en" ) ]',
        'ex:x ex:p "a" .',
        ['write "a"@en in place of “a”'],
        "“a”, ex:p of ex:x, has no language; en is needed.",
    ),
    "LessThan": (
        "[ sh:path ex:from ; sh:lessThan ex:to ]",
        'ex:x ex:from "2022-02-01"^^xsd:date ; ex:to "2022-01-01"^^xsd:date .',
        ["exchange ex:from and ex:to: “2022-01-01” comes before “2022-02-01”"],
        "“2022-02-01”, ex:from of ex:x, is not less than its ex:to, “2022-01-01”.",
    ),
    "LessThanOrEquals": (
        "[ sh:path ex:from ; sh:lessThanOrEquals ex:to ]",
        "ex:x ex:from 5 ; ex:to 3 .",
        ["exchange ex:from and ex:to: “3” comes before “5”"],
        "“5”, ex:from of ex:x, is not at most its ex:to, “3”.",
    ),
    "Closed": (
        "[ sh:path ex:name ]",
        'ex:x ex:naam "X" . ex:S sh:closed true ; sh:ignoredProperties ( ex:name ) .',
        ["write ex:name in place of ex:naam", "leave out ex:naam “X”"],
        "ex:x has ex:naam, which ex:S does not list.",
    ),
    "Disjoint": (
        "[ sh:path ex:p ; sh:disjoint ex:q ]",
        "ex:x ex:p ex:y ; ex:q ex:y .",
        ["leave out ex:p ex:y", "leave out ex:q ex:y"],
        "ex:y, ex:p of ex:x, is also its ex:q; it must not be both.",
    ),
    "Equals": (
        "[ sh:path ex:p ; sh:equals ex:q ]",
        "ex:x ex:q ex:y .",
        ["add ex:p ex:y", "leave out ex:q ex:y"],
        "ex:p and ex:q of ex:x must be the same, and only one of them has ex:y.",
    ),
    "Pattern": (
        '[ sh:path ex:p ; sh:pattern "^[a-z]+$" ]',
        'ex:x ex:p "abc " .',
        ['write "abc" in place of “abc ”'],
        "“abc ”, ex:p of ex:x, does not match the pattern ^[a-z]+$.",
    ),
    "MinLength": (
        "[ sh:path ex:p ; sh:minLength 3 ]",
        'ex:x ex:p "ab" .',
        [],
        "“ab”, ex:p of ex:x, has 2 characters; at least 3 are needed.",
    ),
    "MaxLength": (
        "[ sh:path ex:p ; sh:maxLength 1 ]",
        'ex:x ex:p "ab" .',
        [],
        "“ab”, ex:p of ex:x, has 2 characters; at most 1 are needed.",
    ),
    "MinInclusive": (
        "[ sh:path ex:p ; sh:minInclusive 3 ]",
        "ex:x ex:p 2 .",
        [],
        "“2”, ex:p of ex:x, is not at least “3”.",
    ),
    "MaxExclusive": (
        "[ sh:path ex:p ; sh:maxExclusive 3 ]",
        'ex:x ex:p "much" .',
        [],
        "“much”, ex:p of ex:x, cannot be compared with “3”.",
    ),
    "Not": (
        "[ sh:path ex:p ; sh:not [ sh:class ex:C ] ]",
        "ex:x ex:p ex:y . ex:y a ex:C .",
        [],
        "ex:y, ex:p of ex:x, conforms to [sh:class ex:C], and must not.",
    ),
    "Or": (
        "[ sh:path ex:p ; sh:or ( [ sh:class ex:C ] [ sh:class ex:D ] ) ]",
        "ex:x ex:p ex:y .",
        [],
        "ex:y, ex:p of ex:x, conforms to none of [sh:class ex:C] or [sh:class ex:D].",
    ),
    "Xone": (
        "[ sh:path ex:p ; sh:xone ( [ sh:class ex:C ] [ sh:nodeKind sh:IRI ] ) ]",
        "ex:x ex:p ex:y . ex:y a ex:C .",
        [],
        "ex:y, ex:p of ex:x, must conform to exactly one of [sh:class ex:C] or "
        "[sh:nodeKind sh:IRI].",
    ),
    "And": (
        "[ sh:path ex:p ; sh:and ( [ sh:class ex:C ] ) ]",
        "ex:x ex:p ex:y .",
        [],
        "ex:y, ex:p of ex:x, does not conform to [sh:class ex:C].",
    ),
    "QualifiedMinCount": (
        "[ sh:path ex:p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:C ] ]",
        "ex:x ex:p ex:y .",
        [],
        "ex:x has too few values for ex:p that conform to [sh:class ex:C]; at least 1 is needed.",
    ),
    "a property with a name": (
        '[ sh:path ex:p ; sh:name "first name" ; sh:minCount 1 ]',
        "ex:x ex:q ex:y .",
        [],
        "ex:x has no values for first name; at least 1 is needed.",
    ),
    "a path": (
        "[ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:minCount 1 ]",
        "ex:x ex:p ex:y .",
        [],
        "ex:x has too few values for (ex:p/^ex:q); at least 1 is needed.",
    ),
    "a query": (
        "[ sh:path ex:p ; sh:sparql [ sh:select "
        '"SELECT $this ?value { $this <http://example.org/p> ?value }" ] ]',
        "ex:x ex:p ex:y .",
        [],
        "ex:p of ex:x is not as ex:S wants it.",
    ),
}


def shapes(property_: str) -> str:
    return f"ex:S a sh:NodeShape ; sh:targetNode ex:x ; sh:property {property_} ."


def mended(folder: Path, data: str, shape: str, cure: Cure) -> set[tuple[str, ...]]:
    """The results that are left when a cure is applied."""
    quads = set(ox.parse((HEAD + data).encode(), ox.RdfFormat.TURTLE))
    assert set(cure.removed) <= quads
    changed = (quads - set(cure.removed)) | set(cure.added)
    text = (ox.serialize(changed, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return {key(one.result) for one in checked(folder, text, shape).all}


def key(result: ValidationResult) -> tuple[str, ...]:
    return (str(result.focus_node), str(result.result_path), str(result.value))


@pytest.mark.parametrize("name", CASES)
def test_a_result_is_told_and_mended(name: str, tmp_path: Path) -> None:
    property_, data, texts, sentence = CASES[name]
    data, _, more = data.partition(" ex:S ")
    shape = shapes(property_) + (f" ex:S {more}" if more else "")
    first = checked(tmp_path, data, shape).all[0]
    assert first.sentence == sentence
    assert [cure.text for cure in first.cures] == texts
    for cure in first.cures:
        assert cure.added or cure.removed
        assert key(first.result) not in mended(tmp_path, data, shape, cure)


def test_every_component_with_a_cure_has_a_case() -> None:
    tried = {name.partition(",")[0].partition(" ")[0] for name in CASES}
    assert FINDERS.keys() <= tried | {"QualifiedMaxCount"}


def test_every_core_component_has_a_sentence() -> None:
    core = "Class Datatype NodeKind MinCount MaxCount MinExclusive MinInclusive MaxExclusive "
    core += "MaxInclusive MinLength MaxLength Pattern LanguageIn UniqueLang Equals Disjoint "
    core += "LessThan LessThanOrEquals Not And Or Xone Node QualifiedMinCount QualifiedMaxCount "
    core += "Closed HasValue In"
    assert set(core.split()) <= SENTENCES.keys()


def test_the_nearest_of_many_is_proposed(tmp_path: Path) -> None:
    property_, data, *_ = CASES["Class"]
    found = {one.value: one for one in checked(tmp_path, data, shapes(property_)).all}
    texts = [cure.text for cure in found["ex:danna"].cures]
    assert texts[0] == "write ex:dana (Dana) in place of ex:danna"


def test_a_cure_in_a_blank_node_is_no_update(tmp_path: Path) -> None:
    shape = "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:q ; sh:property "
    shape += "[ sh:path ex:p ; sh:datatype xsd:date ] ."
    report = checked(tmp_path, 'ex:x ex:q [ ex:p "2022-01-01" ] .', shape)
    (cure,) = report.all[0].cures
    assert cure.update == ""
    assert cure.to_json()["patch"]["added"]


def test_advice_has_no_triples(tmp_path: Path) -> None:
    property_ = '[ sh:path ex:p ; sh:minCount 1 ; sh:in ( "a" "b" ) ]'
    (advice,) = checked(tmp_path, "ex:x ex:q 1 .", shapes(property_)).all[0].cures
    assert advice == Cure("add ex:p with one of “a” or “b”")
    property_ = "[ sh:path ex:p ; sh:maxCount 2 ]"
    (advice,) = checked(tmp_path, "ex:x ex:p 1 , 2 , 3 .", shapes(property_)).all[0].cures
    assert advice == Cure("keep 2 of “1”, “2” and “3”")


def test_names_spelt_alike_are_found_among_many() -> None:
    people = [ox.NamedNode(f"urn:p:person-{n}") for n in range(3000)]
    wanted = ox.NamedNode("urn:p:zhanbolat-mamai")
    spelling = Spelling([*people, wanted], lambda term: None)
    assert spelling.near(ox.NamedNode("urn:q#janbolat-mamay")) == [wanted]
    assert spelling.near(ox.NamedNode("urn:q#nobody")) == []
    assert spelling.near(ox.Literal("Person-2999"))[0] == people[2999]
