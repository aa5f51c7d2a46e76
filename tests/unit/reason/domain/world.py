"""A store with rules kept up by increments, and from scratch; facts that reach all rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, Triple

from kgraph.reason.domain.rules import STRATA, Rule, load_rules, parse_rule
from kgraph.reason.domain.strata import Outcome, Strata
from kgraph.store import Change, Named, Snapshot, Store
from kgraph.store.visibility import ANYWHERE, LEVELS
from kgraph.vocab import OWL, RDF, RDFS, Names

ROOT = Path(__file__).resolve().parents[4]
NAMES = Names()
PREFIXES = """@prefix : <https://w3id.org/kgraph/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TYPE = NamedNode(RDF + "type")
Kept = dict[tuple[int, Triple], int]
"""Stratum and head: the mask of levels."""


def rule(text: str, id: str = "R1", stratum: int = 1, **more: object) -> Rule:
    """A rule on toy data; `:` is the namespace of terms."""
    fields = {"id": id, "stratum": stratum, "title": id, "why": f"why {id}", "bound": "many"} | more
    front = "".join(f"# {name}: {value}\n" for name, value in fields.items())
    return parse_rule(f"{front}PREFIX : <https://w3id.org/kgraph/ns#>\n{text}", f"{id}.rq")


def triples(text: str) -> list[Triple]:
    """Turtle text as triples."""
    return [quad.triple for quad in ox.parse((PREFIXES + text).encode(), ox.RdfFormat.TURTLE)]


def graph_at(level: int) -> NamedNode:
    """The graph that facts of a level are in."""
    return NAMES.graph(("data", "restricted", "sealed")[level])


@dataclass
class World:
    """Facts at levels, and what rules make of them, kept up by increments."""

    rules: Sequence[Rule]
    store: Store = field(default_factory=lambda: Store.open(None))
    facts: dict[int, set[Triple]] = field(default_factory=lambda: {n: set() for n in LEVELS})

    def __post_init__(self) -> None:
        self.strata = Strata(self.rules)
        self.outcomes: dict[int, Outcome] = {}

    def change(
        self, added: Iterable[Triple] = (), removed: Iterable[Triple] = (), *, level: int = 0
    ) -> None:
        """Commit a change of facts at a level with what follows from it."""
        self._write({level: (set(added), set(removed))}, scratch=False)

    def _write(self, changes: dict[int, tuple[set[Triple], set[Triple]]], scratch: bool) -> None:
        with self.store.write() as transaction:
            for level, (added, removed) in changes.items():
                self.facts[level] = (self.facts[level] - removed) | added
                g = graph_at(level)
                transaction.stage(
                    Change(
                        added=tuple(Quad(*t, g) for t in added),
                        removed=tuple(Quad(*t, g) for t in removed),
                        level=level,
                    )
                )
            step = self.strata.recompute if scratch else self.strata.increment
            self.outcomes = {stratum: step(transaction, stratum) for stratum in STRATA}
            transaction.commit(author="test", message="", time=datetime.now(UTC))

    def from_scratch(self) -> "World":
        """The same facts, evaluated anew."""
        other = World(self.rules)
        other._write({n: (set(facts), set()) for n, facts in self.facts.items()}, scratch=True)
        return other

    def heads(self, level: int = 0) -> set[Triple]:
        """What a level sees of what was inferred."""
        return {head for (_, head), mask in self.kept().items() if mask >> level & 1}

    def kept(self) -> Kept:
        """Everything that was inferred."""
        with self.store.snapshot(level=2) as snapshot:
            return _kept(snapshot, self._index())

    def _index(self):  # type: ignore[no-untyped-def]
        shared = self.store._shared
        return shared.points.at(shared.published.commit, ANYWHERE)


def _kept(snapshot: Snapshot, index) -> Kept:  # type: ignore[no-untyped-def]
    found: Kept = {}
    for stratum in STRATA:
        graph = snapshot.id_of(NAMES.graph(f"inferred/{stratum}"))
        if graph is None:
            continue
        for s, p, o, _ in index.match_named(Named((graph,)), None, None, None):
            head = Triple(*(snapshot.term_of(one) for one in (s, p, o)))  # type: ignore[arg-type]
            (mask,) = (mask for g, mask, _ in index.graphs_of(s, p, o) if g == graph)
            found[stratum, head] = mask
    return found


