"""What a report's explanations read of the data and of the shapes: triples by pattern."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol

import pyoxigraph as ox
from rdflib.graph import Graph

from kgraph.rdflib_terms import Terms
from kgraph.shacl.report import ResultPath
from kgraph.shacl.reports.spelling import Spelling
from kgraph.terms import Term
from kgraph.vocab import DCT, RDF, RDF_TYPE, RDFS, SH, SKOS

LABELS = tuple(
    ox.NamedNode(iri)
    for iri in (
        SKOS + "prefLabel",
        RDFS + "label",
        SH + "name",
        "http://xmlns.com/foaf/0.1/name",
        "https://schema.org/name",
        "http://schema.org/name",
        DCT + "title",
        "http://purl.org/dc/elements/1.1/title",
    )
)
"""Properties that name a thing, the best first."""
PREFERRED = ("en", "")
SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
FIRST, REST = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
MANY = 10_000
"""Instances of a class that are looked through; where there are more, for none."""


class Quads(Protocol):
    """A store, a snapshot: whatever finds quads by pattern."""

    def quads_for_pattern(self, subject: Any, predicate: Any, object: Any) -> Iterable[ox.Quad]:
        """The quads that match; None is any."""


class Facts:
    """The triples of one or more sources, in a fixed order."""

    def __init__(self, *sources: Quads) -> None:
        """The union of what the sources hold."""
        self._sources = sources
        self.label = lru_cache(maxsize=1 << 14)(self._label)
        self.instances = lru_cache(maxsize=256)(self._instances)
        self.spelling = lru_cache(maxsize=256)(self._spelling)

    @classmethod
    def of_graph(cls, graph: Graph) -> "Facts":
        """The triples of an rdflib graph; its blank nodes keep their labels."""
        terms, store = Terms(), ox.Store()
        store.extend(
            ox.Quad(triple.subject, triple.predicate, triple.object)
            for triple in map(terms.back, graph)
        )
        return cls(store)

    def triples(
        self, subject: Term | None, predicate: ox.NamedNode | None, object_: Term | None
    ) -> list[ox.Triple]:
        """Each matching triple once, however many graphs hold it."""
        if isinstance(subject, ox.Literal):
            return []
        found = {
            quad.triple
            for source in self._sources
            for quad in source.quads_for_pattern(subject, predicate, object_)
        }
        return sorted(found, key=str)

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """What a subject has for a property."""
        return [triple.object for triple in self.triples(subject, predicate, None)]

    def subjects(self, predicate: ox.NamedNode, object_: Term) -> list[Term]:
        """What has an object for a property."""
        return [triple.subject for triple in self.triples(None, predicate, object_)]

    def has(self, subject: Term, predicate: ox.NamedNode, object_: Term) -> bool:
        """Whether a triple is there."""
        return bool(self.triples(subject, predicate, object_))

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list; empty for what is none."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head not in seen and (first := self.objects(head, FIRST)):
            seen.add(head)
            members.append(first[0])
            head = next(iter(self.objects(head, REST)), head)
        return members

    def values(self, focus: Term, path: ResultPath | None) -> list[Term] | None:
        """The value nodes of a path of one step; None where the path has more."""
        if path is None:
            return [focus]
        if path.iri:
            return self.objects(focus, ox.NamedNode(path.iri))
        if path.operator == "inversePath" and path.parts[0].iri:
            return self.subjects(ox.NamedNode(path.parts[0].iri), focus)
        return None

    def _instances(self, class_: ox.NamedNode) -> tuple[Term, ...]:
        """The SHACL instances of a class; none where they are too many to choose from."""
        classes, todo = {class_: None}, [class_]
        while todo:
            for narrower in self.subjects(SUBCLASS, todo.pop()):
                if isinstance(narrower, ox.NamedNode) and narrower not in classes:
                    classes[narrower] = None
                    todo.append(narrower)
        found: dict[Term, None] = {}
        for one in classes:
            for quad in self._first(one):
                found[quad.subject] = None
            if len(found) > MANY:
                return ()
        return tuple(sorted(found, key=str))

    def _spelling(self, class_: ox.NamedNode) -> Spelling:
        """The instances of a class by their names."""
        return Spelling(self.instances(class_), self.label)

    def _first(self, class_: ox.NamedNode) -> Iterator[ox.Quad]:
        for source in self._sources:
            for count, quad in enumerate(source.quads_for_pattern(None, RDF_TYPE, class_)):
                if count > MANY:
                    break
                yield quad

    def _label(self, term: Term) -> str | None:
        """What a thing is called, in English or in no language before all others."""
        if isinstance(term, ox.Literal | ox.Triple):
            return None
        for property_ in LABELS:
            found = [o for o in self.objects(term, property_) if isinstance(o, ox.Literal)]
            if found:
                return min(found, key=_rank).value
        return None


def _rank(label: ox.Literal) -> tuple[int, str]:
    language = label.language or ""
    return (PREFERRED.index(language) if language in PREFERRED else len(PREFERRED), label.value)
