"""The one way out: SERVICE and LOAD, closed unless the settings list the endpoint.

What may be asked is asked by HTTP POST (SPARQL 1.1 Protocol, 2.1.2), within a time and a size, and
a redirect to another host is not followed.
"""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from http.client import HTTPMessage
from typing import IO

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from kgraph.errors import EgressRefused, QueryEvaluationError
from kgraph.plan.algebra import Service, Term
from kgraph.plan.operations import Load
from kgraph.sparql.parse.mistakes import place_of
from kgraph.sparql.parse.tokens import tokenize

Loader = Callable[[NamedNode], Iterable[Triple]]
"""Fetches a document for LOAD; raises KGraphError if it cannot or may not."""

SERVICE_CURE = (
    "Query the other endpoint yourself and join here, ask for the data to be loaded, "
    "or have the endpoint listed in KGRAPH_SERVICE_ENDPOINTS"
)
_CALL = re.compile("service|load", re.IGNORECASE)
LOAD_CURE = "Fetch the document yourself and send it with PUT or POST to its graph"


@dataclass(frozen=True)
class Egress:
    """Which endpoints SERVICE may ask, and how long and how much they may answer."""

    endpoints: frozenset[str] = frozenset()
    seconds: float = 30
    max_bytes: int = 50_000_000
    loader: Loader | None = None

    def check(self, operation: object, text: str) -> None:
        """Raise EgressRefused, with its place in the text, for a call that is surely refused.

        What is SILENT, or names its endpoint by a variable, is seen to when it is evaluated.
        """
        if not _CALL.search(text):
            return
        if isinstance(operation, Load) and self.loader is None and not operation.silent:
            raise _refused("LOAD", operation.source, text, LOAD_CURE)
        for service in _services(operation):
            endpoint = service.endpoint
            if isinstance(endpoint, NamedNode) and endpoint.value not in self.endpoints:
                raise _refused("SERVICE", endpoint, text, SERVICE_CURE)

    def ask(self, endpoint: NamedNode, service: Service) -> Iterator[Mapping[str, Term]]:
        """The other endpoint's solutions; EgressRefused if it is not listed."""
        if endpoint.value not in self.endpoints:
            raise EgressRefused(f"SERVICE {endpoint} is off. {SERVICE_CURE}")
        try:
            yield from _solutions(self._fetched(endpoint, service))
        except (SyntaxError, ValueError) as error:
            what = f"SERVICE {endpoint} did not answer with solutions in JSON: {error}"
            raise QueryEvaluationError(what) from error

    def load(self, source: NamedNode) -> Iterable[Triple]:
        """The triples of a document; EgressRefused where nothing is fetched."""
        if self.loader is None:
            raise EgressRefused(f"LOAD {source} is off. {LOAD_CURE}")
        return self.loader(source)

    def _fetched(self, endpoint: NamedNode, service: Service) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the settings admit its scheme
            endpoint.value,
            data=urllib.parse.urlencode({"query": service.text}).encode(),
            headers={"Accept": "application/sparql-results+json", "User-Agent": "kgraph"},
        )
        opener = urllib.request.build_opener(_SameHost)
        try:
            with opener.open(request, timeout=self.seconds) as response:
                body: bytes = response.read(self.max_bytes + 1)
        except (OSError, ValueError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise QueryEvaluationError(f"SERVICE {endpoint} failed: {error}") from error
        if len(body) > self.max_bytes:
            raise QueryEvaluationError(
                f"SERVICE {endpoint} answers with over {self.max_bytes:,} bytes; ask it for less"
            )
        return body


def _solutions(body: bytes) -> list[dict[str, Term]]:
    """Read at once: what pyoxigraph reads from must end in the thread that it began in."""
    answer = parse_query_results(body, QueryResultsFormat.JSON)
    if not isinstance(answer, QuerySolutions):
        raise ValueError("it is a truth value")
    names = [variable.value for variable in answer.variables]
    found = []
    for solution in answer:
        cells = ((name, solution[name]) for name in names)
        found.append({name: term for name, term in cells if term is not None})
    return found


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects on one host, without losing what was asked."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request:
        there, here = urllib.parse.urlsplit(newurl), urllib.parse.urlsplit(req.full_url)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise urllib.error.HTTPError(
                req.full_url, code, f"redirects to another host, {there.netloc}", headers, fp
            )
        return urllib.request.Request(  # noqa: S310 - same scheme and host
            newurl, data=req.data, headers=dict(req.header_items())
        )


def _services(node: object) -> Iterator[Service]:
    """The SERVICE clauses that are ours to call and may not fail."""
    if isinstance(node, Service):
        if not node.silent:
            yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from _services(part)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _services(getattr(node, field.name))


def _refused(word: str, iri: NamedNode, text: str, cure: str) -> EgressRefused:
    place = place_of(text, _offset(word, iri, text))
    return EgressRefused(
        f"{place}: {word} {iri} is off, because it would make this server call another one. {cure}"
    )


def _offset(word: str, iri: NamedNode, text: str) -> int:
    """Where the call is; the first one that is not SILENT, if its IRI is written with a prefix."""
    tokens = tokenize(text)
    first = None
    for index, kind in enumerate(tokens.kinds):
        if kind == word and tokens.kinds[index + 1] != "SILENT":
            if tokens.texts[index + 1] == str(iri):
                return tokens.starts[index]
            first = tokens.starts[index] if first is None else first
    return first or 0
