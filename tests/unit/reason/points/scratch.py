"""Closures from scratch, slow and obvious, and what the engine's answers are held against."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kgraph.identifiers import Tag, identifier
from kgraph.reason.clauses import Atom, Clause, Condition, Part, TripleKey
from kgraph.reason.points import (
    NOWHERE,
    SATURATED,
    Consequences,
    FixedProgram,
    Increment,
    Program,
    Ruled,
    SetFacts,
    Standing,
)

Binding = dict[str, int]
LEVELS = (1, 2, 4)


def iri(number: int) -> int:
    return identifier(Tag.IRI, number)


def literal(number: int) -> int:
    return identifier(Tag.STRING, number)


def is_literal(term: int) -> bool:
    return Tag.INTEGER <= term >> 59 < Tag.TRIPLE


class Toy:
    """Toy datatypes: a literal belongs to the one whose number has its parity."""

    def of_datatype(self, identifier: int, datatype: int) -> bool | None:
        return identifier % 2 == datatype % 2 if is_literal(identifier) else None

    def differ(self, one: int, other: int) -> bool:
        return is_literal(one) and is_literal(other) and one != other

    def is_ill_typed(self, identifier: int) -> bool:
        return is_literal(identifier) and identifier % 4 == 1


TOY = Toy()


def value(part: Part, binding: Binding) -> int | None:
    return binding.get(part) if isinstance(part, str) else part


def extended(atom: Atom, triple: TripleKey, binding: Binding) -> Binding | None:
    more = dict(binding)
    for part, term in zip(atom.parts, triple, strict=True):
        if isinstance(part, int):
            if part != term:
                return None
        elif more.setdefault(part, term) != term:
            return None
    return more


def holds(condition: Condition, binding: Binding) -> bool:
    first, *rest = [value(part, binding) for part in condition.arguments]
    assert first is not None
    return {
        "different": lambda: first != rest[0],
        "literal": lambda: is_literal(first),
        "not literal": lambda: not is_literal(first),
        "of datatype": lambda: TOY.of_datatype(first, rest[0]) is True,
        "not of datatype": lambda: TOY.of_datatype(first, rest[0]) is False,
        "other value": lambda: TOY.differ(first, rest[0]),
        "ill typed": lambda: TOY.is_ill_typed(first),
    }[condition.kind]()


def instances(
    clause: Clause, facts: Iterable[TripleKey]
) -> Iterator[tuple[TripleKey | None, tuple[TripleKey, ...]]]:
    """Head and premises of every instance over these facts, the body joined atom by atom."""
    by_predicate: dict[int, list[TripleKey]] = {}
    for triple in facts:
        by_predicate.setdefault(triple[1], []).append(triple)
    everything = [triple for triples in by_predicate.values() for triple in triples]
    rows: list[tuple[Binding, tuple[TripleKey, ...]]] = [({}, ())]
    for atom in clause.body:
        p = atom.predicate
        near = by_predicate.get(p, []) if isinstance(p, int) else everything
        rows = [
            (more, (*premises, triple))
            for binding, premises in rows
            for triple in near
            if (more := extended(atom, triple, binding)) is not None
        ]
    for binding, premises in rows:
        if not all(holds(condition, binding) for condition in clause.conditions):
            continue
        if clause.head is None:
            yield None, premises
            continue
        s, p, o = (value(part, binding) for part in clause.head.parts)
        assert s is not None
        assert p is not None
        assert o is not None
        if not is_literal(s) and p >> 59 == Tag.IRI:
            yield (s, p, o), premises


def closure(given: Iterable[TripleKey], clauses: Iterable[Clause]) -> set[TripleKey]:
    facts, listed, size = set(given), list(clauses), -1
    while size < len(facts):
        size = len(facts)
        for clause in listed:
            if clause.head:
                facts |= {head for head, _ in list(instances(clause, facts)) if head}
    return facts


def masks_from_scratch(
    given: Mapping[TripleKey, int], ruled: Iterable[Ruled]
) -> dict[TripleKey, int]:
    """The closure of each level by itself."""
    listed, masks = list(ruled), dict[TripleKey, int]()
    for level in LEVELS:
        seen = [triple for triple, mask in given.items() if mask & level]
        for triple in closure(seen, [one.clause for one in listed if one.mask & level]):
            masks[triple] = masks.get(triple, 0) | level
    return masks


def clashes_from_scratch(
    masks: Mapping[TripleKey, int], ruled: Iterable[Ruled]
) -> dict[tuple[Clause, tuple[TripleKey, ...]], int]:
    found: dict[tuple[Clause, tuple[TripleKey, ...]], int] = {}
    for one in ruled:
        if one.clause.head is None:
            for _, premises in instances(one.clause, masks):
                mask = one.mask
                for premise in premises:
                    mask &= masks[premise]
                if mask:
                    found[one.clause, premises] = mask
    return found


@dataclass
class Kept:
    """A graph kept closed by the engine: given triples, and copies of inferred ones."""

    ruled: list[Ruled] = field(default_factory=list)
    given: dict[TripleKey, int] = field(default_factory=dict)
    copies: dict[TripleKey, tuple[int, int]] = field(default_factory=dict)
    """Round and mask."""
    by_rounds: bool = True

    def facts(self, given: Mapping[TripleKey, int]) -> SetFacts:
        standings: dict[TripleKey, Standing] = {}
        for triple in given.keys() | self.copies.keys():
            of = given.get(triple, 0)
            round_, mask = self.copies.get(triple, (0, 0))
            standings[triple] = Standing(mask | of, round_, of, 0)
        return SetFacts(standings)

    def change(
        self, changes: Mapping[TripleKey, int], ruled: list[Ruled] | None = None
    ) -> Consequences:
        """Give these triples at these levels and no others (0: take back); other clauses."""
        given = {t: m for t, m in {**self.given, **changes}.items() if m}
        before, after = self.facts(self.given), self.facts(given)
        was = FixedProgram(Program(self.ruled, TOY))
        now = was if ruled is None else FixedProgram(Program(ruled, TOY))
        done = Increment(was, before, after, by_rounds=self.by_rounds).run(changes, now)
        self.ruled = list(now.program.ruled)
        for triple in done.removed:
            del self.copies[triple]
        for triple, round_, mask in done.added:
            assert triple not in self.copies
            self.copies[triple] = round_, mask
        self.given = given
        return done

    def check(self) -> None:
        """Compare with closures from scratch; every round must rest on lower ones."""
        masks = masks_from_scratch(self.given, self.ruled)
        facts = self.facts(self.given)
        assert {t: s.mask for t, s in facts.standings.items()} == masks
        for triple, (_, mask) in self.copies.items():
            assert mask == masks[triple]
            assert mask & ~self.given.get(triple, 0)
        self.check_rounds(facts)

    def check_rounds(self, facts: SetFacts) -> None:
        proofs: dict[TripleKey, list[tuple[Ruled, tuple[TripleKey, ...]]]] = {}
        for one in self.ruled:
            for head, premises in instances(one.clause, facts.standings):
                if head:
                    proofs.setdefault(head, []).append((one, premises))

        def is_lower(level: int, one: Ruled, premises: tuple[TripleKey, ...], round_: int) -> bool:
            """Whether an instance at a level has premises of lower rounds there."""
            standings = [facts.standings.get(premise, NOWHERE) for premise in premises]
            return (
                bool(one.mask & level)
                and one.round < round_
                and all(
                    s.mask & level and (0 if s.given & level else s.round) < round_
                    for s in standings
                )
            )

        for triple, (round_, mask) in self.copies.items():
            assert 0 < round_ <= SATURATED
            if round_ == SATURATED:
                continue
            for level in LEVELS:
                if mask & ~self.given.get(triple, 0) & level:
                    assert any(is_lower(level, *proof, round_) for proof in proofs[triple])
