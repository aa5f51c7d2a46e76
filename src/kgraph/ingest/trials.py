"""A change that is only tried: what would become true, stop being true, fail, and be mended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode, Triple

from kgraph.ingest.closing import Consequence, Outcome, Theory
from kgraph.ingest.closing.known import AGAIN
from kgraph.ingest.delta import Delta
from kgraph.ingest.verdicts import Verdict
from kgraph.reason.domain import Rule
from kgraph.shacl import ValidationReport
from kgraph.shacl.reports import Facts
from kgraph.store import SEALED, Transaction
from kgraph.terms import Term

LISTED = 20
"""Triples of a stratum, and results, that are listed unless more are asked for; all are counted."""
OWL_2_RL = "OWL 2 RL"


@dataclass(frozen=True)
class Inferred:
    """An inferred triple, and the rules of its stratum that may have made it."""

    triple: Triple
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Stratum:
    """What comes and goes in one stratum: the first triples, and how many there are."""

    number: int
    came: int
    went: int
    first_came: tuple[Inferred, ...] = ()
    first_went: tuple[Inferred, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What a change would come to; nothing was changed."""

    added: int
    removed: int
    """Asserted quads."""
    strata: tuple[Stratum, ...]
    others: int
    """Inferred triples that people of another level would see than now, of those listed."""
    report: ValidationReport
    """What would newly fail, warnings included."""
    tasks: int
    """How many of these would be filed as open tasks."""
    mended: ValidationReport
    """What would not fail any more."""
    consistent_again: tuple[str, ...] = ()
    exceeded: tuple[str, ...] = ()
    """Rules that would make more heads for a record than they may."""
    in_full: Mapping[str, str] = field(default_factory=dict)
    """What was looked at in full, and why."""
    refusal: str = ""
    """Why the change would be refused; empty if it would be committed."""
    labels: Mapping[Term, str] = field(default_factory=dict, compare=False)

    @property
    def refused(self) -> bool:
        """Whether it would be."""
        return bool(self.refusal)

    @property
    def came(self) -> int:
        """How many inferred triples would become true."""
        return sum(stratum.came for stratum in self.strata)

    @property
    def went(self) -> int:
        """How many would stop being true."""
        return sum(stratum.went for stratum in self.strata)

    def to_json(self, listed: int = LISTED) -> dict[str, Any]:
        """It as plain JSON; of results the first ones are listed."""
        return {
            "refused": self.refused,
            "refusal": self.refusal or None,
            "added": self.added,
            "removed": self.removed,
            "becomesTrue": self._moving("came", self.came),
            "stopsBeingTrue": self._moving("went", self.went),
            "seenByOthers": self.others,
            "fails": _results(self.report, listed),
            "tasks": self.tasks,
            "mended": _results(self.mended, listed),
            "consistentAgain": list(self.consistent_again[:listed]),
            "exceeded": list(self.exceeded),
            "inFull": dict(self.in_full),
        }

    def _moving(self, way: str, count: int) -> dict[str, Any]:
        strata = [
            {
                "stratum": stratum.number,
                "count": getattr(stratum, way),
                "listed": [self._line(one) for one in getattr(stratum, f"first_{way}")],
            }
            for stratum in self.strata
            if getattr(stratum, way)
        ]
        return {"count": count, "strata": strata}

    def _line(self, one: Inferred) -> dict[str, Any]:
        triple = one.triple
        parts = {"subject": triple.subject, "predicate": triple.predicate, "object": triple.object}
        labels = {name: self.labels[term] for name, term in parts.items() if term in self.labels}
        return {
            **{name: str(term) for name, term in parts.items()},
            "labels": labels,
            "rules": list(one.rules),
        }


def _results(report: ValidationReport, listed: int) -> dict[str, Any]:
    made = report.to_json()
    omitted = max(len(made["results"]) - listed, 0)
    return made | {"results": made["results"][:listed], "omitted": omitted}


NOTHING_TRIED = Trial(0, 0, (), 0, ValidationReport(), 0, ValidationReport())


def trial_of(
    transaction: Transaction,
    delta: Delta,
    outcome: Outcome,
    verdict: Verdict,
    theories: tuple[Theory, Theory],
    listed: int = LISTED,
) -> Trial:
    """What was concluded of a transaction, told before it is discarded.

    `theories` are those that the store is closed by, and that it would be closed by.
    """
    consequences = outcome.consequences
    numbers = sorted({*consequences.came, *consequences.went})
    strata = tuple(
        Stratum(
            number,
            consequences.came[number],
            consequences.went[number],
            tuple(_first(transaction, outcome, number, theories[1], listed, came=True)),
            tuple(_first(transaction, outcome, number, theories[0], listed, came=False)),
        )
        for number in numbers
        if consequences.came[number] or consequences.went[number]
    )
    shown = [one.triple for s in strata for one in (*s.first_came, *s.first_went)]
    return Trial(
        len(delta.added),
        len(delta.removed),
        strata,
        sum(1 for one in consequences.listed if one.was and one.now),
        verdict.report,
        len(verdict.judgement.tasks.results),
        verdict.mended,
        tuple(f"{one.message} ({one.rule})" for one in outcome.clashes_gone),
        tuple(map(str, outcome.exceeded)),
        dict(outcome.in_full),
        verdict.refusal,
        _labels(transaction, shown),
    )


def _first(
    transaction: Transaction,
    outcome: Outcome,
    number: int,
    theory: Theory,
    listed: int,
    *,
    came: bool,
) -> Iterator[Inferred]:
    """The first triples of a stratum that come or go."""
    term_of = transaction.snapshot.term_of
    rules = [rule for rule in theory.rules if rule.stratum == number]
    left = listed
    for one in outcome.consequences.listed:
        if left and one.stratum == number and _moves(one, came):
            triple = Triple(*map(term_of, one.triple))  # type: ignore[arg-type]
            yield Inferred(triple, tuple(_makers(triple, rules, number)))
            left -= 1


def _moves(one: Consequence, came: bool) -> bool:
    return bool(one.now and not one.was) if came else bool(one.was and not one.now)


def _makers(triple: Triple, rules: Sequence[Rule], stratum: int) -> Iterator[str]:
    found = [rule.id for rule in rules if any(p.matches(triple) for p in rule.writes)]
    yield from found
    if not found or stratum in (0, AGAIN):
        yield OWL_2_RL


def _labels(transaction: Transaction, triples: Sequence[Triple]) -> dict[Term, str]:
    """What the terms are called, before the change or after it."""
    terms = {part for one in triples for part in (one.subject, one.predicate, one.object)}
    wanted = [term for term in terms if isinstance(term, NamedNode)]
    with transaction.view(SEALED, before=True) as was:
        sources = [was]
        if not transaction.by_rows:  # otherwise each look-up would be a statement
            sources.append(transaction.view(SEALED))
        facts = Facts(*sources)
        found = {term: facts.label(term) for term in wanted}
    return {term: label for term, label in found.items() if label}
