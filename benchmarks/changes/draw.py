"""Changes as curators make them, drawn at random; the same seed draws the same."""

from collections.abc import Iterator
from random import Random

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from benchmarks.generate import Size
from benchmarks.generate.chance import Chance
from benchmarks.generate.dates import LAST
from benchmarks.generate.document import Document, World
from benchmarks.generate.justice import criminal_case
from benchmarks.generate.reference import Reference
from benchmarks.generate.terms import GRAPH
from kgraph.store import Named, Snapshot

FACTS = 100
SEED = 7
KINDS = {"new case": 6, "edits": 3, "removals": 1}
"""Of ten changes in a row; in which order they come is drawn."""


class Draw:
    """Changes of so many facts to a store that `generate` has filled."""

    def __init__(self, size: Size, triples: int, seed: int = SEED) -> None:
        """`size` is what was generated for `triples`."""
        self._size, self._chance = size, Random(seed)
        self._world = World(Reference(triples), people=size.people)
        self._writing = Chance(seed + 1)
        self._documents = size.documents
        self._kinds = self._drawn()

    def change(self, snapshot: Snapshot) -> tuple[str, list[Quad], list[Quad]]:
        """Its kind, what it adds and what it removes."""
        kind = next(self._kinds)
        if kind == "new case":
            return kind, self._new_case(), []
        if kind == "removals":
            return kind, [], self._together(snapshot)
        removed = self._texts(snapshot)
        return kind, [edited(quad) for quad in removed], removed

    def _drawn(self) -> Iterator[str]:
        while True:
            yield from self._chance.sample(
                list(KINDS), k=sum(KINDS.values()), counts=KINDS.values()
            )

    def _new_case(self) -> list[Quad]:
        document = Document(self._world, self._writing, self._documents, LAST - 1)
        self._documents += 1
        document.opening()
        while len(document.lines) < FACTS:
            criminal_case(document)
        text = "".join(f"{line} {document.graph} .\n" for line in document.lines[:FACTS])
        return list(parse(text.encode(), RdfFormat.N_QUADS))

    def _texts(self, snapshot: Snapshot) -> list[Quad]:
        while True:
            found = [quad for quad in self._together(snapshot) if _is_text(quad)]
            if found:
                return found[: FACTS // 2]

    def _together(self, snapshot: Snapshot) -> list[Quad]:
        """Facts of records that stand together in one document, from a random place on.

        From the first fact of a record on. Where too few are left another document is drawn, too:
        in a short one only the beginning would do, which is its header.
        """
        while True:
            number = self._chance.randrange(self._size.documents)
            name = NamedNode(f"{GRAPH}document-{number}")
            graph = snapshot.id_of(name)
            relation = snapshot.relation(Named((-1 if graph is None else graph,)))
            rows = snapshot.cursor().execute(f"SELECT s, p, o FROM {relation} ORDER BY s, p, o")
            found = rows.fetchall()
            if not found:
                continue
            subject = found[self._chance.randrange(len(found))][0]
            begin = next(at for at, row in enumerate(found) if row[0] == subject)
            chosen = found[begin : begin + FACTS]
            if len(chosen) > FACTS // 2:
                triples = (map(snapshot.term_of, row) for row in chosen)
                return [Quad(s, p, o, name) for s, p, o in triples]  # type: ignore[arg-type]


def _is_text(quad: Quad) -> bool:
    return isinstance(quad.object, Literal) and bool(quad.object.language)


def edited(quad: Quad) -> Quad:
    """The same fact with other words."""
    assert isinstance(quad.object, Literal)
    words = Literal(f"{quad.object.value}, corrected", language=quad.object.language)
    return Quad(quad.subject, quad.predicate, words, quad.graph_name)
