"""A store that a concluder keeps closed, and the same from scratch, to be compared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, Quad, Triple

from kgraph.ingest.closing import Concluder, Outcome, Theory
from kgraph.reason.domain import STRATA, load_rules, parse_rule
from kgraph.shacl import ValidationReport
from kgraph.shacl.model import Document, Shapes
from kgraph.shacl.report import NO_SUCH_THING
from kgraph.store import LEVELS, SEALED, Change, Store, lowest_level
from kgraph.vocab import Names

ROOT = Path(__file__).resolve().parents[4]
NAMES = Names()
TIME = datetime(2024, 1, 1, tzinfo=UTC)
GRAPHS = [NAMES.graph(f"inferred/{stratum}") for stratum in (0, *STRATA)]
PREFIXES = """@prefix : <https://w3id.org/kgraph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
Copies = dict[tuple[int, Triple], int]
"""Stratum and triple: the mask of levels."""


def quads(text: str, graph: str = "data") -> list[Quad]:
    """Turtle as quads of a graph."""
    parsed = ox.parse((PREFIXES + text).encode(), ox.RdfFormat.TURTLE)
    return [Quad(*quad.triple, NAMES.graph(graph)) for quad in parsed]


def theory(rules: Iterable[tuple[int, str]] = (), shapes: str = "") -> Theory:
    """Rules with their strata, and shapes as Turtle."""
    found = []
    for number, (stratum, text) in enumerate(rules):
        fields = {"id": f"R{number}", "stratum": stratum, "title": "t", "why": "w"}
        fields["bound"] = "1 per ?a" if "?few" in text else "many"
        front = "".join(f"# {name}: {value}\n" for name, value in fields.items())
        prefix = "PREFIX : <https://w3id.org/kgraph/ns#>\n"
        found.append(parse_rule(f"{front}{prefix}{text}", f"R{number}.rq"))
    if not shapes:
        return Theory(tuple(found))
    return Theory(tuple(found), Shapes.parse([Document("s.ttl", (PREFIXES + shapes).encode())]))


def corpus_theory() -> Theory:
    """The rules and shapes of the project."""
    shapes = Shapes.parse(sorted((ROOT / "shapes").glob("*.ttl")))
    return Theory(tuple(load_rules(ROOT / "ontology" / "rules")), shapes)


def corpus_part(*names: str) -> tuple[list[Quad], list[Quad]]:
    """The ontology with some vocabularies, and the facts of some files."""
    schema = [*ROOT.glob("ontology/*.ttl"), *ROOT.glob("ontology/vocabulary/*.ttl")]
    facts = [ROOT / "data" / "context.ttl"]
    facts += [ROOT / "data" / "iphr-kazakhstan-2022" / f"{name}.ttl" for name in names]
    return tuple(  # type: ignore[return-value]
        [
            Quad(*quad.triple, NAMES.graph(graph))
            for path in sorted(paths)
            for quad in ox.parse(path=str(path), rename_blank_nodes=True)
        ]
        for graph, paths in (("ontology", schema), ("facts", facts))
    )


