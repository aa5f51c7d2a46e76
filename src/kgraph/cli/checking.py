"""`kgraph audit`: the second opinion on closure and report."""

import json

import click

from kgraph.audit import AuditReport
from kgraph.audit import audit as second_opinion
from kgraph.audit.model import LIMIT, Tally
from kgraph.cli.frame import FINDING, Call, pass_call


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=LIMIT,
    show_default=True,
    help="How many examples of each kind of difference are shown.",
)
@pass_call
def audit(call: Call, form: str, limit: int) -> None:
    """Compute closure and report again by others, and account for every difference.

    OWL 2 RL by owlrl, domain rules by pyoxigraph, shapes by pyshacl; and by our own engines from
    scratch. Takes minutes. Exit code 1 if a difference is unexplained.
    """
    with call.graph(read_only=True) as graph, call.progress() as progress:
        report = second_opinion(graph, progress=progress)
    if form == "json":
        click.echo(json.dumps(report.to_json(limit), indent=2, ensure_ascii=False))
    else:
        click.echo(_text(report, limit))
    if not report.agrees:
        click.get_current_context().exit(FINDING)


def _text(report: AuditReport, limit: int) -> str:
    lines = [f"{name}: {count:,}" for name, count in report.counts.items()]
    lines += [f"{name}: {seconds:.1f} s" for name, seconds in report.seconds.items()]
    tallies = report.tallies(limit)
    lines += ["", *(_row(tally) for tally in tallies)]
    for tally in tallies:
        lines += ["", *_examples(tally)]
    unexplained = len(report.unexplained)
    verdict = f"{unexplained:,} of them unexplained" if unexplained else "each is explained"
    return "\n".join([*lines, "", f"{len(report.differences):,} differences, {verdict}"])


def _row(tally: Tally) -> str:
    name = tally.reason.name if tally.reason else "UNEXPLAINED"
    return f"{tally.count:>9,}  {tally.part}, only in the {tally.only_in}: {name}"


def _examples(tally: Tally) -> list[str]:
    head = f"{tally.part}, only in the {tally.only_in}: "
    if tally.reason is None:
        head += "UNEXPLAINED"
    else:
        head += f"{tally.reason.name}. {tally.reason.sentence} ({tally.reason.section})"
    more = tally.count - len(tally.examples)
    rest = [f"  and {more:,} more"] if more else []
    return [head, *(f"  {example}" for example in tally.examples), *rest]
