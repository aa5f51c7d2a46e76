"""Why a triple does not hold: rules whose head it could be, their bodies matched in part.

Only triples that are linked to the head, or to what is linked to it, are matched; nothing is
guessed. What is missing may therefore have variables.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kgraph.plan.algebra import Variable
from kgraph.reason.clauses import Atom, Clause, Part, TripleKey
from kgraph.reason.domain import Rule
from kgraph.reason.domain.matching import resolved
from kgraph.reason.owl2rl.facts import Binding, ground, substituted
from kgraph.reason.points import Facts
from kgraph.reason.proofs.bodies import Conjunction, conjunctions
from kgraph.reason.proofs.layers import OWL_STRATA, STRATA
from kgraph.reason.proofs.model import Attempt, Fact
from kgraph.reason.proofs.steps import Steps
from kgraph.reason.proofs.titles import TITLES
from kgraph.store.index import NotScannable
from kgraph.terms import Term

FAN = 50
"""So many triples are tried for one place of a body."""
ALIKE = 2
FEW = 12
"""So many attempts are kept of each body."""
REPLACING = frozenset({"eq-rep-s", "eq-rep-p", "eq-rep-o"})
TRIED = 400
"""So many partial matches of a body are looked at."""


@dataclass(frozen=True)
class Match:
    """Part of a body matched: what is there, what is missing, what variables stand for."""

    binding: Binding
    holds: tuple[TripleKey, ...]
    missing: tuple[Atom, ...]


def nearest(steps: Steps, triple: TripleKey) -> list[Attempt]:
    """What rules lack to give a triple that is not there, the nearest first."""
    found = [*_by_clauses(steps, triple), *_by_rules(steps, triple)]
    kept = {(one.rule, one.lacks, one.hinders, one.condition): one for one in reversed(found)}
    predicate = steps.seen.terms.term_of(triple[1])
    return sorted(kept.values(), key=lambda one: (_strange(one, predicate), _order(one)))


def _strange(attempt: Attempt, predicate: Term) -> bool:
    """Whether vocabulary would have to say something else of the predicate itself."""
    return any(predicate in (fact.subject, fact.object) for fact in attempt.lacks)


def chosen(attempts: Sequence[Attempt], most: int) -> list[Attempt]:
    """At most so many of them, in their order; of each rule two before it has more."""
    seen: Counter[str] = Counter()
    first: list[int] = []
    later: list[int] = []
    for place, attempt in enumerate(attempts):
        seen[attempt.rule] += 1
        (first if seen[attempt.rule] <= ALIKE else later).append(place)
    return [attempts[place] for place in sorted([*first, *later][:most])]


def _order(attempt: Attempt) -> tuple[object, ...]:
    variables = [p for fact in attempt.lacks for p in fact.parts if isinstance(p, Variable)]
    return (
        attempt.distance,
        len(variables),
        -len(attempt.holds),
        attempt.rule,
        str(attempt.lacks),
        str(attempt.hinders),
    )


def _by_clauses(steps: Steps, triple: TripleKey) -> Iterator[Attempt]:
    layer = steps.layer(OWL_STRATA[0])
    facts = steps.seen.facts(STRATA[-1])
    for clause in layer.clauses:
        binding = None if clause.head is None else matched(clause.head, triple)
        if binding is None:
            continue
        for match in least(clause.body, facts, binding):
            if match.missing and _may_fire(clause, match, layer.values.holds):
                yield Attempt(
                    clause.rule,
                    TITLES.get(clause.rule, ""),
                    "",
                    tuple(map(steps.seen.fact, (*clause.axioms, *match.holds))),
                    tuple(_fact(steps, atom) for atom in match.missing),
                )


def _may_fire(clause: Clause, match: Match, holds: Callable[..., bool]) -> bool:
    """Whether its conditions allow it; that things may be the same is no answer for anything."""
    if clause.rule in REPLACING and any(
        a.predicate == clause.body[0].predicate for a in match.missing
    ):
        return False
    known = [
        condition
        for condition in clause.conditions
        if all(isinstance(a, int) or a in match.binding for a in condition.arguments)
    ]
    return all(holds(condition, match.binding) for condition in known)


def _by_rules(steps: Steps, triple: TripleKey) -> Iterator[Attempt]:
    for rule in steps.rules:
        facts = steps.seen.facts(rule.stratum if rule.fixpoint else rule.stratum - 1)
        for template in rule.template:
            head = Atom(*resolved(template, steps.seen.terms))
            binding = matched(head, triple)
            if binding is not None:
                for body in conjunctions(rule.body):
                    yield from _by_body(steps, rule, body, facts, binding)


def _by_body(
    steps: Steps, rule: Rule, body: Conjunction, facts: Facts, binding: Binding
) -> Iterator[Attempt]:
    def attempt(
        match: Match, hinders: Sequence[TripleKey] = (), condition: bool = False
    ) -> Attempt:
        return Attempt(
            rule.id,
            rule.title,
            rule.why,
            tuple(map(steps.seen.fact, match.holds)),
            tuple(_fact(steps, atom) for atom in match.missing),
            tuple(map(steps.seen.fact, hinders)),
            condition,
        )

    for match in least(_atoms(steps, body), facts, binding):
        hinders = _hindering(steps, body, facts, match)
        if match.missing or hinders:
            yield attempt(match, hinders)
        elif body.conditions:
            yield attempt(match, condition=True)


def _hindering(
    steps: Steps, body: Conjunction, facts: Facts, match: Match
) -> tuple[TripleKey, ...]:
    """What is there of what must not be."""
    for negated in body.negated:
        atoms = _atoms(steps, negated)
        found = next(iter(least(atoms, facts, match.binding, most=0)), None)
        if atoms and found is not None:
            return found.holds
    return ()


def _atoms(steps: Steps, body: Conjunction) -> tuple[Atom, ...]:
    return tuple(dict.fromkeys(Atom(*resolved(t, steps.seen.terms)) for t in body.triples))


def _fact(steps: Steps, atom: Atom) -> Fact:
    return Fact(
        *(Variable(p) if isinstance(p, str) else steps.seen.terms.term_of(p) for p in atom.parts)
    )


def matched(head: Atom, triple: TripleKey) -> dict[str, int] | None:
    """What a head's variables stand for in a triple; None if it is none of its."""
    binding: dict[str, int] = {}
    for part, one in zip(head.parts, triple, strict=True):
        if isinstance(part, str):
            if binding.setdefault(part, one) != one:
                return None
        elif part != one:
            return None
    return binding


