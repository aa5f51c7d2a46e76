"""What went wrong at a token, said so that a person can act on it: place, token found, cure."""

from collections.abc import Mapping
from difflib import get_close_matches

from kgraph.errors import Place, QuerySyntaxError
from kgraph.sparql.parse.functions import AGGREGATES, ARITY
from kgraph.sparql.parse.tokens import Tokens

_KEYWORDS = frozenset(
    {
        *("SELECT", "DISTINCT", "REDUCED", "WHERE", "FROM", "NAMED", "CONSTRUCT", "DESCRIBE"),
        *("ASK", "PREFIX", "BASE", "VERSION", "OPTIONAL", "FILTER", "UNION", "MINUS", "GRAPH"),
        *("SERVICE", "SILENT", "BIND", "VALUES", "UNDEF", "EXISTS", "GROUP", "HAVING", "ORDER"),
        *("LIMIT", "OFFSET", "INSERT", "DELETE", "DATA", "WITH", "USING", "LOAD", "INTO", "CLEAR"),
        *("DROP", "CREATE", "MOVE", "COPY", "ADD", "DEFAULT", "SEPARATOR", "DESC", "NOT", "AS"),
        *AGGREGATES,
        *ARITY,
    }
)
_OPENED_BY = {
    "}": "{",
    ")": "(",
    "]": "[",
    ">>": "<<",
    ")>>": "<<(",
    "|}": "{|",
}
_OPENERS = frozenset(_OPENED_BY.values())


def place_of(text: str, offset: int) -> Place:
    """Line and column, from 1, of an offset in the text."""
    before = text[:offset]
    return Place("query", before.count("\n") + 1, offset - before.rfind("\n"))


def error_at(
    text: str, offset: int, what: str, *, expected: str = "", cure: str = ""
) -> QuerySyntaxError:
    """A syntax error at an offset."""
    return QuerySyntaxError(what, place_of(text, offset), expected=expected, cure=cure)


def unexpected(text: str, tokens: Tokens, at: int, expected: str) -> QuerySyntaxError:
    """The error for a token that cannot stand where it stands."""
    kind, token, start = tokens.kinds[at], tokens.texts[at], tokens.starts[at]
    if kind == "end":
        return _early_end(text, tokens, expected)
    if kind == "wrong":
        return _no_token(text, token, start, expected)
    if kind == "<" and tokens.texts[at + 1].split(":")[0] in {"http", "https", "urn", "mailto"}:
        what = "this IRI is not closed or has a space or a bracket in it"
        return error_at(text, start, what, cure="Encode it")
    if kind in _OPENED_BY and not _is_open(tokens, at, _OPENED_BY[kind]):
        cure = f"Take it out, or open with {_OPENED_BY[kind]}"
        return error_at(text, start, f"this {kind} closes nothing", expected=expected, cure=cure)
    cure = ""
    if kind.isupper() and kind not in _KEYWORDS:
        near = get_close_matches(kind, _KEYWORDS, n=1, cutoff=0.7)
        cure = f"Did you mean {near[0]}?" if near else ""
    return error_at(text, start, f"unexpected {token[:40]!r}", expected=expected, cure=cure)


def _is_open(tokens: Tokens, until: int, opener: str) -> bool:
    """Whether a bracket that ends like this one is open before a token."""
    return any(tokens.kinds[index].endswith(opener) for index in _open_at(tokens, until))


def _open_at(tokens: Tokens, until: int) -> list[int]:
    stack: list[int] = []
    for index, kind in enumerate(tokens.kinds[:until]):
        if kind in _OPENERS:
            stack.append(index)
        elif stack and tokens.kinds[stack[-1]] == _OPENED_BY.get(kind):
            stack.pop()
    return stack


def _early_end(text: str, tokens: Tokens, expected: str) -> QuerySyntaxError:
    end = len(tokens.kinds) - 1
    if end == 0:
        return error_at(text, 0, "the text is empty", expected=expected)
    if still_open := _open_at(tokens, end):
        opener = tokens.kinds[still_open[-1]]
        what = f"this {opener} is never closed"
        return error_at(
            text, tokens.starts[still_open[-1]], what, expected=expected, cure="Close it"
        )
    return error_at(text, tokens.starts[end], "the text ends too early", expected=expected)


def _no_token(text: str, token: str, start: int, expected: str) -> QuerySyntaxError:
    if token in {'"', "'"}:
        line = text[start:].split("\n", 1)[0]
        if "\\" in line:
            what = "this string is not closed, or has an escape that is none"
            cure = r"Write \\ for a backslash, and end it with the same quote, on this line"
        else:
            what, cure = "this string is not closed", "End it with the same quote, on this line"
        return error_at(text, start, what, cure=cure)
    if token == "\\":
        cure = "Escapes stand in strings and IRIs alone"
        return error_at(text, start, "an escape cannot stand here", expected=expected, cure=cure)
    return error_at(text, start, f"unexpected {token!r}", expected=expected)


def unknown_prefix(
    text: str, offset: int, prefix: str, known: Mapping[str, str]
) -> QuerySyntaxError:
    """The error for a prefix that is not declared, with the declaration it needs if we know it."""
    if prefix in known:
        cure = f"Put PREFIX {prefix}: <{known[prefix]}> at the top"
    elif near := get_close_matches(prefix, [p for p in known if p], n=1, cutoff=0.5):
        cure = f"Did you mean {near[0]}: ? Put PREFIX {near[0]}: <{known[near[0]]}> at the top"
    else:
        cure = f"Put PREFIX {prefix}: <...> at the top"
    return error_at(text, offset, f"prefix {prefix}: is not declared", cure=cure)
