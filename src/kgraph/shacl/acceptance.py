"""Warnings that a curator has accepted: `kg:accepts` at the focus node, with a reason."""

from dataclasses import replace

import pyoxigraph as ox

from kgraph.shacl.report import WARNING, ValidationReport, ValidationResult
from kgraph.store import Snapshot
from kgraph.terms import Term
from kgraph.vocab import Names


def with_acceptances(
    report: ValidationReport, snapshot: Snapshot, names: Names
) -> ValidationReport:
    """The report with a reason at each warning that is accepted; never at a violation."""
    results = tuple(
        replace(result, accepted=_reason(result, snapshot, names))
        if result.severity == WARNING
        else result
        for result in report.results
    )
    return replace(report, results=results)


def _reason(result: ValidationResult, snapshot: Snapshot, names: Names) -> str | None:
    if isinstance(result.focus_node, ox.Literal | ox.Triple):
        return None
    shape = result.source_shape.removeprefix(names.shapes)
    for quad in snapshot.quads_for_pattern(result.focus_node, names.term("accepts"), None, None):
        if shape in _texts(quad.object, "shapeId", snapshot, names):
            return next(iter(_texts(quad.object, "reason", snapshot, names)), None)
    return None


def _texts(acceptance: Term, name: str, snapshot: Snapshot, names: Names) -> list[str]:
    if not isinstance(acceptance, ox.NamedNode):
        return []
    found = snapshot.quads_for_pattern(acceptance, names.term(name), None, None)
    return sorted(quad.object.value for quad in found if isinstance(quad.object, ox.Literal))
