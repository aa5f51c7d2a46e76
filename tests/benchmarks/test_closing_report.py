"""What three benchmarks keep, and the page and the picture that are made of it."""

from pathlib import Path

import pytest
from benchmarks import closing_report, kept
from benchmarks.changes_picture import draw
from benchmarks.closing_report import DOCS, PAGE, page
from benchmarks.kept import CHANGES, CLOSURES, VALIDATIONS, Run, keep, made, read

OF = {"revision": "abc+", "processor": "two cores"}
SHARES = {"p50": 20.0, "p95": 45.5, "worst": 90.25}


def run(system: str, triples: int, **figures: object) -> Run:
    return made("reports", triples, system, figures, OF)


def changed(triples: int, in_bulk: str = "") -> Run:
    stages = ("whole", "closing", "commit", "processor", "undone")
    times = {f"{stage} {share}": value for stage in stages for share, value in SHARES.items()}
    kinds = ("all", "edits", "new case", "removals")
    hub = {
        "runs": 6,
        "facts": 2,
        "inferred": 1234,
        "results": 3,
        "in_full": 0,
        "in_bulk": in_bulk,
    } | times
    changes = {kind: {"changes": 200, **times} for kind in kinds}
    return run("kgraph", triples, changes=changes, hubs={"class of a court": hub})


def closure(system: str, triples: int, inferred: int, seconds: float) -> Run:
    times = {"seconds": seconds, "processor": seconds * 2, "peak_bytes": 2**29}
    return run(system, triples, inferred=inferred, **times)


def validation(system: str, proper: float) -> Run:
    times = {"files": 2.0, "files_cpu": 1.5, "proper": proper, "proper_cpu": proper}
    return run(system, 1000, results=40, **times)


def test_the_page_is_what_the_kept_figures_make() -> None:
    written = (DOCS / PAGE).read_text(encoding="utf-8")
    now = page(read(CHANGES), read(CLOSURES), read(VALIDATIONS))
    assert now == written, "run `python -m benchmarks.closing_report` and commit what it writes"


def test_the_last_run_of_each_size_and_system_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "results" / "a.json"
    assert read(path) == []
    for seconds in (1.0, 2.0):
        for triples in (10_000, 2_000):
            keep(path, closure("kgraph", triples, 10, seconds))
    keep(path, closure("owlrl", 2_000, 10, 1.0))
    found = read(path)
    keys = [("kgraph", 2_000), ("owlrl", 2_000), ("kgraph", 10_000)]
    assert [(one.system, one.triples) for one in found] == keys
    assert [one.figures["seconds"] for one in found] == [2.0, 1.0, 2.0]
    assert found[0].of["revision"] == "abc+"


def test_changes_stand_by_size_and_kind_and_hubs_apart() -> None:
    text = page([changed(1000), changed(2000, "too much")], [], [])
    row = "| 20 | 45.5 | 20 | 45.5 | 20 | 45.5 | 20 | 45.5 |"
    assert f"| 1,000 | new case | 200 {row}" in text
    hubs = f"| class of a court | 6 | 2 | 1,234 | 3 | {'20 | 90.2 | ' * 4}0 |"
    assert f"| 1,000 {hubs} no |" in text
    assert f"| 2,000 {hubs} too much |" in text


def test_each_row_of_a_table_has_a_cell_for_each_head() -> None:
    closures = [closure("kgraph", 1_000, 10, 1.0), run("owlrl", 1_000, note="no")]
    validations = [validation("kgraph", 0.5), run("pyshacl", 1_000, note="over 5 s")]
    text = page([changed(1000)], closures, validations)
    tables = [part.splitlines() for part in text.split("\n\n") if part.startswith("|")]
    assert len(tables) == 6
    for lines in tables:
        assert len(lines) > 2
        assert len({line.count("|") for line in lines}) == 1


def test_a_peer_that_did_not_finish_is_compared_by_the_largest_size_that_it_did() -> None:
    ours = [closure("kgraph", triples, triples, 1.0) for triples in (1_000, 9_000)]
    peer = [closure("owlrl", 1_000, 1_000, 4.0), run("owlrl", 9_000, note="not within 5 s")]
    text = page([], [*ours, *peer], [])
    assert "| reports | 9,000 | owlrl | not within 5 s |" in text
    assert "| reports | 1,000 | 4 | 4 |" in text
    assert "| reports | 9,000 | 36 (its 1,000) | 36 (its 1,000) |" in text
    assert "| reports | 1,000 | – | – |" in page([], [*ours, peer[1]], [])


def test_ratios_of_validation_are_above_one_where_ours_is_better() -> None:
    text = page([], [], [validation("kgraph", 0.5), validation("shacl-rust", 2.0)])
    assert "| shacl-rust | 40 | 2 | 1.5 | 2 | 2 | 1 | 4 | 4 |" in text
    assert "| kgraph | 40 | 2 | 1.5 | 0.5 | 0.5 |  |  |  |" in text


def test_the_same_figures_make_the_same_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing_report, "DOCS", tmp_path)
    for name in ("CHANGES", "CLOSURES", "VALIDATIONS"):
        monkeypatch.setattr(closing_report, name, tmp_path / f"{name}.json")
    for triples in (1_000, 10_000):
        keep(tmp_path / "CHANGES.json", changed(triples))
    closing_report.write_page()
    draw(kept.read(tmp_path / "CHANGES.json"), tmp_path / "again.svg")
    picture = (tmp_path / closing_report.PICTURE).read_text()
    assert picture == (tmp_path / "again.svg").read_text()
    assert all(word in picture for word in ("removals, p95", "if it followed the graph"))
    assert f"]({closing_report.PICTURE})" in (tmp_path / PAGE).read_text()
