"""The closure: OWL 2 RL, then the domain rules stratum by stratum, then what follows from both.

Order: 0 is OWL 2 RL over what is asserted. Strata 1 to 6 are rules; each sees all that came
before, and its heads are the triples not already there. Behind stratum 4 OWL 2 RL runs again, and
what it adds belongs to stratum 4.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox
from rdflib.graph import Graph
from rdflib.term import Node, URIRef, Variable

from kgraph.progress import SILENT, Progress
from kgraph.rdflib_terms import RdflibTriple, Terms, graph_of, triples_of
from kgraph.reason.axioms import Mentions, is_axiom, mentions_of
from kgraph.reason.explain import Derivation, Proofs
from kgraph.reason.owl import (
    Inconsistency,
    close_graph,
    close_graph_completely,
    close_graph_plainly,
    ill_typed,
    inconsistencies,
)
from kgraph.reason.patterns import Pattern
from kgraph.reason.rules import RL_AGAIN_AFTER, STRATA, Rule, check_order, in_strata
from kgraph.vocab import DEFAULT_NAMESPACE, Names

CloseGraph = Callable[[Graph], tuple[set[RdflibTriple], list[Inconsistency]]]
RL_STRATUM = 0
DEPTH = 6


@dataclass(frozen=True)
class Closure:
    """What follows, by stratum (0 is OWL 2 RL), and what contradicts the ontology.

    `rounds` counts how often each stratum was evaluated; `exceeded` names rules that made more
    heads than their bound allows.
    """

    inferred: Mapping[int, tuple[ox.Triple, ...]]
    inconsistencies: tuple[Inconsistency, ...]
    rounds: Mapping[int, int]
    exceeded: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many triples were inferred."""
        return sum(map(len, self.inferred.values()))

    @property
    def consistent(self) -> bool:
        """Whether nothing contradicts the ontology."""
        return not self.inconsistencies


class Reasoner:
    """Closes a store under an ontology and rules, and explains what it inferred."""

    def __init__(
        self,
        schema: Iterable[ox.Quad],
        rules: Sequence[Rule],
        *,
        namespace: str = DEFAULT_NAMESPACE,
        complete: bool = False,
    ) -> None:
        """`schema` holds the ontology's axioms; other triples in it are passed over.

        `complete` keeps what tells nothing: that each thing is itself, what OWL says of its own
        vocabulary, members of owl:Thing and of classes without a name. It is slow, and there to
        be measured.

        Raises RuleError where a rule reads what is not finished when it runs.
        """
        check_order(rules)
        self._close_graph = close_graph_completely if complete else close_graph
        self.rules = tuple(sorted(rules, key=lambda rule: (rule.stratum, rule.id)))
        self._names = Names(namespace)
        self._schema = frozenset(quad.triple for quad in schema if is_axiom(quad))
        self._mentions = mentions_of(self._schema)
        self._reads = _distinct(p for rule in self.rules for p in rule.reads)
        self._heads = _distinct(p for rule in self.rules for p in rule.writes)
        self._made: frozenset[str] = frozenset()

    def close(self, store: ox.Store, *, progress: Progress = SILENT) -> Closure:
        """The closure of what is asserted in a store; the store is only read.

        Computed graphs (`graph/inferred/*`) that it holds already are passed over.
        """
        work = _Closing(store, self._names, self._schema, progress, self._close_graph)
        work.run(self.rules)
        self._mentions, self._made = work.mentions, frozenset(work.made)
        return work.closure()

    def close_plainly(self, store: ox.Store, *, progress: Progress = SILENT) -> Closure:
        """The same by owlrl as it is, on all triples: slow, and the measure of `close`."""
        work = _Closing(store, self._names, self._schema, progress, close_graph_plainly)
        work.run(self.rules)
        return work.closure()

    def graphs(self) -> Iterator[tuple[int, ox.NamedNode]]:
        """Each stratum with the name of the computed graph it belongs into."""
        for stratum in (RL_STRATUM, *STRATA):
            yield stratum, self._names.graph(f"inferred/{stratum}")

    def mentions(self, quad: ox.Quad) -> bool:
        """False only if adding or removing this quad can change nothing that is inferred.

        Judged by the axioms of the schema and of the store last closed, by the patterns in rule
        bodies, and by rule heads: a triple that a rule also makes moves between asserted and
        inferred.
        """
        return (
            self._mentions.matters(quad)
            or quad.predicate.value in self._made
            or any(pattern.matches(quad) for pattern in self._reads)
            or any(p.predicates is not None and p.matches(quad) for p in self._heads)
        )

    def explain(
        self, store: ox.Store, triple: ox.Triple, *, depth: int = DEPTH
    ) -> Derivation | None:
        """Why a triple of the closed store holds; None if it does not.

        The store holds the computed graphs too. The shortest proof is given; `depth` says how
        many steps of it are spelled out.
        """
        return Proofs(store, self.rules, self._names).explain(triple, depth)


