"""Reports for people and for programs: text, HTML, CSV, JSON, SARIF, JUnit, annotations, RDF."""

import json
from collections.abc import Callable, Mapping
from functools import partial

from kgraph.shacl.reports.annotations import annotations
from kgraph.shacl.reports.cures import Cure
from kgraph.shacl.reports.facts import Facts
from kgraph.shacl.reports.findings import Finding, Findings
from kgraph.shacl.reports.junit import junit
from kgraph.shacl.reports.page import page
from kgraph.shacl.reports.places import Document, Region
from kgraph.shacl.reports.rdf import WRITERS, rdf
from kgraph.shacl.reports.reading import Context
from kgraph.shacl.reports.rows import rows
from kgraph.shacl.reports.sarif import sarif
from kgraph.shacl.reports.text import text

__all__ = [
    "FORMATS",
    "Context",
    "Cure",
    "Document",
    "Facts",
    "Finding",
    "Findings",
    "Region",
    "write",
]


def _json(findings: Findings) -> str:
    made = findings.report.to_json() | {"results": [one.to_json() for one in findings.all]}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Findings], str]] = {
    "text": text,
    "json": _json,
    "html": page,
    "csv": rows,
    "sarif": sarif,
    "junit": junit,
    "github": annotations,
    **{name: partial(rdf, name=name) for name in WRITERS},
}
"""How a report is written, by the format's name."""


def write(findings: Findings, form: str) -> str:
    """The report in a format; KeyError for one that is not among FORMATS."""
    return FORMATS[form](findings)
