"""`kgraph query`, `stats`: what the graph says, and how much."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from pyoxigraph import Literal, NamedNode
from rich.console import Console
from rich.table import Table

from kgraph.cli.frame import FINDING, Call, level_option, pass_call
from kgraph.errors import Place, TextError
from kgraph.formats import RDF_FORMATS, RESULT_FORMATS
from kgraph.graph import KnowledgeGraph, moment
from kgraph.sparql.answers import Answer, Boolean, Solutions, Triples
from kgraph.sparql.files import FileGraph
from kgraph.terms import Term, parse_term
from kgraph.wording import Words, short, strangers

RESULTS = {form.name: form for form in RESULT_FORMATS}
GRAPHS = {form.name: form for form in RDF_FORMATS if form.name != "n3"}
SECONDS = click.FloatRange(min=0, min_open=True)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("text", metavar="QUERY|FILE.rq|-")
@click.option(
    "--format",
    "form",
    default="table",
    help="table, json, xml, csv, tsv; or turtle, nt and other RDF formats for graphs.",
)
@click.option(
    "--data", "files", type=FILE, multiple=True, help="Ask these files alone; they are merged."
)
@click.option(
    "--named-graph",
    "named",
    metavar="IRI=FILE",
    multiple=True,
    help="A file that GRAPH sees under this name.",
)
@click.option("--as-of", metavar="COMMIT|TIME", help="Ask the graph as it was then.")
@level_option
@click.option("--collapse-same-as", is_flag=True, help="What is the same has one name.")
@click.option("--timeout", "seconds", type=SECONDS, help="Seconds the query may take.")
@click.option("--explain", "explained", is_flag=True, help="Show the plan instead of the answer.")
@pass_call
def query(
    call: Call,
    text: str,
    form: str,
    files: tuple[Path, ...],
    named: tuple[str, ...],
    as_of: str | None,
    collapse_same_as: bool,
    seconds: float | None,
    explained: bool,
) -> None:
    """Ask a SPARQL query; ASK answers with the exit code too (1 is no).

    With --data or --named-graph it is asked of files alone; no store is needed then. While
    another process holds the store, a copy of its last commit is asked. --as-of takes the number
    of a commit (kgraph log lists them), a day (its end) or a time, in UTC where it names no zone.
    --collapse-same-as shows what owl:sameAs says is the same under one name, and counts it once.
    """
    form = _known_format(form)
    if files or named:
        _refuse_with_files({"--as-of": as_of, "--collapse-same-as": collapse_same_as})
    limits: dict[str, Any] = {"seconds": seconds}
    if collapse_same_as:
        limits["collapse_same_as"] = True
    if as_of is not None:
        limits["as_of"] = moment(as_of)
    asked = _text_of(text)
    source = text if asked is not text and text != "-" else "query"
    with _placed(source), ExitStack() as stack:
        if files or named:
            with call.progress() as progress:
                read = FileGraph(files, _named_graphs(named), progress=progress)
            graph: KnowledgeGraph | FileGraph = stack.enter_context(read)
        else:
            graph = stack.enter_context(call.graph(read_only=True))
        if explained:
            click.echo(graph.explain_query(asked, **limits).text(), nl=False)
            return
        answer = graph.query(asked, **limits)
        if isinstance(graph, KnowledgeGraph):
            _hint(graph, asked, call)
        _show(answer, form, call)


NOT_WITH_FILES = {
    "--as-of": "files have no past",
    "--collapse-same-as": "over files alone nothing is inferred",
}


def _refuse_with_files(given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value:
            raise click.BadParameter(NOT_WITH_FILES[option], param_hint=option)


def _hint(graph: KnowledgeGraph, asked: str, call: Call) -> None:
    for stranger in strangers(graph, asked):
        click.echo(f"kgraph: {stranger.says(Words(call.settings.names.prefixes))}", err=True)


def _named_graphs(named: tuple[str, ...]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for one in named:
        iri, equals, file = one.rpartition("=")
        if not equals or not Path(file).is_file():
            what = f"there is no file {file!r}" if equals else f"{one!r} has no ="
            raise click.BadParameter(f"{what}; write IRI=FILE", param_hint="--named-graph")
        found.setdefault(iri, []).append(Path(file))
    return found


@contextmanager
def _placed(source: str) -> Iterator[None]:
    """Errors in the query's text, with the name of its file."""
    try:
        yield
    except TextError as error:
        place = error.place
        if place.source != "query" or source == "query":
            raise
        named = Place(source, place.line, place.column)
        raise type(error)(error.what, named, expected=error.expected, cure=error.cure) from None


