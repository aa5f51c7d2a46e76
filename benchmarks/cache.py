"""Figures of the peers from one run, for reruns of ours in the same sitting. Never published."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks.answers import Summary
from benchmarks.measure import Measured

Found = Mapping[str, Mapping[str, Measured]]


def _path(work: Path, scale: str) -> Path:
    return work / f"peers-{scale}.json"


def write(work: Path, scale: str, found: Found) -> None:
    """Add to what is kept for a scale."""
    kept = {**read(work, scale), **found}
    plain = {name: {key: asdict(one) for key, one in of.items()} for name, of in kept.items()}
    _path(work, scale).write_text(json.dumps(plain), encoding="utf-8")


def read(work: Path, scale: str) -> dict[str, dict[str, Measured]]:
    """What is kept for a scale, by system and name."""
    if not _path(work, scale).exists():
        return {}
    plain = json.loads(_path(work, scale).read_text(encoding="utf-8"))
    return {
        name: {
            key: Measured(one["value"], one["note"], [Summary(**s) for s in one["summaries"]])
            for key, one in of.items()
        }
        for name, of in plain.items()
    }
