"""The closure by others: OWL 2 RL by owlrl, domain rules by pyoxigraph, in the order of the strata.

Stratum 0 is OWL 2 RL over what is asserted; 1 to 6 are rules, of which each sees all that came
before; behind 4 OWL 2 RL runs again (docs/decisions/0011, 0072, 0083).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import pyoxigraph as ox

from kgraph.audit.faults import FAULTS, Fault
from kgraph.audit.held import AGAIN, RL, Held
from kgraph.audit.model import AUDIT, GRAPH, Difference, Fact, Reason, told
from kgraph.audit.noise import DATATYPES, class_expressions, confirm, noise_of, stated_by_owlrl
from kgraph.audit.owl import Clash, Opinion, close_by_owlrl
from kgraph.ingest.closing import Theory
from kgraph.progress import SILENT, Progress
from kgraph.reason.domain import Rule
from kgraph.reason.domain.rules import in_strata
from kgraph.terms import Term

SPELLING = Reason(
    "spelling of a literal",
    "pyoxigraph writes a literal in the canonical form of its value; we keep it as it was written.",
    "RDF 1.1 Concepts, 3.3: literals with different lexical forms are different terms",
)
TAGS = Reason(
    "language tag",
    "rdflib takes tags that differ in case for one; we keep both as they were written.",
    "RDF 1.1 Concepts, 3.3",
)


class Run:
    """One run of owlrl: what it concluded, and why that may differ from what is held."""

    def __init__(self, facts: frozenset[Fact], seen: frozenset[Fact] = frozenset()) -> None:
        """`seen` was concluded by an earlier run and is accounted for there."""
        self._facts = facts
        self.opinion = close_by_owlrl(facts)
        self.found = self.opinion.closure - facts - seen
        self._mended: dict[str, Opinion] = {}

    def clash_reason(self, clash: Clash) -> Reason | None:
        """The fault of owlrl by which an inconsistency is on one side only."""
        wrong = clash in self.opinion.clashes
        return self._fault(lambda mended: (clash in mended.clashes) != wrong)

    def reason(self, fact: Fact, only_in: str) -> Reason | None:
        """Why a fact is on one side only, by the run."""
        if only_in == GRAPH:
            return self._fault(lambda mended: fact in mended.closure)
        if fact not in self.found:
            return None
        noise = noise_of(fact, self._expressions)
        if noise is not None:
            stated = not isinstance(fact[0], ox.Literal) and fact in self._stated
            return DATATYPES if stated else noise if self._confirmed(fact) else None
        return self._fault(lambda mended: fact not in mended.closure)

    @cached_property
    def _expressions(self) -> frozenset[Term]:
        return class_expressions(self.opinion.closure)

    @cached_property
    def _stated(self) -> frozenset[Fact]:
        return frozenset(filter(stated_by_owlrl, self.opinion.closure))

    @cached_property
    def _confirmed(self) -> Callable[[Fact], bool]:
        return confirm(self._facts | self._stated)

    @cached_property
    def _faults(self) -> list[Fault]:
        return [fault for fault in FAULTS if fault.may_show(self.opinion.closure)]

    def _fault(self, vanishes: Callable[[Opinion], bool]) -> Reason | None:
        for fault in self._faults:
            name = fault.reason.name
            if name not in self._mended:
                self._mended[name] = close_by_owlrl(self._facts, fault.mended)
            if vanishes(self._mended[name]):
                return fault.reason
        return None


class SecondClosure:
    """What others infer from the asserted facts of a graph, stratum by stratum."""

    def __init__(self, held: Held, theory: Theory, progress: Progress = SILENT) -> None:
        """Nothing is computed before `run`."""
        self._held, self._theory, self._progress = held, theory, progress
        self._present = held.asserted
        self.differences: list[Difference] = []
        self.size = 0
        """How much was inferred, what is not stored included."""

    @property
    def clashes(self) -> frozenset[Clash]:
        """What owlrl calls wrong in the end."""
        return self.last.opinion.clashes

    def run(self) -> None:
        """All strata; where a difference is accounted for, the next one goes on our way."""
        self._progress("owlrl, stratum 0")
        self.last = Run(self._present)
        self._take(RL, self.last.found)
        for stratum, rules in in_strata(self._theory.rules):
            self._progress(f"pyoxigraph, stratum {stratum}")
            heads = self._heads(rules)
            if stratum != AGAIN:
                self._take(stratum, heads)
                continue
            self._progress(f"owlrl, stratum {stratum}")
            self.last = Run(self._present | heads, self.last.found)
            self._take(stratum, heads | self.last.found)

    def _heads(self, rules: Sequence[Rule]) -> frozenset[Fact]:
        """What rules make that is not there; those of a fixpoint are repeated until it is."""
        store = ox.Store()
        store.bulk_extend(ox.Quad(*_rdf(fact)) for fact in self._present)
        heads: set[Fact] = set()
        todo: Sequence[Rule] = rules
        while todo:
            made = {(t.subject, t.predicate, t.object) for r in todo for t in _construct(store, r)}
            new = made - self._present - heads
            store.extend(ox.Quad(*_rdf(fact)) for fact in new)
            heads |= new
            todo = [rule for rule in rules if rule.fixpoint] if new else ()
        return frozenset(heads)

    def _take(self, stratum: int, theirs: frozenset[Fact]) -> None:
        """Compare a stratum with what is held, and go on with what is settled."""
        ours = self._held.strata[stratum]
        self.size += len(theirs)
        settled = set(theirs)
        for only_in, facts, others in (
            (GRAPH, ours - theirs, theirs),
            (AUDIT, theirs - ours - self._present, ours),
        ):
            for fact in sorted(facts, key=told):
                reason = self._reason(stratum, fact, only_in, others)
                self.differences.append(
                    Difference(f"stratum {stratum}", only_in, told(fact), reason)
                )
                if reason is not None:
                    (settled.add if only_in == GRAPH else settled.discard)(fact)
        self._present |= settled

    def _reason(
        self, stratum: int, fact: Fact, only_in: str, others: frozenset[Fact]
    ) -> Reason | None:
        if isinstance(fact[2], ox.Literal):
            if stratum and any(_canonical(fact) == _canonical(o) for o in _alike(fact, others)):
                return SPELLING
            if fact[2].language and any(_lower(fact) == _lower(o) for o in _alike(fact, others)):
                return TAGS
        return self.last.reason(fact, only_in) if stratum in (RL, AGAIN) else None


def _construct(store: ox.Store, rule: Rule) -> Iterable[ox.Triple]:
    return store.query(rule.text)  # type: ignore[return-value]


def _rdf(fact: Fact) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]:
    return fact  # type: ignore[return-value]


def _alike(fact: Fact, others: frozenset[Fact]) -> list[Fact]:
    """The facts of the other side that differ in the object alone, and it is a literal."""
    return [o for o in others if o[:2] == fact[:2] and isinstance(o[2], ox.Literal)]


def _canonical(fact: Fact) -> Term:
    """The object as pyoxigraph gives it back."""
    store = ox.Store()
    store.add(ox.Quad(*_rdf(fact)))
    (quad,) = store.quads_for_pattern(None, None, None, None)
    return quad.object


def _lower(fact: Fact) -> tuple[str, ...]:
    """The object's text and language tag, however that is written."""
    literal = fact[2]
    assert isinstance(literal, ox.Literal)
    return literal.value, literal.datatype.value, (literal.language or "").lower()
