"""The sixty questions about the report, over HTTP, with the client that most people use."""

import pytest

from .asking import Questions

QUESTIONS = Questions.of("questions")


def test_the_questions_are_all_here() -> None:
    assert len(QUESTIONS.answers) == 60
    assert QUESTIONS.files == QUESTIONS.answers.keys()


@pytest.mark.parametrize("question", sorted(QUESTIONS.answers))
def test_the_question_is_answered(endpoint: str, question: str) -> None:
    QUESTIONS.check(endpoint, question)
