"""A purge of changes set aside: quads are taken out of documents, updates go as a whole."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgraph.errors import QuerySyntaxError
from kgraph.ingest.aside.entry import UPDATE, Entry
from kgraph.plan.algebra import walk
from kgraph.sparql.parse import parse_update
from kgraph.terms import Term, from_lines, to_lines

SILENCED = "(purged)"


class Within(Protocol):
    """What is to go from the graph, as the purge knows it."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """With all that mentions them."""

    @property
    def texts(self) -> list[str]:
        """IRIs and lexical forms."""

    @property
    def words(self) -> list[str]:
        """How people write names with a prefix."""

    def within(self, quad: Quad) -> bool:
        """Whether a quad is to go."""


@dataclass(frozen=True)
class Doomed:
    """What no change set aside may say any more."""

    named: Within
    statements: tuple[Quad | Triple, ...] = ()
    """Quads, and triples whatever the graph."""

    def has(self, quad: Quad) -> bool:
        """Whether a quad of a document is to go."""
        return self.named.within(quad) or any(
            quad == one or quad.triple == one for one in self.statements
        )

    def said_in(self, text: str) -> bool:
        """Whether a text names one of the terms."""
        return any(one and one in text for one in (*self.named.texts, *self.named.words))


def cleansed(entry: Entry, doomed: Doomed) -> Entry | None:
    """The change without what is doomed; None if nothing is left of it."""
    told = _silenced(entry, doomed)
    if entry.kind == UPDATE:
        return None if _mentions(entry, doomed) else told
    quads = list(from_lines([entry.body]))
    stay = [quad for quad in quads if not doomed.has(quad)]
    if len(stay) == len(quads):
        return told
    return replace(told, body="\n".join([*to_lines(stay), ""])) if stay else None


def _silenced(entry: Entry, doomed: Doomed) -> Entry:
    texts = {
        name: SILENCED
        for name in ("author", "message", "why")
        if doomed.said_in(getattr(entry, name))
    }
    report = dict(entry.report)
    results = report.get("results", [])
    stay = [one for one in results if not doomed.said_in(json.dumps(one, ensure_ascii=False))]
    if len(stay) < len(results):
        report["results"] = stay
    return replace(entry, report=report, **texts)  # type: ignore[arg-type]


def _mentions(entry: Entry, doomed: Doomed) -> bool:
    """Whether an update may say what is doomed; an update that cannot be read may say anything."""
    how = json.dumps(dict(entry.how), ensure_ascii=False)
    if doomed.said_in(entry.body) or doomed.said_in(how):
        return True
    try:
        parsed = parse_update(entry.body, base_iri=entry.how.get("base_iri"))
    except QuerySyntaxError:
        return True
    terms = {one for one in walk(tuple(parsed)) if isinstance(one, NamedNode | Literal | Triple)}
    if terms & {*doomed.named.terms} or any(_typed(one, doomed) for one in terms):
        return True
    return any(_may_say(one, terms) for one in doomed.statements)


def _typed(term: Term, doomed: Doomed) -> bool:
    quad = Quad(NamedNode("urn:any"), NamedNode("urn:any"), term)
    return doomed.named.within(quad)


def _may_say(statement: Quad | Triple, terms: Iterable[object]) -> bool:
    """Whether all names of a statement stand in an update: it may make it, or ask for it."""
    known = {*terms}
    parts = (statement.subject, statement.predicate, statement.object)
    return all(part in known for part in parts if isinstance(part, NamedNode | Literal))
