"""`kgraph explain`, `why-not`: why triples hold or do not, and what results stand on."""

import json
from typing import Any

import click

from kgraph.cli.asking import parts_of
from kgraph.cli.frame import FINDING, Call, level_option, pass_call
from kgraph.graph import KnowledgeGraph
from kgraph.graph.explaining import INCONSISTENCIES_TOLD, RULES_TOLD
from kgraph.provenance.told import (
    Teller,
    contradiction_json,
    explanation_json,
    result_json,
)
from kgraph.reason.proofs import why_not_json
from kgraph.shacl.report import VIOLATION
from kgraph.terms import parse_term

FORMATS = click.Choice(["text", "json", "svg"])
DEPTH = click.IntRange(min=0)
COUNT = click.IntRange(min=1)


@click.command()
@click.argument("subject", required=False)
@click.argument("predicate", required=False)
@click.argument("object_", metavar="[OBJECT]", required=False)
@click.option("--inconsistencies", is_flag=True, help="All that the ontology says cannot be.")
@click.option("--ways", type=COUNT, default=1, help="Show so many proofs, if there are more.")
@click.option("--depth", type=DEPTH, help="Steps of a proof that are shown.")
@click.option("--format", "form", type=FORMATS, default="text", help="svg draws the proof.")
@level_option
@pass_call
def explain(
    call: Call,
    subject: str | None,
    predicate: str | None,
    object_: str | None,
    inconsistencies: bool,
    ways: int,
    depth: int | None,
    form: str,
) -> None:
    """Say why a triple holds, or what the results of kgraph validate stand on.

    With a triple: who asserts it, or the rules and premises it follows from, down to claims; exit
    code 1 if it does not hold. With SUBJECT alone: what shapes and ontology have to say against
    it, and the triples behind that; exit code 1 if there is a violation.

    Terms are written as in Turtle: :zhanbolat-mamai kg:facesCharge :charge-1
    """
    given = [text for text in (subject, predicate, object_) if text is not None]
    if inconsistencies == bool(given) or len(given) == 2:
        raise click.UsageError("name a triple, or a subject alone, or ask for --inconsistencies")
    if form == "svg" and len(given) == 1:
        raise click.UsageError("svg draws proofs of triples and --inconsistencies")
    with call.graph(read_only=True) as graph:
        if inconsistencies:
            found = _inconsistencies(graph, depth, form)
        elif len(given) == 1:
            found = _node(graph, given[0], depth, form)
        else:
            parts = (given[0], given[1], given[2])
            found = _triple(graph, parts, {"ways": ways, "depth": depth}, form)
    if not found:
        click.get_current_context().exit(FINDING)


def _triple(
    graph: KnowledgeGraph, texts: tuple[str, str, str], how: dict[str, Any], form: str
) -> bool:
    found = graph.explain(*parts_of(texts, graph.names.prefixes), **how)
    if form == "json":
        _json(explanation_json(found))
    elif form == "text":
        click.echo(_teller(graph).text(found))
    elif (picture := _teller(graph).svg(found)) is not None:
        click.echo(picture)
    if not found.holds:
        click.echo("kgraph: kgraph why-not says what rules lack for it", err=True)
    return found.holds or bool(found.claims)


def _node(graph: KnowledgeGraph, text: str, depth: int | None, form: str) -> bool:
    results = graph.explain_node(parse_term(text, graph.names.prefixes), depth=depth)
    if form == "json":
        _json([result_json(each) for each in results])
    elif results:
        click.echo("\n\n".join(_teller(graph).result(each) for each in results))
    else:
        click.echo("nothing is said against it")
    return not any(each.result.severity == VIOLATION for each in results)


def _inconsistencies(graph: KnowledgeGraph, depth: int | None, form: str) -> bool:
    found = graph.explain_inconsistencies(depth=depth)
    teller = _teller(graph)
    if form == "json":
        _json([contradiction_json(each) for each in found])
    elif form == "svg":
        for each in found:
            click.echo(teller.svg(each))
    else:
        click.echo(teller.contradictions(found) or "nothing contradicts the ontology")
    if len(found) == INCONSISTENCIES_TOLD:
        click.echo("kgraph: these are the first; there may be more", err=True)
    return not found


@click.command("why-not")
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option("--most", type=COUNT, default=RULES_TOLD, show_default=True, help="Rules to name.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@level_option
@pass_call
def why_not(call: Call, subject: str, predicate: str, object_: str, most: int, form: str) -> None:
    """Say which rules could have given a triple that is missing, and what each lacks.

    Exit code 1 if it holds: kgraph explain says why. Terms are written as in Turtle.
    """
    prefixes = call.settings.names.prefixes
    parts = parts_of((subject, predicate, object_), prefixes)
    with call.graph(read_only=True) as graph:
        found = graph.why_not(*parts, most=most)
        if found is None:
            click.echo("kgraph: it holds; kgraph explain says why", err=True)
        elif form == "json":
            _json(why_not_json(found))
        else:
            click.echo(_teller(graph).why_not(found))
    if found is None:
        click.get_current_context().exit(FINDING)


def _teller(graph: KnowledgeGraph) -> Teller:
    return Teller(graph.names.prefixes, graph.passage_text)


def _json(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
