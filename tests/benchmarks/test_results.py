import json
from pathlib import Path

import pytest
from benchmarks import measure, report
from benchmarks.answers import Summary
from benchmarks.measure import Measured, _agreed
from benchmarks.questions import Question, questions
from benchmarks.results import entries, entry, read, write
from benchmarks.worker import Failed, TooSlow, Worker


def test_a_ratio_above_one_says_that_ours_is_better() -> None:
    found = {
        "kgraph": Measured(0.002),
        "pyoxigraph": Measured(0.01),
        "rdflib": Measured(0.5),
        "oxigraph serve": Measured(0.001, "its answer differs"),
    }
    one = entry("lookup", "look-up", "1M", "ms", found)
    assert one.kgraph == 2.0
    assert one.peers == {"pyoxigraph": 10.0, "oxigraph serve": None, "rdflib": 500.0}
    assert one.ratio_to_best_peer == 5.0
    rate = {"kgraph": Measured(300_000.0), "pyoxigraph": Measured(150_000.0)}
    assert entry("load", "load", "1M", "triples/s", rate).ratio_to_best_peer == 2.0
    alone = entry("load", "load", "1M", "triples/s", {"kgraph": Measured(1.0)})
    assert alone.ratio_to_best_peer is None


def test_entries_are_written_as_they_are_asked_for(tmp_path: Path) -> None:
    asked = [Question("q", "look-up", "?", "ASK {}")]
    own = {"q": Measured(0.001), "load Turtle": Measured(5.0), "disk": Measured(40.0)}
    own["peak memory, load Turtle"] = Measured(100.0)
    made = entries("1M", asked, {"kgraph": own, "pyoxigraph": dict(own)})
    write(tmp_path / "a.json", made)
    plain = json.loads((tmp_path / "a.json").read_text())
    keys = ["name", "class", "scale", "metric", "kgraph", "peers", "ratio_to_best_peer"]
    assert [list(one) for one in plain] == [keys] * 4
    assert {one["class"]: one["metric"] for one in plain} == {
        "look-up": "ms",
        "load": "triples/s",
        "disk": "bytes/triple",
        "memory": "MiB",
    }
    assert read(tmp_path / "a.json") == made


def test_who_disagrees_with_the_others_is_known() -> None:
    right, wrong = [Summary(1, "a")], [Summary(1, "b")]
    assert _agreed({"kgraph": wrong, "pyoxigraph": right, "rdflib": right}) == right
    assert _agreed({"kgraph": wrong, "pyoxigraph": right}) == right
    assert _agreed({"kgraph": right}) == right


def test_a_system_that_is_too_slow_is_ended_and_its_memory_known(tmp_path: Path) -> None:
    data, folder = tmp_path / "a.nt", tmp_path / "store"
    data.write_text("<urn:a> <urn:p> <urn:b> .\n" * 3)
    folder.mkdir()
    worker = Worker("pyoxigraph")
    worker.load(data, folder, 60)
    worker.close()
    assert worker.peak_bytes > 2**20
    worker = Worker("pyoxigraph")
    worker.open(folder)
    assert worker.ask("ASK { ?s ?p ?o }", 30).summary == Summary(1, "True")
    with pytest.raises(Failed, match="SyntaxError"):
        worker.ask("ASK {", 30)
    many = " ".join(map(str, range(100)))
    endless = " ".join(f"VALUES ?v{n} {{ {many} }}" for n in range(8))
    with pytest.raises(TooSlow):
        worker.ask(f"ASK {{ {endless} FILTER(?v0 + ?v7 < 0) }}", 0.2)
    assert not worker.process.is_alive()


def test_the_page_has_every_class_and_says_what_bounds_each_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "SCALES", tmp_path / "scales")
    monkeypatch.setattr(report, "DOCS", tmp_path)
    monkeypatch.setattr(report, "LIMITS", tmp_path / "limits.json")
    delays = {"join": {"p50": 1.0, "p95": 2.0, "worst": 3.5}}
    stops = {"runs": 1, "nodes": 2_000, "limit_ms": 500.0, "within_100_ms": 1}
    stops |= {"client_ms": delays, "idle_ms": delays}
    (tmp_path / "limits.json").write_text(json.dumps(stops))
    found = {q.name: Measured(0.002) for q in questions()} | {"disk": Measured(40.0)}
    peer = {name: Measured(0.02) for name in found}
    for scale in ("1M", "10M"):
        (tmp_path / "scales").mkdir(exist_ok=True)
        made = entries(scale, questions(), {"kgraph": found, "pyoxigraph": peer})
        report.keep(made, {"revision": "abc", "processor": "two cores"})
    report.write_page()
    page = (tmp_path / "performance.md").read_text()
    assert page.index("## 10M triples") < page.index("## 1M triples")
    assert page.count("| geometric mean |") == 14
    assert "| join | 1 | 2 | 3.5 | 1 | 2 | 3.5 |" in page
    picture = (tmp_path / "performance.svg").read_bytes()
    report.write_page()
    assert picture == (tmp_path / "performance.svg").read_bytes()


def test_one_slow_answer_is_not_asked_for_again() -> None:
    limits = measure.Limits()
    assert limits.of("rdflib") < limits.of("pyoxigraph")
