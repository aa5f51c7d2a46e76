"""Resolution of clauses: two put together to one, which keeps both as its steps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from kgraph.reason.clauses import Atom, Clause, Condition, Part
from kgraph.reason.owl2rl.specialise import shape

LIMIT = 2000
"""More clauses are not put together at once."""
Substitution = Mapping[str, Part]
OF_LITERALS = frozenset({"literal", "of datatype", "not of datatype", "other value", "ill typed"})


def resolvents(
    consumers: Iterable[Clause], producers: list[Clause], wanted: Callable[[Atom], bool]
) -> list[Clause] | None:
    """Consumers with some or all of the wanted atoms replaced; None if there are too many."""
    found: dict[object, Clause] = {}
    open_ = list(consumers)
    while open_:
        consumer = open_.pop()
        for number, atom in enumerate(consumer.body):
            if not wanted(atom):
                continue
            for producer in producers:
                clause = resolve(consumer, number, producer)
                if clause is not None and found.setdefault(shape(clause), clause) is clause:
                    open_.append(clause)
            if len(found) > LIMIT:
                return None
    return list(found.values())


def resolve(consumer: Clause, number: int, producer: Clause) -> Clause | None:
    """A consumer whose atom of this number is proved by a producer; None if it cannot be."""
    assert producer.head is not None
    producer = _apart(producer, _variables(consumer))
    assert producer.head is not None
    unifier = unify(producer.head, consumer.body[number])
    if unifier is None:
        return None
    one, other = substitute(producer, unifier), substitute(consumer, unifier)
    body = (*other.body[:number], *one.body, *other.body[number + 1 :])
    steps = (*(one.steps or (one,)), *(other.steps or (other,)))
    clause = Clause(
        other.rule,
        tuple(dict.fromkeys(body)),
        other.head,
        tuple(dict.fromkeys(one.conditions + other.conditions)),
        tuple(dict.fromkeys(one.axioms + other.axioms)),
        other.about,
        tuple(dict.fromkeys(steps)),
    )
    clause = condense(clause)
    return None if clause.head in clause.body or not can_fire(clause) else clause


def can_fire(clause: Clause) -> bool:
    """False if a condition asks of a literal what is a subject or predicate in the body."""
    never = {a for atom in clause.body for a in (atom.subject, atom.predicate)}
    asked = {
        argument
        for condition in clause.conditions
        if condition.kind in OF_LITERALS
        for argument in condition.arguments[: 2 if condition.kind == "other value" else 1]
    }
    kinds = {(c.kind, c.arguments) for c in clause.conditions}
    clash = any(("not of datatype", args) in kinds for k, args in kinds if k == "of datatype")
    return not clash and not any(isinstance(a, str) for a in asked & never)


def condense(clause: Clause) -> Clause:
    """Without atoms that another one of the body makes true: `?s ?p ?y` beside `?x :q ?y`."""
    for atom in clause.body:
        for other in clause.body:
            if atom is not other and (found := _onto(atom, other, clause)) is not None:
                merged = substitute(clause, found)
                return condense(replace(merged, body=tuple(dict.fromkeys(merged.body))))
    return clause


def _onto(atom: Atom, other: Atom, clause: Clause) -> Substitution | None:
    """What to put for variables that only this atom has, so that it becomes the other one."""
    used = {name for each in clause.body if each is not atom for name in each.variables}
    used |= set() if clause.head is None else clause.head.variables
    used |= {a for c in clause.conditions for a in c.arguments if isinstance(a, str)}
    used |= {a for a in clause.about if isinstance(a, str)}
    found: dict[str, Part] = {}
    for part, target in zip(atom.parts, other.parts, strict=True):
        if isinstance(part, str) and part not in used:
            if found.setdefault(part, target) != target:
                return None
        elif part != target:
            return None
    return found


def unify(one: Atom, other: Atom) -> Substitution | None:
    """What to put for variables so that two atoms are one."""
    found: dict[str, Part] = {}

    def resolved(part: Part) -> Part:
        while isinstance(part, str) and part in found:
            part = found[part]
        return part

    for left, right in zip(one.parts, other.parts, strict=True):
        a, b = resolved(left), resolved(right)
        if a == b:
            continue
        if isinstance(a, str):
            found[a] = b
        elif isinstance(b, str):
            found[b] = a
        else:
            return None
    return {name: resolved(part) for name, part in found.items()}


def substitute(clause: Clause, by: Substitution) -> Clause:
    """A clause with something put for some of its variables."""

    def part(given: Part) -> Part:
        return by.get(given, given) if isinstance(given, str) else given

    def atom(given: Atom) -> Atom:
        return Atom(*(part(each) for each in given.parts))

    return replace(
        clause,
        body=tuple(map(atom, clause.body)),
        head=None if clause.head is None else atom(clause.head),
        conditions=tuple(
            Condition(c.kind, tuple(map(part, c.arguments))) for c in clause.conditions
        ),
        about=tuple(map(part, clause.about)),
        steps=tuple(substitute(step, by) for step in clause.steps),
    )


def _variables(clause: Clause) -> set[str]:
    return {
        name
        for each in (clause, *clause.steps)
        for atom in (*each.body, *([] if each.head is None else [each.head]))
        for name in atom.variables
    }


def _apart(clause: Clause, taken: set[str]) -> Clause:
    """A clause none of whose variables is taken."""
    own = _variables(clause)
    renamed: dict[str, Part] = {}
    for name in sorted(own & taken):
        number = 2
        while f"{name}_{number}" in taken | own:
            number += 1
        renamed[name] = f"{name}_{number}"
        taken = taken | {f"{name}_{number}"}
    return substitute(clause, renamed) if renamed else clause
