"""HTTP requests as plain objects, before anything is looked up or evaluated.

SPARQL 1.1 Protocol (sections 2.1, 2.2) and Graph Store HTTP Protocol (sections 4, 5), and four
parameters of ours: timeout, as-of, explain, collapse-same-as. Nothing here knows Flask, or looks
into the graph; percent-decoding has happened once, before us.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from kgraph.errors import MalformedRequest, UnsupportedMediaType
from kgraph.graph import AsOf, moment

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MULTIPART = "multipart/form-data"
TRUE, FALSE = frozenset({"", "true", "1", "yes"}), frozenset({"false", "0", "no"})
UTF8_NAMES = frozenset({"", "utf-8", "utf8"})

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Query:
    """A query operation; empty dataset lists mean the dataset of the service."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    as_of: AsOf | None = None
    """The commit that is asked; None is the current one."""
    seconds: float | None = None
    """A limit of its own, where it is below the service's."""
    explain: bool = False
    """Whether the plan is wanted instead of the answer."""
    collapse_same_as: bool = False
    """Whether what is the same is seen under one name only."""


@dataclass(frozen=True)
class Update:
    """An update operation; empty lists mean that WHERE sees the dataset of the service."""

    text: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Describe:
    """A GET without any operation: the service describes itself."""


@dataclass(frozen=True)
class GraphTarget:
    """The graph that a Graph Store request speaks about; `iri` None is the default graph."""

    iri: str | None


@dataclass(frozen=True)
class NewGraph:
    """A POST to the graph store itself: the server chooses the name of the graph."""


@dataclass(frozen=True)
class Body:
    """A request body with its media type, parameters of the type taken off."""

    media_type: str
    charset: str
    data: bytes

    def text(self) -> str:
        """Decode the body; SPARQL travels in UTF-8 and in nothing else."""
        if self.charset.lower() not in UTF8_NAMES:
            raise MalformedRequest(
                f"the body is declared as {self.charset}, and SPARQL is sent in UTF-8: "
                "encode it so and drop the charset parameter"
            )
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedRequest(
                f"the body is not UTF-8: byte {error.start} cannot be decoded; encode it as UTF-8"
            ) from error


def parse_operation(method: str, body: Body, url_params: Params) -> Query | Update | Describe:
    """Read which operation a request to the SPARQL endpoint asks for, and with what."""
    if method in ("GET", "HEAD"):
        return _parse_get(_fields(url_params))
    if body.media_type == QUERY:
        return _query([body.text()], _fields(url_params))
    if body.media_type == UPDATE:
        return _update([body.text()], _fields(url_params))
    if body.media_type == FORM:
        return _parse_form(_fields([*url_params, *_parse_form_body(body)]))
    raise UnsupportedMediaType(
        _media_type_message(body.media_type, "a query or an update", (QUERY, UPDATE, FORM))
    )


def parse_graph_target(
    method: str, direct_iri: str | None, url_params: Params
) -> GraphTarget | NewGraph:
    """Read which graph a Graph Store request means (sections 4.1 and 4.2).

    `direct_iri` is the graph that the request's own path identifies, if it does.
    """
    fields = _fields(url_params)
    indirect = len(fields["graph"]) + len(fields["default"])
    if direct_iri is not None:
        if indirect:
            raise MalformedRequest(
                "the path names a graph already: leave out ?graph= and ?default, or use /graphs"
            )
        return GraphTarget(direct_iri)
    if indirect > 1:
        raise MalformedRequest("expected one of ?graph=<IRI> and ?default, found more than one")
    if fields["default"]:
        return GraphTarget(None)
    if fields["graph"]:
        return GraphTarget(absolute_iri(fields["graph"][0], "graph"))
    if method == "POST":
        return NewGraph()
    raise MalformedRequest("which graph? Say ?graph=<IRI>, ?default, or /graphs/<name>")


def absolute_iri(text: str, parameter: str) -> str:
    """Check that a parameter holds an absolute IRI and return it."""
    try:
        return NamedNode(text).value
    except ValueError as error:
        raise MalformedRequest(
            f"{parameter}={text} is not an absolute IRI ({error}); "
            "give it in full and percent-encode it once"
        ) from error


def _parse_get(fields: Mapping[str, list[str]]) -> Query | Describe:
    if fields["update"]:
        raise MalformedRequest("an update is sent by POST, never by GET: nothing was changed")
    if fields["query"]:
        return _query(fields["query"], fields)
    others = sorted(name for name, values in fields.items() if values and name != "format")
    if others:
        raise MalformedRequest(
            f"found {', '.join(others)} but no query: send ?query=<SPARQL>, "
            "or no parameter at all for the service description"
        )
    return Describe()


def _parse_form(fields: Mapping[str, list[str]]) -> Query | Update:
    if fields["query"] and fields["update"]:
        raise MalformedRequest("found both query and update: send one of them per request")
    if fields["update"]:
        return _update(fields["update"], fields)
    return _query(fields["query"], fields)


def _query(texts: list[str], fields: Mapping[str, list[str]]) -> Query:
    return Query(
        _only(texts, "query"),
        _iris(fields, "default-graph-uri"),
        _iris(fields, "named-graph-uri"),
        parse_as_of(fields["as-of"]),
        _seconds(fields["timeout"]),
        _truth(fields["explain"], "explain"),
        _truth(fields["collapse-same-as"], "collapse-same-as"),
    )


def _update(texts: list[str], fields: Mapping[str, list[str]]) -> Update:
    return Update(
        _only(texts, "update"),
        _iris(fields, "using-graph-uri"),
        _iris(fields, "using-named-graph-uri"),
        _seconds(fields["timeout"]),
    )


def parse_as_of(texts: list[str]) -> AsOf | None:
    """Read the commit that is asked, by number, day or time; None if none is named."""
    return moment(_only(texts, "as-of")) if texts else None


def _seconds(texts: list[str]) -> float | None:
    if not texts:
        return None
    text = _only(texts, "timeout")
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not (isfinite(found) and found > 0):
        raise MalformedRequest(f"timeout={text} is no number of seconds above 0")
    return found


def _truth(texts: list[str], name: str) -> bool:
    text = _only(texts, name).lower() if texts else "false"
    if text not in TRUE | FALSE:
        raise MalformedRequest(f"{name}={text} is neither true nor false")
    return text in TRUE


def _only(texts: list[str], name: str) -> str:
    if len(texts) != 1:
        raise MalformedRequest(f"expected one {name}, found {len(texts)}: send exactly one")
    return texts[0]


def _iris(fields: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(absolute_iri(text, name) for text in fields[name])


def _parse_form_body(body: Body) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.text(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise MalformedRequest(
            f"the form cannot be read ({error}): percent-encode its values as UTF-8"
        ) from error


def _fields(params: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in params:
        fields[name].append(value)
    return fields


def _media_type_message(media_type: str, what: str, accepted: Sequence[str]) -> str:
    found = f"{media_type} is" if media_type else "no Content-Type was sent, which is"
    return f"{found} not a media type for {what}; accepted: {', '.join(accepted)}"
