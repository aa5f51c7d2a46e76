"""Reports as CSV (RFC 4180): one row per result; a spreadsheet can sort and filter them."""

import csv
import io
from collections.abc import Iterator

from kgraph.shacl.reports.findings import Finding, Findings

COLUMNS = (
    "severity",
    "focus node",
    "label",
    "path",
    "value",
    "message",
    "sentence",
    "shape",
    "component",
    "file",
    "line",
    "column",
    "graph",
    "accepted",
    "because",
    "cure",
)


def rows(findings: Findings) -> str:
    """The report as CSV, with a row of names first."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(finding) for finding in findings.all)
    return out.getvalue()


def _row(finding: Finding) -> list[str]:
    region, result = finding.region, finding.result
    return [
        finding.severity,
        finding.focus,
        finding.label,
        finding.path,
        finding.value,
        " ".join(finding.messages),
        finding.sentence,
        finding.shape,
        finding.component,
        region.source if region else "",
        str(region.line) if region else "",
        str(region.column) if region and region.column else "",
        finding.claimed()[0],
        result.accepted or "",
        " ".join(_causes(finding)),
        "; or ".join(cure.text for cure in finding.cures),
    ]


def _causes(finding: Finding) -> Iterator[str]:
    for detail in finding.details:
        yield detail.summary
        yield from _causes(detail)
