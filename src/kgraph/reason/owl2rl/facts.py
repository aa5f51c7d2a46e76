"""Triples of identifiers in memory, and joins over them: for axioms and for small graphs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from kgraph.reason.clauses import Atom, Part, TripleKey

Binding = Mapping[str, int]


class Facts:
    """Triples, each with the round it was found in; a triple keeps its first round."""

    def __init__(self, triples: Iterable[TripleKey] = (), round_: int = 0) -> None:
        """Begin with these."""
        self.rounds: dict[TripleKey, int] = {}
        self._by: defaultdict[tuple[int | None, ...], dict[TripleKey, None]] = defaultdict(dict)
        for triple in triples:
            self.add(triple, round_)

    def __contains__(self, triple: object) -> bool:
        """Whether a triple is here."""
        return triple in self.rounds

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rounds)

    def __iter__(self) -> Iterator[TripleKey]:
        """In order of appearance."""
        return iter(self.rounds)

    def add(self, triple: TripleKey, round_: int = 0) -> bool:
        """Whether the triple is new."""
        if triple in self.rounds:
            return False
        self.rounds[triple] = round_
        s, p, o = triple
        for key in (
            (s, None, None),
            (None, p, None),
            (None, None, o),
            (s, p, None),
            (None, p, o),
            (s, None, o),
        ):
            self._by[key][triple] = None
        return True

    def neighbours(self, predicate: int, *, inverse: bool = False) -> dict[int, set[int]]:
        """The objects of each subject under a predicate; `inverse`: the other way round."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for s, _, o in self._by.get((None, predicate, None), ()):
            found[o if inverse else s].add(s if inverse else o)
        return found

    def match(self, s: int | None, p: int | None, o: int | None) -> Sequence[TripleKey]:
        """The triples that have these parts, None for any, as they are now."""
        if s is None and p is None and o is None:
            return list(self.rounds)
        if s is not None and p is not None and o is not None:
            return [(s, p, o)] if (s, p, o) in self.rounds else []
        return list(self._by.get((s, p, o), ()))


def value(part: Part, binding: Binding) -> int | None:
    """What a part stands for; None for a variable that nothing is bound to."""
    return part if isinstance(part, int) else binding.get(part)


def ground(atom: Atom, binding: Binding) -> TripleKey:
    """The triple of an atom all of whose variables are bound."""
    s, p, o = atom.subject, atom.predicate, atom.object
    return (
        s if isinstance(s, int) else binding[s],
        p if isinstance(p, int) else binding[p],
        o if isinstance(o, int) else binding[o],
    )


def substituted(atom: Atom, binding: Binding) -> Atom:
    """The atom with what is bound filled in."""
    return Atom(
        *(part if isinstance(part, int) else binding.get(part, part) for part in atom.parts)
    )


def solve(
    atoms: Sequence[Atom], facts: Facts, binding: Binding, delta: Facts | None = None
) -> Iterator[Binding]:
    """All bindings under which the atoms are facts; with `delta`, at least one atom is in it."""
    if delta is None:
        yield from _join(_ordered(tuple(atoms), frozenset(binding)), 0, facts, binding)
        return
    for number, atom in enumerate(atoms):
        rest = (*atoms[:number], *atoms[number + 1 :])
        order = _ordered(rest, atom.variables.union(binding))
        for extended in matches(atom, delta, binding):
            yield from _join(order, 0, facts, extended)


def matches(atom: Atom, facts: Facts, binding: Binding) -> Iterator[Binding]:
    """All bindings under which one atom is a fact."""
    parts = atom.parts
    s, p, o = (value(part, binding) for part in parts)
    free = [
        (part, place)
        for place, (part, known) in enumerate(zip(parts, (s, p, o), strict=True))
        if known is None
    ]
    for triple in facts.match(s, p, o):
        extended = dict(binding)
        for part, place in free:
            if extended.setdefault(part, triple[place]) != triple[place]:  # type: ignore[arg-type]
                break
        else:
            yield extended


def _join(order: Sequence[Atom], number: int, facts: Facts, binding: Binding) -> Iterator[Binding]:
    if number == len(order):
        yield binding
        return
    for extended in matches(order[number], facts, binding):
        yield from _join(order, number + 1, facts, extended)


@lru_cache(maxsize=1 << 14)
def _ordered(atoms: tuple[Atom, ...], bound: frozenset[str]) -> list[Atom]:
    """Atoms in the order of how much is known of them, after those before are matched."""
    known, rest, order = set(bound), list(atoms), []
    while rest:
        atom = min(rest, key=lambda each: _unknown(each, known))
        rest.remove(atom)
        order.append(atom)
        known |= atom.variables
    return order


def _unknown(atom: Atom, known: set[str]) -> tuple[int, bool]:
    s, p, o = (isinstance(part, str) and part not in known for part in atom.parts)
    return s + p + o, s and o
