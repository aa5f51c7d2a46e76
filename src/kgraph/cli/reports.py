"""Validation reports on the command line, in the format that is asked for."""

from collections.abc import Iterable
from pathlib import Path

import click
import pyoxigraph as ox

from kgraph.formats import by_suffix
from kgraph.graph import KnowledgeGraph
from kgraph.ingest import parse_quads
from kgraph.shacl import ValidationReport
from kgraph.shacl.reports import FORMATS, Context, Document, Facts, Findings, write

REPORT_FORMATS = click.Choice(list(FORMATS))


def show_report(
    report: ValidationReport,
    form: str,
    graph: KnowledgeGraph,
    files: Iterable[Path] = (),
    *,
    output: Path | None = None,
    err: bool = False,
) -> None:
    """Write a report about a graph; `files` are the documents to look for lines in."""
    documents, said = [], ox.Store()
    for file in files if report.results else ():
        text, form_of_file = file.read_text(encoding="utf-8", errors="replace"), by_suffix(file).rdf
        documents.append(Document(str(file), text, form_of_file))
        said.extend(parse_quads(file.read_bytes(), form_of_file, source=str(file)))
    prefixes = graph.settings.names.prefixes
    context = Context.of(report, Facts(graph, said), prefixes, documents)
    put(write(Findings(report, context), form), output, err=err)


def put(text: str, output: Path | None, *, err: bool = False) -> None:
    """Write a report into a file, or to the screen."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"), err=err)
    else:
        output.write_text(text, encoding="utf-8")
