"""The hard points of modelling the report, each an ASK that must be true of the closed graph."""

from pathlib import Path

import pytest

from kgraph.graph import KnowledgeGraph

CASES = sorted((Path(__file__).parents[1] / "cases" / "hard_points").glob("*.rq"))


def test_every_point_has_a_case() -> None:
    assert {int(path.name[:2]) for path in CASES} == set(range(1, 23))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_point_is_solved(case: Path, corpus: KnowledgeGraph) -> None:
    assert bool(corpus.query(case.read_text(encoding="utf-8")))
