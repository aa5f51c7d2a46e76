"""Names for people: labels in English where there are any, short names where there are none."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from pyoxigraph import Literal

from kgraph.graph import KnowledgeGraph
from kgraph.wording import short

ADDRESSES = ("http://", "https://", "mailto:")
INFERRED = {"0": "inferred by OWL 2 RL"}
WELL_KNOWN = {"rdf", "rdfs", "owl", "skos", "dct", "dcterms", "prov", "org", "foaf", "oa", "schema"}
"""Vocabularies whose names are words: skos:inScheme reads `in scheme`."""
AT_ONCE = 500
"""IRIs per query: a VALUES block that stays small."""

QUERY = """
PREFIX kg: <{terms}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label ?rank WHERE {{
  VALUES ?thing {{ {values} }}
  {{ ?thing skos:prefLabel ?label BIND(2 AS ?rank) }}
  UNION {{ ?thing rdfs:label ?label BIND(1 AS ?rank) }}
  UNION {{ ?thing kg:statement ?label BIND(0 AS ?rank) }}
  UNION {{ ?thing kg:phrase ?words BIND(CONCAT("“", STR(?words), "”") AS ?label) BIND(0 AS ?rank) }}
}}
"""


def select(graph: KnowledgeGraph, query: str) -> list[Mapping[str, Any]]:
    """Return the rows of a SELECT as dictionaries, unbound variables left out."""
    solutions: Any = graph.query(query)
    names = [variable.value for variable in solutions.variables]
    return [{n: row[n] for n in names if row[n] is not None} for row in solutions]


def values(iris: Iterable[str]) -> str:
    """Write IRIs for a VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)


class Labels:
    """Labels of things, fetched many at a time and kept for one page."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        """Start with no label known."""
        self._graph = graph
        self._found: dict[str, str] = {}

    def load(self, iris: Iterable[str]) -> None:
        """Fetch the labels of these things, those already known left out."""
        wanted = sorted(set(iris) - self._found.keys())
        for start in range(0, len(wanted), AT_ONCE):
            self._load(wanted[start : start + AT_ONCE])

    def _load(self, iris: list[str]) -> None:
        best: dict[str, tuple[int, str]] = {}
        terms = self._graph.settings.names.terms
        for row in select(self._graph, QUERY.format(terms=terms, values=values(iris))):
            label = row["label"]
            if isinstance(label, Literal):
                rank = 3 * ((label.language or "") in ("en", "")) + int(row["rank"].value)
                candidate = (rank, label.value)
                best[row["thing"].value] = max(best.get(row["thing"].value, (-1, "")), candidate)
        for iri in iris:
            self._found[iri] = best[iri][1] if iri in best else self.short(iri)

    def __getitem__(self, iri: str) -> str:
        """Return a label, or a short name where there is none."""
        if iri not in self._found:
            self.load([iri])
        return self._found[iri]

    def short(self, iri: str) -> str:
        """Say in words what an IRI without a label names, as far as its own letters tell."""
        names = self._graph.settings.names
        if iri.startswith(names.things):
            return unquote(iri.removeprefix(names.things)).replace("-", " ")
        if iri.startswith(names.inferred):
            stratum = iri.removeprefix(names.inferred)
            return INFERRED.get(stratum, f"inferred by rules, stratum {stratum}")
        if iri.startswith(names.graphs):
            return unquote(iri.removeprefix(names.graphs))
        found = short(iri, {p: start for p, start in names.prefixes.items() if p})
        prefix, _, local = (found or "").partition(":")
        if prefix in WELL_KNOWN and local:
            return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()
        return found or iri


def page_href(graph: KnowledgeGraph, iri: str) -> str:
    """Return where a link to a thing leads: to our page for our things, else to the thing.

    An IRI of a scheme that is no address (javascript:, urn:) leads to what is asked of it here.
    """
    namespace = graph.settings.namespace
    if not iri.startswith(namespace):
        if iri.startswith(ADDRESSES):
            return iri
        return "/query?plain=1&query=" + quote(f"DESCRIBE <{iri}>", safe="")
    path, mark, fragment = iri.removeprefix(namespace).partition("#")
    return f"/page/{quote(unquote(path), safe='/:@!$&,;=~')}{mark}{fragment}"
