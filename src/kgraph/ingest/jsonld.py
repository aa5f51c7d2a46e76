"""JSON-LD 1.1 to quads: PyLD expands a document, pyoxigraph reads what comes out.

PyLD knows the whole of contexts but rewrites numbers (`"1.50"^^xsd:double`); pyoxigraph keeps every
lexical form but misses parts of contexts (docs/decisions/0060). A base direction stays unless told
otherwise: RDF 1.2 can hold it. IRIs and language tags that are none are dropped, as JSON-LD says.
"""

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyoxigraph as ox

from kgraph.errors import Place, RDFSyntaxError

LoadContext = Callable[[str], bytes]
"""Fetches a remote context; whoever gives one answers for the egress."""
Direction = Literal["rdf-1.2", "none", "i18n-datatype", "compound-literal"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_I18N = "https://www.w3.org/ns/i18n#"
_CLOSED = "Put the JSON-LD context into the document; remote ones are not fetched"
_NO_BASE = "http://no-base.invalid/"
_RELATIVE = re.compile(rf'"{re.escape(_NO_BASE)}([^"]*)"')


@dataclass(frozen=True)
class JsonLdOptions:
    """What a caller may set of the options of the JSON-LD API (section 9.3.1 there)."""

    load_context: LoadContext | None = None
    expand_context: object = None
    processing_mode: str = "json-ld-1.1"
    direction: Direction = "rdf-1.2"


def parse_json_ld(
    data: bytes, *, base_iri: str | None, source: str | None, options: JsonLdOptions
) -> Iterator[ox.Quad]:
    """The quads of a document; RDFSyntaxError where it is no JSON-LD, or holds what is no RDF."""
    document = _read(data, source)
    expanded = _expanded(document, data, base_iri or _NO_BASE, source, options)
    for value in _value_objects(expanded):
        _turn(value, options.direction)
    text = json.dumps(expanded, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if base_iri is None and (relative := _RELATIVE.search(text.decode("utf-8", "replace"))):
        what, cure = f"{relative[1]} is relative", 'Write the IRI in full, or give an "@base"'
        raise RDFSyntaxError(what, _place(data, source, relative[1]), cure=cure)
    try:
        yield from ox.parse(text, ox.RdfFormat.JSON_LD, rename_blank_nodes=True)
    except (SyntaxError, ValueError) as error:
        # Lines and columns of the expanded text mean nothing to whoever wrote the document.
        raise RDFSyntaxError(str(error).rpartition(": ")[2], Place(source or "document")) from None


def _read(data: bytes, source: str | None) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(data, parse_constant=refuse)
    except json.JSONDecodeError as error:
        place = Place(source or "document", error.lineno, error.colno)
        raise RDFSyntaxError(f"no JSON: {error.msg}", place) from None
    except RecursionError:
        raise RDFSyntaxError("nested too deeply", Place(source or "document")) from None
    except ValueError as error:
        raise RDFSyntaxError(f"no JSON: {error}", Place(source or "document")) from None


def _expanded(
    document: Any, data: bytes, base: str, source: str | None, options: JsonLdOptions
) -> Any:
    """The document without contexts and abbreviations."""
    from pyld import jsonld  # 60 ms, which only readers of JSON-LD should wait for
    from pyld.context_resolver import ContextResolver

    def load(url: str, _options: Mapping[str, object]) -> dict[str, object]:
        if options.load_context is None:
            raise _Closed(url)
        content = json.loads(options.load_context(url))
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": content,
        }

    settings = {
        "base": base,
        "processingMode": options.processing_mode,
        "documentLoader": load,
        # Contexts of one caller are not another's: no cache is shared.
        "contextResolver": ContextResolver({}, load),
    }
    if options.expand_context is not None:
        settings["expandContext"] = options.expand_context
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # a word like "@foo" is passed over
            return jsonld.expand(document, settings)
    except jsonld.JsonLdError as error:
        raise _explained(error, data, source) from None
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError) as error:
        what = f"this cannot be expanded ({type(error).__name__}: {error})"
        raise RDFSyntaxError(what, Place(source or "document")) from None


class _Closed(Exception):
    """A remote context, and no way out."""


def _explained(error: Exception, data: bytes, source: str | None) -> RDFSyntaxError:
    """PyLD's innermost error that has a code, with the part of the document that it names."""
    chain: list[BaseException] = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    deepest = next((e for e in reversed(chain) if getattr(e, "code", None)), error)
    details = getattr(deepest, "details", None) or {}
    place = _place(data, source, *_words(details))
    if any(isinstance(e, _Closed) for e in chain):
        return RDFSyntaxError("the context lies in another document", place, cure=_CLOSED)
    what = str(deepest.args[0]).removeprefix("Invalid JSON-LD syntax; ").rstrip(". ")
    shown = json.dumps(details, ensure_ascii=False, default=str) if details else ""
    if shown:
        what += f": {shown[:200]}{'...' if len(shown) > 200 else ''}"
    return RDFSyntaxError(what, place)


def _words(details: Any) -> Iterator[str]:
    """The strings in what PyLD says of an error, values before names."""
    if isinstance(details, str):
        yield details
    elif isinstance(details, list | tuple):
        for one in details:
            yield from _words(one)
    elif isinstance(details, Mapping):
        for one in details.values():
            yield from _words(one)
        yield from details


def _place(data: bytes, source: str | None, *words: str) -> Place:
    """Where the first of the words stands that is in the document just once."""
    for word in words:
        quoted = json.dumps(word, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if data.count(quoted) == 1:
            before = data[: data.index(quoted)]
            column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
            return Place(source or "document", before.count(b"\n") + 1, column)
    return Place(source or "document")


def _value_objects(tree: Any) -> Iterator[dict[str, Any]]:
    """All value objects of an expanded document, but for what stands inside JSON literals."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "@value" in one:
                yield one
            else:
                waiting += one.values()


def _turn(value: dict[str, Any], direction: Direction) -> None:
    """Write the base direction of a value object the way that is asked for."""
    if direction == "rdf-1.2" or "@direction" not in value:
        return
    way = value.pop("@direction")
    language = value.get("@language", "").lower()
    if direction == "i18n-datatype":
        value.pop("@language", None)
        value["@type"] = f"{_I18N}{language}_{way}"
    elif direction == "compound-literal":
        parts = {"value": value.pop("@value"), "direction": way}
        if value.pop("@language", None):
            parts["language"] = language
        value.update({_RDF + name: [{"@value": part}] for name, part in parts.items()})
