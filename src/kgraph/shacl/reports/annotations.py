"""Reports as workflow commands of GitHub Actions: notes beside the lines of a pull request."""

from kgraph.shacl.reports.findings import Finding, Findings

COMMANDS = {"Violation": "error", "Warning": "warning"}


def annotations(findings: Findings) -> str:
    """One command for each result, one per line."""
    return "".join(f"{_command(finding)}\n" for finding in findings.all)


def _command(finding: Finding) -> str:
    parts = {"title": finding.rule}
    if region := finding.region:
        parts |= {"file": region.source, "line": str(region.line)}
        if region.column:
            parts |= {"col": str(region.column)}
            if region.end_line == region.line:
                parts |= {"endColumn": str(region.end_column)}
    texts = [f"{finding.focus}: {finding.summary}"]
    texts += [f"because: {detail.summary}" for detail in finding.details]
    texts += [f"cure: {cure.text}" for cure in finding.cures[:1]]
    properties = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in parts.items())
    command = COMMANDS.get(finding.severity, "notice")
    return f"::{command} {properties}::" + _escaped("\n".join(texts), "")


def _escaped(text: str, more: str) -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
