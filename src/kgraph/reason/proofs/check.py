"""A small checker of proofs, independent of what finds them.

Steps of OWL 2 RL are replayed against the rules as they are written; domain rules are evaluated by
the naive evaluator over the premises alone, and again with what in the graph could hinder them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.plan.algebra import (
    Exists,
    Group,
    LeftJoin,
    Minus,
    Term,
    TriplePattern,
    Variable,
    walk,
)
from kgraph.reason.domain import Rule
from kgraph.reason.proofs.firing import gives
from kgraph.reason.proofs.lines import rule_lines
from kgraph.reason.proofs.model import Fact, Proof
from kgraph.reason.proofs.replay import follows
from kgraph.store import Snapshot
from kgraph.terms import graph_text
from kgraph.vocab import RDF, Names

REST = NamedNode(RDF + "rest")
NEAR = 3
"""So many steps from a rule's premises to what could hinder it."""
HUB = 200
"""A term in more triples of one pattern is not gone through."""


class ProofError(ValueError):
    """A step of a proof that does not follow, or rests on what is not so."""


class Ground(Protocol):
    """What a proof stands on, asked for by terms."""

    def graphs_of(self, triple: Triple) -> set[str]:
        """The graphs that have a triple; the default graph's name is empty."""

    def triples(self, s: object, p: object, o: object, *, before: int | None) -> Iterator[Triple]:
        """Triples that match, None for any; `before` a stratum: those that its rules see."""

    def is_inferred(self, graph: str) -> bool:
        """Whether a graph has what was inferred."""


class SnapshotGround:
    """What a level sees of a commit."""

    def __init__(self, snapshot: Snapshot, names: Names | None = None) -> None:
        """While the snapshot is open."""
        self._snapshot, self._names = snapshot, names or Names()

    def graphs_of(self, triple: Triple) -> set[str]:
        """The graphs that have a triple."""
        found = self._snapshot.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return {graph_text(quad.graph_name) or "" for quad in found}

    def triples(self, s: object, p: object, o: object, *, before: int | None) -> Iterator[Triple]:
        """Triples that match, in any graph or in those that a stratum sees."""
        hidden = (
            set() if before is None else {f"{self._names.inferred}{n}" for n in range(before, 7)}
        )
        found = self._snapshot.quads_for_pattern(s, p, o)  # type: ignore[arg-type]
        yield from {q.triple: None for q in found if graph_text(q.graph_name) not in hidden}

    def is_inferred(self, graph: str) -> bool:
        """Whether a graph is a computed one."""
        return graph.startswith(self._names.inferred)


class Checker:
    """Replays proofs; what it accepts follows from what the ground asserts, by rules as written."""

    def __init__(self, ground: Ground, rules: Iterable[Rule] = ()) -> None:
        """`rules` are the domain rules."""
        self._ground = ground
        self._rules = {rule.id: rule for rule in rules}
        self._done: dict[int, Proof] = {}

    def check(self, proof: Proof) -> None:
        """Raises ProofError at the first step that does not hold.

        What proofs share is checked once, also from one proof to the next.
        """
        done: dict[int, Proof] = {}
        open_ = [proof]
        while open_:
            each = open_.pop()
            if id(each) not in done and id(each) not in self._done:
                self._step(each)
                done[id(each)] = each
                open_ += each.premises
        self._done |= done

    def _step(self, proof: Proof) -> None:
        if proof.truncated:
            raise ProofError(f"{_said(proof)}: the proof is cut off here")
        if proof.asserted:
            self._asserted(proof)
            return
        premises = []
        for each in proof.premises:
            if each.triple is None:
                raise ProofError(f"{_said(proof)}: what cannot be is no premise")
            premises.append(each.triple)
        if proof.rule in self._rules:
            self._by_rule(self._rules[proof.rule], premises, proof)
        elif proof.rule not in rule_lines():
            raise ProofError(f"{_said(proof)}: there is no rule {proof.rule}")
        elif not follows(proof.rule, premises, proof.triple, self._rests):
            raise ProofError(f"{_said(proof)}: {proof.rule} does not give it from its premises")

    def _rests(self, cell: Term) -> list[Term]:
        return [t.object for t in self._ground.triples(cell, REST, None, before=None)]

    def _asserted(self, proof: Proof) -> None:
        triple = _triple(proof.triple)
        graphs = set() if triple is None else self._ground.graphs_of(triple)
        told = set(proof.graphs)
        if not told or proof.premises:
            raise ProofError(f"{_said(proof)}: asserted, but it is not said where")
        if not told <= graphs or any(map(self._ground.is_inferred, told)):
            raise ProofError(f"{_said(proof)}: not asserted in {sorted(told)}")

    def _by_rule(self, rule: Rule, premises: Sequence[Fact], proof: Proof) -> None:
        head = _triple(proof.triple)
        given = {triple for each in premises if (triple := _triple(each)) is not None}
        last = None if rule.fixpoint else rule.stratum
        for triple in given:
            seen = self._ground.triples(*triple, before=last)
            if next(iter(seen), None) is None:
                raise ProofError(f"{_said(proof)}: {rule.id} does not see {triple}")
        if head is None or not gives(rule, head, given):
            raise ProofError(f"{_said(proof)}: {rule.id} does not give it from its premises")
        near = self._near(rule, given, last) - given
        if near and not gives(rule, head, given | near):
            raise ProofError(f"{_said(proof)}: something hinders {rule.id}")

    def _near(self, rule: Rule, given: set[Triple], last: int | None) -> set[Triple]:
        """What could make a head another one: what patterns match that more triples can hinder."""
        patterns = _hindering(rule)
        found: set[Triple] = set()
        border: set[object] = {end for triple in given for end in (triple.subject, triple.object)}
        known: set[object] = set()
        for _ in range(NEAR):
            new = {t for pattern in patterns for t in self._linked(pattern, border - known, last)}
            known |= border
            border = {end for triple in new for end in (triple.subject, triple.object)}
            found |= new
        return found

    def _linked(
        self, pattern: TriplePattern, terms: set[object], last: int | None
    ) -> Iterator[Triple]:
        s, p, o = (
            part if isinstance(part, NamedNode | BlankNode | Literal) else None
            for part in (pattern.subject, pattern.predicate, pattern.object)
        )
        for term in terms:
            if isinstance(pattern.subject, Variable) and not isinstance(term, Literal):
                yield from self._few(term, p, o, last)
            if isinstance(pattern.object, Variable):
                yield from self._few(s, p, term, last)

    def _few(self, s: object, p: object, o: object, last: int | None) -> list[Triple]:
        found = list(self._ground.triples(s, p, o, before=last))
        return found if len(found) <= HUB else []


def _hindering(rule: Rule) -> set[TriplePattern]:
    """The triples that a rule negates, counts, or takes if they are there."""
    found: set[TriplePattern] = set()
    for node in walk(rule.body):
        parts: tuple[object, ...] = ()
        if isinstance(node, Exists | Group):
            parts = (node.pattern,)
        elif isinstance(node, Minus | LeftJoin):
            parts = (node.right,)
        found |= {t for part in parts for t in walk(part) if isinstance(t, TriplePattern)}
    return found


def _triple(fact: Fact | None) -> Triple | None:
    if fact is None or isinstance(fact.subject, Literal) or isinstance(fact.predicate, BlankNode):
        return None
    return Triple(fact.subject, fact.predicate, fact.object)  # type: ignore[arg-type]


def _said(proof: Proof) -> str:
    return proof.message if proof.triple is None else " ".join(map(str, proof.triple.parts))
