"""Validation reports for people and for programs."""

import json
from collections import Counter

import click
from rdflib import Graph

from kgraph.shacl import ValidationReport

REPORT_FORMATS = click.Choice(["text", "json", "turtle"])


def show_report(report: ValidationReport, form: str, *, err: bool = False) -> None:
    """Write a report as text, JSON or the SHACL vocabulary in Turtle."""
    if form == "json":
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False), err=err)
    elif form == "turtle":
        graph: Graph = report.to_graph()
        click.echo(graph.serialize(format="turtle"), err=err)
    else:
        click.echo(_text(report), err=err)


def _text(report: ValidationReport) -> str:
    if not report.results:
        return "conforms"
    lines = []
    for result in report.open:
        severity = result.severity.rpartition("#")[2]
        lines.append(f"{severity}: {result.focus_node}")
        if result.result_path:
            value = "" if result.value is None else f" {result.value}"
            lines.append(f"  at {result.result_path}{value}")
        lines += [f"  {message}" for message in result.messages]
        lines.append(f"  shape {result.source_shape}")
        if result.graph_name:
            lines.append(f"  in {result.graph_name}")
        lines += [f"  claim {claim}" for claim in result.claims]
    for result in report.accepted:
        lines.append(f"Accepted: {result.focus_node}")
        lines += [f"  {message}" for message in result.messages]
        lines.append(f"  because: {result.accepted}")
    counts = Counter(result.severity.rpartition("#")[2] for result in report.open)
    counts["accepted"] = len(report.accepted)
    found = ", ".join(f"{n} {name}" for name, n in sorted(counts.items()) if n)
    return "\n".join([*lines, "", found])
