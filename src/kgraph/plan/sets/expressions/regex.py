"""Regular expressions that RE2 surely reads as `plan.functions.regex` does, written for RE2.

Characters, classes of characters and ranges, groups, alternatives, quantifiers, `^` and `$`. What
Unicode decides (`\\d`, `\\w`, some letters without regard to case) is sure for some texts only.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kgraph.plan.functions.regex import compiled
from kgraph.plan.sets.expressions.pieces import NotInSQL
from kgraph.values.literals import ExpressionError

_TOKEN = re.compile(
    r"(?P<class>\[\^?(?:\\.|[^\\\[\]])+\])|(?P<escape>\\.)|(?P<open>\((?:\?:)?)|(?P<close>\))"
    r"|(?P<quantifier>(?:[*+?]|\{[0-9]{1,2}(?:,(?:[0-9]{1,2})?)?\})\??)|(?P<any>\.)"
    r"|(?P<edge>[$^|])|(?P<plain>[^\\\[\](){}*+?.$^|])",
    re.DOTALL,
)
_ITSELF = frozenset("\\|.?*+(){}$-[]^")
_SPACES = r"\t-\r\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_SPACES_IN_CLASS = r"\t\n\r\x20"
_CONTROLS = {"n": r"\n", "r": r"\r", "t": r"\t"}
_SURE_WITHOUT_CASE = re.compile("[\x00-\x7fЀ-џ]*")
_MOST_REPEATED = 900


@dataclass(frozen=True)
class Expression:
    """A pattern for RE2."""

    pattern: str
    literal: str | None = None
    """The text that it looks for, where it is nothing but characters."""
    unsure: Callable[[str], str] | None = None
    """The condition, given the SQL of a text, under which RE2 may see it otherwise."""
    dotted: str | None = None
    """The pattern for texts with an İ or ı, where they are read as an i without regard to case."""


@lru_cache(maxsize=1 << 10)
def as_re2(pattern: str, flags: str) -> Expression:
    """The expression for RE2; raises NotInSQL where it may differ."""
    try:
        compiled(pattern, flags)
    except ExpressionError as error:
        raise NotInSQL(str(error)) from error
    if set(flags) - set("siq") or ("q" in flags and "i" in flags) or "\x00" in pattern:
        raise NotInSQL(f"flags {flags}")
    if "q" in flags:
        return Expression(re.escape(pattern), pattern)
    return _written(pattern, flags)


def _written(pattern: str, flags: str) -> Expression:
    parts, plain, position, unicode, repeated = [], True, 0, False, 1
    dotted = []
    while position < len(pattern):
        found = _TOKEN.match(pattern, position)
        if found is None:
            raise NotInSQL(pattern)
        kind, text = str(found.lastgroup), found[0]
        plain = plain and kind == "plain"
        if kind == "quantifier":
            repeated *= _repetitions(text)
        piece, decided_by_unicode = _piece(kind, text, flags)
        unicode = unicode or decided_by_unicode
        parts.append(piece)
        dotted.append(_dotted(kind, text, piece))
        position = found.end()
    if repeated > _MOST_REPEATED:
        raise NotInSQL("too many repetitions")
    without_case = "i" in flags
    if plain and not without_case:
        return Expression(re.escape(pattern), pattern)
    if not without_case:
        return Expression("".join(parts), unsure=_beyond_ascii if unicode else None)
    if not _SURE_WITHOUT_CASE.fullmatch(pattern):
        raise NotInSQL("letters without regard to case")
    return Expression(
        "(?i)" + "".join(parts),
        unsure=_beyond_ascii if unicode else None,
        dotted=None if dotted == parts else "(?i)" + "".join(dotted),
    )


def _beyond_ascii(text: str) -> str:
    return f"(strlen({text}) <> length({text}))"


def _dotted(kind: str, text: str, piece: str) -> str:
    """A token for RE2 that takes İ for an i, and ı for an I, as Python's library does.

    About all other characters both agree.
    """
    if kind == "plain" and text in "iI":
        return "[iİ]" if text == "i" else "[Iı]"
    if kind != "class":
        return piece
    ranges = [(first, last or first) for _, first, _, last in _members(text) if first]
    more = [dot for letter, dot in ("iİ", "Iı") if any(a <= letter <= b for a, b in ranges)]
    return f"{piece[:-1]}{''.join(more)}]"


def _repetitions(quantifier: str) -> int:
    numbers = [int(number) for number in re.findall("[0-9]+", quantifier)]
    return max(numbers, default=1) or 1


def _piece(kind: str, text: str, flags: str) -> tuple[str, bool]:
    """A token for RE2, and whether Unicode decides what it matches."""
    if kind == "plain":
        return re.escape(text) if text.isascii() else text, False
    if kind == "any":
        return r"(?s:.)" if "s" in flags else r"[^\r\n]", False
    if kind == "escape":
        return _escape(text[1], inside=False)
    if kind == "class":
        return _class(text)
    return text, False


def _escape(letter: str, *, inside: bool) -> tuple[str, bool]:
    if letter in _ITSELF:
        return "\\" + letter, False
    if letter in _CONTROLS:
        return _CONTROLS[letter], False
    if letter == "s":
        return (_SPACES_IN_CLASS if inside else f"[{_SPACES}]"), False
    if letter == "S" and not inside:
        return f"[^{_SPACES}]", False
    if letter in "dw" or (letter in "DW" and not inside):
        return "\\" + letter, True
    raise NotInSQL(f"\\{letter}")


def _class(text: str) -> tuple[str, bool]:
    found, unicode = [], False
    for escaped, first, escape, last in _members(text):
        if escaped is not None:
            piece, decided = _escape(escaped, inside=True)
            unicode = unicode or decided
            found.append(piece)
        elif last is None:
            found.append(_in_class(first))
        elif escape or first == "-" or last == "-":
            raise NotInSQL(text)
        else:
            found.append(f"{_in_class(first)}-{_in_class(last)}")
    return f"[{'^' if text.startswith('[^') else ''}{''.join(found)}]", unicode


def _members(text: str) -> Iterator[tuple[str | None, str, str | None, str | None]]:
    """The members of a class: what is escaped, or a character, or first and last of a range."""
    body = text[2 if text.startswith("[^") else 1 : -1]
    for member in re.finditer(r"\\(.)|(.)(?:-(\\?)(.))?", body, re.DOTALL):
        yield member[1], member[2] or "", member[3], member[4]


def _in_class(character: str) -> str:
    return "\\" + character if character in "\\]^[-&~|:" else character
