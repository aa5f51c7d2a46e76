"""`kgraph level`: who may see what, changed in one commit."""

import getpass
from pathlib import Path

import click
from pyoxigraph import NamedNode, Quad

from kgraph.cli.asking import FILE
from kgraph.cli.exporting import full_graph_name
from kgraph.cli.frame import LEVEL, Call, pass_call
from kgraph.formats import by_suffix
from kgraph.ingest import parse_quads
from kgraph.store import BY_LABEL
from kgraph.terms import parse_term


@click.command()
@click.argument("level", metavar="public|restricted|sealed", type=LEVEL)
@click.argument("things", nargs=-1, metavar="[THING]...")
@click.option("--graph", "graphs", multiple=True, help="A graph: its IRI, or its name in graph/.")
@click.option("--quads", "file", type=FILE, help="N-Quads or TriG: these quads.")
@click.option("--author", default=getpass.getuser, show_default="the user", help="Who changes it.")
@click.option("--message", "-m", default="change of levels", show_default=True, help="Why.")
@pass_call
def level(
    call: Call,
    level: str,
    things: tuple[str, ...],
    graphs: tuple[str, ...],
    file: Path | None,
    author: str,
    message: str,
) -> None:
    """Have things, graphs or quads seen from a level on, be it higher or lower, in one commit.

    With a thing, written as in Turtle (:somebody), goes all that mentions it, with a graph all
    that is in it. What was said of their kg:sensitivity says the level from now on.
    """
    terms = [parse_term(text, call.settings.names.prefixes) for text in things]
    terms += [NamedNode(full_graph_name(name, call)) for name in graphs]
    quads: list[Quad] = []
    if file is not None:
        quads = parse_quads(file.read_bytes(), by_suffix(file).rdf, source=str(file))
    if not (terms or quads):
        raise click.UsageError("name things, a --graph, or a file with --quads")
    with call.graph() as graph:
        before = graph.last_commit
        commit = graph.change_level(BY_LABEL[level], terms, quads, author=author, message=message)
    if commit.number == before:
        click.echo(f"nothing was at another level; the last commit is {before}")
    else:
        click.echo(f"commit {commit.number}: seen from {level} on")
