"""Write docs/reference.md: settings, commands, rules and shapes, from where each is defined."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

import click
import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kgraph.cli import main
from kgraph.config import Settings
from kgraph.reason.domain import load_rules

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SHAPES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?shape ?severity ?message (GROUP_CONCAT(STR(?t); separator=" ") AS ?targets) {
  ?shape sh:severity ?severity ; sh:targetClass|sh:targetSubjectsOf ?t ;
    (sh:message|sh:sparql/sh:message) ?message
} GROUP BY ?shape ?severity ?message ORDER BY ?shape"""


@dataclass(frozen=True)
class Shape:
    """One constraint as the page shows it."""

    id: str
    severity: str
    targets: tuple[str, ...]
    message: str


def shapes() -> list[Shape]:
    """All constraints, by id."""
    store = ox.Store()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    solutions = store.query(SHAPES)
    assert isinstance(solutions, ox.QuerySolutions)
    found = []
    for shape, severity, message, targets in solutions:
        name = shape.value.rsplit("#", 1)[-1]
        found.append(
            Shape(
                name,
                severity.value.rsplit("#", 1)[-1],
                tuple(re.split(r"[#/]", target)[-1] for target in targets.value.split()),
                message.value.removeprefix(f"{name} ").replace("|", "\\|"),
            )
        )
    return found


def page() -> str:
    """The text of docs/reference.md."""
    commands = [
        (name, command.get_short_help_str(200), click.Context(command, info_name=f"kgraph {name}"))
        for name, command in sorted(main.commands.items())
    ]
    environment = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("reference.md.jinja").render(
        settings=fields(Settings),
        commands=[
            (name, help_, context.command.collect_usage_pieces(context))
            for name, help_, context in commands
        ],
        rules=load_rules(ROOT / "ontology" / "rules"),
        shapes=shapes(),
    )


def write() -> None:
    """Write docs/reference.md."""
    (ROOT / "docs" / "reference.md").write_text(page(), encoding="utf-8")
