import pytest
from pyoxigraph import NamedNode, RdfFormat

from kgraph.errors import PayloadTooLarge, RDFSyntaxError
from kgraph.ingest.parse import in_graph, parse_quads, relabelled

TURTLE = RdfFormat.TURTLE
LIST = b"<urn:a> <urn:p> [ <urn:q> _:x ] . _:x <urn:p> ( 1 2 ) ."


@pytest.mark.parametrize(
    ("text", "line", "what", "cure"),
    [
        ("<urn:a> <urn:b>\n  'x .\n", 2, "end of file", "not closed"),
        ("<urn:a> <urn:b> <urn:c> .\nkg:x <urn:b> <urn:c> .", 2, "prefix", "@prefix"),
        ("<urn:a> <urn:b> <urn:c>\n<urn:d> <urn:e> <urn:f> .", 2, "", ""),
        ("\n\n<a> <urn:b> <urn:c> .", 3, "No scheme", "@base"),
    ],
)
def test_an_error_names_file_line_and_cure(text: str, line: int, what: str, cure: str) -> None:
    with pytest.raises(RDFSyntaxError) as caught:
        parse_quads(text.encode(), TURTLE, source="case.ttl")
    error = caught.value
    assert str(error).startswith(f"case.ttl, line {line}, column ")
    assert what.lower() in error.what.lower()
    assert cure in error.cure


def test_blank_nodes_of_two_documents_never_meet() -> None:
    one, two = (parse_quads(b"_:x <urn:p> 1 .", TURTLE) for _ in range(2))
    assert one[0].subject != two[0].subject


def test_relabelled_files_are_equal_each_time() -> None:
    one, two = (list(relabelled(parse_quads(LIST, TURTLE), "a.ttl")) for _ in range(2))
    assert one == two
    other = list(relabelled(parse_quads(LIST, TURTLE), "b.ttl"))
    assert not {q.subject for q in one if q.subject != NamedNode("urn:a")} & {
        q.subject for q in other
    }


def test_relabelling_keeps_the_shape() -> None:
    before = parse_quads(LIST, TURTLE)
    after = list(relabelled(before, "a.ttl"))
    assert len({q.subject for q in before}) == len({q.subject for q in after})
    assert [q.predicate for q in before] == [q.predicate for q in after]


def test_a_literal_over_the_limit_is_too_large_and_the_message_says_where() -> None:
    text = b'<urn:a> <urn:p> "' + "ж".encode() * 60 + b'" .'
    assert parse_quads(text, TURTLE, max_literal_bytes=120)
    with pytest.raises(PayloadTooLarge, match=r"<urn:a> <urn:p> has 120 bytes, the limit is 119"):
        parse_quads(text, TURTLE, max_literal_bytes=119)


def test_a_remote_context_is_not_fetched() -> None:
    text = b'{"@context": "http://127.0.0.1:9/context", "@id": "urn:a", "p": 1}'
    with pytest.raises(RDFSyntaxError, match="not fetched"):
        parse_quads(text, RdfFormat.JSON_LD)


def test_all_triples_go_to_the_graph() -> None:
    quads = in_graph(parse_quads(LIST, TURTLE), NamedNode("urn:g"))
    assert {quad.graph_name for quad in quads} == {NamedNode("urn:g")}
