"""What shapes look at: how much of a report a change can touch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kgraph.sparql.parse.tokens import tokenize
from kgraph.vocab import RDF_TYPE, RDFS, SH

_SPARQL = {SH + name for name in ("select", "ask")}
_TERMS = {"variable", "name", "iri", "blank"}
_BEFORE_SUBJECT = {"start", "{", "}", ".", ")"}
_BEFORE_PREDICATE = {";", "["}


class _Token(NamedTuple):
    kind: str
    text: str


_START = _Token("start", "")


class Reach(IntEnum):
    """Which results a change can touch: none, those of its subjects, or any."""

    NOTHING = 0
    SUBJECTS = 1
    EVERYTHING = 2


@dataclass(frozen=True)
class Scope:
    """The IRIs that shapes name, and how they look at predicates that they do not name.

    `local`: some constraint looks at all predicates of its focus node. `limits`: some constraint
    looks at the predicates that are values of these properties. `everything`: at any predicate
    of anything.
    """

    names: frozenset[str]
    local: bool = False
    limits: frozenset[str] = frozenset()
    everything: bool = False

    def reach(self, quad: Quad, store: Store) -> Reach:
        """How far a quad reaches, provided that nothing follows from it; generously."""
        if self.everything or quad.predicate.value in self.names:
            return Reach.EVERYTHING
        class_ = quad.object
        if quad.predicate == RDF_TYPE and (
            not isinstance(class_, NamedNode) or class_.value in self.names
        ):
            return Reach.EVERYTHING
        for limit in self.limits:
            values = store.quads_for_pattern(None, NamedNode(limit), quad.predicate)
            if next(values, None) is not None:
                return Reach.EVERYTHING
        if not self.local:
            return Reach.NOTHING
        return Reach.SUBJECTS if isinstance(quad.subject, NamedNode) else Reach.EVERYTHING


def scope_of(documents: Iterable[bytes]) -> Scope:
    """The scope of shapes in Turtle, read generously: when in doubt, everything matters."""
    names, limits = {RDFS + "subClassOf"}, set()
    local = everything = False
    quads = [quad for document in documents for quad in parse(document, RdfFormat.TURTLE)]
    prefixes = dict(_declarations(quads))
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object)
        names |= {term.value for term in terms if isinstance(term, NamedNode)}
        if not isinstance(quad.object, Literal):
            continue
        if quad.predicate.value == SH + "closed":
            local |= quad.object.value in {"true", "1"}
        elif quad.predicate.value in _SPARQL:
            text = quad.object.value
            names |= {_iri(token, prefixes) for token in _tokens(text)}
            for subject, predicate in open_patterns(text):
                limit = _limit(predicate, text)
                if subject.lstrip("?$") == "this":
                    local = True
                elif limit:
                    limits.add(_iri(limit, prefixes))
                else:
                    everything = True
    return Scope(frozenset(names - {RDF_TYPE.value, ""}), local, frozenset(limits), everything)


def open_patterns(text: str) -> Iterator[tuple[str, str]]:
    """Subject and predicate, as written, of each triple pattern that names no predicate.

    A negated path counts; the subject is empty where it does not stand right before.
    """
    for first, before, token in _threes(text):
        if before.kind == "!" and token.kind in {"name", "iri", "("}:
            yield "", token.text
        elif token.kind != "variable":
            continue
        elif before.kind in _BEFORE_PREDICATE:
            yield "", token.text
        elif before.kind in _TERMS and first.kind in _BEFORE_SUBJECT:
            yield before.text, token.text


def _limit(variable: str, text: str) -> _Token | None:
    """The property whose values a variable stands for, where a pattern says so at top level."""
    depth = 0
    for first, before, token in _threes(text):
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        named = before.kind in {"name", "iri"} and first.kind not in {"^", "|", "/"}
        if depth == 1 and named and token.text == variable and variable[:1] in "?$":
            return before
    return None


def _tokens(text: str) -> list[_Token]:
    found = tokenize(text)
    return [_Token(*pair) for pair in zip(found.kinds, found.texts, strict=True)]


def _threes(text: str) -> Iterator[tuple[_Token, _Token, _Token]]:
    """Each token with the two before it."""
    tokens = [_START, _START, *_tokens(text)]
    return zip(tokens, tokens[1:], tokens[2:], strict=False)


def _declarations(quads: list[Quad]) -> Iterator[tuple[str, str]]:
    prefix = {q.subject: getattr(q.object, "value", "") for q in quads if _is(q, "prefix")}
    for quad in quads:
        if _is(quad, "namespace") and quad.subject in prefix:
            yield prefix[quad.subject], getattr(quad.object, "value", "")


def _is(quad: Quad, name: str) -> bool:
    return quad.predicate.value == SH + name and isinstance(quad.object, Literal)


def _iri(token: _Token, prefixes: dict[str, str]) -> str:
    """The IRI that a token stands for, empty if it is no IRI."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind != "name":
        return ""
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, "") + local.replace("\\", "")
