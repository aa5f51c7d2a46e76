"""Validation reports for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import click
from rdflib import Graph

from kgraph.shacl import ValidationReport
from kgraph.shacl.report import ValidationResult
from kgraph.terms import Term
from kgraph.wording import Source, Words

REPORT_FORMATS = click.Choice(["text", "json", "turtle"])
INDENT = " " * 13


def show_report(
    report: ValidationReport,
    form: str,
    prefixes: Mapping[str, str] | None = None,
    *,
    sources: Iterable[Source] = (),
    err: bool = False,
) -> None:
    """Write a report as text, JSON or the SHACL vocabulary in Turtle.

    `sources` are the documents that it is about, for the lines to look at.
    """
    if form == "json":
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False), err=err)
    elif form == "turtle":
        graph: Graph = report.to_graph()
        click.echo(graph.serialize(format="turtle"), err=err)
    else:
        lines = [*_text(report, Words(prefixes or {}), tuple(sources))]
        click.echo("\n".join(lines) if report.results else "conforms", err=err)


def _text(report: ValidationReport, words: Words, sources: tuple[Source, ...]) -> Iterator[str]:
    by_node: dict[Term, list[ValidationResult]] = {}
    for result in (*report.open, *report.accepted):
        by_node.setdefault(result.focus_node, []).append(result)
    for node, results in by_node.items():
        naming = [s for s in sources if s.line_of(node)]
        source = next((s for s in naming if s.describes(node)), next(iter(naming), None))
        yield words.term(node) + _place(node, results, words, source)
        for result in results:
            yield from _result(result, words, source)
        yield ""
    counts = Counter(result.severity.rpartition("#")[2].lower() for result in report.open)
    found = [f"{n} {name}{'s' * (n != 1)}" for name, n in sorted(counts.items())]
    yield ", ".join(found + [f"{len(report.accepted)} accepted"] * bool(report.accepted))


def _place(node: Term, results: list[ValidationResult], words: Words, source: Source | None) -> str:
    """Where a node is: the line of a document, or else the graph and the claims about it."""
    if source:
        return f" ({source.name}, line {source.line_of(node)})"
    claims = [words.iri(claim) for claim in results[0].claims if claim != str(node)[1:-1]]
    parts = [f"in {words.iri(results[0].graph_name)}"] if results[0].graph_name else []
    parts += [f"claimed in {', '.join(claims)}"] if claims else []
    return f" ({'; '.join(parts)})" if parts else ""


def _result(result: ValidationResult, words: Words, source: Source | None) -> Iterator[str]:
    messages = [words.message(text) for text in result.messages] or ["see the shape"]
    severity = "Accepted" if result.accepted else result.severity.rpartition("#")[2]
    yield f"  {severity:<9}  {messages[0]}"
    yield from (INDENT + message for message in messages[1:])
    if result.accepted:
        yield f"{INDENT}because: {result.accepted}"
    found = []
    if result.result_path:
        found.append(f"property {words.path(result.result_path)}")
    if result.value is not None and result.value != result.focus_node:
        found.append(f"value {words.term(result.value)}")
    line = source.line_of_result(result) if source else None
    if source and line and line != source.line_of(result.focus_node):
        found.append(f"line {line}")
    if not result.source_shape.startswith("_:"):
        found.append(f"shape {words.iri(result.source_shape)}")
    yield INDENT + ", ".join(found)
