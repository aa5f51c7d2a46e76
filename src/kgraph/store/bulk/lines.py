"""N-Triples and N-Quads lines to distinct terms and places among them, mostly without a parser.

Lines are cut at spaces. An expression without look-around, over distinct terms only, then tells
which terms are surely well-formed and written as pyoxigraph would write them; a line of such
terms is a statement (RDF 1.1 N-Quads, section 4: regular). All other lines are left to a parser.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Places = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

NEWLINE, SPACE = ord("\n"), ord(" ")
IRI_SIGN, BLANK_SIGN, LITERAL_SIGN, DOT = (ord(sign) for sign in '<_".')
_BLOCK = 1 << 22
"""Bytes looked through at once: what fits a core's cache."""

_PLAIN = r"A-Za-z0-9._~!$&'()*+,;=:@\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}-"
_ESCAPED = "%[0-9A-Fa-f]{2}"
_PATH = f"(([{_PLAIN}/]|{_ESCAPED})*)"
_QUERY = rf"(\?([{_PLAIN}/?]|{_ESCAPED})*)?"
_AFTER = rf"{_QUERY}(#([{_PLAIN}/?]|{_ESCAPED})*)?"
IRI = (
    "<[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(//[A-Za-z0-9._~-]+(:[0-9]{{1,4}})?(/{_PATH})?|([{_PLAIN}]|{_ESCAPED}){_PATH})?"
    rf"{_AFTER}>"
)
"""Absolute, without what is refused or doubted by some: user names, IP literals, odd characters."""
BLANK = "_:[A-Za-z0-9_][A-Za-z0-9_-]*"
LITERAL = (
    r'"([^\x00-\x1f\x7f"\\\x{FFFE}\x{FFFF}]|\\[tbnrf"\\])*"'
    rf"(@[a-z]{{2,3}}(-[a-z]{{2}})?|\^\^{IRI})?"
)
CERTAIN = rf"^(({IRI}|{BLANK}|{LITERAL})( | \.\n)|\.\n)$"
"""A term with what follows it in a line; nothing before the full stop where no graph is named."""
DOUBTFUL = (
    r'"\^\^<http://www\.w3\.org/(2001/XMLSchema#string|1999/02/22-rdf-syntax-ns#[A-Za-z]*)>'
    r"( | \.\n)$"
)
"""Datatypes that are not written, or that need a language."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Quads as places among distinct terms, in the order in which they were written."""

    terms: pa.StringArray
    """N-Triples texts by first appearance; an empty text stands for the default graph."""
    places: Places
    """One row a quad: subject, predicate, object and, if there are graph names, graph."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What became of some lines."""

    statements: Statements
    rest: bytes
    """The lines that a parser has to read, and ..."""
    rest_lines: Positions
    """... where they were, from 0."""
    lines: int


def cut(data: bytes, *, graphs: bool, canonical: bool) -> Cut:
    """Cut whole lines into terms.

    `graphs`: N-Quads. `canonical`: pyoxigraph wrote the lines, so there is nothing to check.
    """
    encoded = pc.dictionary_encode(_elements(data, graphs))
    places = encoded.indices.to_numpy().reshape(-1, 4 if graphs else 3)
    distinct = encoded.dictionary
    certain = None if canonical else _certain(distinct, places)
    if certain is None or certain.all():
        return Cut(_statements(distinct, places), b"", np.empty(0, np.int64), len(places))
    rest = np.flatnonzero(~certain)
    statements = _statements(*_used(distinct, places[certain]))
    return Cut(statements, _lines(data, rest), rest, len(places))


def _elements(data: bytes, graphs: bool) -> pa.StringArray:
    """Three or four pieces a line, without gaps: what follows a term stays with it."""
    buffer = np.frombuffer(data, np.uint8)
    ends = _where(buffer, NEWLINE)
    after = ends + 1
    starts = np.concatenate((np.zeros(1, np.int64), after[:-1]))
    spaces = np.concatenate((_where(buffer, SPACE), np.full(2, len(buffer) - 1)))
    first = np.searchsorted(spaces, starts)
    columns = [starts, spaces[first] + 1, spaces[first + 1] + 1]
    if graphs:
        columns.append(_graph_starts(buffer, spaces, first, ends))
    offsets = np.empty(len(columns) * len(ends) + 1, np.int32)
    for number, column in enumerate(columns):
        # a line with fewer spaces gets empty pieces, which nothing certifies
        offsets[number : -1 : len(columns)] = np.minimum(column, after)
    offsets[-1] = len(data)
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))