@dataclass
class World:
    """A store, kept closed by increments."""

    theory: Theory
    most: int | None = None
    store: Store = field(default_factory=lambda: Store.open(None))

    def __post_init__(self) -> None:
        self.concluder = Concluder(self.theory, most=self.most)

    def change(
        self,
        added: Iterable[Quad] = (),
        removed: Iterable[Quad] = (),
        *,
        level: int = 0,
        now: Theory | None = None,
        scratch: bool = False,
        commit: bool = True,
    ) -> Outcome:
        """Stage, conclude, and commit whatever comes of it."""
        with self.store.write() as transaction:
            transaction.stage(Change(added=tuple(added), removed=tuple(removed), level=level))
            step = self.concluder.from_scratch if scratch else self.concluder.conclude
            outcome = step(transaction, now)
            if commit:
                transaction.commit(author="me", message="", time=TIME)
                self.concluder.remember()
        self.theory = self.concluder.theory
        return outcome

    def asserted(self) -> dict[int, list[Quad]]:
        """What is asserted, by level."""
        found: dict[int, list[Quad]] = {level: [] for level in LEVELS}
        with self.store.snapshot(level=SEALED) as snapshot:
            rows = snapshot.cursor().execute(
                f"SELECT s, p, o, g, levels FROM {snapshot.copies()} WHERE round = 0"
            )
            for s, p, o, g, mask in rows.fetchall():
                graph = snapshot.term_of(g) if g else DefaultGraph()
                parts = [*map(snapshot.term_of, (s, p, o)), graph]
                found[lowest_level(mask)].append(Quad(*parts))  # type: ignore[arg-type]
        return found

    def inferred(self) -> Copies:
        """Everything that is inferred."""
        with self.store.snapshot(level=SEALED) as snapshot:
            found = {}
            for stratum, name in enumerate(GRAPHS):
                graph = snapshot.id_of(name)
                rows = snapshot.cursor().execute(
                    f"SELECT s, p, o, levels FROM {snapshot.copies()} WHERE g = {graph or -1}"
                )
                for s, p, o, mask in rows.fetchall():
                    triple = Triple(*map(snapshot.term_of, (s, p, o)))  # type: ignore[arg-type]
                    found[stratum, triple] = mask
            return found

    def sees(self, text: str, level: int = 0) -> bool:
        """Whether a level sees a triple."""
        (quad,) = quads(text)
        with self.store.snapshot(level=level) as snapshot:
            found = snapshot.quads_for_pattern(*quad.triple)
            return next(found, None) is not None

    def report(self) -> ValidationReport:
        """The whole report."""
        with self.store.write() as transaction:
            return Concluder(self.theory).whole_report(transaction)

    def from_scratch(self) -> "tuple[World, Outcome]":
        """The same facts in a store of their own, closed at once."""
        other = World(self.theory)
        with other.store.write() as transaction:
            for level, asserted in self.asserted().items():
                transaction.stage(Change(added=tuple(asserted), level=level))
            outcome = other.concluder.from_scratch(transaction)
            transaction.commit(author="me", message="", time=TIME)
            other.concluder.remember()
        return other, outcome


@dataclass
class Standing:
    """What should hold by what outcomes said, added up."""

    results: Counter[tuple[str, ...]] = field(default_factory=Counter)
    clashes: Counter[object] = field(default_factory=Counter)
    copies: Counter[int] = field(default_factory=Counter)

    def take(self, outcome: Outcome) -> None:
        """Add one outcome."""
        self.results.update(one.reading for one in outcome.came.results)
        self.results.subtract(one.reading for one in outcome.went.results)
        self.clashes.update(outcome.clashes_come)
        self.clashes.subtract(outcome.clashes_gone)
        self.copies.update(outcome.consequences.came)
        self.copies.subtract(outcome.consequences.went)


def assert_as_from_scratch(world: World, standing: Standing) -> None:
    """Closure, masks, report and inconsistencies equal those from scratch."""
    other, outcome = world.from_scratch()
    mine, others = world.inferred(), other.inferred()
    assert mine == others, _differing(mine, others)
    report = other.report()
    assert world.report().keys == report.keys
    of_shapes = [r for r in report.results if not r.source_shape.endswith(NO_SUCH_THING)]
    assert +standing.results == Counter(one.reading for one in of_shapes)
    assert len(report.results) - len(of_shapes) == len(outcome.clashes_come)
    assert not -standing.results
    assert {one for one, n in standing.clashes.items() if n} == set(outcome.clashes_come)
    assert +standing.copies == Counter(stratum for stratum, _ in mine)
    other.store.close()


def _differing(mine: Copies, others: Copies) -> list[str]:
    keys = [key for key in mine.keys() | others.keys() if mine.get(key) != others.get(key)]
    return [f"{key}: {mine.get(key)}, from scratch {others.get(key)}" for key in keys[:8]]
