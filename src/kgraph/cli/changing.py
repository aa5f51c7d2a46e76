"""`kgraph ingest`, `update`: bringing changes in."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import click

from kgraph.cli.asking import FILE
from kgraph.cli.exporting import full_graph_name
from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.reports import show_report
from kgraph.cli.trials import show_trial, trying
from kgraph.errors import ChangeRefused, StoreLocked
from kgraph.formats import by_suffix
from kgraph.graph import Commit, KnowledgeGraph
from kgraph.ingest import parse_quads
from kgraph.store import BY_LABEL

AUTHOR = click.option(
    "--author", default=getpass.getuser, show_default="the user", help="Who changes it."
)
MESSAGE = click.option("--message", "-m", help="Why.")
LEVEL = click.option(
    "--level",
    type=click.Choice(list(BY_LABEL)),
    default="public",
    show_default=True,
    help="Who may see it: seen from this level on.",
)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--graph", "graph_name", help="Graph to add to; default: the file's name.")
@click.option("--replace", is_flag=True, help="Put the file in place of what the graph has.")
@LEVEL
@AUTHOR
@MESSAGE
@trying
@pass_call
def ingest(
    call: Call,
    files: tuple[Path, ...],
    graph_name: str | None,
    replace: bool,
    level: str,
    author: str,
    message: str | None,
    form: str,
    dry_run: bool,
    accept_failures: bool,
    show: int,
) -> None:
    """Add RDF files, each as one commit; a file that breaks a shape changes nothing.

    What comes at a --level is seen from it on, in a new graph or one that is there.
    A refused file is kept aside (kgraph aside --help). With --dry-run, what would become true,
    stop being true, fail and be mended is told, in text or as JSON, and the exit code is 1 where
    the file would be refused.
    """
    names = {file: _target(file, graph_name, call) for file in files}
    for file in files:  # a slip in the last file is told before the first one is committed
        parse_quads(file.read_bytes(), by_suffix(file).rdf, source=str(file))
    try:
        with call.graph(read_only=dry_run) as graph:
            for file, target in names.items():
                data, media_type = file.read_bytes(), by_suffix(file).media_type
                if dry_run:
                    proposal = graph.propose_document(
                        data,
                        media_type,
                        graph_name=target,
                        replace=replace,
                        level=BY_LABEL[level],
                    )
                    trial = graph.dry_run(proposal, accept_failures=accept_failures, listed=show)
                    show_trial(trial, graph, form, show, [file])
                    continue
                with told_if_refused(graph, form, f"{file}: ", [file]):
                    commit = graph.ingest(
                        data,
                        media_type,
                        graph_name=target,
                        author=author,
                        message=message or f"ingest {file.name}",
                        replace=replace,
                        level=BY_LABEL[level],
                        accept_failures=accept_failures,
                    )
                show_commit(commit, graph, form, f"{file}: ", [file])
    except StoreLocked as error:
        raise StoreLocked(f"{error}. For example:\n{_over_http(call, names)}") from error


@click.command()
@click.argument("text", metavar="UPDATE|FILE.ru")
@LEVEL
@AUTHOR
@MESSAGE
@trying
@pass_call
def update(
    call: Call,
    text: str,
    level: str,
    author: str,
    message: str | None,
    form: str,
    dry_run: bool,
    accept_failures: bool,
    show: int,
) -> None:
    """Evaluate a SPARQL update, given as it is or in a file, as one commit.

    One that breaks a shape changes nothing and is kept aside (kgraph aside --help). --dry-run is
    as of kgraph ingest. The update reads, removes and adds at its --level.
    """
    file = Path(text) if text.endswith(".ru") else None
    body = text if file is None else _read(file)
    with call.graph(read_only=dry_run) as graph:
        proposal = graph.propose_update(body, level=BY_LABEL[level])
        if dry_run:
            trial = graph.dry_run(proposal, accept_failures=accept_failures, listed=show)
            show_trial(trial, graph, form, show)
            return
        said = message or (f"update {file.name}" if file else "update")
        with told_if_refused(graph, form):
            commit = graph.commit(proposal, author, said, accept_failures=accept_failures)
        show_commit(commit, graph, form)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="FILE.ru") from error


def show_commit(
    commit: Commit,
    graph: KnowledgeGraph,
    form: str,
    what: str = "",
    files: list[Path] | None = None,
) -> None:
    """Say which commit a change has become, and what the shapes said that did not stop it."""
    click.echo(f"{what}commit {commit.number}, {commit.added} added, {commit.removed} removed")
    if commit.report.results:
        show_report(commit.report, form, graph, files or [])


@contextmanager
def told_if_refused(
    graph: KnowledgeGraph, form: str, what: str = "", files: list[Path] | None = None
) -> Iterator[None]:
    """Say why a change was refused, and where it is kept; the command ends with 1 then."""
    try:
        yield
    except ChangeRefused as refused:
        click.echo(f"kgraph: {what}{refused}", err=True)
        if refused.aside is not None:
            number = refused.aside
            click.echo(f"  kgraph aside show {number}, mend {number}, send {number}", err=True)
        show_report(refused.report, form, graph, files or [], err=form == "text")
        click.get_current_context().exit(FINDING)


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
