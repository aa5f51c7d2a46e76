from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.answers import summary
from benchmarks.generate import generate
from benchmarks.peers.ours import KGraph
from benchmarks.peers.pyoxigraph_store import PyOxigraph
from benchmarks.questions import CLASSES, QUERIES, Question, questions

from kgraph.sparql.parse import parse_query

ASKED = questions()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "small.nt"
    path.write_text("".join(generate(12_000, 7)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def both(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[KGraph, PyOxigraph]:
    systems = (KGraph(), PyOxigraph())
    for system in systems:
        folder = tmp_path_factory.mktemp(type(system).__name__)
        system.load(data, folder)
        system.open(folder)
    yield systems
    for system in systems:
        system.close()


def test_there_are_seven_classes_of_four_questions_or_more() -> None:
    assert len(ASKED) == len(list(QUERIES.glob("*.rq"))) >= 28
    number = Counter(question.class_ for question in ASKED)
    assert number.keys() == set(CLASSES)
    assert min(number.values()) >= 4


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question.name)
def test_a_question_is_a_query_as_it_stands(question: Question) -> None:
    parse_query(question.text)
    assert question.title


def test_constants_are_the_same_each_time_and_stand_where_it_is_said(data: Path) -> None:
    for question in ASKED:
        if question.parameter:
            texts = question.texts(data, 8, 1)
            assert texts == question.texts(data, 8, 1)
            assert not any(f"${question.parameter}" in text for text in texts)
            assert len(set(texts)) == len(texts) > 3


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question.name)
def test_ours_and_the_peer_answer_alike(
    question: Question, data: Path, both: tuple[KGraph, PyOxigraph]
) -> None:
    ours, peer = both
    for text in question.texts(data, 3, 7):
        assert summary(ours.answer(text)) == summary(peer.answer(text))


def test_the_data_answer_nearly_every_question(data: Path, both: tuple[KGraph, PyOxigraph]) -> None:
    answered = sum(
        any(summary(both[1].answer(text)).rows for text in question.texts(data, 5, 7))
        for question in ASKED
    )
    assert answered >= len(ASKED) - 2


def test_rows_are_compared_as_a_multiset_and_numbers_by_value() -> None:
    def answer(*rows: tuple[str, str]) -> bytes:
        values = "".join(f"({a} {b})" for a, b in rows)
        found = ox.Store().query(f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}")
        return found.serialize(format=ox.QueryResultsFormat.JSON)

    one = summary(answer(("1", '"x"@en'), ("UNDEF", "<urn:a>"), ("UNDEF", "<urn:a>")))
    again = summary(answer(("UNDEF", "<urn:a>"), ("1.0", '"x"@EN'), ("UNDEF", "<urn:a>")))
    assert one == again
    assert one != summary(answer(("1", '"x"@en'), ("UNDEF", "<urn:a>")))
    assert one != summary(answer(("1", '"x"'), ("UNDEF", "<urn:a>"), ("UNDEF", "<urn:a>")))
    assert summary(answer(("0.3333333333333", "1"))) == summary(answer(("0.33333333333334", "1")))
    assert summary(b'{"head": {}, "boolean": true}') != summary(b'{"head": {}, "boolean": false}')
