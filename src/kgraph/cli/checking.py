"""`kgraph audit`: the second opinion on closure and report."""

import json

import click

from kgraph.audit import audit as second_opinion
from kgraph.cli.frame import FINDING, Call, pass_call


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@pass_call
def audit(call: Call, form: str) -> None:
    """Compute closure and report again by owlrl and pyshacl, and name every difference."""
    with call.graph(read_only=True) as graph, call.progress() as progress:
        report = second_opinion(graph, progress=progress)
    if form == "json":
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        for difference in report.differences:
            click.echo(str(difference))
        for name, count in report.counts.items():
            click.echo(f"{name}: {count:,}")
        for name, seconds in report.seconds.items():
            click.echo(f"{name}: {seconds:.1f} s")
        click.echo("both agree" if report.agrees else f"{len(report.differences)} differences")
    if not report.agrees:
        click.get_current_context().exit(FINDING)
