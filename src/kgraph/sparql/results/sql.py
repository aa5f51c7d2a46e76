"""One term in each result format, as an SQL expression over its row in the dictionary.

Equal to `kgraph.sparql.results.fragments` byte for byte. Triple terms are not written here.
"""

from collections.abc import Callable, Mapping

from kgraph.identifiers import INLINE, INLINE_DATATYPES, SHIFT, Tag
from kgraph.plan.sets.expressions.encoding import inline_text, literal
from kgraph.sparql.results.fragments import (
    ITS,
    JSON_ESCAPES,
    PLAIN_IN_TSV,
    SPACE_ESCAPES,
    XML_ESCAPES,
)

TEXT_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)} | {
    ord(raw): f"\\{letter}"
    for raw, letter in zip('\b\t\n\f\r"\\', ["b", "t", "n", "f", "r", '"', "\\"], strict=True)
}
"""What pyoxigraph escapes in N-Triples."""

LEXICAL, DATATYPE, LANGUAGE = "term.lexical", "term.datatype", "term.language"


def fragment(layout: str, identifier: str) -> str:
    """The text of a term; `term` is its row, or NULLs if its value is in the identifier."""
    return _WRITERS[layout](identifier)


def _case(identifier: str, iri: str, blank: str, other: str, inline: Mapping[Tag, str]) -> str:
    tag = f"({identifier} >> {SHIFT})"
    branches = {Tag.IRI: iri, **inline, Tag.BLANK: blank}
    whens = " ".join(f"WHEN {int(tag)} THEN {sql}" for tag, sql in branches.items())
    return f"CASE {tag} {whens} ELSE {other} END"


def _inline(identifier: str, wrap: Callable[[Tag, str], str]) -> dict[Tag, str]:
    return {tag: wrap(tag, inline_text(identifier, tag)) for tag in sorted(INLINE)}


def _escaped(sql: str, escapes: Mapping[int, str]) -> str:
    """The text with characters replaced; backslashes and ampersands first."""
    changed = {code: text for code, text in escapes.items() if chr(code) != text}
    first = sorted(changed, key=lambda code: chr(code) not in "\\&")
    characters = "".join(f"\\x{{{code:X}}}" for code in sorted(changed))
    replaced = sql
    for code in first:
        replaced = f"replace({replaced}, chr({code}), {literal(changed[code])})"
    return f"CASE WHEN regexp_matches({sql}, '[{characters}]') THEN {replaced} ELSE {sql} END"


def _joined(*parts: str) -> str:
    return "(" + " || ".join(parts) + ")"


def _json(identifier: str) -> str:
    def text(sql: str) -> str:
        return _joined("'\"'", _escaped(sql, JSON_ESCAPES), "'\"'")

    def plain(kind: str, value: str, rest: str = "''") -> str:
        return _joined(f'\'{{"type":"{kind}","value":\'', value, rest, "'}'")

    def inline(tag: Tag, sql: str) -> str:
        datatype = f'\',"datatype":"{INLINE_DATATYPES[tag].value}"\''
        return plain("literal", _joined("'\"'", sql, "'\"'"), datatype)

    tagged = "',\"xml:lang\":\"' || {} || '\"'"
    language = _tagged(tagged, tagged + " || ',\"its:dir\":\"' || {} || '\"'")
    kind = (
        f"CASE WHEN {LANGUAGE} IS NOT NULL THEN {language} "
        f"WHEN {DATATYPE} IS NOT NULL THEN ',\"datatype\":' || {text(DATATYPE)} ELSE '' END"
    )
    return _case(
        identifier,
        plain("uri", text(LEXICAL)),
        plain("bnode", text(LEXICAL)),
        plain("literal", text(LEXICAL), kind),
        _inline(identifier, inline),
    )


def _tagged(plain: str, directed: str) -> str:
    """The language, and the direction after `--` where there is one."""
    language, direction = (f"split_part({LANGUAGE}, '--', {n})" for n in (1, 2))
    return (
        f"CASE WHEN contains({LANGUAGE}, '--') THEN {directed.format(language, direction)} "
        f"ELSE {plain.format(LANGUAGE)} END"
    )


def _xml(identifier: str) -> str:
    def text(sql: str) -> str:
        escaped = _escaped(sql, XML_ESCAPES)
        spaced = escaped
        for code, replacement in SPACE_ESCAPES.items():
            spaced = f"replace({spaced}, chr({code}), {literal(replacement)})"
        return (
            f"CASE WHEN regexp_matches({sql}, '^[ \\t\\n]|[ \\t\\n]$') THEN {spaced} "
            f"ELSE {escaped} END"
        )

    def inline(tag: Tag, sql: str) -> str:
        datatype = INLINE_DATATYPES[tag].value
        return _joined(f"'<literal datatype=\"{datatype}\">'", sql, "'</literal>'")

    language = _tagged(
        "' xml:lang=\"' || {} || '\"'",
        "' xml:lang=\"' || {} || '\" its:dir=\"' || {} || " + literal(f'" {ITS}'),
    )
    kind = (
        f"CASE WHEN {LANGUAGE} IS NOT NULL THEN {language} "
        f"WHEN {DATATYPE} IS NOT NULL THEN ' datatype=\"' || {text(DATATYPE)} || '\"' ELSE '' END"
    )
    return _case(
        identifier,
        _joined("'<uri>'", text(LEXICAL), "'</uri>'"),
        _joined("'<bnode>'", text(LEXICAL), "'</bnode>'"),
        _joined("'<literal'", kind, "'>'", text(LEXICAL), "'</literal>'"),
        _inline(identifier, inline),
    )


def _csv(identifier: str) -> str:
    quoted = _joined("'\"'", f"replace({LEXICAL}, '\"', '\"\"')", "'\"'")
    text = f"CASE WHEN regexp_matches({LEXICAL}, '[\",\\r\\n]') THEN {quoted} ELSE {LEXICAL} END"
    blank = _joined("'_:'", LEXICAL)
    return _case(identifier, text, blank, text, _inline(identifier, lambda tag, sql: sql))


def _tsv(identifier: str) -> str:
    def inline(tag: Tag, sql: str) -> str:
        if tag in PLAIN_IN_TSV:
            return sql
        return _joined("'\"'", sql, f"'\"^^<{INLINE_DATATYPES[tag].value}>'")

    kind = (
        f"CASE WHEN {LANGUAGE} IS NOT NULL THEN '@' || {LANGUAGE} "
        f"WHEN {DATATYPE} IS NOT NULL THEN '^^<' || {DATATYPE} || '>' ELSE '' END"
    )
    return _case(
        identifier,
        _joined("'<'", LEXICAL, "'>'"),
        _joined("'_:'", LEXICAL),
        _joined("'\"'", _escaped(LEXICAL, TEXT_ESCAPES), "'\"'", kind),
        _inline(identifier, inline),
    )


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "json": _json,
    "xml": _xml,
    "csv": _csv,
    "tsv": _tsv,
}
