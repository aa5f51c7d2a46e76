"""Proofs, found backwards: the premises of a triple are of lower rounds, in its stratum or below.

Where that leads nowhere (rounds are saturated, or those of another level, as masks do not nest),
it is looked for without rounds, by height, so that a proof never rests on what it proves.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.domain import Rule
from kgraph.reason.owl2rl import Ruleset, load_rules
from kgraph.reason.owl2rl.facts import Facts, ground, solve
from kgraph.reason.points.shapes import Premises
from kgraph.reason.proofs.layers import GIVEN, OWL_STRATA, Layer, Programs, Seen
from kgraph.reason.proofs.model import ASSERTED, Attempt, Fact, Proof, WhyNot
from kgraph.reason.proofs.steps import Goal, Step, Steps
from kgraph.reason.proofs.whynot import chosen, nearest
from kgraph.store import Snapshot
from kgraph.terms import Term
from kgraph.vocab import Names

DEPTH = 12
"""How deep a proof is shown unless more is asked for."""
HIGHEST = 40
"""Higher proofs are not looked for in order of height."""
MOST_STEPS = 50_000
"""So many ways are looked at for the shortest proof; then any by rounds will do."""
MOST_ATTEMPTS = 8
MOST_FACTS = 10_000
"""So many facts about a term are looked at for what cannot be."""


class Proofs:
    """Why triples hold in a commit, at the level of its snapshot; for one thread, while it is open.

    >>> from kgraph.store import Store
    >>> from pyoxigraph import NamedNode
    >>> with Store.open(None) as store, store.snapshot() as snapshot:
    ...     iri = NamedNode("http://example.org/x")
    ...     Proofs(snapshot).explain(iri, iri, iri) is None
    True
    """

    def __init__(
        self,
        snapshot: Snapshot,
        rules: Sequence[Rule] = (),
        names: Names | None = None,
        *,
        ruleset: Ruleset | None = None,
        programs: Programs | None = None,
    ) -> None:
        """`rules` are the domain rules; whoever asks again keeps `programs` for one store.

        Raises StoreError for an earlier commit.
        """
        self._seen = Seen(snapshot, names or Names())
        chosen = load_rules() if ruleset is None else ruleset
        self._steps = Steps(self._seen, chosen, rules, programs or Programs())
        self._searches = [
            _Search(self._steps, by_rounds=True),
            _Search(self._steps, by_rounds=False),
        ]

    # -- why

    def explain(
        self, subject: Term, predicate: Term, object_: Term, *, depth: int = DEPTH
    ) -> Proof | None:
        """The shortest proof of a triple; None if it does not hold at this level."""
        triple = self._key(subject, predicate, object_)
        proof = None if triple is None else self.prove(triple)
        return None if proof is None else proof.cut(depth)

    def ways(
        self, subject: Term, predicate: Term, object_: Term, *, most: int = 5, depth: int = DEPTH
    ) -> list[Proof]:
        """Proofs by different last steps, the shortest first."""
        triple = self._key(subject, predicate, object_)
        goal = None if triple is None else self._steps.goal(triple, GIVEN)
        if goal is None:
            return []
        for search in self._searches:
            found = search.ways(goal)
            if found:
                return [proof.cut(depth) for proof in found[:most]]
        return []

    def prove(self, triple: TripleKey) -> Proof | None:
        """The whole proof of a triple of identifiers; None if it does not hold."""
        goal = self._steps.goal(triple, GIVEN)
        return None if goal is None else self._prove(goal)

    def of_all(self, facts: Iterable[Sequence[Term]], *, depth: int = DEPTH) -> list[Proof]:
        """Proofs of those of some triples that hold: what a violation looks at, say."""
        found = (self.explain(*fact, depth=depth) for fact in facts)
        return [proof for proof in found if proof is not None]

    # -- what cannot be

    def refute(
        self, rule: str, premises: Iterable[Sequence[Term]], *, depth: int = DEPTH
    ) -> Proof | None:
        """How a W3C rule without conclusion fires on these premises, axioms among them or not."""
        keys = {key for each in premises if (key := self._key(*each)) is not None}
        layer = self._steps.layer(OWL_STRATA[-1])
        facts = Facts(sorted(keys))
        for clause in layer.clauses:
            if clause.head is None and clause.rule == rule:
                for binding in solve(clause.body, facts, {}):
                    body = tuple(ground(atom, binding) for atom in clause.body)
                    holds = all(layer.values.holds(each, binding) for each in clause.conditions)
                    if holds and keys <= {*body, *clause.axioms}:
                        return self._refuted(layer, clause, body, depth)
        return None

    def inconsistencies(
        self, *, about: Term | None = None, most: int = 20, depth: int = DEPTH
    ) -> list[Proof]:
        """What the ontology says cannot be and is, each with its proof.

        All facts are looked at, or those that are `about` a term, the first of very many.
        """
        layer = self._steps.layer(OWL_STRATA[-1])
        fired = self._clashes(layer) if about is None else self._clashes_with(layer, about)
        proofs = (self._refuted(layer, clause, body, depth) for clause, body in fired)
        found: dict[tuple[str, str], Proof] = {}
        for proof in proofs:
            if proof is not None:
                found.setdefault((proof.rule, proof.message), proof)
            if len(found) == most:
                break
        return list(found.values())

    @staticmethod
    def _clashes(layer: Layer) -> Iterator[tuple[Clause, Premises]]:
        for clause in layer.clauses:
            if clause.head is None:
                for _, body in layer.program.all_of(clause)(layer.facts):
                    yield clause, body

    def _clashes_with(self, layer: Layer, term: Term) -> Iterator[tuple[Clause, Premises]]:
        number = self._seen.snapshot.id_of(term)
        if number is None:
            return
        said, pointing = (number, None, None), (None, None, number)
        found = (t for pattern in (said, pointing) for t in layer.facts.match(*pattern))
        for triple in dict.fromkeys(islice(found, MOST_FACTS)):
            for _, others, mark in layer.program.clashes(layer.facts, triple):
                yield mark.ruled.clause, mark.body(triple, others)

    def _refuted(
        self, layer: Layer, clause: Clause, body: Sequence[TripleKey], depth: int
    ) -> Proof | None:
        step = self._steps.of_clause(layer, clause, body, None)
        proved = {}
        for premise in step.premises:
            goal = self._steps.goal(premise, layer.stratum)
            proof = None if goal is None else self._prove(goal)
            if proof is None:
                return None
            proved[premise] = proof
        return step.proof(proved).cut(depth)

    # -- why not

    def why_not(
        self, subject: Term, predicate: Term, object_: Term, *, most: int = MOST_ATTEMPTS
    ) -> WhyNot | None:
        """Which rules could have given a triple, and what they lack; None if it holds."""
        terms = self._seen.terms
        triple = terms.id_for(subject), terms.id_for(predicate), terms.id_for(object_)
        if self._seen.place(triple) is not None:
            return None
        found: list[Attempt] = nearest(self._steps, triple)
        few = tuple(chosen(found, most))
        return WhyNot(Fact(subject, predicate, object_), few, len(found) - len(few))

    def _prove(self, goal: Goal) -> Proof | None:
        found = (search.prove(goal) for search in self._searches)
        return next((proof for proof in found if proof is not None), None)

    def _key(self, *terms: Term) -> TripleKey | None:
        ids = [self._seen.snapshot.id_of(term) for term in terms]
        s, p, o = ids
        return None if s is None or p is None or o is None else (s, p, o)


class _TooMuch(Exception):
    """More ways were looked at than is worth it."""


class _Search:
    """Proofs by premises of lower rounds only, or by any; what has been found is kept."""

    def __init__(self, steps: Steps, *, by_rounds: bool) -> None:
        self._steps, self._by_rounds = steps, by_rounds
        self._proved: dict[Goal, Proof] = {}
        self._failed: dict[Goal, int] = {}
        self._known: dict[Goal, list[tuple[Step, tuple[Goal, ...]]]] = {}
        self._first: dict[Goal, Proof | None] = {}
        self._hopeless: set[Goal] = set()
        self._looked = 0

    def prove(self, goal: Goal) -> Proof | None:
        """The lowest proof, as long as it can be found; else any by rounds."""
        self._looked = 0
        try:
            for height in range(HIGHEST):
                proof = self._within(goal, height)
                if proof is not None or goal in self._hopeless:
                    return proof
        except _TooMuch:
            self._known.clear()
        return self._any(goal) if self._by_rounds else None

    def ways(self, goal: Goal) -> list[Proof]:
        """A proof for each last step that has one, the lowest first."""
        if goal.place.stratum == GIVEN:
            return [self._leaf(goal)]
        found = []
        for step, premises in islice(self._options(goal), MOST_STEPS):
            proofs = {one.triple: self.prove(one) for one in premises}
            proved = {triple: proof for triple, proof in proofs.items() if proof is not None}
            if len(proved) == len(proofs):
                proof = step.proof(proved)
                if self._by_rounds or not _rests_on_itself(proof):
                    found.append(proof)
        return sorted(found, key=lambda proof: (proof.height, len(proof.premises)))

    def _within(self, goal: Goal, height: int) -> Proof | None:
        """The lowest proof, if there is one of this height."""
        known = self._proved.get(goal)
        if known is not None:
            return known if known.height <= height else None
        if goal.place.stratum == GIVEN:
            return self._proved.setdefault(goal, self._leaf(goal))
        for limit in range(self._failed.get(goal, 0) + 1, height + 1):
            if goal in self._hopeless:
                break
            proof = self._step(goal, limit)
            if proof is not None:
                self._proved[goal] = proof
                return proof
            self._failed[goal] = limit
        return None

    def _step(self, goal: Goal, height: int) -> Proof | None:
        """A proof by one step more; a goal all of whose ways lead nowhere is hopeless."""
        hope = False
        for step, premises in self._listed(goal):
            proved: dict[TripleKey, Proof] = {}
            for premise in premises:
                proof = self._within(premise, height - 1)
                if proof is None:
                    hope = hope or not any(each in self._hopeless for each in premises)
                    break
                proved[premise.triple] = proof
            else:
                return step.proof(proved)
        if not hope:
            self._hopeless.add(goal)
        return None

    def _listed(self, goal: Goal) -> list[tuple[Step, tuple[Goal, ...]]]:
        """All ways to a goal, those with few premises first."""
        if goal not in self._known:
            found = []
            for option in self._options(goal):
                self._looked += 1
                if self._by_rounds and self._looked > MOST_STEPS:
                    raise _TooMuch
                found.append(option)
            found.sort(key=lambda option: len(option[1]))
            self._known[goal] = found
        return self._known[goal]

    def _options(self, goal: Goal) -> Iterator[tuple[Step, tuple[Goal, ...]]]:
        for step in self._steps.of(goal):
            premises = [self._steps.goal(one, goal.place.stratum) for one in step.premises]
            held = tuple(one for one in premises if one is not None)
            before = all(one.place < goal.place for one in held)
            if len(held) == len(premises) and (before or not self._by_rounds):
                yield step, held

    def _any(self, goal: Goal) -> Proof | None:
        """The first proof by rounds, which always fall."""
        if goal.place.stratum == GIVEN:
            return self._leaf(goal)
        if goal not in self._first:
            self._first[goal] = None
            for step, premises in self._options(goal):
                proofs = {one.triple: self._any(one) for one in premises}
                proved = {triple: proof for triple, proof in proofs.items() if proof is not None}
                if len(proved) == len(proofs):
                    self._first[goal] = step.proof(proved)
                    break
        return self._first[goal]

    def _leaf(self, goal: Goal) -> Proof:
        seen = self._steps.seen
        axiom = self._steps.owl.is_schema(goal.triple)
        graphs = seen.asserted_in(goal.triple)
        return Proof(seen.fact(goal.triple), ASSERTED, graphs=graphs, axiom=axiom)


def _rests_on_itself(proof: Proof) -> bool:
    seen: set[int] = set()
    open_ = list(proof.premises)
    while open_:
        each = open_.pop()
        if each.triple == proof.triple:
            return True
        if id(each) not in seen:
            seen.add(id(each))
            open_ += each.premises
    return False
