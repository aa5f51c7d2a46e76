"""`kgraph export`: all of the graph, or one graph of it, in a file."""

import sys
from pathlib import Path

import click
from pyoxigraph import NamedNode

from kgraph.cli.asking import GRAPHS
from kgraph.cli.frame import Call, level_option, pass_call
from kgraph.graph import moment

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--format", "form", type=click.Choice(list(GRAPHS)), default="trig")
@click.option("--graph", "graph_name", help="One graph: its IRI, or its name under graph/.")
@click.option("--inferred/--no-inferred", default=True, help="With what follows, or without.")
@click.option("--as-of", metavar="COMMIT|TIME", help="As it was then; see kgraph query.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file; else the screen.")
@click.option("--parquet", "folder", type=FOLDER, help="Write Parquet files into this folder.")
@level_option
@pass_call
def export(
    call: Call,
    form: str,
    graph_name: str | None,
    inferred: bool,
    as_of: str | None,
    output: Path | None,
    folder: Path | None,
) -> None:
    """Write the graph, or one graph of it, sorted.

    --parquet writes three tables, for pandas, Spark or DuckDB: quads and triples in numbers, and
    the terms that the numbers stand for.
    """
    if folder and (graph_name or output or not inferred):
        raise click.BadParameter(
            "the tables hold all graphs; leave out --graph, --output and --no-inferred",
            param_hint="--parquet",
        )
    if graph_name is not None:
        graph_name = full_graph_name(graph_name, call)
    when = None if as_of is None else moment(as_of)
    with call.graph(read_only=True) as graph:
        if folder:
            for path in graph.export_parquet(folder, as_of=when):
                click.echo(f"{path}: {path.stat().st_size:,} bytes")
            return
        pieces = graph.export(
            GRAPHS[form].media_type, graph_name=graph_name, include_inferred=inferred, as_of=when
        )
        if output:
            output.write_bytes(b"".join(pieces))
            return
        out = sys.stdout.buffer
        for piece in pieces:
            out.write(piece)


def full_graph_name(name: str, call: Call) -> str:
    """A graph's IRI, where only its name was given."""
    iri = name if ":" in name else call.settings.names.graphs + name
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise click.BadParameter(
            f"{name!r} cannot name a graph ({error}); give --graph a name without spaces",
            param_hint="--graph",
        ) from error
