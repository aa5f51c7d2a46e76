r"""From the text of a term, as `str(term)` writes it, to the term.

The text is canonical N-Triples (RDF 1.2 N-Triples, section 4): IRIs bare in `<>`, in literals only
`\b \t \n \f \r \" \\` and `\uXXXX`. A triple term stands without its `<<( )>>`.
"""

import re

from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, RdfFormat, parse

from kgraph.identifiers import Tag
from kgraph.terms import Term

_ESCAPE = re.compile(r"\\(u[0-9A-F]{4}|U[0-9A-F]{8}|.)", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}
_KNOWN_DATATYPES = 4096
_IRI, _BLANK, _TRIPLE = int(Tag.IRI), int(Tag.BLANK), int(Tag.TRIPLE)
_datatypes: dict[str, NamedNode] = {}


def term_from(text: str, tag: int) -> Term:
    """The term with this text; the tag tells a triple term from an IRI."""
    if tag == _IRI:
        return NamedNode(text[1:-1])
    if tag == _BLANK:
        return BlankNode(text[2:])
    if tag == _TRIPLE:
        return _triple(text)
    return _literal(text)


def _literal(text: str) -> Literal:
    end = text.rindex('"')
    lexical = text[1:end]
    if "\\" in lexical:
        lexical = _ESCAPE.sub(_unescaped, lexical)
    suffix = text[end + 1 :]
    if not suffix:
        return Literal(lexical)
    if suffix[0] == "^":
        return Literal(lexical, datatype=_datatype(suffix[3:-1]))
    if "--" in suffix:
        language, _, direction = suffix[1:].partition("--")
        return Literal(lexical, language=language, direction=_DIRECTIONS[direction])
    return Literal(lexical, language=suffix[1:])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return _ESCAPED.get(code) or chr(int(code[1:], 16))


def _datatype(iri: str) -> NamedNode:
    datatype = _datatypes.get(iri)
    if datatype is None:
        datatype = NamedNode(iri)
        if len(_datatypes) < _KNOWN_DATATYPES:
            _datatypes[iri] = datatype
    return datatype


def _triple(text: str) -> Term:
    line = f"<x:s> <x:p> <<( {text} )>> ."
    term: Term = next(iter(parse(line.encode(), RdfFormat.N_TRIPLES))).object
    return term
