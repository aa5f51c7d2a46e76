"""Media types, RDF and result formats, file suffixes; choosing by Accept (RFC 9110, 12.5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import QueryResultsFormat, RdfFormat

from kgraph.errors import NotAcceptable, UnsupportedMediaType


@dataclass(frozen=True)
class Format:
    """One way to write graphs: all its media types (the first is preferred) and suffixes."""

    name: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    rdf: RdfFormat

    @property
    def media_type(self) -> str:
        """The media type we answer with."""
        return self.media_types[0]


@dataclass(frozen=True)
class ResultFormat:
    """One way to write solutions and booleans."""

    name: str
    media_types: tuple[str, ...]
    results: QueryResultsFormat

    @property
    def media_type(self) -> str:
        """The media type we answer with."""
        return self.media_types[0]


RDF_FORMATS = (
    Format("turtle", ("text/turtle", "application/x-turtle"), ("ttl",), RdfFormat.TURTLE),
    Format("n-triples", ("application/n-triples", "text/plain"), ("nt",), RdfFormat.N_TRIPLES),
    Format(
        "rdf-xml",
        ("application/rdf+xml", "application/xml", "text/xml"),
        ("rdf", "owl"),
        RdfFormat.RDF_XML,
    ),
    Format("json-ld", ("application/ld+json", "application/json"), ("jsonld",), RdfFormat.JSON_LD),
    Format("trig", ("application/trig", "application/x-trig"), ("trig",), RdfFormat.TRIG),
    Format("n-quads", ("application/n-quads", "text/x-nquads"), ("nq",), RdfFormat.N_QUADS),
    Format("n3", ("text/n3", "text/rdf+n3"), ("n3",), RdfFormat.N3),
)
RESULT_FORMATS = (
    ResultFormat(
        "json", ("application/sparql-results+json", "application/json"), QueryResultsFormat.JSON
    ),
    ResultFormat(
        "xml",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        QueryResultsFormat.XML,
    ),
    ResultFormat("csv", ("text/csv",), QueryResultsFormat.CSV),
    ResultFormat("tsv", ("text/tab-separated-values",), QueryResultsFormat.TSV),
)


def bare(media_type: str) -> str:
    """`text/turtle; charset=utf-8` without its parameters, in small letters."""
    return media_type.partition(";")[0].strip().lower()


def rdf_format(media_type: str) -> Format:
    """The RDF format of a media type, parameters ignored; UnsupportedMediaType for any other."""
    wanted = bare(media_type)
    for one in RDF_FORMATS:
        if wanted in one.media_types:
            return one
    offers = ", ".join(f.media_type for f in RDF_FORMATS)
    hint = ""
    if wanted == "application/x-www-form-urlencoded":
        hint = " (curl says so unless it is told -H 'Content-Type: ...')"
    raise UnsupportedMediaType(f"{media_type or 'no media type'} is not RDF{hint}; send {offers}")


def by_suffix(path: str | Path) -> Format:
    """The RDF format that a file's suffix stands for."""
    suffix = Path(path).suffix.lstrip(".").lower()
    for one in RDF_FORMATS:
        if suffix in one.suffixes:
            return one
    known = ", ".join("." + s for f in RDF_FORMATS for s in f.suffixes)
    raise UnsupportedMediaType(f"{path}: cannot tell the format from its name; use {known}")


def choose(accept: object, offers: Sequence[str]) -> str:
    """Pick the offer the client likes best; the first one where it states no wish.

    `accept` is the header's text, or anything whose `str` is (werkzeug's MIMEAccept). The most
    specific range speaks for an offer; `q=0` is a refusal. NotAcceptable where none is left.
    """
    ranges = _ranges("" if accept is None else str(accept))
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptable(f"{accept} admits none of {', '.join(offers)}")
    return best


def _ranges(header: str) -> dict[str, float]:
    ranges: dict[str, float] = {}
    for part in header.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not media_range:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                quality = _number(value)
        ranges[media_range] = max(quality, ranges.get(media_range, 0.0))
    return ranges


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(offer: str, ranges: dict[str, float]) -> float:
    kind = offer.partition("/")[0]
    for candidate in (offer, f"{kind}/*", "*/*"):
        if candidate in ranges:
            return ranges[candidate]
    return 0.0
