"""No SPARQL text makes this server call another: SERVICE and LOAD are refused, or found SILENT.

The engine evaluates both and cannot be told not to, and it reads keywords where no tokenizer
would look (`1SERVICE:x{`). So its own parser is asked: every `service` and `load` in the text,
wherever it stands, becomes a random word. In a string, comment, IRI or name that changes nothing
about the grammar; where it was a keyword, the text no longer parses, and is refused.
"""

import logging
import random
import re
import string

from pyoxigraph import Store

from kgraph.errors import EgressRefused
from kgraph.sparql.silent import answer_silent, without_calls
from kgraph.sparql.syntax_errors import syntax_error_offset
from kgraph.sparql.tokens import line_and_column

log = logging.getLogger(__name__)

_CURE = {
    "SERVICE": "Query the other endpoint yourself and join here, or ask for the data to be loaded",
    "LOAD": "Fetch the document yourself and send it with PUT or POST to its graph",
}


_SILENT = re.compile("SILENT", re.IGNORECASE)
_AFTER = re.compile(r"[\w:.-]*(?:\s|#.*)*(?:SILENT)?(?:\s|#.*)*[^\s{;]*", re.IGNORECASE)
"""How far after a keyword that is not known any more the engine may say it stopped."""


def refuse_egress(text: str, *, update: bool, base_iri: str | None = None) -> None:
    """Raise EgressRefused if the text uses SERVICE or (as an update) LOAD.

    A text with any other syntax error passes: the engine will not evaluate it either, provided
    that the caller hands it this same text.
    """
    found = _words(text, update)
    if not found:
        return
    message = _parse(_masked(text, found), update, base_iri)
    if message is None:
        return
    if fault := _other_fault(text, update, base_iri):
        raise _Unreadable(fault)
    offset = syntax_error_offset(message, text)
    for match in found:
        reach = _AFTER.match(text, match.end())
        end = reach.end() if reach else match.end()
        if offset is None or match.start() <= offset <= end:
            line, column = line_and_column(text, match.start())
            word = match.group().upper()
            raise EgressRefused(
                f"query, line {line}, column {column}: {word} is off, because it would make this "
                f"server call another one. {_CURE[word]}"
            )
    raise _Unreadable(message)


def silenced(text: str, *, update: bool, base_iri: str | None = None) -> str:
    """The text with SERVICE SILENT and LOAD SILENT answered as failed, and so no calls any more.

    Whatever is not surely one of them is left as it is, for `refuse_egress`.
    """
    if not _SILENT.search(text) or not _words(text, update):
        return text

    def parses(variant: str) -> bool:
        return _parse(_masked(variant, _words(variant, update)), update, base_iri) is None

    answered = answer_silent(text, update=update, parses=parses)
    if answered != text:
        log.info("SERVICE SILENT or LOAD SILENT was answered as failed: nothing was fetched")
    return answered


def _words(text: str, update: bool) -> list[re.Match[str]]:
    words = ("SERVICE", "LOAD") if update else ("SERVICE",)
    return list(re.finditer("|".join(words), text, re.IGNORECASE))


def _other_fault(text: str, update: bool, base_iri: str | None) -> str | None:
    """The syntax error that is left once the calls are taken out, if that takes out all words."""
    rest = without_calls(text, update=update)
    return None if _words(rest, update) else _parse(rest, update, base_iri)


class _Unreadable(SyntaxError):
    """The text has a syntax error elsewhere; it must not be evaluated."""


def _masked(text: str, found: list[re.Match[str]]) -> str:
    """The text with each match replaced, by the same word for the same spelling."""
    letters = {n: random.choices(string.ascii_lowercase, k=n) for n in (4, 7)}
    pieces, position = [], 0
    for match in found:
        word = match.group()
        mask = "q" + "".join(letters[len(word)][1:])
        pieces += [text[position : match.start()], _cased(mask, word)]
        position = match.end()
    return "".join([*pieces, text[position:]])


def _cased(mask: str, like: str) -> str:
    return "".join(
        m.upper() if letter.isupper() else m for m, letter in zip(mask, like, strict=True)
    )


def _parse(text: str, update: bool, base_iri: str | None) -> str | None:
    """The syntax error of a text that cannot call out any more, None if it has none."""
    try:
        if update:
            Store().update(text, base_iri=base_iri)
        else:
            Store().query(text, base_iri=base_iri)
    except SyntaxError as error:
        return str(error)
    except (OSError, RuntimeError, ValueError):
        return None
    return None
