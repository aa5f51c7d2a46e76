"""Clauses put together, so that facts that nobody is shown need not be found on the way.

`A ⊑ ∃p.B` and the like name classes by blank nodes. That x is in such a class is of no use but to
conclude something else from it: what concludes it and what needs it are made one clause (a
resolvent), which keeps both as its steps. The same goes for what would be said of literals, and for
properties without a name, `[ owl:inverseOf :p ]`, that no triple of RDF can have as its predicate.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kgraph.identifiers import Tag, tag_of
from kgraph.reason.clauses import Atom, Clause, Condition, Part
from kgraph.reason.owl2rl.specialise import shape, shape_of

LIMIT = 2000
"""Resolvents about one class or property; beyond, what is in it is found after all."""
Substitution = Mapping[str, Part]
Name = tuple[int, int]
"""What an atom is of: rdf:type and a class, or a nameless property and 0."""
OF_LITERALS = frozenset({"literal", "of datatype", "not of datatype", "other value", "ill typed"})


@dataclass(frozen=True)
class Unfolded:
    """Clauses without the heads that were to go, but for those of `kept` classes and properties."""

    clauses: list[Clause]
    kept: frozenset[int]


def is_nameless(property_: Part) -> bool:
    """Whether this is a property that no triple of RDF can have: a blank node."""
    return isinstance(property_, int) and tag_of(property_) == Tag.BLANK


def unfold(clauses: Iterable[Clause], type_: int, hides: Callable[[int], bool]) -> Unfolded:
    """Resolve away the heads that put something into a hidden class or are of a nameless property.

    What is defined by itself, through other such names alone, is kept; so is what would take more
    than LIMIT resolvents.
    """
    pool = _Pool(clauses, type_)
    kept: set[int] = set()
    queue = [(pool.cost(name), name) for name in pool.heads if not name[1] or hides(name[1])]
    heapq.heapify(queue)
    while queue:
        cost, name = heapq.heappop(queue)
        now = pool.cost(name)
        if now > cost:
            heapq.heappush(queue, (now, name))
        elif not pool.eliminate(name):
            kept.add(name[1] or name[0])
    return Unfolded(pool.all(), frozenset(kept))


class _Pool:
    """Clauses, found by what their heads and the atoms of their bodies are of."""

    def __init__(self, clauses: Iterable[Clause], type_: int) -> None:
        self.type = type_
        self.heads: dict[Name, dict[int, None]] = {}
        self.bodies: dict[Name, dict[int, None]] = {}
        self._clauses: dict[int, Clause] = {}
        self._shapes: dict[object, int] = {}
        self._next = 0
        for clause in clauses:
            self.add(clause)

    def all(self) -> list[Clause]:
        """Every clause that is left."""
        return list(self._clauses.values())

    def cost(self, name: Name) -> int:
        return len(self.heads.get(name, ())) * len(self.bodies.get(name, ()))

    def add(self, clause: Clause) -> None:
        """Keep a clause, unless it says nothing or one as short says it already."""
        if clause.head in clause.body:
            return
        key = shape(clause)
        old = self._shapes.get(key)
        if old is not None:
            if _cost(clause) >= _cost(self._clauses[old]):
                return
            self.remove(old)
        number = self._next
        self._next += 1
        self._clauses[number] = clause
        self._shapes[key] = number
        for name, index in self._places(clause):
            index.setdefault(name, {})[number] = None

    def remove(self, number: int) -> None:
        clause = self._clauses.pop(number)
        del self._shapes[shape(clause)]
        for name, index in self._places(clause):
            index[name].pop(number, None)

    def _places(self, clause: Clause) -> Iterator[tuple[Name, dict[Name, dict[int, None]]]]:
        if clause.head is not None and (name := self.name_of(clause.head)) is not None:
            yield name, self.heads
        for atom in clause.body:
            if (name := self.name_of(atom)) is not None:
                yield name, self.bodies

    def name_of(self, atom: Atom) -> Name | None:
        """What an atom is of, if that may be hidden."""
        if atom.predicate == self.type and isinstance(atom.object, int):
            return self.type, atom.object
        if isinstance(atom.predicate, int) and is_nameless(atom.predicate):
            return atom.predicate, 0
        return None

    def eliminate(self, name: Name) -> bool:
        """Resolve what produces a name with what consumes it; False if that cannot be done."""
        heads, bodies = dict(self.heads.get(name, {})), self.bodies.get(name, {})
        producers = [self._clauses[number] for number in heads if number not in bodies]
        consumers = [self._clauses[number] for number in bodies if number not in heads]
        by_itself = [self._clauses[number] for number in heads if number in bodies]

        def is_wanted(atom: Atom) -> bool:
            return self.name_of(atom) == name

        if by_itself:
            same = _equivalent(producers, consumers)
            instead = same and resolvents(by_itself, [same], is_wanted)
            if not instead:
                return False
            producers += [each for each in instead if not any(map(is_wanted, each.body))]
        found = resolvents(consumers, producers, is_wanted)
        if found is None:
            return False
        for number in heads:
            self.remove(number)
        for clause in found:
            self.add(clause)
        return True


def _equivalent(producers: Iterable[Clause], consumers: Iterable[Clause]) -> Clause | None:
    """A producer whose converse is among the consumers: its body can be put for its head."""
    back = {shape_of(c.body, c.head, c.conditions) for c in consumers}
    return next((clause for clause in producers if _converse(clause) in back), None)


def _converse(clause: Clause) -> object:
    """The shape of the clause the other way round; None where there is no such clause."""
    if clause.head is None or len(clause.body) != 1 or clause.conditions:
        return None
    return shape_of((clause.head,), clause.body[0], ())


def _cost(clause: Clause) -> tuple[int, int, str]:
    """Its length; the rule decides between sentences, as otherwise the order would."""
    return len(clause.steps), len(clause.axioms), "" if clause.head else clause.rule


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
