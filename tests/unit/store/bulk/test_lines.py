"""What is cut without a parser is what the parser would have said."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

from kgraph.store.bulk.lines import Statements, cut

NASTY = (
    *("<urn:a>", "<http://example.org/a?b=c#d>", "<http://a/%20>", "<http://a/%zz>", "<rel>"),
    *("<http://é/ü>", "<http://a/\\u00e9>", "<http://a b>", "<http://[::1]/>", "<http://u@h:1/>"),
    *("<http://>", "<a:>", "<a:b#c#d>", "<:a>", "<1:a>", "<http://a:99999/>", "<a:\ue000>"),
    *("<mailto:a@b.c>", "<a:/b>", "<a:///b>", "<a:b//c>", "<a:?>", "<A+b-.1:c>", "<>"),
    *('<<( <a:s> <a:p> "o" )>>', "<<( <a:s> <a:p> <<( _:b <a:p> <a:o> )>> )>>", "<< a b c >>"),
    *("_:a", "_:a.b", "_:a.", "_:-a", "_:é", "_:0", "_:A_-", "_:a:b", "_:"),
    *('""', '"a"', '"a b"', '"a . "', '"<a:b>"', '"_:b"', '"a\\"b"', '"a\\\\"', '"a\\'),
    *('"\\u0041"', '"\\u0001"', '"\\u007F"', '"\\U0001F600"', '"\\t\\n\\r\\b\\f"', '"\\\'"'),
    *('"é"', '"\ufffe"', '"\x7f"', '"\x01"', '"\t"', '"\x85\u2028"', '"😀"', "'a'"),
    *('"a"@en', '"a"@EN', '"a"@en-GB', '"a"@en-gb', '"a"@a', '"a"@english', '"a"@en--ltr'),
    *(
        '"a"@ar--rtl',
        '"a"@en-',
        '"a"@i-klingon',
        '"a"@xx-yy-zz',
        '"a" @en',
        '"a"@e1',
        '"a"@en-abcd',
    ),
    *('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1"^^<rel>', '"1"^^<a:b>@en'),
    *('"a"^^<http://www.w3.org/2001/XMLSchema#string>', '"a"^^<http://www.w3.org/2001/XMLSchema#>'),
    *(
        f'"a"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>'
        for name in ("langString", "dirLangString", "HTML", "JSON", "XMLLiteral")
    ),
    *('"a"^^_:b', '"a"^^ <a:b>', "true", "1", "a:b", ".", "#", "# comment", ""),
)
SPACES = (" ", " ", " ", " ", " ", "  ", "\t", "", " \t")
ENDS = (" .", " .", " .", " .", ".", " . ", " .  # comment", "", " ;", " . <a:b>", " .\r", "\r")


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A document that may be wrong anywhere, in which many lines are right."""
    good = ("<urn:s>", "<urn:p>", '"o"', "<urn:g>")
    text = []
    for _ in range(draw(st.integers(1, 5))):
        count = draw(st.sampled_from((3, 3, 3, 4, 4, 2, 1, 0, 5)))
        terms = [
            draw(st.sampled_from(NASTY)) if draw(st.integers(0, 3)) == 0 else good[at % 4]
            for at in range(count)
        ]
        line = draw(st.sampled_from(("", "", "", "", " ", "\t")))
        for term in terms:
            line += term + draw(st.sampled_from(SPACES))
        text.append(line.rstrip(" \t") + draw(st.sampled_from(ENDS)))
    return ("\n".join(text) + "\n").encode()


def rows(found: Statements) -> list[tuple[str, ...]]:
    """The statements as texts."""
    terms = found.terms.to_pylist()
    return [tuple(terms[place] for place in row) for row in found.places]


def parsed(data: bytes, graphs: bool) -> list[tuple[str, ...]]:
    """What pyoxigraph reads, each term as it would write it."""
    form = RdfFormat.N_QUADS if graphs else RdfFormat.N_TRIPLES
    found = []
    for quad in parse(data, form):
        line = (serialize([quad], format=form) or b"").decode()
        graph = "" if str(quad.graph_name) == "DEFAULT" else str(quad.graph_name)
        obj = line[len(f"{quad.subject} {quad.predicate} ") : -len(" .\n")]
        if graph:
            obj = obj[: -len(f" {graph}")]
        row = (str(quad.subject), str(quad.predicate), obj)
        found.append((*row, graph) if graphs else row)
    return found


