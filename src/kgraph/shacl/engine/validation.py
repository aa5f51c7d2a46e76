"""Shapes, ready to validate: whole snapshots, some nodes, or files."""

from collections.abc import Iterable, Iterator

from kgraph.plan.execution import Context, Limits, context_for
from kgraph.progress import SILENT, Progress
from kgraph.shacl.engine.changes import Checking, Difference, Prepared
from kgraph.shacl.engine.findings import Finding, Pair
from kgraph.shacl.engine.leading import Triple
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.reporting import Reporter
from kgraph.shacl.engine.sets import FEW, Sets
from kgraph.shacl.model import Shapes
from kgraph.shacl.report import ValidationReport, ValidationResult
from kgraph.store import Named, Snapshot
from kgraph.vocab import Names

POINTS, SETS, MIXED = "points", "sets", "mixed"
SMALL = 20_000
"""Triples up to which points are quicker, whatever the shapes are."""


class Engine:
    """Shapes that validate; for any number of snapshots.

    >>> text = b"@prefix sh: <http://www.w3.org/ns/shacl#> . "
    >>> text += b"<urn:s> sh:targetNode <urn:n> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] ."
    >>> with Store.open(None) as store:
    ...     report = Engine(Shapes.parse([Document("a.ttl", text)])).validate(store.snapshot())
    >>> report.conforms, report.results[0].focus_node.value
    (False, 'urn:n')
    """

    def __init__(self, shapes: Shapes, *, names: Names | None = None) -> None:
        """`names` are for the claims and graphs that results concern."""
        self.shapes = shapes
        self._names = names or Names()
        self._prepared = Prepared(shapes)

    def validate(
        self,
        snapshot: Snapshot | Context,
        *,
        executor: str | None = None,
        progress: Progress = SILENT,
    ) -> ValidationReport:
        """What the shapes say of the default graph, that of all graphs for a snapshot.

        `executor` is `sets` or `points`, `mixed` for sets where a shape has many focus nodes; None
        chooses.
        """
        context = _context(snapshot)
        points = Points(self.shapes, context, self._prepared.plans)
        executor = executor or _chosen(context)
        sets = Sets(points, few=0 if executor == SETS else FEW) if executor != POINTS else None
        found = self._by_points(points, progress) if sets is None else sets.findings(progress)
        try:
            reporter = Reporter(points, self._names, has_graphs=_has_graphs(context.snapshot))
            findings = list(found)
            if sets is not None and len(findings) > sets.few:
                reporter.know_claims(findings, sets.tables)
            results = reporter.results(findings)
        finally:
            points.queries.close()
            if sets is not None:
                sets.close()
        return ValidationReport.of(results, self.shapes.graph)

    def _by_points(self, points: Points, progress: Progress) -> Iterator[Finding]:
        targeting = self.shapes.targeting
        for done, shape in enumerate(targeting):
            progress("shapes", done, len(targeting))
            for node in points.focus_nodes(shape):
                yield from points.findings(shape, node)
        progress("shapes", len(targeting), len(targeting))

    def validate_nodes(
        self, snapshot: Snapshot | Context, pairs: Iterable[Pair]
    ) -> list[ValidationResult]:
        """What each shape says of its node, targeted or not, by points."""
        points = Points(self.shapes, _context(snapshot), self._prepared.plans)
        try:
            found = (
                f for pair in pairs for f in points.findings(self.shapes[pair.shape], pair.focus)
            )
            return Reporter(points, self._names).results(found)
        finally:
            points.queries.close()

    def validate_change(
        self,
        before: Snapshot | Context,
        after: Snapshot | Context,
        added: Iterable[Triple],
        removed: Iterable[Triple],
    ) -> Difference:
        """The results that come and go with a change, in time that follows the change.

        `added` and `removed` are triples of the default graph, as identifiers that both states
        know. A shape of which it cannot be said whom a change concerns is checked in full, in
        both states.
        """
        states = _context(before), _context(after)
        checking = Checking(self.shapes, self._names, states, self._prepared)
        return checking.difference(added, removed)


def _has_graphs(snapshot: Snapshot) -> bool:
    named = snapshot.relation(Named(None))
    return bool(snapshot.cursor().execute(f"SELECT 1 FROM {named} LIMIT 1").fetchall())


def _chosen(context: Context) -> str:
    snapshot = context.snapshot
    return POINTS if snapshot.index is not None and snapshot.triples() <= SMALL else MIXED


def _context(snapshot: Snapshot | Context) -> Context:
    if isinstance(snapshot, Context):
        return snapshot
    return context_for(snapshot, union_default=True, limits=Limits())
