"""What a change would come to, told before it is made."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from kgraph.cli.frame import FINDING
from kgraph.cli.reports import REPORT_FORMATS, show_report
from kgraph.graph import KnowledgeGraph, Trial
from kgraph.ingest.trials import LISTED, Inferred
from kgraph.shacl import ValidationReport
from kgraph.terms import Term
from kgraph.wording import Words

Command = TypeVar("Command", bound=Callable[..., Any])
FORMAT = click.option("--format", "form", type=REPORT_FORMATS, default="text", help="Of a report.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
ACCEPT_FAILURES = click.option(
    "--accept-failures",
    is_flag=True,
    help="File what ontology, rules or shapes make fail as open tasks.",
)
SHOW = click.option(
    "--show",
    type=click.IntRange(min=0),
    default=LISTED,
    show_default=True,
    help="Triples of each stratum, and results, that a dry run lists.",
)


def trying(command: Command) -> Command:
    """The options of a command whose change can be tried: how, and how it is told."""
    return FORMAT(DRY_RUN(ACCEPT_FAILURES(SHOW(command))))


def show_trial(
    trial: Trial, graph: KnowledgeGraph, form: str, listed: int, files: Iterable[Path] = ()
) -> None:
    """Write what a trial found; the command ends with 1 if the change would be refused."""
    if form == "json":
        click.echo(json.dumps(trial.to_json(listed), indent=2, ensure_ascii=False))
    else:
        words = Words(graph.settings.names.prefixes)
        for line in _lines(trial, words):
            click.echo(line)
        _show_part("would newly fail", trial.report, graph, listed, files)
        _show_part("would not fail any more", trial.mended, graph, listed)
    if trial.refused:
        click.get_current_context().exit(FINDING)


def _lines(trial: Trial, words: Words) -> Iterator[str]:
    what = "would be refused: " + trial.refusal if trial.refused else "would be committed"
    yield f"{what} (nothing was changed)"
    yield f"asserted: {trial.added:,} added, {trial.removed:,} removed"
    for title, way, count in (
        ("would become true", "came", trial.came),
        ("would stop being true", "went", trial.went),
    ):
        yield f"{title}: {count:,}"
        for stratum in trial.strata:
            number, first = getattr(stratum, way), getattr(stratum, f"first_{way}")
            if number:
                yield f"  stratum {stratum.number}: {number:,}"
                yield from (f"    {_line(one, trial, words)}" for one in first)
            if number > len(first):
                yield f"    and {number - len(first):,} more"
    if trial.others:
        yield f"would be seen by other levels than now: {trial.others:,}"
    if trial.tasks:
        yield f"would be filed as open tasks: {trial.tasks:,}"
    yield from (f"would exceed its bound: {one}" for one in trial.exceeded)
    yield from (f"would be consistent again: {one}" for one in trial.consistent_again)
    yield from (f"looked at in full: {name} ({why})" for name, why in trial.in_full.items())


def _line(one: Inferred, trial: Trial, words: Words) -> str:
    triple = one.triple
    parts = (triple.subject, triple.predicate, triple.object)
    said = " ".join(words.turtle(part) for part in parts)
    labels = [f"“{label}”" for label in (_label(part, trial) for part in parts[::2]) if label]
    named = f" ({', '.join(labels)})" if labels else ""
    return f"{said}{named} [{', '.join(one.rules)}]"


def _label(term: Term, trial: Trial) -> str:
    return trial.labels.get(term, "")


def _show_part(
    title: str,
    report: ValidationReport,
    graph: KnowledgeGraph,
    listed: int,
    files: Iterable[Path] = (),
) -> None:
    number = len(report.results)
    click.echo(f"{title}: {number:,}")
    if number and listed:
        first = ValidationReport(report.results[:listed], report.shapes)
        show_report(first, "text", graph, files)
    if number > listed:
        click.echo(f"and {number - listed:,} more")
