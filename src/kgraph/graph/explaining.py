"""Why things are so, or are not: proofs, what rules lack, who says so; as a level sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from pyoxigraph import BlankNode, NamedNode, Triple

from kgraph.config import Settings
from kgraph.errors import MalformedRequest, SettingsError
from kgraph.ingest.transaction import Writer
from kgraph.provenance import (
    Contradiction,
    ExplainedResult,
    Explainer,
    Explanation,
    Saying,
    who_says,
)
from kgraph.reason.proofs import Programs, WhyNot
from kgraph.shacl.report import ValidationResult
from kgraph.store import BY_LABEL, Level, Store
from kgraph.terms import Term, graph_node
from kgraph.vocab import Names

RULES_TOLD = 8
INCONSISTENCIES_TOLD = 20


def level_called(label: str) -> Level:
    """The level of a name; SettingsError for none."""
    if label not in BY_LABEL:
        raise SettingsError(f"KGRAPH_LEVEL is {label!r}; write {', '.join(BY_LABEL)}")
    return BY_LABEL[label]


class Explaining:
    """The part of `KnowledgeGraph` that answers why; readers do not wait for writers."""

    settings: Settings
    level: Level = Level.PUBLIC
    """Whose view is read where nothing else is said."""
    _store: Store
    _writer: Writer

    @property
    def names(self) -> Names:
        """The IRIs under the namespace that is set."""
        return self.settings.names

    @cached_property
    def _programs(self) -> Programs:
        return Programs()

    @contextmanager
    def explainer(self, *, depth: int | None = None) -> Iterator[Explainer]:
        """One that explains many things of the current commit; for one thread.

        Proofs are shown as deep as is set, or `depth` steps.
        """
        with self._store.snapshot(level=self.level) as snapshot:
            shown = self.settings.explain_depth if depth is None else depth
            yield Explainer(snapshot, self.names, self._writer.theory, self._programs, shown)

    def explain(
        self,
        subject: str,
        predicate: str,
        object_: Term,
        *,
        ways: int = 1,
        depth: int | None = None,
    ) -> Explanation:
        """Who asserts a triple, or the rules and the premises it follows from.

        The shortest proof is the derivation; up to `ways` - 1 others have another last step.
        """
        triple = triple_of(subject, predicate, object_)
        with self.explainer(depth=depth) as explainer:
            return explainer.explain(triple, ways=ways)

    def why_not(
        self, subject: str, predicate: str, object_: Term, *, most: int = RULES_TOLD
    ) -> WhyNot | None:
        """Which rules could have given a triple, and what they lack; None if it holds."""
        triple = triple_of(subject, predicate, object_)
        with self.explainer() as explainer:
            return explainer.why_not(triple, most=most)

    def explain_inconsistencies(
        self, *, most: int = INCONSISTENCIES_TOLD, depth: int | None = None
    ) -> list[Contradiction]:
        """What the ontology says cannot be and is, each with its proof; looks at all facts."""
        with self.explainer(depth=depth) as explainer:
            return explainer.inconsistencies(most=most)

    def explain_node(self, node: Term, *, depth: int | None = None) -> list[ExplainedResult]:
        """What shapes and ontology have to say against a node, and what that stands on."""
        with self.explainer(depth=depth) as explainer:
            return explainer.results(node)

    def explain_result(
        self, result: ValidationResult, *, depth: int | None = None
    ) -> ExplainedResult:
        """What a result of the current report stands on."""
        with self.explainer(depth=depth) as explainer:
            return explainer.result(result)

    def who_says(self, triple: Triple) -> list[Saying]:
        """The claims that cover a triple."""
        with self._store.snapshot(level=self.level) as snapshot:
            return who_says(snapshot, self.names, triple)


def triple_of(subject: str, predicate: str, object_: Term) -> Triple:
    """A triple from what its parts are called; MalformedRequest for what is none."""
    node = BlankNode(subject[2:]) if subject.startswith("_:") else graph_node(subject)
    link = graph_node(predicate)
    if not isinstance(node, NamedNode | BlankNode) or not isinstance(link, NamedNode):
        raise MalformedRequest("which triple? Give a subject and a predicate")
    return Triple(node, link, object_)
