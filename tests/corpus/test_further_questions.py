"""Twenty questions by somebody who knew nothing but the documentation, over HTTP."""

import pytest

from .asking import Questions

QUESTIONS = Questions.of("further-questions")


def test_the_questions_are_all_here() -> None:
    assert QUESTIONS.answers.keys() == {f"N{number:02}" for number in range(1, 21)}
    assert QUESTIONS.files == QUESTIONS.answers.keys()


def test_the_documentation_is_enough_to_ask() -> None:
    right = {name for name, one in QUESTIONS.answers.items() if one["right_at_first_try"]}
    wrong = QUESTIONS.answers.keys() - right
    assert len(right) >= 16
    assert all(len(QUESTIONS.answers[name]["why_wrong"]) > 20 for name in wrong)


@pytest.mark.parametrize("question", sorted(QUESTIONS.answers))
def test_the_question_is_answered(endpoint: str, question: str) -> None:
    QUESTIONS.check(endpoint, question)
