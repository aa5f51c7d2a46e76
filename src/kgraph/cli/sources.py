"""`kgraph sources`: bringing in what the sources say, and the texts that facts are taken from."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kgraph.cli.asking import FILE
from kgraph.cli.changing import show_commit, told_if_refused
from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.trials import show_trial, trying
from kgraph.ingest import Attachment


@click.group()
def sources() -> None:
    """The files that the graph follows, and the texts that the facts are taken from."""


@sources.command("update")
@trying
@pass_call
def update(call: Call, form: str, dry_run: bool, accept_failures: bool, show: int) -> None:
    """Bring in what the sources say now: facts, ontology, rules and shapes, as one commit.

    Where something newly fails, nothing changes: mend the sources, or file what fails as open
    tasks (--accept-failures). With --dry-run it is told which inferences come and go and which
    records newly fail. Every other command does the same when it opens the graph, and goes on
    with what was accepted last where the sources are refused.
    """
    with call.graph(with_sources=False, read_only=dry_run) as graph:
        if dry_run:
            trial = graph.dry_run_sources(accept_failures=accept_failures, listed=show)
            show_trial(trial, graph, form, show)
            return
        with told_if_refused(graph, form, "the sources: "):
            commit = graph.bring_in_sources(accept_failures=accept_failures)
        if commit is None:
            click.echo("the graph has all that the sources say")
        else:
            show_commit(commit, graph, form)


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
