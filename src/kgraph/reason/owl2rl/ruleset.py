"""Sets of rules: those of OWL 2 RL/RDF and of RDFS, over the identifiers of a store."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

import pyoxigraph as ox

from kgraph.reason.clauses import Atom, Condition, Part, TripleKey
from kgraph.reason.owl2rl.notation import (
    Chain,
    Constant,
    Each,
    ListPart,
    Member,
    Pair,
    Rule,
    parse_rules,
)
from kgraph.terms import Term
from kgraph.vocab import OWL, RDF, RDFS

RulesName = Literal["owl2rl", "rdfs"]
Intern = Callable[[Sequence[Term]], list[int]]
"""Gives identifiers to terms: `Transaction.intern`."""

NAMED = {
    "type": RDF + "type",
    "first": RDF + "first",
    "rest": RDF + "rest",
    "nil": RDF + "nil",
    "same": OWL + "sameAs",
    "thing": OWL + "Thing",
    "nothing": OWL + "Nothing",
    "datatype": RDFS + "Datatype",
    "domain": RDFS + "domain",
    "range": RDFS + "range",
    "subClassOf": RDFS + "subClassOf",
    "subPropertyOf": RDFS + "subPropertyOf",
    "equivalentClass": OWL + "equivalentClass",
    "equivalentProperty": OWL + "equivalentProperty",
    "onProperty": OWL + "onProperty",
    "intersectionOf": OWL + "intersectionOf",
    "unionOf": OWL + "unionOf",
    "complementOf": OWL + "complementOf",
    "oneOf": OWL + "oneOf",
    "Property": RDF + "Property",
    "ContainerMembershipProperty": RDFS + "ContainerMembershipProperty",
    "members": OWL + "members",
    "distinctMembers": OWL + "distinctMembers",
}
"""What code has to know by name, whether or not a rule mentions it."""


@dataclass(frozen=True)
class Ruleset:
    """Rules whose constants have no identifiers yet: they are numbered -1, -2 and so on."""

    rules: tuple[Rule, ...]
    constants: tuple[Constant, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the rules in the order of the tables, each once."""
        return tuple(dict.fromkeys(rule.name for rule in self.rules))

    def over(self, intern: Intern) -> "Rules":
        """The same over the identifiers that `intern` gives."""
        named = [ox.NamedNode(iri) for iri in NAMED.values()]
        found = intern([*self.constants, *named])
        mapping = {-1 - number: found[number] for number in range(len(self.constants))}
        words = dict(zip(NAMED, found[len(self.constants) :], strict=True))
        literals = [
            number
            for number, constant in zip(found, self.constants, strict=False)
            if isinstance(constant, ox.Literal)
        ]
        return Rules(tuple(_bound(rule, mapping) for rule in self.rules), words, literals)

    def only(self, names: Collection[str]) -> "Ruleset":
        """Only the rules of these names."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.name in names))

    def telling(self) -> "Ruleset":
        """Only the rules whose results tell something."""
        return replace(self, rules=tuple(rule for rule in self.rules if not rule.quiet))


class Rules:
    """Rules over the identifiers of one store."""

    def __init__(
        self, rules: tuple[Rule, ...], words: Mapping[str, int], literals: Sequence[int]
    ) -> None:
        """`words` are the identifiers of `NAMED`, `literals` those that rules mention."""
        self.rules = rules
        self.words = words
        self.literals = literals
        self.literal_predicates = frozenset(
            atom.predicate for rule in rules for atom in rule.axioms if atom.object in literals
        )
        """Predicates of axioms that rules have with a literal."""
        self.type = words["type"]
        self.same = words["same"]
        self._predicates, self._classes = _vocabulary(rules, words)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the rules."""
        return frozenset(rule.name for rule in self.rules)

    def sentence(self, name: str, terms: int) -> tuple[tuple[str, ...], str]:
        """What a rule without head says, of how many terms: their names, and a template."""
        return next(
            (rule.about, rule.sentence)
            for rule in self.rules
            if rule.name == name and rule.head is None and len(rule.about) == terms
        )

    def is_schema(self, triple: TripleKey) -> bool:
        """Whether a triple can change what `specialise` makes of the rules."""
        predicate = triple[1]
        if predicate == self.type:
            return triple[2] in self._classes
        return predicate in self._predicates

    @property
    def schema_predicates(self) -> frozenset[int]:
        """Predicates of schema triples, but for rdf:type."""
        return self._predicates

    @property
    def schema_classes(self) -> frozenset[int]:
        """Classes that make a triple with rdf:type one of the schema."""
        return self._classes


@cache
def load_rules(name: RulesName = "owl2rl", *, quiet: bool = False) -> Ruleset:
    """The rules of OWL 2 RL/RDF, or of RDFS; with `quiet`, those too that tell nothing."""
    text = (files(__package__) / f"{name}.rules").read_text(encoding="utf-8")
    rules, constants = parse_rules(text)
    found = Ruleset(rules, constants)
    return found if quiet else found.telling()


def _vocabulary(
    rules: Iterable[Rule], words: Mapping[str, int]
) -> tuple[frozenset[int], frozenset[int]]:
    predicates = {words["first"], words["rest"]}
    classes = set()
    for rule in rules:
        for atom in rule.axioms:
            if atom.predicate == words["type"]:
                assert isinstance(atom.object, int)
                classes.add(atom.object)
            else:
                assert isinstance(atom.predicate, int)
                predicates.add(atom.predicate)
    return frozenset(predicates), frozenset(classes)


def _bound(rule: Rule, ids: Mapping[int, int]) -> Rule:
    def part(given: Part) -> Part:
        return given if isinstance(given, str) else ids[given]

    def atom(given: Atom) -> Atom:
        return Atom(*(part(each) for each in given.parts))

    def list_part(given: ListPart) -> ListPart:
        if isinstance(given, Each):
            return Each(given.member, given.of, tuple(map(atom, given.atoms)))
        if isinstance(given, Chain):
            return Chain(part(given.start), given.of, part(given.end))
        if isinstance(given, Pair):
            return Pair(part(given.first), part(given.second), given.of)
        return Member(part(given.member), given.of)

    return replace(
        rule,
        axioms=tuple(map(atom, rule.axioms)),
        lists=tuple(map(list_part, rule.lists)),
        body=tuple(map(atom, rule.body)),
        conditions=tuple(Condition(c.kind, tuple(map(part, c.arguments))) for c in rule.conditions),
        head=None if rule.head is None else atom(rule.head),
    )
