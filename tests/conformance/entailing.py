"""Whether one graph entails another, by the rules of kgraph: what three suites share.

A conclusion follows if it can be laid over the closure of the premise, blank nodes standing for
anything, literals too; or if nothing can be as the premise says. The closure is the whole one in
generalized RDF, with what the service leaves out since it tells nothing. Literals, datatypes and
names that only the conclusion has are at hand to the rules, as the specifications have it.

A conclusion that denies something follows if the premise and what it denies contradict each other;
one that says how a property behaves, if that is seen on things of which nothing else is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kgraph.reason.clauses import Atom, Clause, TripleKey
from kgraph.reason.owl2rl import (
    PlainClosure,
    Rules,
    Ruleset,
    Values,
    close_plainly,
    load_rules,
    specialise,
)
from kgraph.reason.owl2rl.datatypes import DATATYPES
from kgraph.reason.owl2rl.facts import Facts, ground, solve
from kgraph.reason.owl2rl.infer import Dictionary
from kgraph.reason.owl2rl.noise import is_beyond_rdf
from kgraph.vocab import OWL, RDF

Statement = Quad | Triple
OWL_RL = load_rules("owl2rl", quiet=True)
BEHAVIOUR = frozenset(
    NamedNode(f"{OWL}{kind}Property")
    for kind in (
        *("Functional", "InverseFunctional", "Irreflexive", "Symmetric", "Asymmetric"),
        "Transitive",
    )
)
FRESH = "urn:x-kgraph:thing:"
TYPE, SAME = NamedNode(RDF + "type"), NamedNode(OWL + "sameAs")


@dataclass(frozen=True)
class Claim:
    """With what is assumed, the expected one follows; or nothing can be, if that is None."""

    assumed: tuple[Triple, ...]
    expected: Triple | None


@dataclass(frozen=True)
class Entailing:
    """A premise, and perhaps a conclusion, under some rules that know some datatypes."""

    premise: tuple[Statement, ...]
    conclusion: tuple[Statement, ...] = ()
    rules: Ruleset = OWL_RL
    recognised: frozenset[str] = DATATYPES

    @cached_property
    def _dictionary(self) -> Dictionary:
        return Dictionary()

    @cached_property
    def _bound(self) -> Rules:
        return self.rules.over(self._dictionary.intern)

    @cached_property
    def closure(self) -> PlainClosure:
        """What follows from the premise."""
        given = self._dictionary.keys(self.premise)
        at_hand = {part for key in self._dictionary.keys(self.conclusion) for part in key}
        values = Values(self._dictionary.term_of, self.recognised)
        return close_plainly(self._bound, given, values, at_hand)

    @property
    def consistent(self) -> bool:
        """Whether the premise contradicts nothing."""
        return not self.closure.contradictions

    @property
    def follows(self) -> bool:
        """Whether the premise entails the conclusion."""
        if not self.consistent or self._is_laid_over(self.conclusion):
            return True
        claims, rest = Claims(self.conclusion).split()
        return bool(claims) and self._is_laid_over(rest) and all(map(self._holds, claims))

    def _is_laid_over(self, statements: Iterable[Statement]) -> bool:
        patterns = [
            Atom(*(self._part(part) for part in (t.subject, t.predicate, t.object)))
            for t in statements
        ]
        return any(True for _ in solve(patterns, Facts(self.closure.rounds), {}))

    def _part(self, term: object) -> int | str:
        name = f"b{term.value}" if isinstance(term, BlankNode) else None
        return self._dictionary.id_of(term) if name is None else name  # type: ignore[arg-type]

    def _holds(self, claim: Claim) -> bool:
        assumed = (*self.premise, *claim.assumed)
        expected = () if claim.expected is None else (claim.expected,)
        more = replace(self, premise=assumed, conclusion=expected)
        return not more.consistent or bool(expected) and more._is_laid_over(expected)

    def inferred(self) -> Iterable[Triple]:
        """What follows from the premise and is RDF."""
        found: list[TripleKey] = [k for k in self.closure.inferred if not is_beyond_rdf(k)]
        return map(self._dictionary.triple, sorted(found))


class Claims:
    """What a conclusion denies, and what it says of the behaviour of properties."""

    def __init__(self, conclusion: Iterable[Statement]) -> None:
        self._left = {Triple(t.subject, t.predicate, t.object) for t in conclusion}
        self._claims: list[Claim] = []

    def split(self) -> tuple[list[Claim], set[Triple]]:
        """Return the claims, and the statements that have to be in the closure itself."""
        for triple in sorted(self._left, key=str):
            subject, predicate, object_ = triple.subject, triple.predicate, triple.object
            if predicate == NamedNode(OWL + "differentFrom"):
                self._deny(Triple(subject, SAME, object_), {triple})
            elif predicate == TYPE and object_ == NamedNode(OWL + "AllDifferent"):
                self._all_differ(subject)
            elif predicate == TYPE and object_ in BEHAVIOUR:
                self._behaves(triple)
            elif predicate == TYPE and isinstance(object_, BlankNode):
                self._is_outside(triple)
        return self._claims, self._left

    def _deny(self, denied: Triple, said_by: set[Triple]) -> None:
        self._claims.append(Claim((denied,), None))
        self._left -= said_by

    def _about(self, node: object) -> set[Triple]:
        return {triple for triple in self._left if triple.subject == node}

    def _one(self, node: object, name: str) -> object:
        found = [t.object for t in self._about(node) if t.predicate == NamedNode(name)]
        return found[0] if len(found) == 1 else None

    def _is_outside(self, triple: Triple) -> None:
        about = self._about(triple.object)
        denied = self._one(triple.object, OWL + "complementOf")
        kinds = {t.object for t in about if t.predicate == TYPE}
        plain = kinds <= {NamedNode(OWL + "Class")} and len(about) == 1 + len(kinds)
        if isinstance(denied, NamedNode) and plain:
            self._deny(Triple(triple.subject, TYPE, denied), {triple, *about})

    def _all_differ(self, node: object) -> None:
        used, members = self._about(node), []
        cell = self._one(node, OWL + "members") or self._one(node, OWL + "distinctMembers")
        while isinstance(cell, BlankNode):
            used |= self._about(cell)
            members.append(self._one(cell, RDF + "first"))
            cell = self._one(cell, RDF + "rest")
        if isinstance(node, BlankNode) and cell == NamedNode(RDF + "nil"):
            for one, other in combinations(members, 2):
                self._deny(Triple(one, SAME, other), used)  # type: ignore[arg-type]

    def _behaves(self, triple: Triple) -> None:
        for body, head in behaviour(triple):
            self._claims.append(Claim(tuple(body), head))
        self._left.discard(triple)


def behaviour(axiom: Triple) -> Iterator[tuple[list[Triple], Triple | None]]:
    """Yield what an axiom on a property comes to, on things of which nothing else is known."""
    dictionary = Dictionary()
    rules = load_rules().over(dictionary.intern)
    for clause in specialise(rules, dictionary.keys([axiom])):
        if clause.axioms and clause.body:
            fresh = {name: dictionary.id_of(NamedNode(FRESH + name)) for name in variables(clause)}
            body = [dictionary.triple(ground(atom, fresh)) for atom in clause.body]
            head = None if clause.head is None else dictionary.triple(ground(clause.head, fresh))
            yield body, head


def variables(clause: Clause) -> set[str]:
    return {name for atom in clause.body for name in atom.variables}
