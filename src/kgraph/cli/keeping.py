"""`kgraph load`, `purge`: much at once, and gone for good; both need the store to themselves."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import click
from pyoxigraph import NamedNode, Quad, Triple

from kgraph.cli.asking import FILE
from kgraph.cli.changing import told_if_refused
from kgraph.cli.exporting import full_graph_name
from kgraph.cli.frame import Call, pass_call
from kgraph.errors import StoreLocked
from kgraph.formats import by_suffix
from kgraph.graph import KnowledgeGraph, Purged
from kgraph.graph.changing import reasons_in
from kgraph.ingest import parse_quads
from kgraph.ingest.parse import in_graph
from kgraph.terms import Term, parse_term
from kgraph.wording import Words

ALIKE_SHOWN = 10


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """Another process cannot be asked over HTTP to do this."""
    try:
        yield
    except StoreLocked as error:
        place = str(error).partition(". ")[0]
        raise StoreLocked(f"{place}. {what} needs it for itself: stop that process first") from None


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--graph", "graph_name", help="Graph for triples without one; else the default one.")
@click.option("--no-reasoning", is_flag=True, help="Keep this data folder without inference.")
@click.option("--author", default=getpass.getuser, show_default="the user", help="Who loads it.")
@click.option("--message", "-m", help="Why.")
@pass_call
def load(
    call: Call,
    files: tuple[Path, ...],
    graph_name: str | None,
    no_reasoning: bool,
    author: str,
    message: str | None,
) -> None:
    """Load RDF files of any size, fast, all in one commit.

    They are streamed, never read into memory as a whole, and after an interrupt nothing has
    changed. What follows is inferred, and all of it is validated, before it is committed; in a
    data folder without reasoning (--no-reasoning, or KGRAPH_REASONING=false) neither is done, and
    the folder stays so. A few facts for a large graph are brought in sooner by kgraph ingest.
    """
    if no_reasoning:
        call.setting(reasoning=False)
    target = None if graph_name is None else full_graph_name(graph_name, call)
    for file in files:
        by_suffix(file)
    begun = perf_counter()
    reasons = reasons_in(call.settings)
    with (
        _alone("a load"),
        call.graph(with_sources=reasons) as graph,
        call.progress() as progress,
        told_if_refused(graph, "text", files=[*files]),
    ):
        commit = graph.load(
            files,
            graph_name=target,
            author=author,
            message=message or f"load {', '.join(file.name for file in files)}",
            progress=progress,
        )
    seconds = perf_counter() - begun
    inferred = f", {commit.inferred:,} inferred" if commit.inferred else ""
    click.echo(
        f"commit {commit.number}, {commit.added:,} added{inferred} in {seconds:.1f} s "
        f"({commit.added / seconds:,.0f} a second)"
    )


@click.command()
@click.argument("terms", nargs=-1, metavar="[TERM]...")
@click.option("--quads", "file", type=FILE, help="Take out the quads of this file, too.")
@click.option("--graph", "graph_name", help="Out of this graph alone, where the file names none.")
@click.option("--author", default=getpass.getuser, show_default="the user", help="Who purges.")
@click.option("--message", "-m", default="purge", show_default=True, help="Kept, so not of what.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_call
def purge(
    call: Call,
    terms: tuple[str, ...],
    file: Path | None,
    graph_name: str | None,
    author: str,
    message: str,
    yes: bool,
) -> None:
    """Take terms, or the quads of a file, out of the graph and of its whole past.

    With a term go all quads that mention it, what followed from them, and its bytes in every
    file of the data folder. Terms are written as in Turtle: :somebody '"Her Name"@en'. There is
    no way back. Where a file of the sources says it, nothing is purged: take it out there first.
    Not reached are backups and exports, and what followed from triples that were removed before.
    """
    named = [parse_term(text, call.settings.names.prefixes) for text in terms]
    quads = _quads(file, graph_name, call) if file else ()
    if not (named or quads):
        raise click.UsageError("name terms, or a file with --quads")
    with _alone("a purge"), call.graph() as graph:
        if not yes:
            click.confirm(_question(graph, named, quads), abort=True, err=True)
        done = graph.purge(named, quads, author=author, message=message)
    _show(done, Words(call.settings.names.prefixes))


def _quads(file: Path, graph_name: str | None, call: Call) -> Sequence[Quad | Triple]:
    form = by_suffix(file).rdf
    found = parse_quads(file.read_bytes(), form, source=str(file))
    if form.supports_datasets:
        return found
    if graph_name is None:
        return [quad.triple for quad in found]
    return list(in_graph(found, NamedNode(full_graph_name(graph_name, call))))


def _question(graph: KnowledgeGraph, terms: Sequence[Term], quads: Sequence[object]) -> str:
    what = [f"{len(terms)} term{'s' * (len(terms) != 1)}"] if terms else []
    what += [f"{len(quads)} triple{'s' * (len(quads) != 1)}"] if quads else []
    folder = graph.settings.data_folder
    return f"Take {' and '.join(what)} out of {folder}, the past included? There is no way back"


def _show(done: Purged, words: Words) -> None:
    count = f"{done.removed:,} quad{'s' * (done.removed != 1)}"
    click.echo(f"commit {done.commit.number}: {count} removed, and the past with them")
    for path in done.files:
        click.echo(f"removed {path}")
    for term in done.alike[:ALIKE_SHOWN]:
        click.echo(f"still there, and contains it: {words.term(term)}")
    if len(done.alike) > ALIKE_SHOWN:
        click.echo(f"and {len(done.alike) - ALIKE_SHOWN} or more such terms")
