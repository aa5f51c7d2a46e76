"""One term in each result format, as an SQL expression over its row in the dictionary.

Equal to `kgraph.sparql.results.fragments` byte for byte, and NULL for what is left to it: triple
terms, terms that only the query knows, and texts with characters that are rare.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kgraph.identifiers import INLINE, INLINE_DATATYPES, SHIFT, Tag
from kgraph.plan.sets.expressions.encoding import inline_text, literal
from kgraph.sparql.results.fragments import ITS, PLAIN_IN_TSV

LEXICAL, DATATYPE, LANGUAGE = "term.lexical", "term.datatype", "term.language"
NAMES = frozenset({Tag.IRI, Tag.BLANK})
CONTROLS = r"\x00-\x1f"


@dataclass(frozen=True)
class Writer:
    """How a format writes: what stands before and after a text, and what becomes of the text."""

    before: Mapping[Tag, str]
    """IRIs and blank nodes."""
    after: Mapping[Tag, str]
    literal: str
    """Before a literal."""
    inline: Callable[[Tag], tuple[str, str]]
    """Before and after a literal whose value is in the identifier."""
    kind: str
    """After a literal, an expression."""
    start: str = "''"
    """Before a literal, after `literal`: an expression."""
    special: str = ""
    """A class of characters: a text without any of them stays as it is."""
    rare: str = ""
    """Texts in which this is found are NULL."""
    replaced: tuple[tuple[str, str], ...] = ()
    """Characters and what they become, in this order."""
    quoted: bool = False
    """Whether a text with special characters stands in quotes (CSV)."""


def fragment(layout: str, identifier: str, tags: Collection[int]) -> str:
    """The text of a term that has one of these tags; `term` is its row in the dictionary."""
    writer = _WRITERS[layout]
    names = {tag: _name(writer, tag) for tag in sorted(NAMES) if tag in tags}
    inside = {tag: _inline(writer, identifier, tag) for tag in sorted(INLINE) if tag in tags}
    branches = names | inside
    others = _joined(literal(writer.literal), writer.start, _text(writer), writer.kind)
    known = {int(tag) for tag in (*NAMES, *INLINE, Tag.TRIPLE)}
    if not branches and Tag.TRIPLE not in tags:
        return others
    if len(branches) == 1 and not set(tags) - branches.keys():
        return next(iter(branches.values()))
    whens = " ".join(f"WHEN {int(tag)} THEN {sql}" for tag, sql in branches.items())
    rest = others if set(tags) - known else "CAST(NULL AS VARCHAR)"
    return f"CASE {identifier} >> {SHIFT} {whens} WHEN {int(Tag.TRIPLE)} THEN NULL ELSE {rest} END"


def _name(writer: Writer, tag: Tag) -> str:
    return _joined(literal(writer.before[tag]), _text(writer), literal(writer.after[tag]))


def _inline(writer: Writer, identifier: str, tag: Tag) -> str:
    before, after = writer.inline(tag)
    return _joined(literal(before), inline_text(identifier, tag), literal(after))


def _joined(*parts: str) -> str:
    return "(" + " || ".join(part for part in parts if part != "''") + ")"


def _text(writer: Writer) -> str:
    changed = LEXICAL
    for character, replacement in writer.replaced:
        changed = f"replace({changed}, {literal(character)}, {literal(replacement)})"
    if writer.quoted:
        changed = f"'\"' || {changed} || '\"'"
    whens = f"WHEN NOT regexp_matches({LEXICAL}, {literal(writer.special)}) THEN {LEXICAL}"
    if writer.rare:
        whens += f" WHEN regexp_matches({LEXICAL}, {literal(writer.rare)}) THEN NULL"
    return f"CASE {whens} ELSE {changed} END"


def _kind(plain: str, direction: str, datatype: str, end: str) -> str:
    """After a literal: its language and direction (`en--ltr`), or its datatype."""
    language = f"split_part({LANGUAGE}, '--', 1)"
    turn = f"split_part({LANGUAGE}, '--', 2)"
    directed = f"CASE WHEN contains({LANGUAGE}, '--') THEN {direction.format(turn)} ELSE '' END"
    return (
        f"CASE WHEN {LANGUAGE} IS NOT NULL THEN {plain.format(language)} || {directed}"
        f" || {literal(end)}"
        f" WHEN {DATATYPE} IS NOT NULL THEN {datatype} || {literal(end)} ELSE {literal(end)} END"
    )


def _json() -> Writer:
    start = '{{"type":"{}","value":"'
    return Writer(
        before={Tag.IRI: start.format("uri"), Tag.BLANK: start.format("bnode")},
        after={Tag.IRI: '"}', Tag.BLANK: '"}'},
        literal=start.format("literal"),
        inline=lambda tag: (
            start.format("literal"),
            f'","datatype":"{INLINE_DATATYPES[tag].value}"}}',
        ),
        kind="'\"' || "
        + _kind(
            "',\"xml:lang\":\"' || {} || '\"'",
            "',\"its:dir\":\"' || {} || '\"'",
            f"',\"datatype\":\"' || {DATATYPE} || '\"'",
            "}",
        ),
        special=rf'[{CONTROLS}"\\]',
        rare=r"[\x00-\x08\x0b-\x0c\x0e-\x1f]",
        replaced=(("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")),
    )


def _xml() -> Writer:
    ampersand = f"replace({DATATYPE}, '&', '&amp;')"
    return Writer(
        before={Tag.IRI: "<uri>", Tag.BLANK: "<bnode>"},
        after={Tag.IRI: "</uri>", Tag.BLANK: "</bnode>"},
        literal="<literal",
        inline=lambda tag: (
            f'<literal datatype="{INLINE_DATATYPES[tag].value}">',
            "</literal>",
        ),
        start=_kind(
            "' xml:lang=\"' || {} || '\"'",
            "' its:dir=\"' || {} || " + literal(f'" {ITS}'),
            f"' datatype=\"' || {ampersand} || '\"'",
            ">",
        ),
        kind="'</literal>'",
        special=r"[\x00-\x08\x0b-\x1f&<>\x{FFFE}\x{FFFF}]|^[ \t\n]|[ \t\n]$",
        rare=r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]|^[ \t\n]|[ \t\n]$",
        replaced=(("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")),
    )


def _csv() -> Writer:
    return Writer(
        before={Tag.IRI: "", Tag.BLANK: "_:"},
        after={Tag.IRI: "", Tag.BLANK: ""},
        literal="",
        inline=lambda tag: ("", ""),
        kind="''",
        special=r'[",\r\n]',
        replaced=(('"', '""'),),
        quoted=True,
    )


def _tsv() -> Writer:
    return Writer(
        before={Tag.IRI: "<", Tag.BLANK: "_:"},
        after={Tag.IRI: ">", Tag.BLANK: ""},
        literal='"',
        inline=lambda tag: (
            ("", "") if tag in PLAIN_IN_TSV else ('"', f'"^^<{INLINE_DATATYPES[tag].value}>')
        ),
        kind="'\"' || " + _kind("'@' || {}", "'--' || {}", f"'^^<' || {DATATYPE} || '>'", ""),
        special=rf'[{CONTROLS}\x7f"\\\x{{FFFE}}\x{{FFFF}}]',
        rare=r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\x{FFFE}\x{FFFF}]",
        replaced=(("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")),
    )


_WRITERS: Mapping[str, Writer] = {"json": _json(), "xml": _xml(), "csv": _csv(), "tsv": _tsv()}
