"""The whole: what is shared, then document after document until the size is reached."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.generate.chance import Chance
from benchmarks.generate.dates import LAST
from benchmarks.generate.document import Document, World
from benchmarks.generate.reference import Reference
from benchmarks.generate.scenes import next_scene
from benchmarks.generate.terms import GRAPH

FIRST_ISSUE = 150
SHARED = f"<{GRAPH}shared>"


@dataclass(slots=True)
class Size:
    """How much has been made; `generate` keeps it up to date."""

    triples: int = 0
    documents: int = 0
    people: int = 0


def generate(
    triples: int, seed: int, *, quads: bool = False, size: Size | None = None
) -> Iterator[str]:
    """Chunks of N-Triples or, with a graph for each document, N-Quads.

    Ends with the scene in which `triples` is reached. Documents are in the order of their dates;
    two may state the same triple, as sources do: in N-Triples some lines come twice.
    """
    size = size if size is not None else Size()
    chance, reference = Chance(seed), Reference(triples)
    yield _lines(list(reference.statements(chance)), SHARED, quads, size)
    world = World(reference)
    while size.triples < triples:
        issued = FIRST_ISSUE + int((LAST - FIRST_ISSUE) * size.triples / triples)
        document = Document(world, chance, size.documents, issued)
        document.opening()
        scenes = 2 + chance.rank(24)
        while scenes and size.triples + len(document.lines) < triples:
            next_scene(document)(document)
            scenes -= 1
        document.closing()
        size.documents += 1
        size.people = world.people
        yield _lines(document.lines, document.graph, quads, size)


def _lines(statements: list[str], graph: str, quads: bool, size: Size) -> str:
    size.triples += len(statements)
    end = f" {graph} .\n" if quads else " .\n"
    return end.join(statements) + end if statements else ""
