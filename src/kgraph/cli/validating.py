"""`kgraph validate`: the graph, the sources, what files would add; or files alone with shapes."""

from pathlib import Path
from typing import Any, get_args

import click
from pyoxigraph import Quad, RdfFormat, serialize

from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.inputs import PATH, files_of, inputs, stdin_format
from kgraph.cli.reports import REPORT_FORMATS, put, show_report
from kgraph.formats import by_suffix
from kgraph.graph import KnowledgeGraph
from kgraph.ingest import parse_quads
from kgraph.progress import Progress
from kgraph.shacl import ValidationReport
from kgraph.shacl.files import Regime
from kgraph.shacl.files import validate as validate_files
from kgraph.shacl.report import SEVERITIES, ValidationResult

LEAST = [severity.rpartition("#")[2].lower() for severity in SEVERITIES]


@click.command()
@click.argument("data", nargs=-1, type=PATH)
@click.option(
    "--shapes",
    type=PATH,
    multiple=True,
    help="Check DATA alone against these shapes; no store is needed then.",
)
@click.option("--format", "form", type=REPORT_FORMATS, default="text", help="Of the report.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file; else the screen.")
@click.option(
    "--infer",
    "regimes",
    type=click.Choice(get_args(Regime)),
    multiple=True,
    help="With --shapes: infer first, by RDFS, OWL 2 RL, or the sh:rule of the shapes.",
)
@click.option(
    "--iterate-rules", is_flag=True, help="Run the rules of a shape until they infer nothing more."
)
@click.option(
    "--fail-on",
    type=click.Choice(LEAST),
    default="info",
    show_default=True,
    help="With --shapes: the least severity that makes the exit code 1.",
)
@stdin_format
@pass_call
def validate(
    call: Call,
    data: tuple[Path, ...],
    shapes: tuple[Path, ...],
    form: str,
    output: Path | None,
    regimes: tuple[Regime, ...],
    iterate_rules: bool,
    fail_on: str,
    stdin_format: str,
) -> None:
    """Check files against shapes; or the graph, the sources, or files as if they were added.

    With --shapes, DATA is checked alone: exit code 0 if it conforms, 1 if not, 2 if it could not
    be checked. Nothing is inferred unless --infer says so, and no owl:imports is followed. DATA
    and shapes may be files, folders and - for standard input; shapes may be in the same files.

    Without --shapes and DATA: the graph with all its commits. DATA among the sources (data/, for
    example): the sources. Other files: what they would add to the report.
    """
    if shapes:
        shown: dict[str, Any] = {"form": form, "output": output, "fail_on": fail_on}
        inferred = {"infer": regimes, "iterate_rules": iterate_rules}
        _alone(call, data, shapes, stdin_format, inferred, **shown)
        return
    if regimes or Path("-") in data:
        what = "--infer" if regimes else "standard input"
        raise click.UsageError(f"{what} needs --shapes: the store infers in its own way")
    _as_if_added(call, data, form, output)


def _alone(
    call: Call,
    data: tuple[Path, ...],
    shapes: tuple[Path, ...],
    stdin_format: str,
    inferred: dict[str, Any],
    *,
    form: str,
    output: Path | None,
    fail_on: str,
) -> None:
    if not data:
        raise click.UsageError("--shapes checks files alone: name them")
    with inputs([*data, *shapes], stdin_format) as given, call.progress() as progress:
        of_shapes = {file for path in shapes for file in _named(path, given.names)}
        of_data = {file for path in data for file in _named(path, given.names)}
        report = validate_files(
            [file for file in given.files if file in of_data],
            [file for file in given.files if file in of_shapes],
            **inferred,
            prefixes=call.settings.names.prefixes,
            names=given.names,
            progress=progress,
        )
        for note in report.notes:
            click.echo(f"kgraph: {note}", err=True)
        put(report.serialize(form), output)
    severities = SEVERITIES[: LEAST.index(fail_on) + 1]
    others = fail_on == LEAST[-1]
    found = (result.severity for result in report.report.results)
    if any(severity in severities or others for severity in found):
        click.get_current_context().exit(FINDING)


def _named(path: Path, names: dict[Path, str]) -> list[Path]:
    return [file for file in names if names[file] == str(path)] or files_of(path)


def _as_if_added(call: Call, paths: tuple[Path, ...], form: str, output: Path | None) -> None:
    documents = {file: _parsed(file) for path in paths for file in files_of(path)}
    with call.graph(read_only=not paths, sources_only=bool(paths)) as graph:
        with call.progress() as progress:
            report = _report(graph, paths, documents, progress)
        show_report(report, form, graph, documents, output=output)
        if report.results and not paths and form == "text":
            click.echo("kgraph: kgraph explain NODE says what its results stand on", err=True)
    if report.blocks:
        click.get_current_context().exit(FINDING)


def _report(
    graph: KnowledgeGraph,
    paths: tuple[Path, ...],
    documents: dict[Path, list[Quad]],
    progress: Progress,
) -> ValidationReport:
    data = graph.corpus.root.resolve() / "data"
    added = [
        quad
        for file, quads in documents.items()
        if not file.resolve().is_relative_to(data)
        for quad in quads
    ]
    outside = [path for path in paths if not path.resolve().is_relative_to(data)]
    results: list[ValidationResult] = []
    shapes = None
    if not paths or len(outside) < len(paths):
        whole = graph.validate(progress=progress)
        results, shapes = [*whole.results], whole.shapes
    if outside:
        nquads = serialize(added, format=RdfFormat.N_QUADS) or b""
        more = graph.validate(nquads, "application/n-quads", progress=progress)
        results, shapes = [*results, *more.results], more.shapes
    return ValidationReport(tuple(results), shapes)


def _parsed(file: Path) -> list[Quad]:
    return parse_quads(file.read_bytes(), by_suffix(file).rdf, source=str(file))
