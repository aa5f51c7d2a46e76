"""What a change comes to: what it makes true and false, what is wrong now, what was left open."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pyoxigraph import Quad

from kgraph.reason.domain import Excess
from kgraph.reason.owl2rl import Inconsistency
from kgraph.shacl import ValidationReport
from kgraph.store.changes import TripleKey
from kgraph.terms import Term


@dataclass(frozen=True, slots=True, order=True)
class Consequence:
    """An inferred triple that other levels see than before."""

    stratum: int
    triple: TripleKey
    was: int
    """The mask of levels at which it was inferred; 0 if it was not."""
    now: int


@dataclass(frozen=True)
class Consequences:
    """What became true and what stopped being true, by stratum; a stratum's graph has the triples.

    Where they are very many, `listed` has only the first, and the counts have all.
    """

    listed: tuple[Consequence, ...] = ()
    came: Counter[int] = field(default_factory=Counter)
    """How many triples are inferred that were not, by stratum."""
    went: Counter[int] = field(default_factory=Counter)

    def quads(
        self, term_of: Callable[[int], Term], graph_of: Callable[[int], Term]
    ) -> tuple[tuple[Quad, ...], tuple[Quad, ...]]:
        """Those that came and those that went, of the ones that are listed."""
        found: tuple[list[Quad], list[Quad]] = ([], [])
        for one in self.listed:
            if not (one.was and one.now):
                parts = [*map(term_of, one.triple), graph_of(one.stratum)]
                found[0 if one.now else 1].append(Quad(*parts))  # type: ignore[arg-type]
        return tuple(found[0]), tuple(found[1])

    def __len__(self) -> int:
        """How many came and went in all."""
        return self.came.total() + self.went.total()


@dataclass(frozen=True)
class Outcome:
    """The outcome of a change that is staged and closed, and not yet committed."""

    consequences: Consequences
    came: ValidationReport
    """Results that the change brings."""
    went: ValidationReport
    """Results that it takes away."""
    clashes_come: tuple[Inconsistency, ...] = ()
    clashes_gone: tuple[Inconsistency, ...] = ()
    exceeded: tuple[Excess, ...] = ()
    """Rules that make more heads for a record than they may."""
    in_full: dict[str, str] = field(default_factory=dict)
    """Rules, shapes and engines that looked at everything, by name, and why."""
    shapes_namespace: str = ""

    @property
    def report(self) -> ValidationReport:
        """What the change adds to the report; an inconsistency is a violation."""
        return self.came.with_inconsistencies(self.clashes_come, self.shapes_namespace)

    @property
    def refused(self) -> bool:
        """Whether it is not to be committed: it adds violations, or a rule exceeds its bound."""
        return bool(self.exceeded or self.clashes_come) or self.came.blocks

    @property
    def refusal(self) -> str:
        """Why, in a sentence; empty if it is not refused."""
        if self.exceeded:
            more = len(self.exceeded) - 1
            return f"{self.exceeded[0]}" + (f", and {more} more" if more else "")
        if not self.refused:
            return ""
        wrong = self.report.violations
        words = next(iter(wrong[0].messages), "see the report")
        count = f"{len(wrong)} violation" + ("s" if len(wrong) > 1 else "")
        return f"{count}, first at {wrong[0].focus_node}: {words}"
