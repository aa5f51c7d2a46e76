"""Proofs and missing proofs as plain values; how they are shown is `told` and `picture`.

A proof has the attributes that pages and texts read: `triple`, `rule`, `title`, `why`, `graphs`,
`premises`, `asserted`, `truncated`, and `leaves()` for the claims beneath it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kgraph.plan.algebra import TriplePattern, Variable
from kgraph.terms import Term

ASSERTED = "asserted"
Part = Term | Variable


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple of generalized RDF: in a step between two rules a literal may be its subject.

    What is missing may have variables, for whatever term.
    """

    subject: Part
    predicate: Part
    object: Part

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Its three parts, in order."""
        return self.subject, self.predicate, self.object


Absent = tuple[TriplePattern, ...]
"""Triples that there must not be together, with variables for whatever term."""


@dataclass(frozen=True)
class Proof:
    """Why a triple holds: by which rule, from which premises, each with its own proof."""

    triple: Fact | None
    """None where a rule says that something cannot be; `message` says what."""
    rule: str
    """`asserted`, the W3C name of an OWL 2 RL rule, or the id of a domain rule."""
    title: str = ""
    why: str = ""
    graphs: tuple[str, ...] = ()
    """Where it is asserted; an empty name is the default graph."""
    premises: tuple["Proof", ...] = ()
    """What the rule needs, axioms first."""
    axiom: bool = False
    """Whether the triple is one of the ontology's vocabulary: it tells rules what to do."""
    absent: tuple[Absent, ...] = ()
    """What must not be there for a domain rule to fire."""
    message: str = ""
    truncated: bool = False
    """There are premises, deeper than was asked for."""
    height: int = field(init=False, compare=False)
    """Steps above what is asserted."""

    def __post_init__(self) -> None:
        """Count once: proofs share parts."""
        height = 1 + max((each.height for each in self.premises), default=0)
        object.__setattr__(self, "height", 0 if self.asserted else height)

    @property
    def asserted(self) -> bool:
        """Whether a document says so, rather than that it follows."""
        return self.rule == ASSERTED

    def leaves(self) -> Iterator["Proof"]:
        """What it all stands on: what is asserted, and rules that need nothing; each once."""
        seen: set[int] = set()
        open_ = [self]
        while open_:
            proof = open_.pop()
            if id(proof) in seen:
                continue
            seen.add(id(proof))
            open_ += reversed(proof.premises)
            if not proof.premises:
                yield proof

    def cut(self, depth: int) -> "Proof":
        """The proof to a depth: one step below it, what has premises says only that it has."""
        if not self.premises or self.height <= depth:
            return self
        if depth <= 0:
            return replace(self, premises=(), truncated=True)
        return replace(self, premises=tuple(each.cut(depth - 1) for each in self.premises))


@dataclass(frozen=True)
class Attempt:
    """A rule that could have given a triple, and what it lacks for that."""

    rule: str
    title: str
    why: str
    holds: tuple[Fact, ...]
    """The premises that are there, axioms first."""
    lacks: tuple[Fact, ...]
    """The premises that are not."""
    hinders: tuple[Fact, ...] = ()
    """What is there and must not be."""
    condition: bool = False
    """All that it needs is there, but a condition on the values does not hold."""

    @property
    def distance(self) -> int:
        """How many things would have to be otherwise."""
        return len(self.lacks) + bool(self.hinders) + self.condition


@dataclass(frozen=True)
class WhyNot:
    """Why a triple does not hold: the rules that come nearest to giving it, the nearest first."""

    triple: Fact
    attempts: tuple[Attempt, ...]
    more: int = 0
    """Attempts that were left out."""
