"""Recursions in SQL ask whether they may go on, and end by themselves."""

import pyarrow as pa

from kgraph.store import Store, going
from kgraph.store.going import GOING, Going

CHAIN = """
WITH RECURSIVE reached(n) AS (
  SELECT 0 UNION SELECT taken.* FROM (SELECT n + 1 FROM reached) AS taken,
  (SELECT n FROM (VALUES ({0}), (-1)) AS v(n) WHERE n = {0} AND goes_on(n)) AS asked)
SELECT max(n) FROM reached
"""


def test_a_recursion_without_end_ends_when_it_is_told() -> None:
    rounds = []

    def may_go_on() -> bool:
        rounds.append(1)
        return len(rounds) <= 50

    number = GOING.number(may_go_on)
    with Store.open(None) as store, store.snapshot() as snapshot:
        found = snapshot.cursor().execute(CHAIN.format(number)).fetchone()
    assert found == (50,)
    assert len(rounds) == 51, "it is asked once in each round"


def test_queries_are_told_apart_and_unknown_ones_go_on() -> None:
    known = Going()
    stopped, goes = known.number(lambda: False), known.number(lambda: True)
    numbers = pa.array([stopped, goes, 99], pa.int64())
    assert known.answer(numbers).to_pylist() == [False, True, True]


def test_only_so_many_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(going, "KEPT", 2)
    known = Going()
    first, *_ = [known.number(lambda: False) for _ in range(3)]
    assert known.answer(pa.array([first, first + 1], pa.int64())).to_pylist() == [True, False]
