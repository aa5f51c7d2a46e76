"""Bounds: a rule may make so many heads for one record, and no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgraph.reason.domain.views import View
from kgraph.terms import Term

if TYPE_CHECKING:
    from kgraph.reason.domain.difference import Heads


@dataclass(frozen=True)
class Excess:
    """A rule that makes more heads for a record than its bound allows."""

    rule: str
    record: Term
    heads: int
    bound: str
    """As the rule states it."""

    def __str__(self) -> str:
        """A sentence."""
        return (
            f"{self.rule} makes {self.heads} heads for {self.record}, its bound is {self.bound!r}"
        )


def excesses(
    heads: "Heads", views: Sequence[View], before: "Heads | None" = None
) -> Iterator[Excess]:
    """Where the rules of a stratum make too many heads, in any view; each once.

    Records of which only some heads are known, one of them not `before`, are counted anew.
    """
    seen = set()
    for view in views:
        for compiled, records in heads.records.items():
            limit = compiled.rule.limit
            assert limit is not None
            known = before.records.get(compiled, {}) if before else {}
            for (bits, record), some in records.items():
                if bits != view.bits or (compiled, record) in seen:
                    continue
                count = len(some)
                more = some - known.get((bits, record), set())
                if compiled in heads.partial and more and count <= limit.heads:
                    count = compiled.count(view, record)
                if count > limit.heads:
                    seen.add((compiled, record))
                    term = view.context.locals.term_of(record)
                    yield Excess(compiled.rule.id, term, count, compiled.rule.bound)
