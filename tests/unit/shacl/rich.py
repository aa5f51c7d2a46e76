"""Random data for `rich_shapes.ttl`: all kinds of terms under a few predicates."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kgraph.shacl.model import Shapes
from kgraph.store import Change, Store
from kgraph.terms import Term
from kgraph.vocab import RDF_TYPE, RDFS, XSD

SHAPES = Path(__file__).parent / "rich_shapes.ttl"
NOW = datetime(2022, 9, 1, tzinfo=UTC)
GRAPHS = [NamedNode("urn:g:1"), NamedNode("urn:g:2")]


def name(text: str) -> NamedNode:
    return NamedNode(f"urn:t:{text}")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


NODES: list[Term] = [*(name(f"x{number}") for number in range(12)), BlankNode("b1")]
CLASSES = [name(one) for one in "ABCD"]
NUMBERS: list[Term] = [
    *(typed(str(number), "integer") for number in range(10)),
    typed("02", "integer"),
    typed("3.5", "decimal"),
    typed("200", "byte"),
    typed("5", "byte"),
    typed("2.5e0", "double"),
    typed("NaN", "double"),
    typed("many", "integer"),
    Literal("a"),
]
MOMENTS: list[Term] = [
    *(typed(f"2020-0{month}-01", "date") for month in range(1, 7)),
    typed("2020-02-31", "date"),
    typed("2020-04-01Z", "date"),
    typed("2020-04-01T00:00:00", "dateTime"),
    typed("3", "integer"),
    name("x1"),
]
TEXTS: list[Term] = [
    *(Literal(text) for text in ("a", "abc", "abcabc", "xyz", "é")),
    *(Literal(text, language=tag) for text in ("ab", "B") for tag in ("en", "en-GB", "de", "fr")),
    typed("12", "integer"),
    name("x2"),
]
VALUES = {"p": NODES, "q": [*NODES, *NUMBERS], "n": NUMBERS, "d": MOMENTS, "e": MOMENTS, "s": TEXTS}


def random_quad(chance: random.Random) -> Quad:
    subject, graph = chance.choice(NODES), chance.choice(GRAPHS)
    if chance.random() < 0.2:
        return Quad(subject, RDF_TYPE, chance.choice(CLASSES), graph)  # type: ignore[arg-type]
    predicate = chance.choice("ppqqqnndes")
    return Quad(subject, name(predicate), chance.choice(VALUES[predicate]), graph)  # type: ignore[arg-type]


def subclass(chance: random.Random) -> Quad:
    """D is below one of the other classes."""
    below = NamedNode(RDFS + "subClassOf")
    return Quad(name("D"), below, chance.choice(CLASSES[:3]), GRAPHS[0])


@contextmanager
def random_store(chance: random.Random, quads: int) -> Iterator[Store]:
    with Store.open(None) as store:
        commit(store, [*(random_quad(chance) for _ in range(quads)), subclass(chance)], [])
        yield store


def commit(store: Store, added: list[Quad], removed: list[Quad]) -> None:
    with store.write() as transaction:
        transaction.stage(Change(added=tuple(added), removed=tuple(removed)))
        transaction.commit(author="", message="", time=NOW)


def rich_shapes() -> Shapes:
    return Shapes.parse([SHAPES])
