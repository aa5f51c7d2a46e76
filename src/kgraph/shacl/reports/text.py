"""Reports as text: by focus node, what is wrong, where, why, and what would mend it."""

from collections.abc import Iterator

from kgraph.shacl.reports.findings import Finding, Findings


def text(findings: Findings) -> str:
    """The report as lines; `conforms` where there is nothing to say."""
    return "\n".join(_lines(findings)) + "\n" if findings.all else "conforms\n"


def _lines(findings: Findings) -> Iterator[str]:
    for group in findings.by_node().values():
        yield _head(group)
        for finding in group:
            yield from _finding(finding, f"  {finding.severity:<9}  ")
        yield ""
    yield findings.total()


def _head(group: list[Finding]) -> str:
    first = group[0]
    label = f" “{first.label}”" if first.label else ""
    return first.focus + label + _place(first)


def _place(first: Finding) -> str:
    """Where a node is: the line of a document, or else the graph and the claims about it."""
    if first.focus_region:
        return f" ({first.focus_region.source}, line {first.focus_region.line})"
    graph, claims = first.claimed()
    parts = [f"in {graph}"] if graph else []
    parts += [f"claimed in {', '.join(claims)}"] if claims else []
    return f" ({'; '.join(parts)})" if parts else ""


def _finding(finding: Finding, start: str) -> Iterator[str]:
    """Yield a result's lines; `start` stands before the first one and is as wide as the indent."""
    indent = " " * len(start)
    messages = finding.messages or (finding.sentence,)
    yield start + messages[0]
    yield from (indent + message for message in messages[1:])
    if finding.explanation and finding.explanation not in messages:
        yield indent + finding.explanation
    if finding.result.accepted:
        yield f"{indent}because: {finding.result.accepted}"
    if known := [*_known(finding)]:
        yield indent + ", ".join(known)
    for detail in finding.details:
        yield from _finding(detail, f"{indent}because: ")
    for number, cure in enumerate(finding.cures):
        yield f"{indent}{'or' if number else 'cure'}: {cure.text}"


def _known(finding: Finding) -> Iterator[str]:
    for name, value in finding.tags:
        if name == "shape" and finding.place:
            yield finding.place
        yield f"{name} {value}"
    if finding.place and not finding.shape:
        yield finding.place
