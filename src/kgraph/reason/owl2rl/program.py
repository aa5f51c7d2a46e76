"""What the executors run: rules specialised to an ontology, without what nobody is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kgraph.reason.clauses import Clause, Condition, TripleKey
from kgraph.reason.owl2rl.facts import ground
from kgraph.reason.owl2rl.noise import Noise
from kgraph.reason.owl2rl.reduction import reduced
from kgraph.reason.owl2rl.resolution import OF_LITERALS, can_fire, resolvents
from kgraph.reason.owl2rl.ruleset import Rules
from kgraph.reason.owl2rl.specialise import shape, specialise
from kgraph.reason.owl2rl.unfold import unfold
from kgraph.reason.owl2rl.values import Values

MOST_KEPT = 8
"""Programs that are kept of what the same literals stand for."""


@dataclass(frozen=True)
class Program:
    """Clauses for one ontology.

    Run over data until nothing is new, and made again where that gives new schema triples, they
    give what a service shows of the closure, the same as if all rules ran and noise were dropped.
    """

    clauses: tuple[Clause, ...]
    """To be run; those without body state facts about data."""
    schema: tuple[Clause, ...]
    """What follows from the schema alone, hidden or not, premises first."""
    rounds: Mapping[TripleKey, int]
    """Of what follows from the schema alone: one more than the greatest among the premises."""
    shown: frozenset[TripleKey]
    """What of that is stored."""
    kept: frozenset[int]
    """Classes without a public name, membership of which has to be stored after all, and
    properties without a name, which only `reason.sets` can do with: RDF cannot say them."""


def make_program(
    rules: Rules,
    schema: Iterable[TripleKey],
    values: Values,
    rounds: Mapping[TripleKey, int] | None = None,
) -> Program:
    """The program for the schema triples at hand (others are passed over).

    `rounds` are theirs; those that are not among them have round 0. The same schema is worked out
    once, until `values` forget: levels differ in little, and so do the two runs of a closure.
    """
    given = frozenset(triple for triple in schema if rules.is_schema(triple))
    known = values.made.get(given)
    if not isinstance(known, _Made) or known.rules is not rules:
        if len(values.made) >= MOST_KEPT:
            values.made.clear()
        known = values.made[given] = _Made(rules, _program(rules, sorted(given), values))
    return replace(known.program, rounds=_rounds(known.program.schema, rounds or {}))


@dataclass(frozen=True)
class _Made:
    """A program, with no rounds yet, and the rules that it is of."""

    rules: Rules
    program: Program


def _program(rules: Rules, given: Sequence[TripleKey], values: Values) -> Program:
    noise = Noise(rules, given, values)
    alone, data = [], []
    for clause in specialise(rules, given, values):
        if not clause.body and clause.head and rules.is_schema(ground(clause.head, {})):
            alone.append(clause)
        else:
            data.append(clause)
    invented = {"dt-type1", "eq-rep-o"}
    shown = {
        triple
        for clause in alone
        if clause.head is not None and clause.rule not in invented
        if not noise.is_noise(triple := ground(clause.head, {}))
    }
    data = _of_different(data, rules)
    data = [clause for clause in data if not _from_nothing(clause, rules)]
    data = _clashes_of_values(data, rules)
    axiomatic = rules.schema_classes
    unfolded = unfold(data, rules.type, lambda c: c not in axiomatic and noise.hides(c))
    data = _members_that_are_literals(unfolded.clauses, rules)
    data = [done for clause in data if (done := _decided(clause, values)) is not None]
    data = _sentences_last([clause for clause in data if can_fire(clause)], values)
    return Program(
        tuple(reduced(data, rules.type)), tuple(alone), {}, frozenset(shown), unfolded.kept
    )


def _rounds(alone: Iterable[Clause], given: Mapping[TripleKey, int]) -> dict[TripleKey, int]:
    found: dict[TripleKey, int] = {}
    for clause in alone:
        assert clause.head is not None
        last = max((found.get(a, given.get(a, 0)) for a in clause.axioms), default=0)
        found.setdefault(ground(clause.head, {}), last + 1)
    return found


def _sentences_last(clauses: Iterable[Clause], values: Values) -> list[Clause]:
    """Those without head behind the others, backwards by their words.

    Of those that say the same of equal classes the one that comes first by its words is told,
    whichever term the store met first.
    """
    listed = list(clauses)
    last = {clause: _words(clause, values) for clause in listed if clause.head is None}
    first = [clause for clause in listed if clause.head is not None]
    return first + sorted(last, key=last.__getitem__, reverse=True)


def _words(clause: Clause, values: Values) -> str:
    """Its rule, what it speaks of, and all else that tells it from others, as text."""

    def words(part: object) -> str:
        if isinstance(part, int):
            return str(values.term_of(part))
        if isinstance(part, tuple):
            named = part[:1] == ("?",)
            return f"?{part[1]}" if named else f"({' '.join(map(words, part))})"
        return "" if part is None else str(part)

    *rest, about = shape(clause)
    return f"{clause.rule} {words(about)} {words(tuple(rest))}"


def _of_different(clauses: Iterable[Clause], rules: Rules) -> list[Clause]:
    """That something is itself need not be found; nor sameness by eq-rep, as it is by eq-trans.

    What rules say of two that are the same they say of one thing by itself in other clauses.
    """
    found = []
    for clause in clauses:
        head = clause.head
        if head is not None and head.predicate == rules.same:
            if head.subject == head.object:
                continue
            condition = Condition("different", (head.subject, head.object))
            clause = replace(clause, conditions=(*clause.conditions, condition))
        if clause.rule in ("eq-rep-s", "eq-rep-o"):
            predicate = Condition("different", (clause.body[1].predicate, rules.same))
            clause = replace(clause, conditions=(*clause.conditions, predicate))
        if head is None:
            selves = [
                Condition("different", (atom.subject, atom.object))
                for atom in clause.body
                if atom.predicate == rules.same
            ]
            clause = replace(clause, conditions=(*clause.conditions, *selves))
        found.append(clause)
    return found


def _from_nothing(clause: Clause, rules: Rules) -> bool:
    """Whether a clause concludes from what cannot be: then all follows, and is no use."""
    nothing = rules.words["nothing"]
    return clause.head is not None and any(atom.object == nothing for atom in clause.body)


def _clashes_of_values(clauses: list[Clause], rules: Rules) -> list[Clause]:
    """Two literals made the same are a subject and an object, which RDF cannot say: so resolved."""
    consumers = [clause for clause in clauses if clause.rule == "dt-diff"]
    producers = [
        clause
        for clause in clauses
        if clause.head is not None
        and clause.head.predicate == rules.same
        and not clause.rule.startswith("eq-")
    ]
    found = resolvents(consumers, producers, lambda atom: atom.predicate == rules.same) or []
    rest = [clause for clause in clauses if clause.rule != "dt-diff"]
    return rest + [
        replace(c, conditions=tuple(each for each in c.conditions if each.kind != "different"))
        for c in found
    ]


def _members_that_are_literals(clauses: list[Clause], rules: Rules) -> list[Clause]:
    """That a literal is in a class, by what its value is: resolved with what asks for that."""
    done: list[Clause] = []
    open_, rest = _apart(clauses)
    while open_:
        producer = open_.pop()
        done.append(producer)
        assert producer.head is not None
        class_ = producer.head.object
        more = resolvents(
            [clause for clause in rest if any(_is(atom, class_, rules) for atom in clause.body)],
            [producer],
            lambda atom, class_=class_: _is(atom, class_, rules),  # type: ignore[misc]
        )
        literal, other = _apart(more or [])
        open_ += [clause for clause in literal if clause not in done]
        rest += [clause for clause in other if clause not in rest]
    return rest


def _is(atom: object, class_: object, rules: Rules) -> bool:
    return getattr(atom, "predicate", None) == rules.type and getattr(atom, "object", 0) == class_


def _apart(clauses: Iterable[Clause]) -> tuple[list[Clause], list[Clause]]:
    """Those whose heads say something of a literal, and the others."""
    literal: list[Clause] = []
    other: list[Clause] = []
    for clause in clauses:
        subjects = {
            condition.arguments[0]
            for condition in clause.conditions
            if condition.kind in OF_LITERALS
        }
        about = clause.head is not None and clause.head.subject in subjects
        (literal if about else other).append(clause)
    return literal, other


def _decided(clause: Clause, values: Values) -> Clause | None:
    """The clause without conditions that hold already; None if one never does."""
    left = []
    for condition in clause.conditions:
        if any(isinstance(argument, str) for argument in condition.arguments):
            left.append(condition)
        elif not values.holds(condition, {}):
            return None
    return replace(clause, conditions=tuple(left))
