import pytest

from kgraph.errors import NotAcceptable, UnsupportedMediaType
from kgraph.formats import (
    RDF_FORMATS,
    by_suffix,
    choose,
    rdf_format,
)

OFFERS = ["text/turtle", "application/rdf+xml", "application/ld+json"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/*", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/ld+json;q=0.4, application/rdf+xml;q=0.8", "application/rdf+xml"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ("text/turtle;q=0, */*", "application/rdf+xml"),
        ("Application/RDF+XML ; Q=1", "application/rdf+xml"),
        ("image/png, application/ld+json;q=0.001", "application/ld+json"),
        ("text/*;q=0.2, application/ld+json;q=0.1", "text/turtle"),
    ],
)
def test_the_offer_that_the_client_likes_best(accept: str | None, chosen: str) -> None:
    assert choose(accept, OFFERS) == chosen


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "text/turtle;q=x"])
def test_no_match_is_not_acceptable(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="admits none of text/turtle, application/rdf"):
        choose(accept, OFFERS)


@pytest.mark.parametrize("media_type", [t for form in RDF_FORMATS for t in form.media_types])
def test_parameters_and_case_do_not_matter(media_type: str) -> None:
    assert media_type in rdf_format(f"{media_type.upper()}; charset=utf-8").media_types


def test_what_is_no_rdf_is_unsupported_and_the_message_lists_what_is() -> None:
    with pytest.raises(UnsupportedMediaType, match="image/png is not RDF; send text/turtle"):
        rdf_format("image/png")


def test_a_suffix_stands_for_a_format() -> None:
    assert by_suffix("a/b.TTL").name == "turtle"
    assert by_suffix("x.nq").name == "n-quads"
    with pytest.raises(UnsupportedMediaType, match=r"report\.txt: cannot tell"):
        by_suffix("report.txt")
