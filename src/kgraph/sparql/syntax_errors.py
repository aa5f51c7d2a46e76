"""The engine's syntax errors, said so that a person can act on them."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from pyparsing import ParseBaseException
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate

from kgraph.errors import Place, QuerySyntaxError
from kgraph.sparql.tokens import Token, line_and_column, offset_of, tokenize
from kgraph.sparql.updates import split_operations

_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE = re.compile(
    r"(?:^|, )((?:The |Blank |Prefix |Variable |IRI |Not )[^\[\]\"]*?)(?=, [\"\[A-Z]|$)"
)


def syntax_error_offset(message: str, text: str) -> int | None:
    """The offset at which the engine stopped, None where its message names no place."""
    match = _MESSAGE.match(message)
    return offset_of(text, int(match[1]), int(match[2])) if match else None


def explain_syntax_error(
    message: str, text: str, prefixes: Mapping[str, str], base_iri: str | None = None
) -> QuerySyntaxError:
    """Name the place, the token found there, what was expected, and the cure if we know one."""
    tokens = tokenize(text)
    if slip := _slip_in_tokens(tokens) or (None if base_iri else _relative(tokens)):
        token, what, cure = slip
        place = Place("query", *line_and_column(text, token.start))
        return QuerySyntaxError(what, place, cure=cure)
    if unknown := _undeclared(tokens):
        return _unknown_prefix(unknown, text, prefixes)
    offset = syntax_error_offset(message, text)
    if offset is None:
        return QuerySyntaxError(f"the query cannot be read: {message}", Place("query"))
    wanted = message.partition("expected ")[2].removeprefix("one of ")
    if sentence := _SENTENCE.search(wanted):
        place = Place("query", *line_and_column(text, min(offset, len(text))))
        return QuerySyntaxError(sentence[1].strip(), place)
    found = next((t for t in tokens if t.end > offset), None)
    if found:
        place = Place("query", *line_and_column(text, max(found.start, offset)))
        what = f"unexpected {text[max(found.start, offset) : found.end][:40]!r}"
        return QuerySyntaxError(what, place, expected=_expected(wanted))
    return _from_clause(tokens, text)


def _from_clause(tokens: list[Token], text: str) -> QuerySyntaxError:
    """Name the clause that is wrong: at the end of a text the engine's place says nothing.

    rdflib's parser stops where the clause begins that it cannot read.
    """
    if not tokens:
        place = Place("query", 1, 1)
        return QuerySyntaxError("the text is empty", place, expected="SELECT, ASK or another form")
    stops = [_stop(parseQuery, text) or 0]
    for operation in split_operations(text):
        if (stop := _stop(parseUpdate, operation.text)) is not None:
            inside = stop - (len(operation.text) - len(operation.body))
            stops.append(operation.start + max(inside, 0))
            break
    start = max(stops)
    token = next((t for t in tokens if t.end > start), tokens[-1])
    place = Place("query", *line_and_column(text, token.start))
    return QuerySyntaxError(f"from {token.text[:40]!r} on, this cannot be read", place)


def _stop(parse: Callable[[str], object], text: str) -> int | None:
    try:
        parse(text)
    except ParseBaseException as error:
        return error.loc
    except (ValueError, TypeError, RecursionError):
        return None
    return None


def _slip_in_tokens(tokens: list[Token]) -> tuple[Token, str, str] | None:
    """An open string, a broken IRI, or a bracket without its partner: token, what, cure."""
    partner = {"}": "{", ")": "(", "]": "["}
    opened: list[Token] = []
    for token, after in zip(tokens, [*tokens, None][1:], strict=True):
        if token.kind != "mark":
            continue
        if token.text in {'"', "'"}:
            return token, "this string is not closed", "End it with the same quote, on this line"
        if token.text == "<" and after and after.text in {"http:", "https:", "urn:"}:
            return token, "this IRI is not closed or has a space or a bracket in it", "Encode it"
        if token.text in partner.values():
            opened.append(token)
        elif token.text in partner:
            if not opened or opened[-1].text != partner[token.text]:
                what = f"this {token.text} closes nothing"
                return token, what, f"Take it out, or open with {partner[token.text]}"
            opened.pop()
    if opened:
        return opened[-1], f"this {opened[-1].text} is never closed", "Close it"
    return None


def _relative(tokens: list[Token]) -> tuple[Token, str, str] | None:
    """A relative IRI where nothing says what it is relative to."""
    for token in tokens:
        if token.is_word("BASE"):
            return None
        if token.kind == "iri" and ":" not in token.text:
            cure = "Write it in full, or put BASE <...> at the top"
            return token, f"the IRI {token.text} is relative", cure
    return None


def _expected(wanted: str) -> str:
    """The marks on the engine's list; its keywords are noise, its classes unreadable."""
    marks = [m.replace("\\", "") for m in re.findall(r'(?:^|, )"((?:[^"\\]|\\.)+)"', wanted)]
    if {"?", "$"} <= set(marks):
        marks = ["a variable"] + [m for m in marks if m not in {"?", "$"}]
    return " or ".join(m for m in marks[:8] if len(m) > 1 or not m.isalnum())


def _undeclared(tokens: list[Token]) -> Token | None:
    declared = {
        after.text.rstrip(":")
        for token, after in zip(tokens, tokens[1:], strict=False)
        if token.is_word("PREFIX") and after.kind == "name"
    }
    for before, token in zip([None, *tokens[:-1]], tokens, strict=False):
        is_declaration = before is not None and before.is_word("PREFIX")
        if token.kind == "name" and not is_declaration and _prefix(token) not in declared:
            return token
    return None


def _prefix(token: Token) -> str:
    return token.text.partition(":")[0]


def _unknown_prefix(token: Token, text: str, prefixes: Mapping[str, str]) -> QuerySyntaxError:
    prefix = _prefix(token)
    if prefix in prefixes:
        cure = f"Put PREFIX {prefix}: <{prefixes[prefix]}> at the top"
    elif near := get_close_matches(prefix, [p for p in prefixes if p], n=1, cutoff=0.5):
        cure = f"Did you mean {near[0]}: ? Put PREFIX {near[0]}: <{prefixes[near[0]]}> at the top"
    else:
        cure = f"Put PREFIX {prefix}: <...> at the top"
    place = Place("query", *line_and_column(text, token.start))
    return QuerySyntaxError(f"prefix {prefix}: is not declared", place, cure=cure)
