"""Rules specialised to an ontology: what its axioms say filled in, once, before data are touched.

The axioms are closed first: what follows from them alone comes as clauses without a body, each
after those that its own axioms come from.
"""

from collections.abc import Iterable, Iterator, Sequence

from kgraph.reason.clauses import Atom, Clause, Condition, Part, TripleKey
from kgraph.reason.owl2rl.facts import Facts, ground
from kgraph.reason.owl2rl.instances import Instances
from kgraph.reason.owl2rl.notation import Chain, Each, Rule
from kgraph.reason.owl2rl.ruleset import Rules
from kgraph.reason.owl2rl.values import Values, is_literal


def specialise(
    rules: Rules, schema: Iterable[TripleKey], values: Values | None = None
) -> list[Clause]:
    """The clauses of rules over the schema triples at hand (others are passed over).

    Together with the data, and specialised again where they derive new schema triples, they give
    the closure under the rules. What follows from the schema alone is among them: a clause
    without body. No two say the same, and the order of the schema does not matter. Without
    `values` nothing is concluded about datatypes.
    """
    facts = Facts(sorted({triple for triple in schema if rules.is_schema(triple)}))
    alone = [rule for rule in rules.rules if not _has_data(rule)]
    clauses = [] if values is None else list(about_terms(rules, facts, values))
    for clause in clauses:
        assert clause.head is not None
        facts.add(ground(clause.head, {}), 1)
    clauses += _close(alone, facts, rules)
    instances = Instances(facts, rules.words)
    for rule in rules.rules:
        if _has_data(rule):
            clauses += instances.of(rule)
    return distinct(clause for clause in clauses if clause.head not in clause.body)


def about_terms(
    rules: Rules, facts: Facts, values: Values, at_hand: Iterable[int] = ()
) -> Iterator[Clause]:
    """What holds of datatypes and rdf:_1, rdf:_2 ... that are mentioned, and of numbers in axioms.

    `owl:maxCardinality 1` is an xsd:integer in Turtle, and xsd:nonNegativeInteger in the rules.
    """
    for each in sorted({part for triple in facts for part in triple}.union(at_hand)):
        if values.is_datatype(each):
            yield from _typed("dt-type1", each, "datatype", rules, facts)
        elif "rdfs12" in rules.names and values.is_membership_property(each):
            yield from _typed("rdfs-axioms", each, "ContainerMembershipProperty", rules, facts)
        elif "rdfD2" in rules.names and values.is_membership_property(each):
            yield from _typed("rdf-axioms", each, "Property", rules, facts)
    written = {values.key(literal): literal for literal in rules.literals}
    for s, p, o in list(facts):
        if p not in rules.literal_predicates or not is_literal(o):
            continue
        literal = written.get(values.key(o))
        if literal is not None and (s, p, literal) not in facts:
            yield Clause("eq-rep-o", (), Atom(s, p, literal), (), ((s, p, o),))


def _typed(rule: str, each: int, word: str, rules: Rules, facts: Facts) -> Iterator[Clause]:
    if (each, rules.type, rules.words[word]) not in facts:
        yield Clause(rule, (), Atom(each, rules.type, rules.words[word]))


def _has_data(rule: Rule) -> bool:
    return bool(rule.body) or any(isinstance(part, Each | Chain) for part in rule.lists)


def _close(alone: Sequence[Rule], facts: Facts, rules: Rules) -> Iterator[Clause]:
    """Add to facts what follows from them by rules that need no data; the clauses that say so.

    None of these rules makes a list, so lists are read once.
    """
    instances = Instances(facts, rules.words)
    transitive = {rule: p for rule in alone if (p := _transitive(rule)) is not None}
    seen: set[TripleKey] = set()
    delta: Facts | None = None
    round_ = 0
    while delta is None or len(delta):
        round_ += 1
        found: dict[TripleKey, Clause] = {}
        for rule in alone:
            if delta is not None and not rule.axioms:
                continue
            if rule in transitive:
                clauses = _steps(rule.name, transitive[rule], facts, delta)
            else:
                clauses = instances.of(rule, delta, facts)
            for clause in clauses:
                if clause.head is None:
                    yield clause
                    continue
                head = ground(clause.head, {})
                if head not in facts and head not in seen:
                    found.setdefault(head, clause)
        delta = Facts()
        for head, clause in found.items():
            yield clause
            seen.add(head)
            if rules.is_schema(head):
                facts.add(head, round_)
                delta.add(head)


def _transitive(rule: Rule) -> int | None:
    """The predicate that a rule says is transitive, if it says just that."""
    if len(rule.axioms) != 2 or rule.lists or rule.head is None:
        return None
    (a, p, b), (c, q, d) = (atom.parts for atom in rule.axioms)
    says = p == q and b == c and rule.head.parts == (a, p, d) and len({a, b, d}) == 3
    return p if says and isinstance(p, int) else None


def _steps(name: str, predicate: int, facts: Facts, delta: Facts | None) -> Iterator[Clause]:
    """What is new by one more step along a transitive predicate: a hierarchy may be deep."""
    above = facts.neighbours(predicate)
    below = facts.neighbours(predicate, inverse=True)
    higher = {a: set(found) for a, found in above.items()}
    lower = {b: set(found) for b, found in below.items()}
    for a, p, b in (facts if delta is None else delta).match(None, predicate, None):
        for c in sorted(above.get(b, set()) - higher[a]):
            higher[a].add(c)
            yield Clause(name, (), Atom(a, p, c), (), ((a, p, b), (b, p, c)))
        for z in sorted(below.get(a, set()) - lower[b]):
            lower[b].add(z)
            yield Clause(name, (), Atom(z, p, b), (), ((z, p, a), (a, p, b)))


def distinct(clauses: Iterable[Clause]) -> list[Clause]:
    """One of each clause, whatever its variables are called; that with the fewest axioms."""
    found: dict[object, Clause] = {}
    for clause in clauses:
        key: object = shape(clause) if clause.body or clause.head is None else clause.head
        old = found.get(key)
        if old is None or len(clause.axioms) < len(old.axioms):
            found[key] = clause
    return list(found.values())


def shape(clause: Clause) -> tuple[object, ...]:
    """Equal for clauses that differ in nothing but names, rule and axioms.

    What is told of clauses without head is part of it: which of two sentences stands is not left
    to the order of identifiers.
    """
    about = () if clause.head is not None else clause.about
    return shape_of(clause.body, clause.head, clause.conditions, about)


def shape_of(
    body: Sequence[Atom],
    head: Atom | None,
    conditions: Sequence[Condition],
    about: Sequence[Part] = (),
) -> tuple[object, ...]:
    """The shape of a clause of these parts; thousands are asked for by each program."""
    names: dict[str, tuple[str, int]] = {}

    def numbered(part: object) -> object:
        if not isinstance(part, str):
            return part
        return names.get(part) or names.setdefault(part, ("?", len(names)))

    def atom(given: Atom) -> object:
        return numbered(given.subject), numbered(given.predicate), numbered(given.object)

    return (
        tuple([atom(each) for each in body]),
        None if head is None else atom(head),
        tuple([(one.kind, *map(numbered, one.arguments)) for one in conditions]),
        tuple(map(numbered, about)),
    )
