"""Files on the command line: folders, and standard input as `-`."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from kgraph.errors import Place, TextError
from kgraph.formats import RDF_FORMATS

STDIN = "-"
PATH = click.Path(exists=True, allow_dash=True, path_type=Path)
FORMATS = {form.name: form.suffixes[0] for form in RDF_FORMATS}
stdin_format = click.option(
    "--stdin-format",
    type=click.Choice(list(FORMATS)),
    default="turtle",
    help="What standard input (-) is written in.",
)


@dataclass(frozen=True)
class Inputs:
    """Files to read, and what messages call those that have another name."""

    files: list[Path]
    names: dict[Path, str]


def files_of(path: Path) -> list[Path]:
    """The RDF files of a folder, or the file itself."""
    suffixes = {f".{suffix}" for form in RDF_FORMATS for suffix in form.suffixes}
    if not path.is_dir():
        return [path]
    return [file for file in sorted(path.rglob("*")) if file.suffix in suffixes]


@contextmanager
def inputs(paths: Iterable[Path], form: str) -> Iterator[Inputs]:
    """The files that paths name; errors in standard input are told by its name."""
    with TemporaryDirectory(prefix="kgraph-") as folder:
        stdin = Path(folder) / f"stdin.{FORMATS[form]}"
        given = list(dict.fromkeys(paths))
        if Path(STDIN) in given:
            stdin.write_bytes(sys.stdin.buffer.read())
        files = [
            file for path in given for file in ([stdin] if path == Path(STDIN) else files_of(path))
        ]
        try:
            yield Inputs(files, {stdin: STDIN})
        except TextError as error:
            if error.place.source != str(stdin):
                raise
            place = Place("standard input", error.place.line, error.place.column)
            raise type(error)(error.what, place, expected=error.expected, cure=error.cure) from None
