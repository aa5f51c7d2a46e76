"""Regular expressions of XPath (functions, section 5.6.1) as the `regex` library's.

elementpath translates what differs: character classes and their subtraction, `\\i` and `\\c`,
categories and blocks, `$` at the very end only. What it refuses is an error of the expression.
A match that backtracks for long can be stopped; while it runs, other threads do too.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import regex
from elementpath.regex import RegexError, translate_pattern

from kgraph.values.literals import ExpressionError

Pattern = Any
Match = Any
"""The library's own classes, which have no types that a checker knows."""
_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE}
_OTHER_FLAGS = "xq"
_PYTHON_ONLY = re.compile(r"(?<!\\)(?:\\\\)*\(\?(?!:)")
_REFERENCE = re.compile(r"\\[\\$]|\$([0-9]+)|[\\$]")


@lru_cache(maxsize=1 << 10)
def compiled(pattern: str, flags: str) -> Pattern:
    """The expression; ExpressionError for one that XPath does not know, or flags."""
    if any(letter not in _FLAGS and letter not in _OTHER_FLAGS for letter in flags):
        raise ExpressionError(f"{flags!r} has a flag that is none of smixq")
    options = re.NOFLAG
    for letter in flags:
        options |= _FLAGS.get(letter, re.NOFLAG)
    try:
        translated = _translated(pattern, flags, options)
        # `re` has the last word on what is an expression: the other library allows more.
        re.compile(translated, options)
        return regex.compile(translated, _options(flags))
    except (RegexError, re.error, regex.error, IndexError, OverflowError, RecursionError) as error:
        raise ExpressionError(f"{pattern!r} is no regular expression: {error}") from error


def _translated(pattern: str, flags: str, options: re.RegexFlag) -> str:
    if "q" in flags:
        return re.escape(pattern)
    spread = _without_spaces(pattern) if "x" in flags else pattern
    if _PYTHON_ONLY.search(re.sub(r"\[(?:\\.|[^\]\\])*\]", "", spread)):
        raise ExpressionError(f"{pattern!r} has a group that XPath does not know")
    return translate_pattern(spread, flags=options, xsd_version="1.1")


def _options(flags: str) -> int:
    kinds = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE}
    found = int(regex.VERSION0)
    for letter in flags:
        found |= int(kinds.get(letter, 0))
    return found


def timed(search: Callable[..., Any], *arguments: Any, seconds: float | None) -> Any:
    """What a search gives within so many seconds; TimeoutError after them."""
    return search(*arguments, timeout=seconds, concurrent=True)


def _without_spaces(pattern: str) -> str:
    """Flag x: white space outside classes does not count."""
    kept, inside, position = [], False, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            kept.append(pattern[position : position + 2])
            position += 2
            continue
        inside = character == "[" or (inside and character != "]")
        if inside or character not in " \t\n\r":
            kept.append(character)
        position += 1
    return "".join(kept)


def expand(replacement: str, groups: int, *, literally: bool) -> Callable[[Match], str]:
    """What replaces a match: `$1` is a group, `\\$` and `\\\\` are themselves (fn:replace)."""
    if literally:
        return lambda match: replacement
    for found in _REFERENCE.finditer(replacement):
        if found[0] in ("\\", "$"):
            raise ExpressionError(f"{replacement!r} has a lone {found[0]}")

    def put(match: Match) -> str:
        return _REFERENCE.sub(lambda found: _referred(found, match, groups), replacement)

    return put


def _referred(found: re.Match[str], match: Match, groups: int) -> str:
    digits = found[1]
    if digits is None:
        return str(found[0][1])
    rest = ""
    while len(digits) > 1 and int(digits) > groups:
        digits, rest = digits[:-1], digits[-1] + rest
    return (match[int(digits)] or "" if int(digits) <= groups else "") + rest
