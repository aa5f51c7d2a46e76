"""`kgraph infer`: what follows from files alone."""

import sys
from pathlib import Path

import click

from kgraph.cli.asking import GRAPHS
from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.inputs import PATH, inputs, stdin_format
from kgraph.reason.files import infer as infer_files

SUFFIXES = {suffix: name for name, form in GRAPHS.items() for suffix in form.suffixes}


@click.command()
@click.argument("data", nargs=-1, required=True, type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice([*GRAPHS, *SUFFIXES]),
    default="nt",
    help="How the inferred triples are written.",
)
@click.option("--rdfs", is_flag=True, help="By the rules of RDFS, not those of OWL 2 RL.")
@click.option("--axiomatic", is_flag=True, help="With what tells nothing: each thing is itself.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file; else the screen.")
@stdin_format
@pass_call
def infer(
    call: Call,
    data: tuple[Path, ...],
    form: str,
    rdfs: bool,
    axiomatic: bool,
    output: Path | None,
    stdin_format: str,
) -> None:
    """Write what follows from DATA by OWL 2 RL, and not what it says itself; no store is needed.

    Exit code 1 where DATA contradicts itself; the reasons are on standard error.
    """
    with inputs(data, stdin_format) as given, call.progress() as progress:
        found = infer_files(given.files, rdfs=rdfs, axiomatic=axiomatic, progress=progress)
    chosen = GRAPHS[SUFFIXES.get(form, form)]
    text = found.serialize(chosen.rdf, call.settings.names.written)
    if output is None:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(text)
    for clash in found.clashes:
        click.echo(f"kgraph: {clash}", err=True)
    if not found.consistent:
        click.get_current_context().exit(FINDING)
