"""`kgraph tasks`: what stands and waits for somebody."""

import json

import click

from kgraph.cli.frame import Call, pass_call
from kgraph.cli.past import FORMATS
from kgraph.graph import KnowledgeGraph, Tasks
from kgraph.shacl.reports import Context, Facts, Finding

SEVERITIES = click.Choice(["violation", "warning", "info"])


@click.command()
@click.option("--severity", type=SEVERITIES, help="Only these.")
@click.option("--shape", help="Only those of a shape: its IRI, or what it ends with.")
@click.option("--format", "form", type=FORMATS, default="text")
@pass_call
def tasks(call: Call, severity: str | None, shape: str | None, form: str) -> None:
    """List the open tasks: results that stand, with the commit that brought each.

    A task is closed when its result goes, or when somebody accepts it, with a reason
    (kg:accepts). Which results are tasks, the policy says: violations and warnings, if it says
    nothing else.
    """
    with call.graph(read_only=True) as graph:
        found = graph.tasks().only(severity, shape)
        if form == "json":
            click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        else:
            _show(found, graph)


def _show(found: Tasks, graph: KnowledgeGraph) -> None:
    context = Context.of(found.report, Facts(graph), graph.settings.names.prefixes)
    for task in found.open:
        finding = Finding(task.result, context)
        label = f" “{finding.label}”" if finding.label else ""
        since = f"commit {task.since}" if task.since else "an earlier commit"
        click.echo(f"{finding.severity}: {finding.focus}{label}, since {since}")
        click.echo(f"  {finding.summary}")
        if tags := ", ".join(f"{name} {value}" for name, value in finding.tags):
            click.echo(f"  {tags}")
        for cure in finding.cures:
            click.echo(f"  cure: {cure.text}")
    rest = f"{found.accepted} accepted, {found.counted} only counted"
    click.echo(f"{len(found.open)} open ({rest})")
