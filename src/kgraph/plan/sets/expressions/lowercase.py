"""CONTAINS(LCASE(?x), "word") and its like: one look for either form of each letter.

Nothing is written in small letters first, and nothing is left to Python: which letters have a given
small letter is known. Only the sigma, whose small letter depends on its place, is not done here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal

from kgraph.plan.algebra import Call
from kgraph.plan.sets.expressions.compile import compiled, shorter
from kgraph.plan.sets.expressions.encoding import literal
from kgraph.plan.sets.expressions.pieces import Environment, Piece, Truth
from kgraph.plan.sets.expressions.values import string
from kgraph.values.literals import XSD_STRING

_LAST = 0x1E943
"""No character after this one has another small letter."""
_DOTTED, _DOT = "\u0130", "\u0307"
"""The capital i with a dot is written as two small characters."""
_EDGES = {"CONTAINS": ("", ""), "STRSTARTS": ("^", ""), "STRENDS": ("", "$")}


@shorter(*_EDGES)
def _in_small_letters(call: Call, environment: Environment) -> Piece | None:
    if len(call.arguments) != 2:
        return None
    text, sought = call.arguments
    lowered = isinstance(text, Call) and text.function == "LCASE" and len(text.arguments) == 1
    if not lowered or not isinstance(sought, Literal) or sought.datatype.value != XSD_STRING:
        return None
    before, after = _EDGES[str(call.function)]
    found = either_case(sought.value, at_end=bool(after))
    if found is None:
        return None
    assert isinstance(text, Call)
    source = string(compiled(text.arguments[0], environment)).sql
    tests = [f"regexp_matches({source}, {literal(before + found.plain + after)})"]
    if found.rare:
        # RE2 is twice as slow where one letter may be of one byte or of three.
        rare = " OR ".join(f"contains({source}, {literal(letter)})" for letter in found.rare)
        full = f"regexp_matches({source}, {literal(before + found.full + after)})"
        tests.append(f"(({rare}) AND {full})")
    return Truth(f"({' OR '.join(tests)})")


@dataclass(frozen=True)
class EitherCase:
    """Patterns of what becomes a text in small letters."""

    plain: str
    """With the usual capital of each letter."""
    full: str
    """With all capitals."""
    rare: str
    """The capitals that only the second has."""


def either_case(text: str, *, at_end: bool) -> EitherCase | None:
    """The patterns for a text; None for texts that nothing becomes, or that need their place.

    `at_end`: whether the text has to be the end of it.
    """
    if not text or text.lower() != text or set(text) & set("σς\0") or text[0] == _DOT:
        return None
    plain, full, rare = [], [], dict.fromkeys("")
    for place, letter in enumerate(text):
        usual = letter.upper() if letter.upper() in capitals().get(letter, "") else ""
        others = capitals().get(letter, "").replace(usual or "\0", "")
        follows = text[place + 1 : place + 2]
        shown = f"[{letter}{usual}]" if usual else re.escape(letter)
        if letter == "i" and not follows and not at_end:
            others += _DOTTED
        if letter == _DOT and text[place - 1] == "i":
            plain.append(letter)
            continue
        plain.append(shown)
        if letter == "i" and follows == _DOT:
            full.append(f"(?:[iI]{_DOT}|{_DOTTED})")
            others += _DOTTED
        else:
            full.append(f"[{letter}{usual}{others}]" if usual or others else re.escape(letter))
        rare.update(dict.fromkeys(others))
    return EitherCase("".join(plain), "".join(full), "".join(rare))


@cache
def capitals() -> Mapping[str, str]:
    """For each small letter, the others that become it."""
    found: dict[str, str] = {}
    for code in range(_LAST + 1):
        small = chr(code).lower()
        if small != chr(code):
            found[small] = found.get(small, "") + chr(code)
    return found
