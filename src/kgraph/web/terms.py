"""The ontology as one page: classes and properties, each with what it means and an example."""

from collections import defaultdict
from dataclasses import dataclass

from kgraph.graph import KnowledgeGraph
from kgraph.vocab import OWL, RDF, RDFS, SKOS
from kgraph.web.claims import Link, Linker
from kgraph.web.labels import Labels

KINDS = {
    OWL + "Class": "Classes",
    OWL + "ObjectProperty": "Properties that link things",
    OWL + "DatatypeProperty": "Properties with literal values",
    OWL + "AnnotationProperty": "Annotations",
}
RELATED = {
    RDFS + "subClassOf": "kind of",
    RDFS + "subPropertyOf": "special case of",
    "https://schema.org/domainIncludes": "used on",
    "https://schema.org/rangeIncludes": "values",
    OWL + "inverseOf": "inverse",
}


@dataclass(frozen=True)
class TermEntry:
    """One term of the ontology."""

    link: Link
    anchor: str
    definition: str
    example: str
    related: tuple[tuple[str, tuple[Link, ...]], ...]


class TermReader:
    """Reads the ontology graph into the groups that its page shows."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        """Nothing is read yet."""
        self._graph, self._names = graph, graph.settings.names
        self._labels = Labels(graph)
        self._link = Linker(graph, self._labels)

    def read(self) -> dict[str, list[TermEntry]]:
        """Return the terms under our namespace, by kind, in order of their labels."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for triple in self._graph.graph(self._names.graph("ontology").value):
            subject, value = triple.subject, getattr(triple.object, "value", "")
            iri = getattr(subject, "value", "")
            if iri.startswith(self._names.terms):
                found[iri][triple.predicate.value].add(value)
        linked = {v for entry in found.values() for p in RELATED for v in entry[p] if ":" in v}
        self._labels.load([*found, *linked])
        groups: dict[str, list[TermEntry]] = {title: [] for title in KINDS.values()}
        for iri, entry in found.items():
            for kind, title in KINDS.items():
                if kind in entry[RDF + "type"]:
                    groups[title].append(self._entry(iri, entry))
        return {
            title: sorted(entries, key=lambda one: one.link.label.lower())
            for title, entries in groups.items()
            if entries
        }

    def _entry(self, iri: str, found: dict[str, set[str]]) -> TermEntry:
        related = tuple(
            (title, tuple(self._link(other) for other in sorted(found[name]) if ":" in other))
            for name, title in RELATED.items()
            if any(":" in other for other in found[name])
        )
        return TermEntry(
            link=self._link(iri),
            anchor=iri.removeprefix(self._names.terms),
            definition=" ".join(sorted(found[SKOS + "definition"])),
            example=" ".join(sorted(found[SKOS + "example"])),
            related=related,
        )
