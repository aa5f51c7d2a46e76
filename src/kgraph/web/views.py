"""What the page of a thing shows, as plain objects that a template turns into HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kgraph.web.claims import Claim, Link, Passage


@dataclass(frozen=True)
class Value:
    """One value of a property: a link or a literal, and whether somebody asserts it."""

    text: str
    link: Link | None = None
    language: str = ""
    datatype: str = ""
    inferred: bool = False
    why: str = ""
    rule: str = ""
    rule_title: str = ""

    @property
    def order(self) -> tuple[bool, str]:
        """Put what is asserted first."""
        return (self.inferred, self.text)


@dataclass(frozen=True)
class Fact:
    """A property with its values."""

    predicate: Link
    values: tuple[Value, ...]

    @property
    def inferred(self) -> bool:
        """Whether no value is asserted."""
        return all(value.inferred for value in self.values)

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """The rules that its values follow from, each with its title."""
        return tuple(dict.fromkeys((v.rule, v.rule_title) for v in self.values if v.rule))


@dataclass(frozen=True)
class Record:
    """A fact with parts of its own, as the page of a thing it is about shows it."""

    link: Link
    kind: Link | None
    role: str
    when: str
    status: Link | None
    facts: tuple[Fact, ...]
    related: tuple[Fact, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Group:
    """Things that point here by one property."""

    predicate: Link
    links: tuple[Link, ...]
    total: int


@dataclass(frozen=True)
class Entity:
    """Everything that the page of a thing shows."""

    link: Link
    kinds: tuple[Link, ...]
    status: Link | None
    names: tuple[Value, ...]
    definitions: tuple[Value, ...]
    facts: tuple[Fact, ...]
    records: Mapping[str, list[Record]]
    claims: tuple[Claim, ...]
    incoming: tuple[Group, ...]
    graphs: tuple[Link, ...]
    own_claim: Claim | None = field(default=None)
    own_passage: Passage | None = field(default=None)

    @property
    def record_count(self) -> int:
        """How many records its page shows."""
        return sum(map(len, self.records.values()))
