"""Terms and reports as people read them.

Prefixes for IRIs, lines for places, and near names for those that are misspelt.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from kgraph.errors import QuerySyntaxError
from kgraph.graph import KnowledgeGraph
from kgraph.ingest.places import Source
from kgraph.shacl.reports.words import Words, short

__all__ = ["Source", "Stranger", "Words", "is_mentioned", "near", "short", "strangers"]

CANDIDATES = 20_000
"""Names that are looked through for one that is spelt nearly so; where there are more, for none."""


@dataclass(frozen=True)
class Stranger:
    """A name under our namespace that nothing has, and names that look like it."""

    iri: str
    near: tuple[str, ...]

    def says(self, words: Words) -> str:
        """A sentence with the cure."""
        guess = " or ".join(words.iri(iri) for iri in self.near)
        hint = f"; did you mean {guess}?" if guess else ": is it spelt right?"
        return f"nothing here is called {words.iri(self.iri)}{hint}"


def strangers(graph: KnowledgeGraph, query: str) -> list[Stranger]:
    """The names in a query that can match nothing, because nothing has them.

    Only names under our namespace are looked up; the template of a CONSTRUCT may invent some.
    """
    ours = graph.settings.namespace
    try:
        named = graph.names_in(query)
    except QuerySyntaxError:
        return []
    asked = [iri for iri in named if iri.startswith(ours) and iri != ours]
    return [Stranger(iri, near(graph, iri)) for iri in asked if not is_mentioned(graph, iri)]


def near(graph: KnowledgeGraph, iri: str) -> tuple[str, ...]:
    """The names in the same namespace that an IRI may be a misspelling of, the nearest first."""
    names = graph.settings.names
    spaces = (names.terms, names.concepts, names.things, names.graphs)
    space = next((space for space in spaces if iri.startswith(space)), None)
    if space is None:
        return ()
    known = graph.names_under(space, limit=CANDIDATES)
    if len(known) == CANDIDATES:
        return ()
    local = sorted(one.removeprefix(space) for one in known)
    alike = get_close_matches(iri.removeprefix(space), local, n=8, cutoff=0.75)
    return tuple(space + name for name in alike if is_mentioned(graph, space + name))[:2]


def is_mentioned(graph: KnowledgeGraph, iri: str) -> bool:
    """Whether a triple or a graph has this name."""
    return graph.mentions(iri)
