"""Reports as JUnit XML, which build servers show: a suite per shape, a case per result.

A shape that nothing breaks is a case that passes; what a curator has accepted is skipped.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from pyoxigraph import NamedNode

from kgraph.shacl.reports.findings import Finding, Findings
from kgraph.vocab import SH

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say, even escaped."""
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")


def junit(findings: Findings) -> str:
    """The report as a JUnit document."""
    groups: dict[str, list[Finding]] = {shape: [] for shape in _targeted(findings)}
    for finding in findings.all:
        groups.setdefault(finding.shape or "shapes without a name", []).append(finding)
    root = Element("testsuites", {"name": "kgraph validate"} | _counts(findings.all, groups))
    for shape, group in sorted(groups.items()):
        named = {"name": _clean(shape)} | _counts(group, {shape: group})
        suite = SubElement(root, "testsuite", named)
        for finding in group:
            _case(suite, shape, finding)
        if not group:
            SubElement(suite, "testcase", name="conforms", classname=_clean(shape))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _targeted(findings: Findings) -> list[str]:
    shapes = findings.context.shapes
    return [
        findings.context.words.term(triple.subject)
        for target in TARGETS
        for triple in shapes.triples(None, NamedNode(SH + target), None)
        if isinstance(triple.subject, NamedNode)
    ]


def _counts(
    findings: tuple[Finding, ...] | list[Finding], groups: dict[str, list[Finding]]
) -> dict[str, str]:
    passed = sum(not group for group in groups.values())
    accepted = sum(finding.result.accepted is not None for finding in findings)
    return {
        "tests": str(len(findings) + passed),
        "failures": str(len(findings) - accepted),
        "errors": "0",
        "skipped": str(accepted),
    }


def _case(suite: Element, shape: str, finding: Finding) -> None:
    name = " ".join(filter(None, [finding.focus, finding.path, finding.component]))
    place = {}
    if region := finding.region:
        place = {"file": _clean(region.source), "line": str(region.line)}
    named = {"name": _clean(name), "classname": _clean(shape)}
    case = SubElement(suite, "testcase", named | place)
    if finding.result.accepted:
        SubElement(case, "skipped", message=_clean(finding.result.accepted))
        return
    message = _clean(finding.summary)
    failure = SubElement(case, "failure", type=finding.severity, message=message)
    failure.text = _clean("\n".join(_lines(finding, "")))


def _lines(finding: Finding, indent: str) -> list[str]:
    lines = [indent + message for message in finding.messages]
    lines += [indent + finding.explanation] if finding.explanation else []
    if finding.region:
        lines.append(f"{indent}at {finding.region}")
    for detail in finding.details:
        lines += [f"{indent}because:", *_lines(detail, indent + "  ")]
    return lines + [f"{indent}cure: {cure.text}" for cure in finding.cures]


def _clean(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
