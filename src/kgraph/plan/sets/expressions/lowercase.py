"""CONTAINS(LCASE(?x), "word") and its like: one look for either form of each letter.

Nothing is written in small letters first, and nothing is left to Python: which letters have a given
small letter is known. Only the sigma, whose small letter depends on its place, is not done here.
"""

import re
from collections.abc import Mapping
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
    pattern = either_case(sought.value, at_end=call.function == "STRENDS")
    if pattern is None:
        return None
    assert isinstance(text, Call)
    source = string(compiled(text.arguments[0], environment))
    before, after = _EDGES[str(call.function)]
    return Truth(f"regexp_matches({source.sql}, {literal(before + pattern + after)})")


def either_case(text: str, *, at_end: bool) -> str | None:
    """The pattern of what becomes a text in small letters; None for texts that none becomes.

    `at_end`: whether the text has to be the end of it.
    """
    if not text or text.lower() != text or set(text) & set("σς\0") or text[0] == _DOT:
        return None
    parts = []
    for place, letter in enumerate(text):
        forms = capitals().get(letter, "") + letter
        follows = text[place + 1 : place + 2]
        if letter == "i" and follows == _DOT:
            parts.append(f"(?:[iI]{_DOT}|{_DOTTED})")
        elif letter == _DOT and text[place - 1] == "i":
            continue
        elif letter == "i" and not follows and not at_end:
            parts.append(f"[{forms}{_DOTTED}]")
        else:
            parts.append(f"[{forms}]" if len(forms) > 1 else re.escape(letter))
    return "(?s)" + "".join(parts)


@cache
def capitals() -> Mapping[str, str]:
    """For each small letter, the others that become it."""
    found: dict[str, str] = {}
    for code in range(_LAST + 1):
        small = chr(code).lower()
        if small != chr(code):
            found[small] = found.get(small, "") + chr(code)
    return found
