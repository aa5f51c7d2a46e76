import json

import pytest
from pyoxigraph import RdfFormat

from kgraph.errors import RDFSyntaxError
from kgraph.ingest.jsonld import JsonLdOptions
from kgraph.ingest.parse import parse_quads

DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
RTL = {"@id": "urn:a", "urn:p": {"@value": "x", "@language": "AR", "@direction": "rtl"}}


def objects(document: object, **options: object) -> list[str]:
    data = json.dumps(document).encode()
    found = parse_quads(
        data, RdfFormat.JSON_LD, base_iri="http://e/d/", json_ld=JsonLdOptions(**options)
    )
    return sorted(str(quad.object) for quad in found)


def test_lexical_forms_stay_as_they_are() -> None:
    values = [{"@value": "1.50", "@type": DOUBLE}, {"@value": "01", "@type": "urn:t"}]
    assert objects({"@id": "urn:a", "urn:p": values}) == ['"01"^^<urn:t>', f'"1.50"^^<{DOUBLE}>']


@pytest.mark.parametrize(
    ("direction", "found"),
    [
        ("rdf-1.2", ['"x"@ar--rtl']),
        ("none", ['"x"@ar']),
        ("i18n-datatype", ['"x"^^<https://www.w3.org/ns/i18n#ar_rtl>']),
    ],
)
def test_a_base_direction_is_kept_unless_told_otherwise(direction: str, found: list[str]) -> None:
    assert objects(RTL, direction=direction) == found


def test_a_base_direction_may_become_a_node() -> None:
    found = objects(RTL, direction="compound-literal")
    assert found[:3] == ['"ar"', '"rtl"', '"x"']
    assert len(found) == 4


def test_an_index_map_uses_the_context_that_its_type_scopes() -> None:
    scoped = {"Point": {"@id": "urn:Point", "@context": {"x": "urn:x"}}}
    context = {"@version": 1.1, **scoped, "places": {"@id": "urn:in", "@container": "@type"}}
    document = {"@context": context, "@id": "urn:a", "places": {"Point": {"x": "here"}}}
    assert '"here"' in objects(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n "@id": "urn:a",}', r"case, line 2, column 17: no JSON"),
        ('{"a": NaN}', "NaN is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{\n"@id": "here"\n, "urn:p": 1}', r"case, line 2, column 8: here is relative.*@base"),
        ('{"@context":\n "http://127.0.0.1:9/", "p": 1}', r"line 2, column 2.*are not fetched"),
        ('{"@id": 5}', 'value must be a string: {"value": 5}'),
        ('{"@context": {\n"p": {"@id": "nowhere"}}, "p": 1}', r"line 2, column 14: @context @id"),
    ],
)
def test_an_error_names_the_place_and_the_cure(text: str, message: str) -> None:
    with pytest.raises(RDFSyntaxError, match=f"(?s){message}"):
        parse_quads(text.encode(), RdfFormat.JSON_LD, source="case")


def test_a_remote_context_comes_only_from_the_caller_and_is_not_kept() -> None:
    document = {"@context": "http://e/context", "@id": "urn:a", "p": "x"}
    asked: list[str] = []

    def load(url: str) -> bytes:
        asked.append(url)
        return b'{"@context": {"p": "urn:p"}}'

    assert objects(document, load_context=load) == ['"x"']
    assert asked == ["http://e/context"]
    with pytest.raises(RDFSyntaxError, match="not fetched"):
        objects(document)
