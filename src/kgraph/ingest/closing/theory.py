"""What a graph is closed and judged by, apart from its own ontology: domain rules and shapes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kgraph.reason.domain import Rule, Strata, load_rules
from kgraph.shacl.engine import Engine
from kgraph.shacl.model import Document, Shapes
from kgraph.vocab import DEFAULT_NAMESPACE, Names


@dataclass(frozen=True)
class Theory:
    """Domain rules that were checked together, and shapes."""

    rules: tuple[Rule, ...] = ()
    shapes: Shapes | None = None

    @classmethod
    def load(
        cls, rules: Path, shapes: Iterable[Path | Document], namespace: str = DEFAULT_NAMESPACE
    ) -> "Theory":
        """From a folder of rules and the documents of shapes.

        Raises RuleError or ShapesError with file and line.
        """
        read = tuple(load_rules(rules, namespace)) if rules.is_dir() else ()
        documents = list(shapes)
        return cls(read, Shapes.parse(documents) if documents else None)

    def of_stratum(self, stratum: int) -> list[str]:
        """The texts of a stratum's rules."""
        return sorted(rule.text for rule in self.rules if rule.stratum == stratum)


class Engines:
    """The engines that run a theory; kept from commit to commit."""

    def __init__(self, theory: Theory, names: Names, known: "Engines | None" = None) -> None:
        """Rules are compiled here, unless the engines `known` run the same."""
        self.theory = theory
        same = known is not None and known.theory.rules == theory.rules
        self.strata: Strata = known.strata if known and same else Strata(theory.rules, names)
        self.judge: Engine | None = None
        if known is not None and known.theory.shapes is theory.shapes:
            self.judge = known.judge
        elif theory.shapes is not None:
            self.judge = Engine(theory.shapes, names=names)
