"""What is written of a run: one entry for each question, load, memory and disk."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import NEW, Measured
from benchmarks.peers import OURS, PEERS
from benchmarks.questions import Question

RESULTS = Path(__file__).with_name("results")
LATEST = RESULTS / "latest.json"
PACKAGES = ("duckdb", "pyoxigraph", "oxigraph", "rdflib")
MORE_IS_BETTER = {"triples/s"}


@dataclass(frozen=True)
class Entry:
    """One figure of ours beside those of the peers; a ratio above 1 says that ours is better."""

    name: str
    class_: str
    scale: str
    metric: str
    kgraph: float | None
    peers: Mapping[str, float | None]
    ratio_to_best_peer: float | None

    def as_json(self) -> dict[str, object]:
        return {("class" if key == "class_" else key): value for key, value in asdict(self).items()}


def entry(name: str, class_: str, scale: str, metric: str, found: Mapping[str, Measured]) -> Entry:
    """The entry for what each system gave."""
    factor = 1000.0 if metric == "ms" else 1.0
    values = {
        system: None if one.value is None or one.note else _rounded(one.value * factor)
        for system, one in found.items()
    }
    ours = values.pop(OURS, None)
    peers = {name: values[name] for name in PEERS if name in values}
    return Entry(name, class_, scale, metric, ours, peers, _ratio(metric, ours, peers))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _ratio(metric: str, ours: float | None, peers: Mapping[str, float | None]) -> float | None:
    there = [value for value in peers.values() if value]
    if not ours or not there:
        return None
    more = metric in MORE_IS_BETTER
    return _rounded(ours / max(there) if more else min(there) / ours)


METRICS = {"load": "triples/s", "peak memory": "MiB", "disk": "bytes/triple"}


def entries(
    scale: str, questions: Iterable[Question], found: Mapping[str, Mapping[str, Measured]]
) -> list[Entry]:
    """All entries of a run at one scale; `found` is by system, then by name."""
    classes = {question.name: question.class_ for question in questions}
    classes |= {name + NEW: class_ + NEW for name, class_ in classes.items()}
    names = list(dict.fromkeys(name for one in found.values() for name in one))
    made = []
    for name in names:
        given = {system: one[name] for system, one in found.items() if name in one}
        kind = name if name in METRICS else name.partition(",")[0].partition(" ")[0]
        kind = "peak memory" if name.startswith("peak memory") else kind
        class_ = classes.get(name) or {"load": "load", "peak memory": "memory"}.get(kind, "disk")
        metric = "ms" if name in classes else METRICS[kind]
        made.append(entry(name, class_, scale, metric, given))
    return made


def write(path: Path, made: Iterable[Entry]) -> None:
    text = json.dumps([one.as_json() for one in made], indent=1, ensure_ascii=False)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> list[Entry]:
    return [
        Entry(class_=one.pop("class"), **one)
        for one in json.loads(path.read_text(encoding="utf-8"))
    ]
