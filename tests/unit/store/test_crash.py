"""Killed at any point, a store comes back with its last commit, whole, and with runs that agree."""

import os
import random
from pathlib import Path

import pytest
from tests.unit.store import crashing

from kgraph.store import Store
from kgraph.store.faults import POINTS

KILLS = 50 if os.environ.get("KGRAPH_REQUIRE_ALL") else 12
IN_LOADS = {"in a bulk load", "in inferred rows"}
IN_PURGES = {point for point in POINTS if "purge" in point}
SECONDS = 30


def run(folder: Path, fault: str, *, loads: bool, kill_after: float | None = None) -> int:
    """Let a process write until it dies; the last commit that it told of."""
    here, there = crashing.PROCESSES.Pipe(duplex=False)
    process = crashing.PROCESSES.Process(target=crashing.write, args=(folder, fault, loads, there))
    process.start()
    there.close()
    if kill_after is not None:
        assert here.poll(SECONDS)
        process.join(kill_after)
        process.kill()
    process.join(SECONDS)
    assert process.exitcode == -9
    process.close()
    told = 0
    while True:
        try:
            told = here.recv()
        except EOFError:
            return told


def check(folder: Path, told: int, *, loads: bool) -> None:
    with Store.open(folder) as store:
        assert told <= store.last_commit <= told + 1
        crashing.check(store, loads)


@pytest.mark.parametrize("passes", ["", ":7"])
@pytest.mark.parametrize("point", sorted(set(POINTS) - IN_LOADS - IN_PURGES))
def test_at_a_point(point: str, passes: str, tmp_path: Path) -> None:
    loads = bool(passes)
    passes = ":2" if passes and ("merge" in point or "renamed" in point) else passes
    told = run(tmp_path, point + passes, loads=loads)
    check(tmp_path, told, loads=loads)
    told = run(tmp_path, "staged:3", loads=loads)  # and it goes on from there
    check(tmp_path, told, loads=loads)


def test_in_a_bulk_load(tmp_path: Path) -> None:
    assert run(tmp_path, "in a bulk load", loads=True) == 0
    check(tmp_path, 0, loads=True)


@pytest.mark.parametrize("seed", range(KILLS))
def test_at_a_random_time(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    loads = chance.random() < 0.5
    for _ in range(2):
        told = run(tmp_path, "", loads=loads, kill_after=chance.random() ** 2 * 0.8)
        check(tmp_path, told, loads=loads)
