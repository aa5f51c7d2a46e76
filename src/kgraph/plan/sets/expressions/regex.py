"""Regular expressions that RE2 surely reads as `plan.functions.regex` does, written for RE2.

Characters, classes of characters and ranges, groups, alternatives, quantifiers, `^` and `$`. What
Unicode decides (`\\d`, `\\w`, some letters without regard to case) is sure for some texts only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from kgraph.plan.functions.regex import compiled
from kgraph.plan.sets.expressions.encoding import literal
from kgraph.plan.sets.expressions.pieces import NotInSQL
from kgraph.values.literals import ExpressionError

_TOKEN = re.compile(
    r"(?P<class>\[\^?(?:\\.|[^\\\[\]])+\])|(?P<escape>\\.)|(?P<open>\((?:\?:)?)|(?P<close>\))"
    r"|(?P<quantifier>(?:[*+?]|\{[0-9]{1,2}(?:,(?:[0-9]{1,2})?)?\})\??)|(?P<any>\.)"
    r"|(?P<edge>[$^|])|(?P<plain>[^\\\[\](){}*+?.$^|])",
    re.DOTALL,
)
_ITSELF = frozenset("\\|.?*+(){}$-[]^")
_SPACES = (
    r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
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
        position = found.end()
    if repeated > _MOST_REPEATED:
        raise NotInSQL("too many repetitions")
    without_case = "i" in flags
    if plain and not without_case:
        return Expression(re.escape(pattern), pattern)
    if without_case and not _SURE_WITHOUT_CASE.fullmatch(pattern):
        raise NotInSQL("letters without regard to case")
    return Expression(
        ("(?i)" if without_case else "") + "".join(parts),
        unsure=_unsure(pattern, unicode, without_case),
    )


def _unsure(pattern: str, unicode: bool, without_case: bool) -> Callable[[str], str] | None:
    if unicode or (without_case and "[" in pattern):
        return lambda text: f"(strlen({text}) <> length({text}))"
    if without_case and re.search("[iI]", pattern):
        dots = literal("[İı]")
        return lambda text: f"(strlen({text}) <> length({text}) AND regexp_matches({text}, {dots}))"
    return None


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
        return (_SPACES if inside else f"[{_SPACES}]"), False
    if letter == "S" and not inside:
        return f"[^{_SPACES}]", False
    if letter in "dw" or (letter in "DW" and not inside):
        return "\\" + letter, True
    raise NotInSQL(f"\\{letter}")


def _class(text: str) -> tuple[str, bool]:
    negated = text.startswith("[^")
    body, found, unicode = text[2 if negated else 1 : -1], [], False
    for member in re.finditer(r"\\(.)|(.)(?:-(\\?)(.))?", body, re.DOTALL):
        escaped, first, escape, last = member.groups()
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
    return f"[{'^' if negated else ''}{''.join(found)}]", unicode


def _in_class(character: str) -> str:
    return "\\" + character if character in "\\]^[-&~|:" else character
