"""The sixty questions about the report, over HTTP, with the client that most people use."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper
from waitress.server import create_server

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "iphr-kazakhstan-2022" / "questions"
ANSWERS = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def endpoint(corpus: KnowledgeGraph) -> Iterator[str]:
    server = create_server(create_app(corpus), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/sparql"
    server.close()


def ask(endpoint: str, question: str) -> object:
    """A yes or no, or the rows, each a tuple of the lexical forms."""
    client = SPARQLWrapper(endpoint)
    client.setReturnFormat(JSON)
    client.setQuery((FOLDER / f"{question}.rq").read_text(encoding="utf-8"))
    answer = client.queryAndConvert()
    if "boolean" in answer:
        return answer["boolean"]
    columns = answer["head"]["vars"]
    return [
        tuple(row[column]["value"] if column in row else None for column in columns)
        for row in answer["results"]["bindings"]
    ]


def first_column(rows: object) -> list[str]:
    assert isinstance(rows, list)
    return [row[0] for row in rows]


def number(text: str) -> float:
    return float(text)


def test_the_questions_are_all_here() -> None:
    assert len(ANSWERS) == 60
    assert {path.stem for path in FOLDER.glob("Q*.rq")} == ANSWERS.keys()


@pytest.mark.parametrize("question", sorted(ANSWERS))
def test_the_question_is_answered(endpoint: str, question: str) -> None:
    expected, kind = ANSWERS[question]["answer"], ANSWERS[question]["kind"]
    rows = ask(endpoint, question)
    if kind == "boolean":
        assert rows is expected[0]
    elif kind in ("number", "count"):
        assert [number(value) for value in first_column(rows)] == expected
    elif kind == "date":
        assert [date.fromisoformat(v) for v in first_column(rows)] == [
            date.fromisoformat(v) for v in expected
        ]
    elif kind == "ordered-list":
        assert isinstance(rows, list)
        flat = list(rows[0]) if len(rows) == 1 else first_column(rows)
        assert flat == expected
    else:
        assert sorted(first_column(rows)) == sorted(expected)
