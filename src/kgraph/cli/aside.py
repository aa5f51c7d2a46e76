"""`kgraph aside`: refused changes, to be looked at, mended, sent again, or dropped."""

import json
from pathlib import Path
from typing import Any

import click
from pyoxigraph import RdfFormat, serialize

from kgraph.cli.asking import FILE
from kgraph.cli.changing import show_commit, told_if_refused
from kgraph.cli.frame import FINDING, Call, pass_call
from kgraph.cli.past import FORMATS
from kgraph.cli.trials import show_trial, trying
from kgraph.formats import by_suffix
from kgraph.ingest import parse_quads
from kgraph.ingest.aside import QUADS, Entry, Shelf
from kgraph.terms import to_lines

NUMBER = click.IntRange(min=1)
MENDED = click.option("--file", "mended", type=FILE, help="The mended change, in its place.")


def _shelf(call: Call) -> Shelf:
    return Shelf.of(call.settings)


@click.group()
def aside() -> None:
    """Refused changes: nothing of them is in the graph, and nothing is lost.

    They can be looked at while a server runs; to send one, or drop it, ask the server then
    (POST or DELETE /aside/NUMBER).
    """


@aside.command("list")
@click.option("--format", "form", type=FORMATS, default="text")
@pass_call
def list_(call: Call, form: str) -> None:
    """List them, the first one first; 1 where there are damaged ones."""
    shelf = _shelf(call)
    entries, damaged = shelf.entries(), shelf.damaged()
    if form == "json":
        click.echo(json.dumps([one.summary() for one in entries], indent=2, ensure_ascii=False))
    else:
        for entry in entries:
            click.echo(_line(entry))
        if not (entries or damaged):
            click.echo("nothing is set aside")
    for path in damaged:
        click.echo(f"kgraph: {path} is damaged", err=True)
    if damaged:
        click.get_current_context().exit(FINDING)


def _line(entry: Entry) -> str:
    time = entry.time.strftime("%Y-%m-%d %H:%M:%S")
    return f"{entry.number:6}  {time}  {entry.author}: {entry.message}\n        {entry.why}"


@aside.command("show")
@click.argument("number", type=NUMBER)
@click.option("--format", "form", type=FORMATS, default="text")
@pass_call
def show_(call: Call, number: int, form: str) -> None:
    """Show a change: who sent it, why it was refused, and what it says."""
    entry = _shelf(call).get(number)
    if form == "json":
        click.echo(json.dumps(entry.to_json(), indent=2, ensure_ascii=False))
        return
    click.echo(_line(entry))
    for result in entry.report.get("results", []):
        messages = "; ".join(result["messages"])
        click.echo(f"  {result['severity']}: {result['focusNode']}: {messages}")
    if omitted := entry.report.get("omitted"):
        click.echo(f"  and {omitted} more")
    for name, value in entry.how.items():
        click.echo(f"{name}: {value}")
    click.echo("")
    click.echo(_text(entry, call, RdfFormat.TRIG), nl=False)


@aside.command("export")
@click.argument("number", type=NUMBER)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_call
def export(call: Call, number: int, file: Path) -> None:
    """Write a change into a file, to mend it: TriG or N-Quads by its suffix, an update as it is."""
    entry = _shelf(call).get(number)
    form = by_suffix(file).rdf if entry.kind == QUADS else RdfFormat.TRIG
    if not form.supports_datasets:
        raise click.BadParameter(f"{file}: write .trig or .nq, which name graphs")
    file.write_text(_text(entry, call, form), encoding="utf-8")
    click.echo(f"{file}: mend it, then kgraph aside send {number} --file {file}")


@aside.command("send")
@click.argument("number", type=NUMBER)
@MENDED
@click.option("--author", help="Who sends it; else who sent it first.")
@click.option("--message", "-m", help="Why; else what was said first.")
@trying
@pass_call
def send(
    call: Call,
    number: int,
    mended: Path | None,
    author: str | None,
    message: str | None,
    form: str,
    dry_run: bool,
    accept_failures: bool,
    show: int,
) -> None:
    """Send a change again, as it is or mended; it is forgotten once it is committed."""
    kept = _shelf(call).get(number)
    data = None if mended is None else _data(mended, kept)
    with call.graph(read_only=dry_run) as graph:
        if dry_run:
            proposal = graph.propose_again(number, data)
            trial = graph.dry_run(proposal, accept_failures=accept_failures, listed=show)
            show_trial(trial, graph, form, show)
            return
        how: dict[str, Any] = {"author": author, "message": message, "mended": data}
        with told_if_refused(graph, form):
            commit = graph.send_again(number, accept_failures=accept_failures, **how)
        show_commit(commit, graph, form)


@aside.command("mend")
@click.argument("number", type=NUMBER)
@pass_call
def mend(call: Call, number: int) -> None:
    """Mend a change in your editor (VISUAL, EDITOR), and send it."""
    entry = _shelf(call).get(number)
    text = _text(entry, call, RdfFormat.TRIG)
    suffix = ".trig" if entry.kind == QUADS else ".ru"
    edited = click.edit(text, extension=suffix)
    if edited is None or edited == text:
        click.echo("nothing was mended, so nothing was sent")
        return
    data = edited.encode()
    if entry.kind == QUADS:
        data = _lines(data, RdfFormat.TRIG, "the editor")
    with call.graph() as graph:
        with told_if_refused(graph, "text"):
            commit = graph.send_again(number, mended=data)
        show_commit(commit, graph, "text")


@aside.command("drop")
@click.argument("numbers", type=NUMBER, nargs=-1, required=True)
@pass_call
def drop(call: Call, numbers: tuple[int, ...]) -> None:
    """Forget changes, for good."""
    with call.graph(with_sources=False) as graph:
        for number in numbers:
            graph.drop_aside(number)
            click.echo(f"dropped {number}")


def _text(entry: Entry, call: Call, form: RdfFormat) -> str:
    """A change as people read and mend it."""
    if entry.kind != QUADS:
        return entry.body if entry.body.endswith("\n") else entry.body + "\n"
    prefixes = call.settings.names.written if form == RdfFormat.TRIG else None
    return (serialize(entry.quads(), format=form, prefixes=prefixes) or b"").decode()


def _data(file: Path, entry: Entry) -> bytes:
    """A mended file as it is sent: N-Quads, or the text of an update."""
    if entry.kind != QUADS:
        return file.read_bytes()
    return _lines(file.read_bytes(), by_suffix(file).rdf, str(file))


def _lines(data: bytes, form: RdfFormat, source: str) -> bytes:
    return "\n".join(to_lines(parse_quads(data, form, source=source))).encode()
