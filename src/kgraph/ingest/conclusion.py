"""What holds after a change, what follows from it, and what it adds to the report."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Quad

from kgraph.ingest.delta import Delta
from kgraph.ingest.pipeline import Pipeline, ResultKey, Standing
from kgraph.ingest.scope import Reach
from kgraph.ingest.working_copy import WorkingCopy
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import NO_SUCH_THING

NOTHING = ValidationReport(())


@dataclass(frozen=True)
class Conclusion:
    """The outcome of trying a change."""

    standing: Standing
    report: ValidationReport
    """What the change adds to the report."""
    consequences: Delta


class Concluder:
    """Applies changes to the working copy, closes and validates it, and can take them back."""

    def __init__(
        self, copy: WorkingCopy, pipeline: Pipeline, computed: str, key: Callable[[], str]
    ) -> None:
        """`computed` is how the names of computed graphs begin; `key` names the current commit."""
        self.copy, self._pipeline, self._computed, self._key = copy, pipeline, computed, key
        self._standing: Standing | None = None

    @property
    def standing(self) -> Standing:
        """What holds now; worked out when it is first needed."""
        if self._standing is None:
            quads = self.copy.quads
            self._pipeline.schema_is(quads)
            inferred = frozenset(quad for quad in quads if self._is_computed(quad))
            self._standing = self._remembered(inferred) or self._worked_out(inferred)
        return self._standing

    def _remembered(self, inferred: frozenset[Quad]) -> Standing | None:
        return self._pipeline.remembered(self._key(), inferred)

    def _worked_out(self, inferred: frozenset[Quad]) -> Standing:
        """What a change is compared with is what the store has, even if code has moved on."""
        _, inconsistencies = self._pipeline.infer(self.copy.without(self._computed))
        report = self._pipeline.validate(self.copy.quads, inconsistencies)
        return Standing(inferred, inconsistencies, report.keys, report)

    def begin_anew(self) -> None:
        """Know nothing of what holds, as at the beginning."""
        self._pipeline.forget()
        self.copy.forget()
        self._standing = None

    def remember(self) -> None:
        """Keep what holds now for whoever opens the store next; called after a commit."""
        if self._standing is not None:
            self._pipeline.remember(self._key(), self._standing)

    @contextmanager
    def trying(
        self, delta: Delta, *, whole: bool = False, known_as: str | None = None
    ) -> Iterator[Conclusion]:
        """Conclude from a change, on the working copy; an error in the block takes it back.

        `whole` looks at everything, for rules and shapes may have changed too. `known_as` is a key
        for the content after the change, under which its closure may have been kept before.
        """
        before = self.standing
        self.copy.change(delta)
        undo = delta.inverse
        try:
            conclusion = self._conclude(delta, before, whole, known_as)
            undo = conclusion.consequences.inverse.and_then(undo)
            yield conclusion
        except BaseException:
            self._pipeline.forget()
            self.copy.change(undo)
            raise
        self._standing = conclusion.standing

    def _is_computed(self, quad: Quad) -> bool:
        return str(getattr(quad.graph_name, "value", "")).startswith(self._computed)

    def _conclude(
        self, delta: Delta, before: Standing, whole: bool, known_as: str | None
    ) -> Conclusion:
        if known_as is not None and (kept := self._pipeline.kept(known_as)):
            self._pipeline.schema_is(self.copy.quads)
            consequences = _between(before.inferred, kept.inferred)
            self.copy.change(consequences)
            return Conclusion(kept, NOTHING, consequences)
        if not whole and not self._pipeline.may_infer(delta.quads):
            return self._revalidate(delta, before)
        conclusion = self._infer(before)
        if known_as is not None:
            self._pipeline.keep(known_as, conclusion.standing)
        return conclusion

    def _infer(self, before: Standing) -> Conclusion:
        asserted = self.copy.without(self._computed)
        inferred, inconsistencies = self._pipeline.infer(asserted)
        consequences = _between(before.inferred, inferred)
        self.copy.change(consequences)
        try:
            report = self._pipeline.validate(self.copy.quads, inconsistencies)
        except BaseException:
            self.copy.change(consequences.inverse)
            raise
        standing = Standing(inferred, inconsistencies, report.keys, report)
        return Conclusion(standing, _only_new(report, before), consequences)

    def _revalidate(self, delta: Delta, before: Standing) -> Conclusion:
        """The same where nothing follows: look at as much as the change can reach."""
        store = self.copy.quads
        reach = self._pipeline.reach(delta.quads, store)
        if reach is Reach.NOTHING:
            return Conclusion(before, NOTHING, Delta())
        if reach is Reach.EVERYTHING:
            report = self._pipeline.validate(store, before.inconsistencies)
            after = replace(before, known=report.keys, report=report)
            return Conclusion(after, _only_new(report, before), Delta())
        touched = {str(quad.subject) for quad in delta.quads}
        nodes = {quad.subject.value for quad in delta.quads if isinstance(quad.subject, NamedNode)}
        report = self._pipeline.validate_nodes(store, nodes)
        others = frozenset(key for key in before.known if not _is_of_shape(key, touched))
        after = replace(before, known=others | report.keys, report=None)
        return Conclusion(after, _only_new(report, before), Delta())

    def whole_report(self) -> ValidationReport:
        """Everything that is wrong now; computed once, if no change has done so."""
        standing = self.standing
        if standing.report is None:
            report = self._pipeline.validate(self.copy.quads, standing.inconsistencies)
            self._standing = replace(standing, report=report)
            return report
        return standing.report


def _between(before: frozenset[Quad], after: frozenset[Quad]) -> Delta:
    return Delta(tuple(after - before), tuple(before - after))


def _is_of_shape(key: ResultKey, touched: set[str]) -> bool:
    """Whether a result is about one of these nodes, and said by a shape."""
    return key[0] in touched and not key[3].endswith(NO_SUCH_THING)


def _only_new(report: ValidationReport, standing: Standing) -> ValidationReport:
    """The report without the results that stood before."""
    new = (result for result in report.results if result.key not in standing.known)
    return replace(report, results=tuple(new))