def _distinct(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    return tuple(dict.fromkeys(patterns))


class _Closing:
    """One run: a scratch copy of what is asserted, growing stratum by stratum."""

    def __init__(
        self,
        store: ox.Store,
        names: Names,
        schema: frozenset[ox.Triple],
        progress: Progress,
        close: CloseGraph = close_graph,
    ) -> None:
        self.names, self.progress = names, progress
        self.close_graph = close
        self.scratch = ox.Store()
        self.scratch.bulk_extend(
            quad
            for quad in store
            if not getattr(quad.graph_name, "value", "").startswith(names.inferred)
        )
        self.present = {quad.triple for quad in self.scratch}
        axioms = schema | {triple for triple in self.present if is_axiom(triple)}
        self.mentions: Mentions = mentions_of(axioms)
        if close is not close_graph:
            self.mentions = replace(self.mentions, everything=True)
        self.terms = Terms()
        self.graph: Graph = graph_of(
            filter(self.mentions.matters, triples_of(self.scratch)), self.terms
        )
        self.inferred: dict[int, set[ox.Triple]] = {n: set() for n in (RL_STRATUM, *STRATA)}
        self.rounds: Counter[int] = Counter()
        self.wrong: set[Inconsistency] = set()
        self.made: set[str] = set()
        self.exceeded: list[str] = []
        self.grown = False

    def run(self, rules: Sequence[Rule]) -> None:
        """All strata in their order."""
        self.close_owl(RL_STRATUM)
        for stratum, members in in_strata(rules):
            self.close_rules(stratum, members)
            if stratum == RL_AGAIN_AFTER and self.grown:
                self.close_owl(stratum)

    def close_owl(self, stratum: int) -> None:
        """Run OWL 2 RL over all there is and add what is new to a stratum."""
        self.progress(f"OWL 2 RL, stratum {stratum}")
        if stratum == RL_STRATUM:
            self.wrong.update(inconsistencies(self._ill_typed()))
        found, wrong = self.close_graph(self.graph)
        self.wrong.update(wrong)
        self.rounds[stratum] += 1
        self.add(stratum, {self.terms.back(triple) for triple in found})
        self.grown = False

    def _ill_typed(self) -> Iterable[str]:
        literals = {
            triple.object
            for triple in self.present
            if isinstance(triple.object, ox.Literal) and not triple.object.language
        }
        return ill_typed(self.terms.to_rdflib(literal) for literal in literals)

    def close_rules(self, stratum: int, rules: Sequence[Rule]) -> None:
        """Evaluate a stratum: every rule once, then those of a fixpoint until nothing is new."""
        todo: Sequence[Rule] = rules
        while todo:
            self.progress(f"rules, stratum {stratum}")
            heads: set[ox.Triple] = set()
            for rule in todo:
                made = self.evaluate(rule)
                self._check_bound(rule, made)
                heads |= made
            self.rounds[stratum] += 1
            self.made.update(head.predicate.value for head in heads)
            new = heads - self.present
            self.add(stratum, new)
            self.graph = graph_of(filter(self.mentions.matters, new), self.terms, self.graph)
            todo = [rule for rule in rules if rule.fixpoint] if new else ()

    def evaluate(self, rule: Rule) -> set[ox.Triple]:
        """All heads of a rule over the union of what is there."""
        return set(self.scratch.query(rule.text, use_default_graph_as_union=True))  # type: ignore[arg-type]

    def add(self, stratum: int, triples: set[ox.Triple]) -> None:
        """Put triples that are new into the store and into a stratum."""
        new = triples - self.present
        graph_name = self.names.graph(f"inferred/{stratum}")
        self.scratch.extend(ox.Quad(t.subject, t.predicate, t.object, graph_name) for t in new)
        self.present |= new
        self.inferred[stratum] |= new
        self.grown |= bool(new)

    def _check_bound(self, rule: Rule, made: set[ox.Triple]) -> None:
        if rule.limit is None:
            return
        counts = Counter(
            value for triple in made for value in _values(rule, triple, rule.limit.variable)
        )
        self.exceeded += [
            f"{rule.id} makes {count} heads for {value}, its bound is {rule.bound!r}"
            for value, count in sorted(counts.items(), key=str)
            if count > rule.limit.heads
        ]

    def closure(self) -> Closure:
        """What has been found, in a fixed order."""
        return Closure(
            {n: tuple(sorted(triples, key=str)) for n, triples in self.inferred.items()},
            tuple(sorted(self.wrong)),
            dict(self.rounds),
            tuple(self.exceeded),
        )


def _values(rule: Rule, triple: ox.Triple, variable: str) -> set[str]:
    """What a variable stands for in a head, by each template triple that could have made it."""
    found = set()
    for step in rule.template:
        pairs = list(zip(step, (triple.subject, triple.predicate, triple.object), strict=True))
        if all(_fits(node, term) for node, term in pairs):
            found |= {str(term) for node, term in pairs if node == Variable(variable)}
    return found


def _fits(node: object, term: object) -> bool:
    if isinstance(node, URIRef):
        return isinstance(term, ox.NamedNode) and term.value == str(node)
    return isinstance(node, Node)
