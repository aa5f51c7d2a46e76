"""The closing of a load, by stage."""

from pathlib import Path

from benchmarks.closure.stages import measure


def test_every_stratum_is_a_stage(tmp_path: Path) -> None:
    added, inferred, seconds = measure(2_000, tmp_path)
    assert added > 2_000
    assert inferred > 0
    strata = {f"rules, stratum {n}" for n in range(1, 7)}
    strata |= {f"OWL 2 RL, stratum {n}" for n in (0, 4)}
    assert set(seconds) == {"load", "prepare", *strata, "commit", "end"}
    assert all(taken >= 0 for taken in seconds.values())