@cache
def corpus_rules() -> tuple[Rule, ...]:
    """The rules of the ontology."""
    return tuple(load_rules(ROOT / "ontology" / "rules"))


@cache
def case_facts() -> tuple[frozenset[Triple], frozenset[Triple]]:
    """What the case of each rule is given, and what else the rules need to know.

    The second are vocabularies, the date, and the classes and properties that follow.
    """
    given: set[Triple] = set()
    for case in sorted((ROOT / "tests" / "cases" / "rules").iterdir()):
        text = (case / "given.ttl").read_text(encoding="utf-8")
        text = text.replace("urn:case:", f"https://example.org/{case.name}/")
        given |= {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    schema: set[Triple] = set()
    for path in [*ROOT.glob("ontology/*.ttl"), *ROOT.glob("ontology/vocabulary/*.ttl")]:
        schema |= {quad.triple for quad in ox.parse(path=str(path))}
    schema |= {quad.triple for quad in ox.parse(path=str(ROOT / "data" / "context.ttl"))}
    following = closed(given, schema) - given
    read = {iri for rule in corpus_rules() for r in rule.reads for iri in r.predicates or ()}
    needed = {t for t in schema if t.predicate != TYPE} | following
    return frozenset(given), frozenset(t for t in needed if t.predicate.value in read)


def closed(facts: set[Triple], schema: set[Triple]) -> set[Triple]:
    """Facts with broader classes and properties, inverses, domains, ranges and chains."""
    known, border = set(facts), set(facts)
    axioms: dict[tuple[str, object], list[object]] = {}
    for t in schema:
        axioms.setdefault((t.predicate.value, t.subject), []).append(t.object)
        if t.predicate.value == OWL + "inverseOf":
            axioms.setdefault((t.predicate.value, t.object), []).append(t.subject)
    while border:
        found = {new for t in border for new in _following(t, axioms)}
        border = (found | set(_chained(known, schema, axioms))) - known
        known |= border
    return known


def _chained(
    known: set[Triple], schema: set[Triple], axioms: dict[tuple[str, object], list[object]]
) -> Iterable[Triple]:
    for t in schema:
        if t.predicate.value == OWL + "propertyChainAxiom":
            steps, node = [], t.object
            while node != NamedNode(RDF + "nil"):
                steps += axioms[RDF + "first", node]
                (node,) = axioms[RDF + "rest", node]  # type: ignore[assignment]
            ends = [(one.subject, one.object) for one in known if one.predicate == steps[0]]
            for step in steps[1:]:
                links = [one for one in known if one.predicate == step]
                ends = [(s, one.object) for s, o in ends for one in links if one.subject == o]
            for s, o in ends:
                yield Triple(s, t.subject, o)  # type: ignore[arg-type]


def _following(t: Triple, axioms: dict[tuple[str, object], list[object]]) -> Iterable[Triple]:
    if t.predicate == TYPE:
        for cls in axioms.get((RDFS + "subClassOf", t.object), ()):
            if isinstance(cls, NamedNode):
                yield Triple(t.subject, TYPE, cls)
        return
    for p in axioms.get((RDFS + "subPropertyOf", t.predicate), ()):
        yield Triple(t.subject, p, t.object)  # type: ignore[arg-type]
    for cls in axioms.get((RDFS + "domain", t.predicate), ()):
        yield Triple(t.subject, TYPE, cls)  # type: ignore[arg-type]
    if isinstance(t.object, NamedNode):
        for p in axioms.get((OWL + "inverseOf", t.predicate), ()):
            yield Triple(t.object, p, t.subject)  # type: ignore[arg-type]
        for cls in axioms.get((RDFS + "range", t.predicate), ()):
            yield Triple(t.object, TYPE, cls)  # type: ignore[arg-type]
