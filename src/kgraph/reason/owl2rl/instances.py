"""Instances of rules: axioms and lists filled in, clauses over data left."""

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations, product

from kgraph.reason.clauses import Atom, Clause, Condition, Part, TripleKey
from kgraph.reason.owl2rl.facts import Binding, Facts, ground, solve, substituted, value
from kgraph.reason.owl2rl.notation import Chain, Each, ListPart, Member, Pair, Rule

Cell = tuple[int, TripleKey]
"""A member and the triple that says so."""
Places = list[list[Cell]]
Found = tuple[Binding, tuple[Atom, ...], tuple[TripleKey, ...]]


class Lists:
    """The lists among some facts, of any length: at each place, the members that are there.

    A node may have several members, as members that are the same do; where it has several rests,
    each way to the end is a list. What does not end with rdf:nil is none.
    """

    def __init__(self, facts: Facts, words: Mapping[str, int]) -> None:
        """Read lists as they are when they are asked for."""
        self._facts = facts
        self._first, self._rest, self._nil = words["first"], words["rest"], words["nil"]
        self._known: dict[int, list[Places]] = {}

    def of(self, node: int) -> list[Places]:
        """The lists that begin at a node."""
        if node not in self._known:
            self._known[node] = [[self._cells(each) for each in path] for path in self._paths(node)]
        return self._known[node]

    def _cells(self, node: int) -> list[Cell]:
        return [(triple[2], triple) for triple in self._facts.match(node, self._first, None)]

    def _paths(self, start: int) -> list[tuple[int, ...]]:
        """Each way from a node to the end, as the nodes on it."""
        done = []
        open_: list[tuple[int, ...]] = [(start,)]
        while open_:
            path = open_.pop()
            if path[-1] == self._nil:
                done.append(path[:-1])
                continue
            rests = [triple[2] for triple in self._facts.match(path[-1], self._rest, None)]
            open_ += [(*path, rest) for rest in rests if rest not in path]
        return done


class Instances:
    """Fills in the axioms of rules from facts."""

    def __init__(self, facts: Facts, words: Mapping[str, int]) -> None:
        """Over facts as they are now: make another when lists among them have changed."""
        self._facts = facts
        self._words = words

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self._facts, self._words)

    def of(
        self, rule: Rule, delta: Facts | None = None, known: Container[TripleKey] = ()
    ) -> Iterator[Clause]:
        """The clauses of a rule; with `delta`, of axioms some of which are in it.

        Clauses without body whose heads are `known` are left out.
        """
        alone = not rule.body and not rule.lists
        shared = _shared(rule) if rule.lists else frozenset()
        for binding in solve(rule.axioms, self._facts, {}, delta):
            if alone and rule.head is not None and ground(rule.head, binding) in known:
                continue
            axioms = tuple(ground(atom, binding) for atom in rule.axioms)
            for bound, atoms, cells in self._expanded(rule.lists, binding, shared):
                body = tuple(substituted(atom, bound) for atom in (*rule.body, *atoms))
                clause = Clause(
                    rule.name,
                    body,
                    None if rule.head is None else substituted(rule.head, bound),
                    tuple(_bound(each, bound) for each in rule.conditions),
                    axioms + cells,
                    tuple(bound.get(name, name) for name in rule.about),
                )
                if not rule.lists or is_safe(clause):
                    yield clause

    def _expanded(
        self, parts: Sequence[ListPart], binding: Binding, shared: frozenset[str]
    ) -> Iterator[Found]:
        if not parts:
            yield binding, (), ()
            return
        list_ = binding[parts[0].of]
        for places in self._lists.of(list_):
            for bound, atoms, used in _choices(parts[0], places, binding, shared):
                for last, more, others in self._expanded(parts[1:], bound, shared):
                    yield last, atoms + more, used + others


def is_safe(clause: Clause) -> bool:
    """Whether every variable of head and conditions is in the body."""
    known = {name for atom in clause.body for name in atom.variables}
    asked = set() if clause.head is None else set(clause.head.variables)
    asked |= {a for c in clause.conditions for a in c.arguments if isinstance(a, str)}
    return asked <= known


def _shared(rule: Rule) -> frozenset[str]:
    """Variables of a rule outside its EACH parts."""
    atoms = [*rule.axioms, *rule.body, *([] if rule.head is None else [rule.head])]
    return frozenset(name for atom in atoms for name in atom.variables)


def _choices(
    part: ListPart, places: Places, binding: Binding, shared: frozenset[str]
) -> Iterator[Found]:
    if isinstance(part, Each):
        for cells in product(*places):
            yield binding, tuple(_each(part, cells, shared)), tuple(cell for _, cell in cells)
    elif isinstance(part, Chain):
        for cells in product(*places) if places else ():
            yield binding, tuple(_chain(part, cells)), tuple(cell for _, cell in cells)
    elif isinstance(part, Member):
        for member, cell in chain.from_iterable(places):
            yield from _with(binding, (part.member,), (member,), (cell,))
    else:
        yield from _pairs(part, places, binding)


def _pairs(part: Pair, places: Places, binding: Binding) -> Iterator[Found]:
    for one, other in combinations(places, 2):
        for (first, cell), (second, second_cell) in product(one, other):
            yield from _with(
                binding, (part.first, part.second), (first, second), (cell, second_cell)
            )


def _with(
    binding: Binding,
    parts: tuple[Part, ...],
    found: tuple[int, ...],
    used: tuple[TripleKey, ...],
) -> Iterator[Found]:
    bound = dict(binding)
    for part, identifier in zip(parts, found, strict=True):
        if isinstance(part, str):
            bound.setdefault(part, identifier)
    if all(value(part, bound) == i for part, i in zip(parts, found, strict=True)):
        yield bound, (), used


def _each(part: Each, cells: tuple[Cell, ...], shared: frozenset[str]) -> Iterator[Atom]:
    for number, (member, _) in enumerate(cells, 1):
        for atom in part.atoms:
            names: dict[str, Part] = {
                name: f"{name}{number}" for name in atom.variables - shared - {part.member}
            }
            names[part.member] = member
            yield Atom(*(names.get(p, p) if isinstance(p, str) else p for p in atom.parts))


def _chain(part: Chain, cells: tuple[Cell, ...]) -> Iterator[Atom]:
    steps = [part.start, *(f"step{n}" for n in range(1, len(cells))), part.end]
    for number, (property_, _) in enumerate(cells):
        yield Atom(steps[number], property_, steps[number + 1])


def _bound(condition: Condition, binding: Binding) -> Condition:
    return Condition(
        condition.kind,
        tuple(a if isinstance(a, int) else binding.get(a, a) for a in condition.arguments),
    )
