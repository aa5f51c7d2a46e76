"""Explanations: the shortest proof of a triple, down to what is asserted.

Steps are OWL 2 RL rules, run backwards, and domain rules, whose body is evaluated again with the
head bound. The search deepens step by step, so that a proof never rests on what it proves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox
from rdflib.term import Node, Variable

from kgraph.reason.backward import TYPE, Facts, Triple, backward
from kgraph.reason.bodies import premises_of
from kgraph.reason.proofs.titles import TITLES
from kgraph.reason.rules import Rule
from kgraph.vocab import Names

ASSERTED = "asserted"
DEEPEST = 24
MOST_SOLUTIONS = 16


@dataclass(frozen=True)
class Derivation:
    """Why a triple holds: by which rule, from which premises, each with its own derivation.

    `rule` is "asserted", the W3C name of an OWL 2 RL rule, or the id of a domain rule. `graphs`
    names the graphs that assert it. `truncated`: there are premises, deeper than was asked for.
    """

    triple: Triple
    rule: str
    title: str = ""
    why: str = ""
    graphs: tuple[str, ...] = ()
    premises: tuple["Derivation", ...] = ()
    truncated: bool = False

    @property
    def asserted(self) -> bool:
        """Whether a document says so, rather than that it follows."""
        return self.rule == ASSERTED

    def leaves(self) -> Iterator["Derivation"]:
        """The derivations without premises: the ground it all stands on."""
        if not self.premises:
            yield self
        for premise in self.premises:
            yield from premise.leaves()


Candidate = tuple[str, str, str, tuple[Triple, ...]]


class Proofs:
    """Proofs over one closed store, which must not change meanwhile."""

    def __init__(self, store: ox.Store, rules: Sequence[Rule], names: Names) -> None:
        """The store holds what is asserted and the computed graphs."""
        self._store, self._facts, self._names = store, Facts(store), names
        self._rules = rules
        self._proved: dict[Triple, tuple[int, Derivation]] = {}
        self._failed: dict[Triple, int] = {}
        self._candidates: dict[Triple, list[Candidate]] = {}

    def explain(self, triple: Triple, depth: int) -> Derivation | None:
        """The shortest proof; None if the triple does not hold or no rule accounts for it."""
        if triple not in self._facts:
            return None
        for limit in range(DEEPEST):
            if proof := self._prove(triple, limit):
                return _cut(proof, depth)
        return None

    def _prove(self, goal: Triple, limit: int) -> Derivation | None:
        known = self._proved.get(goal)
        if known and known[0] <= limit:
            return known[1]
        if self._failed.get(goal, -1) >= limit:
            return None
        proof = self._prove_asserted(goal) or (self._prove_step(goal, limit) if limit else None)
        if proof:
            self._proved[goal] = (limit, proof)
        else:
            self._failed[goal] = limit
        return proof

    def _prove_asserted(self, goal: Triple) -> Derivation | None:
        graphs = tuple(
            g for g in self._facts.graphs(goal) if not g.startswith(self._names.inferred)
        )
        return Derivation(goal, ASSERTED, graphs=graphs) if graphs else None

    def _prove_step(self, goal: Triple, limit: int) -> Derivation | None:
        for rule, title, why, premises in self._steps(goal):
            proofs = []
            for premise in premises:
                proof = self._prove(premise, limit - 1)
                if proof is None:
                    break
                proofs.append(proof)
            else:
                return Derivation(goal, rule, title, why, premises=tuple(proofs))
        return None

    def _steps(self, goal: Triple) -> list[Candidate]:
        if goal not in self._candidates:
            self._candidates[goal] = [*self._domain_steps(goal), *self._owl_steps(goal)]
        return self._candidates[goal]

    def _owl_steps(self, goal: Triple) -> Iterator[Candidate]:
        for name, premises in backward(self._facts, goal):
            if all(self._may_hold(premise) for premise in premises):
                yield name, TITLES.get(name, ""), "", premises

    def _may_hold(self, triple: Triple) -> bool:
        """Membership of a nameless class is not in the store, and neither is what implies it."""
        nameless = triple.predicate == TYPE and isinstance(triple.object, ox.BlankNode)
        return nameless or triple in self._facts

    def _domain_steps(self, goal: Triple) -> Iterator[Candidate]:
        strata = {
            int(name.removeprefix(self._names.inferred))
            for name in self._facts.graphs(goal)
            if name.startswith(self._names.inferred)
        }
        for rule in self._rules:
            if rule.stratum in strata:
                for premises in self._instances(rule, goal):
                    yield rule.id, rule.title, rule.why, premises

    def _instances(self, rule: Rule, goal: Triple) -> Iterator[tuple[Triple, ...]]:
        for step in rule.template:
            bindings = _unify(step, goal)
            if bindings is None:
                continue
            for count, solution in enumerate(self._solutions(rule, bindings)):
                if count == MOST_SOLUTIONS:
                    break
                yield premises_of(rule, self._facts, solution)

    def _solutions(
        self, rule: Rule, bindings: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]
    ) -> Iterator[dict[str, object]]:
        """Solutions of the body that agree with the head; VALUES cannot write blank nodes."""
        written = {n: t for n, t in bindings.items() if not isinstance(t, ox.BlankNode)}
        names = " ".join(f"?{name}" for name in written)
        terms = " ".join(str(term) for term in written.values())
        values = f"VALUES ({names}) {{ ({terms}) }}" if written else ""
        for solution in _rows(self._store, rule.select(values)):
            if all(solution.get(name) == term for name, term in bindings.items()):
                yield solution


def _rows(store: ox.Store, text: str) -> list[dict[str, object]]:
    """Read at once: a result that is left half read must end in the thread that it began in."""
    result = store.query(text, use_default_graph_as_union=True)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [{n: row[n] for n in names if row[n] is not None} for row in result]


def _unify(
    step: tuple[Node, object, Node], goal: Triple
) -> dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] | None:
    """What the template's variables stand for, if it can have made this triple."""
    bindings: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {}
    for node, term in zip(step, (goal.subject, goal.predicate, goal.object), strict=True):
        if isinstance(term, ox.Triple):
            return None
        if isinstance(node, Variable):
            if bindings.setdefault(str(node), term) != term:
                return None
        elif not (isinstance(term, ox.NamedNode) and term.value == str(node)):
            return None
    return bindings


def _cut(proof: Derivation, depth: int) -> Derivation:
    """The proof to a depth: one step below it, what has premises says only that it has."""
    if not proof.premises:
        return proof
    if depth <= 0:
        return replace(proof, premises=(), truncated=True)
    return replace(proof, premises=tuple(_cut(premise, depth - 1) for premise in proof.premises))