def least(
    body: Sequence[Atom], facts: Facts, binding: Binding, *, most: int | None = None
) -> list[Match]:
    """The matches of a body that miss as little as can be, and not more than `most` triples."""
    for missing in range((len(body) if most is None else most) + 1):
        tried = islice(_partly(tuple(body), facts, Match(binding, (), ()), missing), TRIED)
        found = list(islice((match for match in tried if match is not None), FEW))
        if found:
            return found
    return []


def _partly(
    body: tuple[Atom, ...], facts: Facts, match: Match, missing: int
) -> Iterator[Match | None]:
    """Matches that miss just so many triples; None for each that came to nothing."""
    if not body:
        done = tuple(substituted(atom, match.binding) for atom in match.missing)
        yield Match(match.binding, match.holds, done) if not missing else None
        return
    atom = min(body, key=lambda each: _unknown(each, match.binding))
    rest = tuple(each for each in body if each is not atom)
    for binding in _found(atom, facts, match.binding):
        holds = (*match.holds, ground(atom, binding))
        yield from _partly(rest, facts, Match(binding, holds, match.missing), missing)
    if missing:
        lacking = Match(match.binding, match.holds, (*match.missing, atom))
        yield from _partly(rest, facts, lacking, missing - 1)
    else:
        yield None


def _unknown(atom: Atom, binding: Binding) -> tuple[int, int]:
    """How little is known of an atom: whether it is linked to anything, and its open places."""
    names = [part for part in atom.parts if isinstance(part, str)]
    open_ = [name for name in names if name not in binding]
    linked = not open_ or any(
        isinstance(part, str) and part in binding for part in (atom.subject, atom.object)
    )
    return (0 if linked else 1), len(open_)


def _found(atom: Atom, facts: Facts, binding: Binding) -> Iterator[Binding]:
    """The bindings under which an atom is there; of one linked to nothing, if it is the only."""
    s, p, o = (_value(part, binding) for part in atom.parts)
    linked = not _unknown(atom, binding)[0]
    if s is None and o is None and (p is None or not facts.uses(p)):
        return
    try:
        seen = list(islice(facts.match(s, p, o), FAN if linked else 2))
    except NotScannable:
        return  # there are many of this predicate, and nothing says which one is meant
    if not linked and len(seen) > 1:
        return
    for triple in seen:
        extended = dict(binding)
        pairs = zip(atom.parts, triple, strict=True)
        if all(extended.setdefault(a, one) == one for a, one in pairs if isinstance(a, str)):
            yield extended


def _value(part: Part, binding: Binding) -> int | None:
    return part if isinstance(part, int) else binding.get(part)
