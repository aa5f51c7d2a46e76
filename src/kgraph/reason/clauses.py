"""Clauses: OWL 2 RL rules with the ontology filled in, as both executors of the reasoner run them.

A clause joins triples over identifiers. What an axiom says (a class, a property, the members of a
list) is no longer a variable in it; the axioms it was made from are kept, as premises of proofs.
"""

from dataclasses import dataclass
from typing import Literal

Part = int | str
"""An identifier, or the name of a variable."""
TripleKey = tuple[int, int, int]
ConditionKind = Literal[
    "different",
    "literal",
    "not literal",
    "of datatype",
    "not of datatype",
    "other value",
    "ill typed",
]


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple of a body or a head; a variable may be in any place."""

    subject: Part
    predicate: Part
    object: Part

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Its three parts, in order."""
        return self.subject, self.predicate, self.object

    @property
    def variables(self) -> frozenset[str]:
        """The variables in it."""
        return frozenset(part for part in self.parts if isinstance(part, str))


@dataclass(frozen=True, slots=True)
class Condition:
    """What must also be so for a clause to fire.

    `different`: two parts are not one term. `literal`, `not literal`: what a part is.
    `of datatype`, `not of datatype`: a literal whose value is, or is not, in the value space of
    a datatype, the second argument; neither holds of what is no literal. `other value`: two
    literals whose values are known to differ. `ill typed`: a literal without a value though we know
    its datatype. `owl2rl.Values` decides them all.
    """

    kind: ConditionKind
    arguments: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """If all of the body holds, so does the head; a clause without a head must never fire.

    A head whose subject turns out to be a literal or a triple term is passed over. A body may be
    empty: then the head follows from the axioms alone. Every variable of head and conditions is
    in the body.
    """

    rule: str
    """By its W3C name: `cax-sco`."""
    body: tuple[Atom, ...]
    head: Atom | None
    conditions: tuple[Condition, ...] = ()
    axioms: tuple[TripleKey, ...] = ()
    about: tuple[Part, ...] = ()
    """What the sentence of a clause without head speaks of, in order."""
    steps: tuple["Clause", ...] = ()
    """Of a clause put together from others: those, in its own variables, premises before what
    follows from them; the last one's head is its head. Their `axioms` together are its `axioms`."""
