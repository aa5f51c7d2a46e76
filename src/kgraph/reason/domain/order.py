"""The order that rules may run in: what a rule reads has to be finished before.

A rule may read what earlier strata write. What its own stratum writes it may read only if it is
marked `fixpoint: true`, and then not under a negation or an aggregate. Predicates that a query
leaves open are not judged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgraph.errors import RuleError
from kgraph.reason.domain.patterns import Key

if TYPE_CHECKING:
    from kgraph.reason.domain.rules import Rule


@dataclass(frozen=True)
class Reading:
    """One rule reads what another, or itself, writes."""

    reader: "Rule"
    writer: "Rule"
    key: Key
    negated: bool

    @property
    def name(self) -> str:
        """What is read, in words."""
        predicate, cls = self.key
        return predicate if cls is None else f"the type {cls}"


def check_order(rules: Sequence["Rule"]) -> None:
    """Refuse two rules of one id, recursion through negation, and reading what is not finished.

    Raises RuleError that names the rules, what they read, and for a recursion the whole cycle.
    """
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{rule.source}: id {rule.id} is taken by {seen[rule.id].source}")
        seen[rule.id] = rule
    readings = list(_readings(rules))
    _check_cycles(readings)
    for reading in readings:
        _judge(reading)


def _readings(rules: Sequence["Rule"]) -> Iterator[Reading]:
    writers: dict[Key, list[Rule]] = {}
    for rule in rules:
        for key in {key for pattern in rule.writes for key in pattern.keys}:
            writers.setdefault(key, []).append(rule)
    for reader in rules:
        for pattern in reader.reads:
            for key in sorted(pattern.keys & writers.keys(), key=str):
                for writer in writers[key]:
                    yield Reading(reader, writer, key, pattern.negated)


def _check_cycles(readings: Sequence[Reading]) -> None:
    of: dict[str, list[Reading]] = {}
    for reading in readings:
        of.setdefault(reading.reader.id, []).append(reading)
    for reading in readings:
        if reading.negated:
            back = _path(of, reading.writer.id, reading.reader.id)
            if back is not None:
                raise RuleError(_cycle([reading, *back]))


def _path(of: dict[str, list[Reading]], start: str, end: str) -> list[Reading] | None:
    """The shortest way from one rule to what it rests on, by readings."""
    reached: dict[str, list[Reading]] = {start: []}
    border = [start]
    while border and end not in reached:
        following = []
        for one in border:
            for reading in of.get(one, ()):
                if reading.writer.id not in reached:
                    reached[reading.writer.id] = [*reached[one], reading]
                    following.append(reading.writer.id)
        border = following
    return reached.get(end)


def _cycle(readings: Sequence[Reading]) -> str:
    steps = [
        f"{r.reader.id} reads {r.name}{' under a negation' if r.negated else ''}, which "
        f"{r.writer.id} writes"
        for r in readings
    ]
    files = ", ".join(dict.fromkeys(r.reader.source for r in readings))
    return (
        f"{files}: a rule rests on its own absence: {' -> '.join(steps)}. "
        "A rule cannot negate, count or leave optional what follows from its own head; "
        "take one of these readings out"
    )


def _judge(reading: Reading) -> None:
    reader, writer = reading.reader, reading.writer
    if writer.stratum < reader.stratum:
        return
    if writer.stratum > reader.stratum:
        cure = f"move it behind stratum {writer.stratum}"
    elif not reader.fixpoint:
        cure = "put one of them into another stratum, or mark it '# fixpoint: true'"
    elif reading.negated:
        cure = "a fixpoint cannot negate, count or leave optional what it is still writing"
    else:
        return
    raise RuleError(
        f"{reader.source}: {reader.id} (stratum {reader.stratum}) reads {reading.name}, which "
        f"{writer.id} ({writer.source}, stratum {writer.stratum}) writes; {cure}"
    )