@settings(max_examples=1500, deadline=None)
@given(lines(), st.booleans())
@example(b'<a:s> <a:p> "<a:b> ." .\n', True)
@example(b'<a:s> <a:p> "x <a:b>"^^<a:t> .\n', True)
@example(b'<a:s> <a:p> "x _:b" _:b .\n', True)
@example(b"_:a _:b <a:o> .\n", False)
@example(b'"a" <a:p> <a:o> .\n', False)
@example(b'<a:s> "p" <a:o> .\n', False)
@example(b"<a:s> <a:p> <a:o> <a:g> .\n", False)
@example(b'<a:s> <a:p> <a:o> "g" .\n', True)
@example(b"<a:s> <a:p> .\n", True)
@example(b"<a:s> <a:p> .\n", False)
def test_a_line_cut_without_a_parser_is_read_the_same_by_the_parser(
    data: bytes, graphs: bool
) -> None:
    found = cut(data, graphs=graphs, canonical=False)
    rest = set(found.rest_lines.tolist())
    every = data.split(b"\n")[:-1]
    assert found.lines == len(every)
    assert found.rest == b"".join(every[at] + b"\n" for at in sorted(rest))
    certain = [line for at, line in enumerate(every) if at not in rest]
    assert [row for line in certain for row in parsed(line, graphs)] == rows(found.statements)
    assert len(found.statements.terms) == len({t for row in rows(found.statements) for t in row})


@pytest.mark.parametrize("graphs", [False, True])
def test_plain_lines_need_no_parser(graphs: bool) -> None:
    terms = ['"a b . c"', '"\\"é\\n"', '"a"@en', '"1"^^<http://a/b>', "<http://a/é%20?q#f>", "_:b1"]
    graph = " <http://g/1>" if graphs else ""
    data = "".join(f"<urn:s> <urn:p> {term}{graph} .\n" for term in terms).encode()
    found = cut(data, graphs=graphs, canonical=False)
    assert found.rest == b""
    assert [row[2] for row in rows(found.statements)] == terms


@settings(max_examples=300, deadline=None)
@given(lines(), st.booleans())
def test_what_pyoxigraph_wrote_is_cut_without_checks(data: bytes, graphs: bool) -> None:
    form = RdfFormat.N_QUADS if graphs else RdfFormat.N_TRIPLES
    quads = []
    for line in data.split(b"\n"):
        try:
            quads += list(parse(line, form))
        except SyntaxError:
            continue
    if not quads:
        return
    written = serialize(quads, format=form) or b""
    found = cut(written, graphs=graphs, canonical=True)
    assert rows(found.statements) == parsed(written, graphs)


@pytest.mark.parametrize("block", range(0, 0x110000, 0x2000))
def test_every_character_in_an_iri_and_in_a_string(block: int) -> None:
    """A term with it is either left to the parser or read as the parser reads it."""
    codes = [c for c in range(block, block + 0x2000) if not 0xD800 <= c < 0xE000 and c != 10]
    for template in ("<urn:s> <urn:p> <http://a/b{}c> .", '<urn:s> <urn:p> "a{}b" .'):
        every = [template.format(chr(code)).encode() for code in codes]
        if not every:
            continue
        found = cut(b"\n".join(every) + b"\n", graphs=False, canonical=False)
        rest = set(found.rest_lines.tolist())
        certain = b"".join(line + b"\n" for at, line in enumerate(every) if at not in rest)
        texts = [str(quad.object) for quad in parse(certain, RdfFormat.N_TRIPLES)]
        assert texts == [row[2] for row in rows(found.statements)]


def test_bytes_that_are_not_utf_8_are_left_to_the_parser() -> None:
    data = b'<urn:s> <urn:p> "a\xff" .\n<urn:s> <urn:p> "b" .\n'
    found = cut(data, graphs=False, canonical=False)
    assert found.rest == data
    with pytest.raises(SyntaxError):
        list(parse(found.rest, RdfFormat.N_TRIPLES))
