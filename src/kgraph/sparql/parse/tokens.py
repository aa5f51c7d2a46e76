r"""SPARQL 1.2 tokens (section 19.8) by one compiled expression, and what escapes stand for.

A kind is the keyword in upper case, the mark itself, or a lower-case class: `variable`, `iri`,
`name`, `string`, ... `a` stays `a`. As in SPARQL 1.2, `\u` escapes stand in IRIs and strings alone.
"""

import re
from dataclasses import dataclass

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_EXTRA = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_CHARS = rf"{_BASE}_{_EXTRA}\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\\\"']|{_UCHAR}"
# A prefix is at most 1,000 characters: without a bound, 80 kB of `a.b-a.b-` take 29 s, not 0.2.
_PREFIX = rf"(?:[{_BASE}](?:[{_CHARS}.]{{0,998}}[{_CHARS}])?)?"
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:[{_CHARS}:]++|{_PLX}|\.++(?=[{_CHARS}:]|{_PLX}))*+"

_TOKEN = re.compile(
    rf"""
    (?:[\x20\t\r\n]++|\#[^\r\n]*+)*+
    (?:
      (?P<variable>[?$][{_BASE}_0-9][{_BASE}_{_EXTRA}]*+)
    | (?P<name>{_PREFIX}:(?:{_LOCAL})?)
    | (?P<word>[A-Za-z][A-Za-z0-9_]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]++|{_UCHAR})*+>)
    | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]++|{_ESCAPE}))*+\"\"\"
        |'''(?:'{{0,2}}(?:[^'\\]++|{_ESCAPE}))*+'''
        |"(?:[^"\\\r\n]++|{_ESCAPE})++"|'(?:[^'\\\r\n]++|{_ESCAPE})++'|""(?!")|''(?!'))
    | (?P<double>[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)[eE][+-]?[0-9]++)
    | (?P<decimal>[+-]?[0-9]*+\.[0-9]++)
    | (?P<integer>[+-]?[0-9]++)
    | (?P<blank>_:[{_BASE}_0-9](?:[{_CHARS}.]*[{_CHARS}])?)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?)
    | (?P<mark><<\(?|\)>>|>>|\{{\||\|\}}|\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].,;*/+|^?!=<>~-])
    | (?P<end>\Z)
    | (?P<wrong>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, side by side; the last one is of kind `end`."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]


def tokenize(text: str) -> Tokens:
    """All tokens but white space and comments; what is none is of kind `wrong`."""
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "wrong"
        token = match[kind]
        texts.append(token)
        starts.append(match.end() - len(token))
        if kind == "mark":
            kind = token
        elif kind == "word":
            kind = token if token == "a" else token.upper()
        kinds.append(kind)
        if kind == "end":
            break
    return Tokens(kinds, texts, starts)


def unescape(text: str) -> str:
    """The text that escapes stand for; raises ValueError for one that stands for no character.

    What an escape gives is not read again: `\\u005Cn` is a backslash and an n.
    """
    return _ESCAPED.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits is None:
        return _SHORT.get(match[3], match[3])
    point = int(digits, 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise ValueError(f"{match[0]} is not a character")
    return chr(point)


def string_value(token: str) -> str:
    """What a string token says, without its quotes and escapes."""
    quotes = 3 if token[:3] in ('"""', "'''") else 1
    return unescape(token[quotes:-quotes])


def local_name(text: str) -> str:
    """A local name without the backslashes before its marks; percent signs stay."""
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text
