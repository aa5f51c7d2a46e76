"""What all commands share: the group, its errors, the graph they open, progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kgraph import __version__
from kgraph.config import Settings
from kgraph.errors import ChangeRefused, KGraphError
from kgraph.graph import KnowledgeGraph
from kgraph.progress import SILENT
from kgraph.progress import Progress as Listener
from kgraph.store import BY_LABEL

FINDING, BAD_INPUT = 1, 2


class Commands(click.Group):
    """A group that says our errors in one line and gives each its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what we raise on purpose is no traceback."""
        try:
            return super().invoke(ctx)
        except KGraphError as error:
            click.echo(f"kgraph: {error}", err=True)
            ctx.exit(BAD_INPUT)
        except BrokenPipeError:
            ctx.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgraph")
@click.option("--data", "data_folder", metavar="FOLDER", help="Data folder (KGRAPH_DATA).")
@click.option("--sources", "sources_root", metavar="FOLDER", help="Sources (KGRAPH_SOURCES).")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
@click.pass_context
def main(
    ctx: click.Context, data_folder: str | None, sources_root: str | None, quiet: bool
) -> None:
    """A knowledge graph of who did what to whom, by which law, and who says so."""
    given: dict[str, Any] = {}
    if data_folder is not None:
        given["data"] = data_folder
    if sources_root is not None:
        given["sources"] = sources_root
    ctx.obj = Call(Settings.from_env(**given), quiet)


class Call:
    """The settings of one call, and the graph it opens."""

    def __init__(self, settings: Settings, quiet: bool = False) -> None:
        """Settings from the environment, with what the command line says on top."""
        self.settings, self._quiet = settings, quiet

    def setting(self, **given: Any) -> None:
        """Set what a command's own options say; None says nothing."""
        said = {name: value for name, value in given.items() if value is not None}
        self.settings = replace(self.settings, **said)

    @contextmanager
    def graph(self, **how: Any) -> Iterator[KnowledgeGraph]:
        """The graph, opened with progress and closed afterwards; `how` goes to `open`."""
        with self.progress() as progress:
            graph = KnowledgeGraph.open(self.settings, progress=progress, **how)
        with graph:
            if graph.sources_refused is not None:
                click.echo(f"kgraph: {sources_refused(graph.sources_refused)}", err=True)
            yield graph

    @contextmanager
    def progress(self) -> Iterator[Listener]:
        """A progress display on a terminal, silence elsewhere."""
        if self._quiet or not sys.stderr.isatty():
            yield SILENT
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as display:
            task = display.add_task("opening", total=None)

            def listen(stage: str, done: int = 0, total: int | None = None) -> None:
                count = f" {done:,}" if done and total is None else ""
                display.update(task, description=stage + count, completed=done, total=total)

            yield listen


def sources_refused(refused: ChangeRefused) -> str:
    """What became of sources that make something newly fail, and what to do."""
    why = str(refused).rstrip(".")
    return (
        f"the sources have changed and were {why}. The graph is as it was before. "
        "`kgraph sources update --dry-run` says more; mend them, or file what fails as open tasks: "
        "`kgraph sources update --accept-failures`"
    )


pass_call = click.make_pass_decorator(Call)
LEVEL = click.Choice(list(BY_LABEL))


def _read_at(ctx: click.Context, parameter: click.Parameter, level: str | None) -> None:
    call = ctx.find_object(Call)
    assert call is not None, "the group has made it"
    call.setting(level=level)


level_option = click.option(
    "--level",
    type=LEVEL,
    callback=_read_at,
    expose_value=False,
    help="Whose view is read (KGRAPH_LEVEL); public by default.",
)
