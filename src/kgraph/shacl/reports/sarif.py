"""Reports as SARIF 2.1.0 (OASIS), which editors and code hosts show beside the lines at fault."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pyoxigraph import Quad

from kgraph import __version__
from kgraph.shacl.reports.cures import Cure
from kgraph.shacl.reports.findings import Finding, Findings
from kgraph.shacl.reports.places import Region

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note", "Accepted": "note"}
STDIN = "-"


def sarif(findings: Findings) -> str:
    """The report as one run of one tool."""
    rules = list(dict.fromkeys(finding.rule for finding in findings.all))
    numbers = {rule: number for number, rule in enumerate(rules)}
    first = {finding.rule: finding for finding in reversed(findings.all)}
    regions = (finding.region for finding in findings.all)
    files = dict.fromkeys(region.source for region in regions if region)
    run = {
        "tool": {
            "driver": {
                "name": "kgraph",
                "semanticVersion": __version__,
                "rules": [_rule(first[rule]) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(file)}} for file in files],
        "results": [_result(finding, numbers) for finding in findings.all],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    level = LEVELS.get(finding.severity, "warning")
    shown = finding.messages[0] if finding.messages else f"{finding.rule} does not hold."
    return {
        "id": finding.rule,
        "shortDescription": {"text": shown},
        "defaultConfiguration": {"level": level},
        "properties": {
            "shape": finding.shape,
            "component": finding.result.constraint_component,
        },
    }


def _result(finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    result = finding.result
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": LEVELS.get(finding.severity, "warning"),
        "message": {"text": "\n".join(_texts(finding, ""))},
        "locations": [_location(finding)],
        "partialFingerprints": {"result/v1": _fingerprint(finding)},
        "properties": {
            "focusNode": finding.focus,
            "severity": finding.severity,
            "cures": [cure.to_json() for cure in finding.cures],
        },
    }
    related = [_location(d) | {"message": {"text": d.summary}} for d in finding.details if d.region]
    if related:
        made["relatedLocations"] = related
    if fixes := [fix for cure in finding.cures if (fix := _fix(finding, cure))]:
        made["fixes"] = fixes
    if result.accepted:
        made["suppressions"] = [{"kind": "external", "justification": result.accepted}]
    return made


def _fingerprint(finding: Finding) -> str:
    """What stays the same of a result while lines move and blank nodes get other labels."""
    parts = (finding.rule, finding.focus, finding.path, finding.value, *finding.messages)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _texts(finding: Finding, indent: str) -> list[str]:
    texts = [indent + finding.summary]
    if finding.messages and finding.explanation:
        texts.append(indent + finding.explanation)
    for detail in finding.details:
        texts += _texts(detail, indent + "  ")
    return texts


def _location(finding: Finding) -> dict[str, Any]:
    logical = {"fullyQualifiedName": finding.focus, "kind": "resource"}
    name = {"name": finding.label} if finding.label else {}
    made: dict[str, Any] = {"logicalLocations": [logical | name]}
    if finding.region:
        place = {"artifactLocation": {"uri": _uri(finding.region.source)}}
        made["physicalLocation"] = place | {"region": _region(finding.region)}
    return made


def _region(region: Region) -> dict[str, int]:
    if not region.column:
        return {"startLine": region.line}
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _fix(finding: Finding, cure: Cure) -> dict[str, Any] | None:
    """The cure as a change of the text: where one value is written in place of another."""
    region = finding.region
    if region is None or not region.column or len(cure.added) != 1 or len(cure.removed) != 1:
        return None
    new, old = cure.added[0], cure.removed[0]
    if _but_object(new) != _but_object(old) or old.object != finding.result.value:
        return None
    change = {
        "artifactLocation": {"uri": _uri(region.source)},
        "replacements": [
            {"deletedRegion": _region(region), "insertedContent": {"text": str(new.object)}}
        ],
    }
    return {"description": {"text": cure.text}, "artifactChanges": [change]}


def _but_object(quad: Quad) -> tuple[object, ...]:
    return quad.subject, quad.predicate, quad.graph_name


def _uri(file: str) -> str:
    if file == STDIN:
        return "stdin"
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
