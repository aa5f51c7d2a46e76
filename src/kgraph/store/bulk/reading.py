"""Documents as statements, some hundred thousand at a time, and errors that name the place.

N-Triples and N-Quads are cut here (`lines`); all other syntaxes are parsed in a process beside
this one, which writes such lines.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse, serialize

from kgraph.errors import Place, RDFSyntaxError, StoreError
from kgraph.formats import Format
from kgraph.store.bulk.lines import Positions, Statements, cut
from kgraph.store.bulk.rewrite import REFUSED

CHUNK = 1 << 25
"""Bytes of lines read at once: some 200,000 statements. Half of it, or twice as much, is slower."""
LONGEST = 1 << 30
"""A line is shorter than this; places in a chunk are 32 bits."""
_POSITION = re.compile(r"^Parser error (?:at|between) line .*?: |^.*? at line \d+ column \d+: ")
_REPEATED = re.compile(r" \(line \d+\)$")
_REWRITE = Path(__file__).with_name("rewrite.py")


@dataclass(frozen=True, slots=True)
class Source:
    """A document to load."""

    path: Path
    format: Format
    graph: NamedNode | BlankNode | None = None
    """Where triples go that the document puts into no graph; None: the default graph."""


def statements_of(source: Source) -> Iterator[Statements]:
    """What a document says; RDFSyntaxError where it is not well-formed."""
    graphs = source.format.rdf.supports_datasets
    if source.format.rdf in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
        with _opened(source.path) as file:
            yield from _checked(file, source, graphs)
    else:
        for data in _rewritten(source):
            yield cut(data, graphs=graphs, canonical=True).statements


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error


def _checked(file: IO[bytes], source: Source, graphs: bool) -> Iterator[Statements]:
    before = 0
    for data in _whole_lines(file, source.path):
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        one = cut(data, graphs=graphs, canonical=False)
        if len(one.statements.places):
            yield one.statements
        if one.rest:
            parsed = _parsed(one.rest, one.rest_lines + before, source)
            if parsed:
                yield cut(parsed, graphs=graphs, canonical=True).statements
        before += one.lines


def _whole_lines(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces that end with a line."""
    kept: list[bytes] = []
    size = 0
    while data := file.read(CHUNK):
        end = data.rfind(b"\n") + 1
        if end:
            yield b"".join((*kept, data[:end]))
            kept, size = [], 0
        kept.append(data[end:])
        size += len(data) - end
        if size > LONGEST:
            raise RDFSyntaxError(f"a line is longer than {LONGEST:,} bytes", Place(str(path)))
    if size:
        yield b"".join((*kept, b"\n"))


def _parsed(data: bytes, lines: Positions, source: Source) -> bytes:
    """Some lines as pyoxigraph writes them; `lines`: where they are in the document, from 0."""
    try:
        return serialize(parse(data, source.format.rdf), format=source.format.rdf) or b""
    except SyntaxError as error:
        line = None if error.lineno is None else int(lines[min(error.lineno, len(lines)) - 1]) + 1
        raise _refused(error.msg, source, line, error.offset) from None
    except ValueError as error:
        raise _refused(str(error), source, None, None) from error


def _refused(what: str, source: Source, line: int | None, column: int | None) -> RDFSyntaxError:
    text = _REPEATED.sub("", _POSITION.sub("", what)).rstrip(". ")
    return RDFSyntaxError(text, Place(str(source.path), line, column))


def _rewritten(source: Source) -> Iterator[bytes]:
    """Canonical lines from a process that parses the document."""
    _opened(source.path).close()
    command = [sys.executable, "-P", str(_REWRITE), str(source.path), source.format.media_type]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            yield from _whole_lines(process.stdout, source.path)
        except BaseException:
            process.kill()
            raise
        told = process.stderr.read().decode(errors="replace")
    if process.returncode == REFUSED:
        error = json.loads(told)
        raise _refused(error["what"], source, error["line"], error["column"])
    if process.returncode:
        raise StoreError(f"{source.path}: the parser ended with {process.returncode}: {told}")
