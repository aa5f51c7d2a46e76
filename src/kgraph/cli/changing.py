"""`kgraph ingest`, `sources attach`: bringing things in."""

import getpass
import json
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import click

from kgraph.cli.asking import FILE
from kgraph.cli.exporting import full_graph_name
from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.reports import REPORT_FORMATS, show_report
from kgraph.errors import ChangeRefused, StoreLocked
from kgraph.formats import by_suffix
from kgraph.graph import KnowledgeGraph
from kgraph.ingest import Attachment, parse_quads


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--graph", "graph_name", help="Graph to add to; default: the file's name.")
@click.option("--replace", is_flag=True, help="Put the file in place of what the graph has.")
@click.option("--author", default=getpass.getuser, show_default="the user", help="Who changes it.")
@click.option("--message", "-m", help="Why.")
@click.option("--format", "form", type=REPORT_FORMATS, default="text", help="Of a report.")
@pass_call
def ingest(
    call: Call,
    files: tuple[Path, ...],
    graph_name: str | None,
    replace: bool,
    author: str,
    message: str | None,
    form: str,
) -> None:
    """Add RDF files, each as one commit; a file that breaks a shape changes nothing."""
    names = {file: _target(file, graph_name, call) for file in files}
    for file in files:  # a slip in the last file is told before the first one is committed
        parse_quads(file.read_bytes(), by_suffix(file).rdf, source=str(file))
    try:
        with call.graph() as graph:
            for file, target in names.items():
                _ingest(graph, file, target, author, message, replace, form)
    except StoreLocked as error:
        raise StoreLocked(f"{error}. For example:\n{_over_http(call, names)}") from error


def _ingest(
    graph: KnowledgeGraph,
    file: Path,
    target: str | None,
    author: str,
    message: str | None,
    replace: bool,
    form: str,
) -> None:
    data = file.read_bytes()
    try:
        commit = graph.ingest(
            data,
            by_suffix(file).media_type,
            graph_name=target,
            author=author,
            message=message or f"ingest {file.name}",
            replace=replace,
        )
    except ChangeRefused as refused:
        click.echo(f"kgraph: {file}: refused, nothing was changed", err=True)
        show_report(refused.report, form, graph, [file], err=form == "text")
        click.get_current_context().exit(FINDING)
    click.echo(f"{file}: commit {commit.number}, {commit.added} added, {commit.removed} removed")
    if commit.report.results:
        show_report(commit.report, form, graph, [file])


def _target(file: Path, graph_name: str | None, call: Call) -> str | None:
    """The graph that a file goes into; None where its format names graphs itself."""
    if graph_name is None and by_suffix(file).rdf.supports_datasets:
        return None
    return full_graph_name(graph_name or file.stem, call)


def _over_http(call: Call, targets: dict[Path, str | None]) -> str:
    """The command that brings the first file in while a server runs."""
    file, target = next(iter(targets.items()))
    url = f"http://{call.settings.host}:{call.settings.port}/graphs"
    query = f"?graph={quote(target, safe=':/')}" if target else ""
    return (
        f'  curl -H "Authorization: Bearer $(cat {call.settings.data_folder}/token)" '
        f"-H 'Content-Type: {by_suffix(file).media_type}' --data-binary @{file} '{url}{query}'"
    )


@click.group()
def sources() -> None:
    """The texts that the facts are taken from."""


@sources.command()
@click.argument("file", type=FILE)
@click.option("--document", help="IRI of the document, where several have passages.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@pass_call
def attach(call: Call, file: Path, document: str | None, form: str) -> None:
    """Check a document's text against its passages, and keep a copy if all agree.

    Each passage's position and SHA-256 are compared; every mismatch is reported.
    """
    with call.graph(read_only=True) as graph:
        found = graph.attach(file, document)
    if form == "json":
        plain = asdict(found) | {"kept": str(found.kept) if found.kept else None}
        click.echo(json.dumps(plain, indent=2))
    else:
        _show_attachment(found)
    if found.mismatches:
        click.get_current_context().exit(FINDING)


def _show_attachment(found: Attachment) -> None:
    for mismatch in found.mismatches:
        click.echo(f"{mismatch.passage}: {mismatch.what}")
    if found.mismatches:
        click.echo(f"{len(found.mismatches)} of {found.passages} passages differ; nothing was kept")
    else:
        click.echo(f"all {found.passages} passages of {found.document} agree; kept {found.kept}")
