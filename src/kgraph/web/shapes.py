"""The shapes as one page and one document: what is asked of the data, and how strictly."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from kgraph.graph import KnowledgeGraph
from kgraph.ingest.corpus import rewritten
from kgraph.vocab import SH


@dataclass(frozen=True)
class ShapeEntry:
    """One named shape that has something to say."""

    anchor: str
    severity: str
    messages: tuple[str, ...]


class ShapeReader:
    """Reads the shapes' files; blank nodes of different files stay different."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        """Nothing is read yet."""
        self._files, self._names = graph.corpus.shapes, graph.settings.names

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of all files."""
        for path in self._files:
            data = rewritten(path.read_bytes(), self._names)
            for quad in parse(data, RdfFormat.TURTLE, rename_blank_nodes=True):
                yield quad.triple

    def read(self) -> list[ShapeEntry]:
        """Return the shapes that have a message, in order of their names."""
        store = Store()
        store.load(
            b"\n".join(str(triple).encode() + b" ." for triple in self.triples()),
            format=RdfFormat.N_TRIPLES,
        )
        found: dict[str, list[str]] = {}
        for quad in store.quads_for_pattern(None, NamedNode(SH + "message"), None):
            if isinstance(quad.subject, NamedNode):
                found.setdefault(quad.subject.value, []).append(
                    str(getattr(quad.object, "value", ""))
                )
        entries = [
            ShapeEntry(
                iri.removeprefix(self._names.shapes), self._severity(store, iri), tuple(messages)
            )
            for iri, messages in found.items()
        ]
        return sorted(entries, key=lambda entry: entry.anchor)

    @staticmethod
    def _severity(store: Store, iri: str) -> str:
        found = store.quads_for_pattern(NamedNode(iri), NamedNode(SH + "severity"), None)
        names = [str(getattr(quad.object, "value", "")).rpartition("#")[2] for quad in found]
        return next(iter(names), "Violation")
