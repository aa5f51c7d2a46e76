"""The lines of `owl2rl.rules` as a checker of proofs reads them: terms and variables.

Nothing of this is shared with what finds proofs (`owl2rl.notation`, `specialise` and so on).
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from kgraph.terms import Term
from kgraph.vocab import OWL, RDF, RDFS, XSD

PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD}
Slot = Term | str
"""A term, or a variable with its mark."""
Pattern = tuple[Slot, Slot, Slot]
_NOT_IN_BRACKETS = re.compile(r",\s*(?![^(]*\))")


@dataclass(frozen=True)
class ListPart:
    """`IN`, `BEFORE`, `EACH` or `CHAIN`: the list, the variables, the patterns in brackets."""

    kind: str
    of: str
    names: tuple[Slot, ...]
    patterns: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Line:
    """One rule as it is written; no heads: what it describes cannot be."""

    patterns: tuple[Pattern, ...]
    lists: tuple[ListPart, ...]
    conditions: tuple[tuple[str, tuple[Slot, ...]], ...]
    heads: tuple[Pattern, ...]


@cache
def rule_lines(name: str = "owl2rl") -> dict[str, tuple[Line, ...]]:
    """The lines of each rule."""
    text = (files("kgraph.reason.owl2rl") / f"{name}.rules").read_text(encoding="utf-8")
    found: dict[str, tuple[Line, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith(("#", "==")):
            rule, _, rest = line.partition(": ")
            found[rule] = (*found.get(rule, ()), _line(rest))
    return found


def _line(text: str) -> Line:
    body, _, heads = text.partition("=>")
    patterns, lists, conditions = [], [], []
    for part in _NOT_IN_BRACKETS.split(body.strip()):
        words = part.split()
        if not words:
            continue
        if words[0] in ("EACH", "CHAIN") or words[1] in ("IN", "BEFORE"):
            lists.append(_list_part(words, part))
        elif words[1] == "IS":
            kind = " ".join(word for word in words[1:] if word.isupper())
            conditions.append((kind, tuple(_slot(w) for w in words if not w.isupper())))
        else:
            patterns.append(_pattern(part))
    concluded = heads.strip()
    parts = [] if concluded.startswith("false") else concluded.split(", ")
    return Line(tuple(patterns), tuple(lists), tuple(conditions), tuple(map(_pattern, parts)))


def _list_part(words: list[str], part: str) -> ListPart:
    if words[0] == "CHAIN":
        return ListPart("CHAIN", words[2], (_slot(words[1]), _slot(words[3])))
    if words[0] == "EACH":
        inner = part[part.index("(") + 1 : part.rindex(")")].split(", ")
        return ListPart("EACH", words[3], (words[1],), tuple(map(_pattern, inner)))
    if words[1] == "IN":
        return ListPart("IN", words[2], (_slot(words[0]),))
    return ListPart("BEFORE", words[4], (_slot(words[0]), _slot(words[2])))


def _pattern(text: str) -> Pattern:
    subject, predicate, object_ = (_slot(word) for word in text.split())
    return subject, predicate, object_


def _slot(word: str) -> Slot:
    if word.startswith("?"):
        return word
    if word.startswith('"'):
        lexical, _, datatype = word[1:].partition('"^^')
        return Literal(lexical, datatype=_named(datatype))
    return _named(word)


def _named(word: str) -> NamedNode:
    prefix, _, local = word.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
