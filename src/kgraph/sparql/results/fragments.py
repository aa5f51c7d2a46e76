"""One term in each result format.

Terms of SPARQL 1.2 are in: triple terms and base directions. XML 1.0 has no control characters;
U+FFFD stands for them there.
"""

import re

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.identifiers import Tag, inline_id, tag_of
from kgraph.plan.algebra import Term
from kgraph.values.literals import XSD_STRING

JSON_ESCAPES = {code: f"\\u{code:04X}" for code in range(0x20)} | {
    ord(raw): f"\\{letter}"
    for raw, letter in zip('\b\t\n\f\r"\\', ["b", "t", "n", "f", "r", '"', "\\"], strict=True)
}
XML_ESCAPES = {code: "\ufffd" for code in (*range(0x20), 0xFFFE, 0xFFFF)} | {
    ord("\t"): "\t",
    ord("\n"): "\n",
    ord("\r"): "&#13;",
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
}
SPACE_ESCAPES = {ord(" "): "&#32;", ord("\t"): "&#9;", ord("\n"): "&#10;"}
ITS = 'xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'
PLAIN_IN_TSV = frozenset({Tag.INTEGER, Tag.DECIMAL, Tag.BOOLEAN})
"""Inline terms that Turtle, and so TSV, abbreviates: exactly these forms."""

_JSON_SPECIAL = re.compile(r'[\x00-\x1f"\\]')
_XML_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ufffe\uffff]")
_SPACE_AT_END = re.compile(r"^[ \t\n]|[ \t\n]$")
_CSV_SPECIAL = re.compile(r'[",\r\n]')


def json_text(text: str) -> str:
    """A text in quotes."""
    if _JSON_SPECIAL.search(text):
        text = text.translate(JSON_ESCAPES)
    return f'"{text}"'


def json_term(term: Term) -> str:
    """A term as SPARQL 1.2 Query Results JSON has it."""
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{json_text(term.value)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{json_text(term.value)}}}'
    if isinstance(term, Literal):
        return f'{{"type":"literal","value":{json_text(term.value)}{_json_kind(term)}}}'
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    inside = ",".join(f'"{name}":{json_term(part)}' for name, part in parts)
    return f'{{"type":"triple","value":{{{inside}}}}}'


def json_of_text(text: str) -> str | None:
    r"""A term that is no triple, from its canonical N-Triples text; None where that is too rare.

    JSON and N-Triples escape alike but for characters that N-Triples writes as `\u`.

    >>> json_of_text('"a\\\\"b"@en')
    '{"type":"literal","value":"a\\\\"b","xml:lang":"en"}'
    """
    first = text[0]
    if first == "<":
        return f'{{"type":"uri","value":{json_text(text[1:-1])}}}'
    if first == "_":
        return f'{{"type":"bnode","value":{json_text(text[2:])}}}'
    end = text.rindex('"') + 1
    if end == len(text):
        kind = ""
    elif text[end] == "^":
        kind = f',"datatype":{json_text(text[end + 3 : -1])}'
    else:
        language, _, direction = text[end + 1 :].partition("--")
        turned = f',"its:dir":"{direction}"' if direction else ""
        kind = f',"xml:lang":"{language}"{turned}'
    lexical = text[:end]
    return None if "\\u" in lexical else f'{{"type":"literal","value":{lexical}{kind}}}'


def _json_kind(literal: Literal) -> str:
    if literal.language is not None:
        direction = literal.direction
        turned = "" if direction is None else f',"its:dir":"{direction.value}"'
        return f',"xml:lang":"{literal.language}"{turned}'
    if literal.datatype.value == XSD_STRING:
        return ""
    return f',"datatype":{json_text(literal.datatype.value)}'


def xml_text(text: str) -> str:
    """A text as the content of an element; white space at its ends has to be told from layout."""
    if _XML_SPECIAL.search(text):
        text = text.translate(XML_ESCAPES)
    return text.translate(SPACE_ESCAPES) if _SPACE_AT_END.search(text) else text


def xml_term(term: Term) -> str:
    """A term as SPARQL 1.2 Query Results XML has it."""
    if isinstance(term, NamedNode):
        return f"<uri>{xml_text(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{xml_text(term.value)}</bnode>"
    if isinstance(term, Literal):
        return f"<literal{_xml_kind(term)}>{xml_text(term.value)}</literal>"
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    inside = "".join(f"<{name}>{xml_term(part)}</{name}>" for name, part in parts)
    return f"<triple>{inside}</triple>"


def _xml_kind(literal: Literal) -> str:
    if literal.language is not None:
        direction = literal.direction
        turned = "" if direction is None else f' its:dir="{direction.value}" {ITS}'
        return f' xml:lang="{literal.language}"{turned}'
    if literal.datatype.value == XSD_STRING:
        return ""
    return f' datatype="{xml_text(literal.datatype.value)}"'


def csv_text(text: str) -> str:
    """A text as a field; in quotes where it needs them (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"' if _CSV_SPECIAL.search(text) else text


def csv_term(term: Term) -> str:
    """A term's value alone, as CSV has it; a triple term as in N-Triples."""
    if isinstance(term, Triple):
        return csv_text(tsv_term(term))
    return f"_:{term.value}" if isinstance(term, BlankNode) else csv_text(term.value)


def tsv_term(term: Term) -> str:
    """A term as in Turtle: nothing is lost."""
    if isinstance(term, Triple):
        return f"<<( {term} )>>"
    inline = inline_id(term)
    if inline is not None and tag_of(inline) in PLAIN_IN_TSV and isinstance(term, Literal):
        return term.value
    return str(term)
