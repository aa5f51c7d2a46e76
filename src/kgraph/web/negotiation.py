"""Which format an answer is in: the `Accept` header, or a `format` parameter that overrides it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat

from kgraph.errors import NotAcceptable
from kgraph.formats import RDF_FORMATS, RESULT_FORMATS, choose

HTML, XHTML = "text/html", "application/xhtml+xml"


@dataclass(frozen=True)
class Offer:
    """A media type we can answer in, the short names for it, and who writes it."""

    media_type: str
    names: tuple[str, ...]
    writer: RdfFormat | QueryResultsFormat | None = None


OTHER_NAMES = {"rdf-xml": ("rdf+xml", "xml"), "json-ld": ("json", "json+ld", "ld+json")}
"""What SPARQLWrapper and other clients call formats in `?format=`."""


def _graph_offers() -> tuple[Offer, ...]:
    # text/plain stands for N-Triples in requests, but a person who asks for plain text
    # does not mean RDF; application/xml and text/xml are what browsers send for pages
    shy = {"text/plain", "application/xml", "text/xml"}
    return tuple(
        Offer(
            one.media_type,
            (one.name, *one.suffixes, media_type, *OTHER_NAMES.get(one.name, ())),
            one.rdf,
        )
        if media_type == one.media_type
        else Offer(media_type, (media_type,), one.rdf)
        for one in RDF_FORMATS
        for media_type in one.media_types
        if media_type not in shy
    )


def _result_offers(*names: str) -> tuple[Offer, ...]:
    return tuple(
        Offer(media_type, (one.name, media_type), one.results)
        for one in RESULT_FORMATS
        if one.name in names
        for media_type in one.media_types
    )


GRAPHS = _graph_offers()
SOLUTIONS = _result_offers("json", "xml", "csv", "tsv")
BOOLEANS = _result_offers("json", "xml")
"""SPARQL 1.1 Query Results CSV and TSV Formats (section 1) defines them for SELECT alone."""

PLANS = (
    Offer("text/plain", ("text", "text/plain")),
    Offer("application/json", ("json", "application/json")),
)
"""How a query is solved: for people and for programs."""


def negotiate(accept: str | None, override: str | None, offers: Sequence[Offer]) -> Offer:
    """Pick an offer; NotAcceptable lists all of them where the client admits none."""
    if override:
        wanted = override.replace(" ", "+").lower()  # an unescaped + arrives as a space
        for offer in offers:
            if wanted in offer.names:
                return offer
        raise NotAcceptable(
            f"format={override} is not one for this answer; there are {_names(offers)}"
        )
    chosen = choose(accept, [offer.media_type for offer in offers])
    return next(offer for offer in offers if offer.media_type == chosen)


def wants_page(accept: str | None, offers: Sequence[Offer]) -> bool:
    """Whether HTML is liked better than all offers; who states no wish is a program."""
    media_types = [*(offer.media_type for offer in offers), HTML, XHTML]
    return choose(accept, list(dict.fromkeys(media_types))) in (HTML, XHTML)


def _names(offers: Sequence[Offer]) -> str:
    return ", ".join(dict.fromkeys(offer.names[0] for offer in offers if "/" not in offer.names[0]))
