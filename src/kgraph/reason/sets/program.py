"""What a closure is asked to compute, and what it says of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kgraph.identifiers import SHIFT, Tag
from kgraph.reason.clauses import Clause, Condition, TripleKey

LITERALS = int(Tag.INTEGER) << SHIFT
"""Identifiers from here on stand for terms that cannot be subjects."""
TRIPLES = int(Tag.TRIPLE) << SHIFT
"""From here on for triple terms, which are no literals."""
LAST_ROUND = 255
EQUALITY = frozenset({"eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o"})
"""Rules whose clauses are not run: representatives stand for them."""
CLIQUE = "closure_clique"
"""A table: each representative (`rep`) that stands for others too, and what it stands for (`m`)."""
PLAIN_CONDITIONS = frozenset({"different", "literal", "not literal"})
"""Kinds of conditions that identifiers decide; the others need the values of literals."""


@dataclass(frozen=True)
class Program:
    """Clauses that may change with the schema, and the words they are about."""

    clauses_for: Callable[[Mapping[TripleKey, int]], Sequence[Clause]]
    """The clauses of a schema: of all its triples, with the round of each."""
    type: int
    """rdf:type."""
    same: int
    """owl:sameAs."""
    schema_predicates: frozenset[int] = frozenset()
    schema_classes: frozenset[int] = frozenset()
    """Triples with these predicates, or of these types, are the schema."""
    typed_literals: str | None = None
    """A SELECT of the literals with a datatype other than xsd:string; None: any may be one.

    No other literal is ill-typed, so that only these are decided one by one."""
    holds: Callable[[Condition, Mapping[str, int]], bool] = lambda condition, binding: False
    """Decides conditions on the values of literals; their arguments are identifiers."""


@dataclass(frozen=True)
class View:
    """Facts that come in together: a FROM item with s, p, o, and who sees what follows."""

    relation: str
    mask: int


@dataclass(frozen=True, slots=True)
class Finding:
    """An inconsistency: the clause that fired, on which triples, and at which levels."""

    clause: Clause
    premises: tuple[TripleKey, ...]
    mask: int


@dataclass
class Closed:
    """The result: where the inferred rows are, and what was found on the way."""

    relation: str
    """A SELECT of s, p, o, round, mask; it reads temporary tables of the cursor it was given."""
    inferred: int = 0
    passes: int = 0
    staging: float = 0.0
    """Seconds that the store took for the rows, where it was given any."""
    findings: list[Finding] = field(default_factory=list)
    """At most so many for each rule and level as were asked for."""
    counts: dict[str, int] = field(default_factory=dict)
    """By rule, how many inconsistencies there are in all, at the lowest level that has them."""
