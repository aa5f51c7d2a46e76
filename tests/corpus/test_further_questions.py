"""Twenty questions by somebody who knew nothing but the documentation, over HTTP."""

import pytest

from kgraph.graph import KnowledgeGraph
from kgraph.store import RESTRICTED

from .asking import Questions, ask

QUESTIONS = Questions.of("further-questions")


def test_the_questions_are_all_here() -> None:
    assert QUESTIONS.answers.keys() == {f"N{number:02}" for number in range(1, 21)}
    assert QUESTIONS.files == QUESTIONS.answers.keys()


def test_the_documentation_is_enough_to_ask() -> None:
    right = {name for name, one in QUESTIONS.answers.items() if one["right_at_first_try"]}
    wrong = QUESTIONS.answers.keys() - right
    assert len(right) >= 16
    assert all(len(QUESTIONS.answers[name]["why_wrong"]) > 20 for name in wrong)


ABOUT_A_MINOR = frozenset({"N15"})
"""The child's record is restricted, so that the age is told to those with rights alone."""


@pytest.mark.parametrize("question", sorted(QUESTIONS.answers.keys() - ABOUT_A_MINOR))
def test_the_question_is_answered(endpoint: str, question: str) -> None:
    QUESTIONS.check(endpoint, question)


@pytest.mark.parametrize("question", sorted(ABOUT_A_MINOR))
def test_the_age_of_a_child_is_for_those_with_rights(
    endpoint: str, corpus: KnowledgeGraph, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (QUESTIONS.folder / f"{question}.rq").read_text(encoding="utf-8")
    assert ask(endpoint, text) == [("24", "minor child", "")]
    monkeypatch.setattr(corpus, "level", RESTRICTED)
    QUESTIONS.check(endpoint, question)