def _known_format(form: str) -> str:
    """The name of a format; a suffix stands for it too."""
    known = ["table", *RESULTS, *GRAPHS]
    for name, one in GRAPHS.items():
        if form in one.suffixes:
            return name
    if form not in known:
        raise click.BadParameter(
            f"{form!r} is not one of {', '.join(known)}", param_hint="--format"
        )
    return form


def _text_of(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    if text.endswith((".rq", ".sparql")) and Path(text).is_file():
        return Path(text).read_text(encoding="utf-8")
    return text


def _show(answer: Answer, form: str, call: Call) -> None:
    out = sys.stdout.buffer
    if isinstance(answer, Triples):
        if form in RESULTS:
            raise click.BadParameter(
                f"{form} holds solutions, and the answer is a graph; there are {', '.join(GRAPHS)}",
                param_hint="--format",
            )
        chosen = GRAPHS.get(form, GRAPHS["turtle"])
        prefixes = call.settings.names.written
        answer.serialize(out, chosen.rdf, prefixes=prefixes)
    elif form in RESULTS:
        answer.serialize(out, RESULTS[form].results)
        if form in ("json", "xml"):  # the others end with a line's end
            out.write(b"\n")
    elif form != "table":
        raise click.BadParameter(
            f"{form} holds graphs, and the answer is none", param_hint="--format"
        )
    elif isinstance(answer, Solutions):
        _table(answer, call)
    else:
        click.echo("yes" if answer else "no")
    out.flush()
    if isinstance(answer, Boolean) and not answer:
        click.get_current_context().exit(FINDING)


def _table(answer: Solutions, call: Call) -> None:
    names = [variable.value for variable in answer.variables]
    table = Table(*names, show_lines=False)
    for solution in answer:
        table.add_row(*(_short(solution[name], call.settings.names.prefixes) for name in names))
    width = None if sys.stdout.isatty() else 10_000
    Console(width=width, markup=False, highlight=False).print(table)
    count = table.row_count
    click.echo(f"{count} solution{'s' * (count != 1)}")


def _short(term: object, prefixes: dict[str, str]) -> str:
    """A term as people read it: a literal's text, an IRI with its prefix."""
    if term is None:
        return ""
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, NamedNode):
        return short(term.value, prefixes) or term.value
    return str(term)


def parts_of(texts: tuple[str, str, str], prefixes: Mapping[str, str]) -> tuple[str, str, Term]:
    """Subject, predicate and object, written as in Turtle."""
    subject, predicate, object_ = texts
    written = (subject, "rdf:type" if predicate == "a" else predicate, object_)
    terms = [parse_term(text, prefixes) for text in written]
    iris = [term.value if isinstance(term, NamedNode) else str(term) for term in terms[:2]]
    return iris[0], iris[1], terms[2]


def _in_full(rules: Mapping[str, str]) -> str:
    if not rules:
        return "no domain rule is recomputed in full: each follows a change by its records"
    listed = (f"\n  {rule}: {why}" for rule, why in rules.items())
    return "domain rules recomputed in full at each change of what they read" + "".join(listed)


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@level_option
@pass_call
def stats(call: Call, form: str) -> None:
    """Count what the graph holds, and name domain rules that are recomputed in full."""
    with call.graph(read_only=True) as graph:
        found = graph.stats()
    if form == "json":
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return
    click.echo(
        f"{found.triples:,} triples: {found.asserted:,} asserted, {found.inferred:,} inferred"
    )
    click.echo(
        f"{found.commits} commits; corpus {found.corpus[:12]}; "
        f"evaluated as of {found.evaluation_date or 'no date'}"
    )
    click.echo(_in_full(found.in_full))
    prefixes = call.settings.names.prefixes
    for title, counts in (
        ("graphs", found.graphs),
        ("classes", found.classes),
        ("predicates", found.predicates),
    ):
        click.echo(f"\n{title}")
        for iri, count in list(counts.items())[:25]:
            click.echo(f"  {count:8,}  {_short(NamedNode(iri), prefixes)}")
