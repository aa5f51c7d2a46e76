"""The worked examples: queries in files, each with a title and a description in its comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kgraph.ingest.corpus import rewritten
from kgraph.vocab import Names

HEADING = re.compile(r"^#\s*(title|description):\s*(.*)$", re.IGNORECASE)
CONTINUED = re.compile(r"^#\s?(.*)$")


@dataclass(frozen=True)
class Example:
    """A query to start from."""

    name: str
    title: str
    description: str
    query: str


def load_examples(folder: Path, names: Names) -> tuple[Example, ...]:
    """Read the examples of a folder, in order of their file names."""
    return tuple(
        parse_example(path.stem, rewritten(path.read_bytes(), names).decode("utf-8"))
        for path in sorted(folder.glob("*.rq"))
    )


def parse_example(name: str, text: str) -> Example:
    """Take title and description off the leading comments; the query keeps what follows them.

    A comment line after `description:` continues it, up to the first line of another kind.
    """
    found = {"title": "", "description": ""}
    rest: list[str] = []
    field = ""
    lines = iter(text.strip().splitlines())
    for line in lines:
        if heading := HEADING.match(line):
            field = heading[1].lower()
            found[field] = heading[2].strip()
        elif field and (more := CONTINUED.match(line)):
            found[field] = f"{found[field]} {more[1].strip()}".strip()
        else:
            rest = [line, *lines]
            break
    title = found["title"] or name.replace("-", " ").replace("_", " ")
    return Example(name, title, found["description"], "\n".join(_trimmed(rest)) + "\n")


def _trimmed(lines: list[str]) -> Iterator[str]:
    started = False
    for line in lines:
        started = started or bool(line.strip())
        if started:
            yield line.rstrip()
