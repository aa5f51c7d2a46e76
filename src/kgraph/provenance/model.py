"""Explanations as plain values: of triples, of inconsistencies, of validation results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from kgraph.provenance.claims import Saying
from kgraph.reason.proofs import ASSERTED, Fact, Proof, WhyNot
from kgraph.shacl.report import ValidationResult


@dataclass(frozen=True)
class Ground:
    """An asserted triple that a proof ends in, and the claims that cover it."""

    fact: Fact
    claims: tuple[Saying, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a triple holds: who asserts it and where, or what it follows from, or neither."""

    triple: Triple
    graphs: tuple[str | None, ...]
    claims: tuple[Saying, ...]
    derivation: Proof | None
    """The shortest proof, where the triple is not asserted."""
    others: tuple[Proof, ...] = ()
    """Proofs by other last steps, as many as were asked for."""
    rests_on: tuple[Ground, ...] = ()
    """What its proofs end in."""

    @property
    def holds(self) -> bool:
        """Whether the graph has the triple at all."""
        return bool(self.graphs)

    @property
    def asserted(self) -> bool:
        """Whether somebody put it there."""
        return self.holds and self.derivation is None

    @property
    def proof(self) -> Proof | None:
        """The derivation; of an asserted triple a proof that says where; None if it is missing."""
        if self.derivation is not None or not self.holds:
            return self.derivation
        fact = Fact(self.triple.subject, self.triple.predicate, self.triple.object)
        return Proof(fact, ASSERTED, graphs=tuple(name or "" for name in self.graphs))

    @property
    def grounds(self) -> tuple[Saying, ...]:
        """The claims that cover what it follows from, in the end, each once."""
        return sayings_of(self.rests_on)

    def notes(self, fact: Fact) -> tuple[Saying, ...]:
        """The claims that cover an asserted triple in the proof, or the triple itself."""
        if fact.parts == (self.triple.subject, self.triple.predicate, self.triple.object):
            return self.claims
        return claims_of(self.rests_on, fact)


@dataclass(frozen=True)
class Contradiction:
    """Why something that cannot be follows; `proof.message` says what."""

    proof: Proof
    rests_on: tuple[Ground, ...] = ()

    def notes(self, fact: Fact) -> tuple[Saying, ...]:
        """The claims that cover an asserted triple in the proof."""
        return claims_of(self.rests_on, fact)


@dataclass(frozen=True)
class ExplainedResult:
    """What a validation result stands on, as far as its level sees that."""

    result: ValidationResult
    targeted: tuple[Explanation, ...] = ()
    """Why the shape looks at the focus node; nothing where it names the node itself."""
    premises: tuple[Explanation, ...] = ()
    """The triples that lead along the path to the value, or to all values."""
    more: int = 0
    """Premises that were left out."""
    missing: tuple[WhyNot, ...] = ()
    """Triples that would be enough, and why they do not follow."""
    contradiction: Contradiction | None = None
    """Of an inconsistency of the ontology."""
    details: tuple["ExplainedResult", ...] = ()


def claims_of(grounds: Sequence[Ground], fact: Fact) -> tuple[Saying, ...]:
    """The claims that cover one of the grounds."""
    return next((ground.claims for ground in grounds if ground.fact == fact), ())


def sayings_of(grounds: Iterable[Ground]) -> tuple[Saying, ...]:
    """The claims of all grounds, each once, in order."""
    found = {(c.claim, c.graph_name): c for ground in grounds for c in ground.claims}
    return tuple(found[key] for key in sorted(found))
