"""`kgraph ingest`, `validate`, `sources attach`: bringing things in, and checking them."""

import getpass
import json
from dataclasses import asdict
from pathlib import Path

import click
from pyoxigraph import RdfFormat, serialize

from kgraph.cli.asking import FILE, full_graph_name
from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.reports import REPORT_FORMATS, show_report
from kgraph.formats import RDF_FORMATS, by_suffix
from kgraph.graph import KnowledgeGraph
from kgraph.ingest import Attachment, parse_quads
from kgraph.shacl import ValidationReport


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
    with call.graph() as graph:
        for file in files:
            media_type = by_suffix(file).media_type
            datasets = by_suffix(file).rdf.supports_datasets
            target = None if datasets and graph_name is None else graph_name or file.stem
            commit = graph.ingest(
                file.read_bytes(),
                media_type,
                graph_name=None if target is None else full_graph_name(target, call),
                author=author,
                message=message or f"ingest {file.name}",
                replace=replace,
            )
            click.echo(
                f"{file}: commit {commit.number}, {commit.added} added, {commit.removed} removed"
            )
            if commit.report.results:
                show_report(commit.report, form)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=REPORT_FORMATS, default="text")
@pass_call
def validate(call: Call, paths: tuple[Path, ...], form: str) -> None:
    """Check the graph, the sources, or files as if they were added.

    Without PATHS: the graph with all its commits. A path among the sources (data/, for example):
    the sources. Other files: what they would add to the report.
    """
    with call.graph(read_only=not paths, sources_only=bool(paths)) as graph:
        report = _report(graph, paths)
    show_report(report, form)
    if report.blocks:
        click.get_current_context().exit(FINDING)


def _report(graph: KnowledgeGraph, paths: tuple[Path, ...]) -> ValidationReport:
    root = graph.corpus.root.resolve()
    outside = [path for path in paths if not path.resolve().is_relative_to(root / "data")]
    results = [] if paths and len(outside) == len(paths) else [*graph.validate().results]
    if outside:
        added = graph.validate(_as_nquads(outside), "application/n-quads")
        results += added.results
    return ValidationReport(tuple(results))


def _as_nquads(paths: list[Path]) -> bytes:
    suffixes = {f".{suffix}" for form in RDF_FORMATS for suffix in form.suffixes}
    files = [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.suffix in suffixes or file == path
    ]
    quads = [
        quad
        for file in files
        for quad in parse_quads(file.read_bytes(), by_suffix(file).rdf, source=str(file))
    ]
    return serialize(quads, format=RdfFormat.N_QUADS) or b""


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