def _graph_starts(buffer: Bytes, spaces: Positions, first: Positions, ends: Positions) -> Positions:
    """Where the graph name begins, or the full stop if there is none."""
    last = np.maximum(np.searchsorted(spaces, ends) - 1, 0)
    before = spaces[np.maximum(last - 1, 0)] + 1
    sign = buffer[np.minimum(before, len(buffer) - 1)]
    close = buffer[np.maximum(spaces[last] - 1, 0)]
    iri = (sign == IRI_SIGN) & (close == ord(">"))
    blank = (sign == BLANK_SIGN) & (close != LITERAL_SIGN)
    named = (last - 1 > first + 1) & (iri | blank)
    starts = np.where(named, before, spaces[last] + 1)
    return np.maximum(starts, spaces[first + 1] + 1)


def _where(buffer: Bytes, byte: int) -> Positions:
    parts = [
        np.flatnonzero(buffer[start : start + _BLOCK] == byte) + start
        for start in range(0, len(buffer), _BLOCK)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _certain(distinct: pa.StringArray, places: Places) -> Flags:
    """Which lines are made of terms that need no parser, each in a place where it may stand."""
    try:
        distinct.validate(full=True)
    except pa.ArrowInvalid:  # not UTF-8: let the parser say where
        return np.zeros(len(places), np.bool_)
    good = pc.match_substring_regex(distinct, CERTAIN)
    good = pc.and_not(good, pc.match_substring_regex(distinct, DOUBTFUL))
    first, last = _edges(distinct)
    first = np.where(good.to_numpy(zero_copy_only=False), first, 0)
    ends = last == NEWLINE
    node = (first == IRI_SIGN) | (first == BLANK_SIGN)
    term = node | (first == LITERAL_SIGN)
    allowed = [node & ~ends, (first == IRI_SIGN) & ~ends]
    if places.shape[1] == 3:
        allowed.append(term & ends)
    else:
        allowed += [term & ~ends, (node | (first == DOT)) & ends]
    certain: Flags = allowed[0][places[:, 0]]
    for column, flags in enumerate(allowed[1:], 1):
        certain &= flags[places[:, column]]
    return certain


def _edges(texts: pa.StringArray) -> tuple[Bytes, Bytes]:
    """First and last byte of each text; 0 where it is empty."""
    offsets, buffer = _buffers(texts)
    if not len(buffer):
        empty = np.zeros(len(texts), np.uint8)
        return empty, empty
    filled = offsets[1:] > offsets[:-1]
    first = np.where(filled, buffer[np.minimum(offsets[:-1], len(buffer) - 1)], 0)
    last = np.where(filled, buffer[np.maximum(offsets[1:] - 1, 0)], 0)
    return first, last


def _buffers(texts: pa.StringArray) -> tuple[Places, Bytes]:
    _, offsets, data = texts.buffers()
    begin = texts.offset
    positions = np.frombuffer(offsets, np.int32)[begin : begin + len(texts) + 1]
    return positions, np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)


def _used(distinct: pa.StringArray, places: Places) -> tuple[pa.StringArray, Places]:
    """Without the texts that only other lines have."""
    used = np.zeros(len(distinct), np.bool_)
    used[places] = True
    renumbered = np.cumsum(used, dtype=np.int32) - 1
    return distinct.filter(pa.array(used)), renumbered[places].astype(np.int32)


def _statements(distinct: pa.StringArray, places: Places) -> Statements:
    """Take off what follows each term; the same term before a space and at the end is one."""
    if not len(distinct):
        return Statements(distinct, places)
    offsets, _ = _buffers(distinct)
    first, last = _edges(distinct)
    tail = np.where(last == NEWLINE, np.where(first == DOT, 2, 3), 1)
    tail[first == 0] = 0
    edges = np.empty(2 * len(distinct) + 1, np.int32)
    edges[0::2] = offsets
    edges[1::2] = offsets[1:] - tail
    pieces = pa.StringArray.from_buffers(
        len(edges) - 1, pa.py_buffer(edges), distinct.buffers()[2] or pa.py_buffer(b"")
    )
    bare = pieces.take(pa.array(np.arange(0, len(edges) - 1, 2)))
    terms = pc.dictionary_encode(bare)
    return Statements(terms.dictionary, terms.indices.to_numpy()[places])


def _lines(data: bytes, wanted: Positions) -> bytes:
    """Some of the lines, one after the other."""
    ends = _where(np.frombuffer(data, np.uint8), NEWLINE) + 1
    offsets = np.concatenate((np.zeros(1, np.int64), ends)).astype(np.int32)
    lines = pa.BinaryArray.from_buffers(
        pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    taken = lines.take(pa.array(wanted))
    _, positions, body = taken.buffers()
    end = int(np.frombuffer(positions, np.int32)[len(taken)])
    return bytes(memoryview(body)[:end])
