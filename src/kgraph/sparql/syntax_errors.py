"""The engine's syntax errors, said so that a person can act on them.

The engine stops where it gives up, which is often past the fault and sometimes at the end of the
text. Our own parser reads the same grammar and knows what it expected, so it is asked.
"""

import re
from collections.abc import Mapping

from kgraph.errors import Place, QuerySyntaxError
from kgraph.sparql.parse import parse_query, parse_update
from kgraph.sparql.tokens import line_and_column, offset_of

_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)


def syntax_error_offset(message: str, text: str) -> int | None:
    """The offset at which the engine stopped, None where its message names no place."""
    match = _MESSAGE.match(message)
    return offset_of(text, int(match[1]), int(match[2])) if match else None


def explain_syntax_error(
    message: str,
    text: str,
    prefixes: Mapping[str, str],
    base_iri: str | None = None,
    *,
    update: bool = False,
) -> QuerySyntaxError:
    """Name the place, what was found there, what was expected, and the cure if we know one."""
    parse = parse_update if update else parse_query
    try:
        parse(text, base_iri=base_iri, prefixes=prefixes)
    except QuerySyntaxError as error:
        return error
    offset = syntax_error_offset(message, text)
    place = Place("query", *line_and_column(text, min(offset or 0, len(text))))
    return QuerySyntaxError(f"the engine cannot read this: {message}", place)
