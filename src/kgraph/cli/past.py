"""`kgraph log`, `history`: the commits, and what happened to a triple."""

import json
from collections.abc import Iterable
from typing import Any

import click

from kgraph.cli.asking import parts_of
from kgraph.cli.frame import FINDING, Call, level_option, pass_call
from kgraph.graph import Commit, Happening
from kgraph.wording import Words

FORMATS = click.Choice(["text", "json"])


@click.command("log")
@click.option("--limit", "-n", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--before", type=click.IntRange(min=1), help="Those before this commit.")
@click.option("--format", "form", type=FORMATS, default="text")
@level_option
@pass_call
def log(call: Call, limit: int, before: int | None, form: str) -> None:
    """List the commits, the last one first: who changed how much, when and why.

    Commits of the sources are those by which the graph followed its files. Any number can be
    given to kgraph query --as-of.
    """
    with call.graph(read_only=True) as graph:
        end = graph.last_commit if before is None else min(before - 1, graph.last_commit)
        found = [*reversed(graph.commits(after=max(end - limit, 0), to=end))]
    if form == "json":
        click.echo(json.dumps([one.as_json() for one in found], indent=2, ensure_ascii=False))
        return
    for commit in found:
        click.echo(_line(commit))


def _line(commit: Commit) -> str:
    time = commit.time.strftime("%Y-%m-%d %H:%M:%S")
    who = "the sources" if commit.of_sources else commit.author
    said = "" if commit.of_sources else f": {commit.message}"
    counts = f"+{commit.added:,} -{commit.removed:,}"
    counts += f", {commit.inferred:,} inferred" if commit.inferred else ""
    return f"{commit.number:6}  {time}  {who}{said} ({counts})"


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option("--format", "form", type=FORMATS, default="text")
@level_option
@pass_call
def history(call: Call, subject: str, predicate: str, object_: str, form: str) -> None:
    """Say which commits brought a triple into which graph, and which took it away.

    Terms are written as in Turtle. The exit code is 1 where the graph never held the triple.
    """
    prefixes = call.settings.names.prefixes
    with call.graph(read_only=True) as graph:
        found = graph.history(*parts_of((subject, predicate, object_), prefixes))
    if form == "json":
        click.echo(json.dumps([*_json(found)], indent=2, ensure_ascii=False))
    else:
        for one in found:
            click.echo(_told(one, Words(prefixes)))
    if not found:
        if form == "text":
            click.echo("no commit has brought this triple")
        click.get_current_context().exit(FINDING)


def _json(found: Iterable[Happening]) -> Iterable[dict[str, Any]]:
    for one in found:
        yield {
            "commit": one.commit.as_json(),
            "graph": one.graph,
            "added": one.added,
            "inferred": one.inferred,
        }


def _told(one: Happening, words: Words) -> str:
    graph = words.iri(one.graph) if one.graph else "the default graph"
    if one.inferred:
        what = f"inferred ({graph})" if one.added else f"no longer follows ({graph})"
    else:
        what = f"added to {graph}" if one.added else f"removed from {graph}"
    return f"{what}\n{_line(one.commit)}"
