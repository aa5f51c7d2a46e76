"""The last steps that can have given a triple: clauses and domain rules run backwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.domain import Instance, Premises, Rule, seen_by
from kgraph.reason.domain.views import View
from kgraph.reason.owl2rl import Ruleset, inconsistency
from kgraph.reason.owl2rl.facts import ground
from kgraph.reason.proofs.layers import OWL_STRATA, STRATA, Layer, Place, Programs, Seen
from kgraph.reason.proofs.model import Proof
from kgraph.reason.proofs.titles import TITLES

Proved = Mapping[TripleKey, Proof]


@dataclass(frozen=True)
class Goal:
    """What is to be proved: a triple, and where it comes from."""

    triple: TripleKey
    place: Place
    stored: bool = True
    """False for what follows from the schema alone and is shown to nobody."""


@dataclass(frozen=True)
class Step:
    """One way to a triple: what it needs, and the proof when that has been proved."""

    rule: str
    premises: tuple[TripleKey, ...]
    proof: Callable[[Proved], Proof]


class Steps:
    """Steps backwards, over one commit at one level."""

    def __init__(
        self, seen: Seen, ruleset: Ruleset, rules: Sequence[Rule], programs: Programs
    ) -> None:
        """Layers and views are made when they are first needed."""
        self.seen = seen
        self.owl = ruleset.over(lambda terms: [seen.terms.id_for(term) for term in terms])
        self._programs = programs
        self.rules = tuple(rules)
        self._premises = {rule.id: Premises(rule) for rule in rules}
        self._layers: dict[int, Layer] = {}
        self._views: dict[int, View] = {}

    def layer(self, stratum: int) -> Layer:
        """The clauses of a stratum of OWL 2 RL."""
        if stratum not in self._layers:
            self._layers[stratum] = Layer(self.seen, self.owl, stratum, self._programs)
        return self._layers[stratum]

    def view(self, stratum: int) -> View:
        """What domain rules of a stratum see."""
        if stratum not in self._views:
            self._views[stratum] = seen_by(self.seen.snapshot, stratum, self.seen.names)
        return self._views[stratum]

    def goal(self, triple: TripleKey, asker: int) -> Goal | None:
        """A premise of something in a stratum, as a goal; None if it does not hold."""
        place = self.seen.place(triple)
        if place is not None:
            return Goal(triple, place)
        if asker in OWL_STRATA and triple in (layer := self.layer(asker)).alone:
            return Goal(triple, Place(asker, layer.rounds[triple]), stored=False)
        return None

    def of(self, goal: Goal) -> Iterator[Step]:
        """The ways to a goal that is not asserted, premises of whatever round."""
        stratum = goal.place.stratum
        if stratum not in STRATA:
            return
        yield from self._by_rules(goal)
        if stratum in OWL_STRATA:
            yield from self._by_clauses(goal)

    def _by_rules(self, goal: Goal) -> Iterator[Step]:
        stratum = goal.place.stratum
        for rule in self.rules:
            if rule.stratum == stratum and goal.stored:
                view = self.view(stratum + 1 if rule.fixpoint else stratum)
                for instance in self._premises[rule.id].of(view, goal.triple):
                    yield self._of_rule(rule, instance, goal.triple)

    def _of_rule(self, rule: Rule, instance: Instance, triple: TripleKey) -> Step:
        def proof(proved: Proved) -> Proof:
            return Proof(
                self.seen.fact(triple),
                rule.id,
                rule.title,
                rule.why,
                premises=tuple(proved[each] for each in instance.premises),
                absent=instance.absent,
            )

        return Step(rule.id, instance.premises, proof)

    def _by_clauses(self, goal: Goal) -> Iterator[Step]:
        layer = self.layer(goal.place.stratum)
        alone = layer.alone.get(goal.triple)
        if alone is not None:
            yield self.of_clause(layer, alone, (), goal.triple)
        if goal.stored:
            for premises, ruled in layer.program.proofs(layer.facts, goal.triple):
                yield self.of_clause(layer, ruled.clause, premises, goal.triple)

    def of_clause(
        self, layer: Layer, clause: Clause, body: Sequence[TripleKey], head: TripleKey | None
    ) -> Step:
        """The step of a clause whose body was matched with triples; without head: what is wrong."""
        binding = bound(clause, body, head)
        premises = tuple(dict.fromkeys((*clause.axioms, *body)))

        def proof(proved: Proved) -> Proof:
            last = self._unfolded(layer, clause, binding, proved)
            if head is None:
                terms = self.seen.terms.term_of
                said = inconsistency(layer.rules, clause, binding, (), terms)
                return Proof(
                    None, last.rule, last.title, premises=last.premises, message=said.message
                )
            return last

        return Step(clause.rule, premises, proof)

    def _unfolded(
        self, layer: Layer, clause: Clause, binding: Mapping[str, int], proved: Proved
    ) -> Proof:
        """The proof of a clause's last step; those before are premises in it."""
        known = dict(proved)
        found: Proof | None = None
        for step in clause.steps or (clause,):
            needed = dict.fromkeys((*step.axioms, *(ground(atom, binding) for atom in step.body)))
            head = None if step.head is None else ground(step.head, binding)
            found = Proof(
                None if head is None else self.seen.fact(head),
                step.rule,
                TITLES.get(step.rule, ""),
                premises=tuple(known[each] for each in needed),
                axiom=head is not None and layer.is_axiom(head),
            )
            if head is not None:
                known.setdefault(head, found)
        assert found is not None
        return found


def bound(clause: Clause, body: Sequence[TripleKey], head: TripleKey | None) -> dict[str, int]:
    """What a clause's variables stand for, where body and head are known."""
    binding: dict[str, int] = {}
    atoms = [*clause.body, *([] if clause.head is None else [clause.head])]
    for atom, triple in zip(atoms, [*body, *([] if head is None else [head])], strict=True):
        for part, one in zip(atom.parts, triple, strict=True):
            if isinstance(part, str):
                binding[part] = one
    return binding
