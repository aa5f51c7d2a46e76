"""Reports as one HTML page that needs nothing else: counts, bars, results by shape and record."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from kgraph.shacl.reports.findings import Finding, Findings

RECORDS = 500
"""Records that the page spells out; the counts are of all."""
SYMBOLS = {"Violation": "✖", "Warning": "▲", "Info": "●", "Accepted": "✔"}


@dataclass(frozen=True)
class Rule:
    """What is wrong, and how often."""

    name: str
    message: str
    severity: str
    count: int
    records: int
    percent: float


@dataclass(frozen=True)
class Record:
    """A focus node with its results."""

    anchor: str
    findings: list[Finding]

    @property
    def first(self) -> Finding:
        """The first result, for what is the same in all of them."""
        return self.findings[0]


def page(findings: Findings) -> str:
    """The report as HTML, in one file."""
    records = [
        Record(f"record-{number}", group)
        for number, group in enumerate(findings.by_node().values(), 1)
    ]
    return (
        _template().render(
            findings=findings,
            counts=findings.counts(),
            share=_shares(findings),
            rules=_rules(findings),
            records=records[:RECORDS],
            left_out=len(records) - RECORDS,
            symbols=SYMBOLS,
            documents=[document.name for document in findings.context.documents],
        )
        + "\n"
    )


def _rules(findings: Findings) -> list[Rule]:
    groups = findings.by_rule()
    most = max((len(group) for group in groups.values()), default=1)
    return [
        Rule(
            name,
            group[0].messages[0] if group[0].messages else "",
            group[0].severity,
            len(group),
            len({finding.result.focus_node for finding in group}),
            100 * len(group) / most,
        )
        for name, group in groups.items()
    ]


def _shares(findings: Findings) -> dict[str, float]:
    total = len(findings.all) or 1
    return {name: 100 * count / total for name, count in findings.counts().items()}


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("kgraph.shacl.reports", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
