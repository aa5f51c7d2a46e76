"""SERVICE SILENT and LOAD SILENT, answered as if the other end had failed; nothing is fetched.

By SILENT a request says that failure will do: LOAD then does nothing (SPARQL 1.1 Update, 3.1.4),
SERVICE has one solution, which binds nothing (Federated Query, 2.2). What is not found here is
left to `guard`, which refuses it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kgraph.sparql.tokens import Token, tokenize

Parses = Callable[[str], bool]
NOTHING = "INSERT DATA{}"
NEVER = "OPTIONAL{FILTER(1=0)GRAPH"


@dataclass(frozen=True)
class Call:
    """A SERVICE clause or a LOAD, from its keyword to its end, and how long its keywords are."""

    start: int
    end: int
    words: int
    silent: bool
    loads: bool

    def harmless(self, text: str) -> "Edit":
        """The same grammar without the call: a LOAD of nothing, a GRAPH for a SERVICE."""
        if self.loads:
            return Edit(self.start, self.end, _padded(NOTHING, text[self.start : self.end]))
        words = text[self.start : self.start + self.words]
        return Edit(self.start, self.start + self.words, _padded("GRAPH", words))


@dataclass(frozen=True, order=True)
class Edit:
    """A piece of the text and what stands there instead."""

    start: int
    end: int
    text: str


def answer_silent(text: str, *, update: bool, parses: Parses) -> str:
    """The text with its silent calls answered; the same text where it has none.

    `parses` is the engine's judgement of a text. A word that only looks like a call, since the
    engine sees a string there, is not touched.
    """
    calls = list(find_calls(text, update))
    silent = [call for call in calls if call.silent and _is_call(call, calls, text, parses)]
    edits = {call.harmless(text) for call in silent if call.loads}
    for call in silent:
        if not call.loads:
            words = call.start + call.words
            edits |= {Edit(call.start, words, NEVER), Edit(call.end, call.end, "}")}
            inside = [one for one in calls if words < one.start < call.end]
            edits |= {one.harmless(text) for one in inside if one not in silent}
    return _edited(text, edits)


def without_calls(text: str, *, update: bool) -> str:
    """The text with every call that is found made harmless, line by line and column by column."""
    return _edited(text, {call.harmless(text) for call in find_calls(text, update)})


def _is_call(call: Call, calls: list[Call], text: str, parses: Parses) -> bool:
    """Whether the engine reads keywords there: a word in their place is then an error."""
    others = {one.harmless(text) for one in calls if one != call}
    word = Edit(call.start, call.start + call.words, "q" * call.words)
    return parses(_edited(text, others | {call.harmless(text)})) and not parses(
        _edited(text, others | {word})
    )


def find_calls(text: str, update: bool) -> Iterator[Call]:
    """Where a tokenizer sees SERVICE and, in an update, LOAD."""
    tokens = tokenize(text)
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        elif depth and token.is_word("SERVICE"):
            yield from _service(tokens, index)
        elif not depth and update and token.is_word("LOAD"):
            yield from _load(tokens, index, text)


def _service(tokens: list[Token], index: int) -> Iterator[Call]:
    after, silent = _skip_silent(tokens, index)
    rest = tokens[after : after + 2]
    if len(rest) < 2 or rest[0].kind not in ("variable", "iri", "name") or rest[1].text != "{":
        return
    depth = 0
    for token in tokens[after + 1 :]:
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if not depth:
            start = tokens[index].start
            yield Call(start, token.end, tokens[after - 1].end - start, silent, loads=False)
            return


def _load(tokens: list[Token], index: int, text: str) -> Iterator[Call]:
    after, silent = _skip_silent(tokens, index)
    words = tokens[after - 1].end - tokens[index].start
    if not _names(tokens[after : after + 1], text):
        return
    into = tokens[after + 1 : after + 4]
    if len(into) == 3 and into[0].is_word("INTO") and into[1].is_word("GRAPH"):
        if not _names(into[2:], text):
            return
        after += 3
    yield Call(tokens[index].start, tokens[after].end, words, silent, loads=True)


def _skip_silent(tokens: list[Token], index: int) -> tuple[int, bool]:
    silent = tokens[index + 1 : index + 2] != [] and tokens[index + 1].is_word("SILENT")
    return index + 1 + silent, silent


def _names(tokens: list[Token], text: str) -> bool:
    """Whether it is an IRI, with its prefix declared if it has one."""
    if not tokens or tokens[0].kind != "name":
        return bool(tokens) and tokens[0].kind == "iri"
    prefix = re.escape(tokens[0].text.partition(":")[0])
    return bool(re.search(rf"PREFIX\s+{prefix}:", text, re.IGNORECASE))


def _padded(replacement: str, original: str) -> str:
    """As many lines, and as far into the last one, so that places in errors stay true."""
    lines = original.split("\n")
    if len(lines) == 1:
        return replacement.ljust(len(original))
    return replacement + "\n" * (len(lines) - 1) + " " * len(lines[-1])


def _edited(text: str, edits: set[Edit]) -> str:
    pieces, position = [], 0
    for edit in sorted(edits):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])
