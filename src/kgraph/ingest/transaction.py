"""The write transaction: stage a change, close, validate, then commit it or refuse it.

One writer at a time. A refused change leaves no trace; an accepted one is on disk before any
reader sees it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pyoxigraph import NamedNode, Quad, Store

from kgraph.config import Settings
from kgraph.errors import ChangeRefused, ComputedGraph
from kgraph.ingest.parse import check_literals
from kgraph.ingest.pipeline import Pipeline, ResultKey, Standing
from kgraph.ingest.scope import Reach
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import NO_SUCH_THING
from kgraph.store import Delta, Journal, Patch, State
from kgraph.store.delta import between, delta_of_lines
from kgraph.store.journal import digests
from kgraph.terms import graph_node, graph_text

log = logging.getLogger(__name__)

_NOTHING = ValidationReport(())


@dataclass(frozen=True)
class Commit:
    """One accepted change; counts of quads, and what the shapes said that did not stop it.

    `inferred` is how many triples follow from everything after it.
    """

    number: int
    time: datetime
    author: str
    message: str
    added: int
    removed: int
    inferred: int
    report: ValidationReport


class Writer:
    """The one who changes the state; every method but `replay` is called with `lock` held."""

    def __init__(
        self,
        state: State,
        pipeline: Pipeline,
        journal: Journal,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        """A writer that has not replayed yet; `clock` gives the time of a commit."""
        self.lock = threading.RLock()
        self.state = state
        self.commits: list[Commit] = []
        self._pipeline, self._journal, self._clock = pipeline, journal, clock
        self._settings, self._computed = settings, settings.names.inferred
        self._standing = Standing()

    def replay(self, *, owner: bool) -> list[str]:
        """Apply the patches on disk and what follows; what was wrong without stopping it.

        Only the owner of the folder moves torn files aside.
        """
        patches, torn = self._journal.read()
        warnings = [f"{path}: torn, so it was never committed; set aside" for path in torn]
        for warning in warnings:
            log.warning(warning)
        if owner:
            self._journal.set_aside(torn)
        for patch in patches:
            self.state.change(patch.delta)
            self.commits.append(self._commit_of(patch, _NOTHING))
        self._pipeline.schema_is(self.state.quads)
        self._standing = self._pipeline.standing(
            digests(patches), self.asserted(), self.state.quads
        )
        self.state.refresh()
        return warnings

    def adding(self, quads: list[Quad], graph_name: str | None, replace: bool) -> Delta:
        """The change that adds these quads, or puts them in place of their graphs."""
        store = self.state.quads
        target = graph_node(graph_name)
        new = set(quads)
        removed: set[Quad] = set()
        if replace:
            for name in {quad.graph_name for quad in quads} or {target}:
                removed |= set(store.quads_for_pattern(None, None, None, name))
        names = {q.graph_name for q in quads} | {target}
        created = [
            n for n in names if isinstance(n, NamedNode) and not store.contains_named_graph(n)
        ]
        added = [quad for quad in new if quad not in store]
        return Delta(tuple(added), tuple(removed - new), tuple(sorted(created, key=str)))

    def since(self, before: list[str], graphs: set[str]) -> Delta:
        """The change between an earlier dump, with its graph names, and now."""
        added, removed = between(before, self.state.lines())
        now = set(self.state.graph_names())
        plain = delta_of_lines(added, removed)
        created = tuple(NamedNode(name) for name in sorted(now - graphs))
        dropped = tuple(NamedNode(name) for name in sorted(graphs - now))
        return Delta(plain.added, plain.removed, created, dropped)

    def commit(self, delta: Delta, author: str, message: str) -> Commit:
        """Make the change last, or raise ChangeRefused and leave everything as it was.

        A change of nothing is no commit: the current number comes back.
        """
        self._refuse_computed(delta)
        check_literals(delta.added, self._settings.max_literal_bytes)
        if not delta:
            return self._commit_of(self._patch(delta, author, message), _NOTHING)
        self.state.change(delta)
        undo = delta.inverse
        try:
            standing, report, consequences = self._conclude(delta)
            undo = consequences.inverse.and_then(undo)
            if report.blocks:
                self._pipeline.forget()
                raise ChangeRefused(_refusal(report), report)
            patch = self._patch(delta, author, message, len(standing.inferred))
            self._journal.append(patch)
        except BaseException:
            self.state.change(undo)
            raise
        self.state.publish(delta.and_then(consequences))
        self._standing = standing
        commit = self._commit_of(patch, report)
        self.commits.append(commit)
        log.info("commit %d by %s: %s", commit.number, author, message)
        return commit

    def _conclude(self, delta: Delta) -> tuple[Standing, ValidationReport, Delta]:
        """What holds with a staged change, what it adds to the report, what follows from it.

        The last is applied already.
        """
        before = self._standing
        if not self._pipeline.may_infer(delta.quads):
            standing, report = self._revalidate(delta)
            return standing, report, Delta()
        inferred, inconsistencies = self._pipeline.infer(self.asserted())
        new, gone = inferred - before.inferred, before.inferred - inferred
        consequences = Delta(tuple(new), tuple(gone))
        self.state.change(consequences)
        try:
            report = self._pipeline.validate(self.state.quads, inconsistencies)
        except BaseException:
            self.state.change(consequences.inverse)
            raise
        standing = Standing(inferred, inconsistencies, report.keys, report)
        return standing, _only_new(report, before), consequences

    def _revalidate(self, delta: Delta) -> tuple[Standing, ValidationReport]:
        """The same where nothing follows: look at as much as the change can reach."""
        before, store = self._standing, self.state.quads
        reach = self._pipeline.reach(delta.quads, store)
        if reach is Reach.NOTHING:
            return before, _NOTHING
        if reach is Reach.EVERYTHING:
            report = self._pipeline.validate(store, before.inconsistencies)
            after = replace(before, known=report.keys, report=report)
            return after, _only_new(report, before)
        touched = {str(quad.subject) for quad in delta.quads}
        nodes = {quad.subject.value for quad in delta.quads if isinstance(quad.subject, NamedNode)}
        report = self._pipeline.validate_nodes(store, nodes)
        others = frozenset(key for key in before.known if not _is_of_shape(key, touched))
        after = replace(before, known=others | report.keys, report=None)
        return after, _only_new(report, before)

    def _refuse_computed(self, delta: Delta) -> None:
        names = [graph_text(quad.graph_name) or "" for quad in delta.quads]
        names += [node.value for node in (*delta.created, *delta.dropped)]
        computed = sorted({n for n in names if n.startswith(self._computed)})
        if computed:
            raise ComputedGraph(
                f"{computed[0]} is computed from the other graphs and cannot be written; "
                "change what it follows from, or name the graph that you mean"
            )

    def _patch(self, delta: Delta, author: str, message: str, inferred: int = 0) -> Patch:
        number = len(self.commits) + bool(delta)
        return Patch(number, self._clock(), author, message, delta, inferred)

    def _commit_of(self, patch: Patch, report: ValidationReport) -> Commit:
        return Commit(
            patch.number,
            patch.time,
            patch.author,
            patch.message,
            len(patch.delta.added),
            len(patch.delta.removed),
            patch.inferred,
            report,
        )

    def asserted(self) -> Store:
        """A store of what was asserted, without what follows from it."""
        prefix, store = self._computed, Store()
        store.bulk_extend(
            quad
            for quad in self.state.quads
            if not (graph_text(quad.graph_name) or "").startswith(prefix)
        )
        return store

    def trial(self, delta: Delta) -> ValidationReport:
        """What committing this would add to the report; nothing is changed."""
        self._refuse_computed(delta)
        self.state.change(delta)
        try:
            _, report, consequences = self._conclude(delta)
            self._pipeline.forget()
            self.state.change(consequences.inverse)
            return report
        finally:
            self.state.change(delta.inverse)

    def whole_report(self) -> ValidationReport:
        """Everything that is wrong now; computed once, if no commit has done so."""
        standing = self._standing
        if standing.report is None:
            report = self._pipeline.validate(self.state.quads, standing.inconsistencies)
            self._standing = replace(standing, report=report)
            return report
        return standing.report


def _is_of_shape(key: ResultKey, touched: set[str]) -> bool:
    """Whether a result is about one of these nodes, and said by a shape."""
    return key[0] in touched and not key[3].endswith(NO_SUCH_THING)


def _only_new(report: ValidationReport, standing: Standing) -> ValidationReport:
    """The report without the results that stood before."""
    new = (result for result in report.results if result.key not in standing.known)
    return ValidationReport(tuple(new))


def _refusal(report: ValidationReport) -> str:
    wrong = report.violations
    words = next(iter(wrong[0].messages), "see the report")
    count = f"{len(wrong)} violation" + ("s" if len(wrong) > 1 else "")
    return f"refused, nothing was changed: {count}, first at {wrong[0].focus_node}: {words}"
