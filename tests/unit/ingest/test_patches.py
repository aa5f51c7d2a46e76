"""Changes that an earlier kgraph kept as files become commits, once."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from kgraph.config import Settings
from kgraph.errors import PatchDamaged
from kgraph.graph import KnowledgeGraph


def written(folder: Path, number: int, added: str, removed: str = "", created: str = "") -> Path:
    facts = {
        "number": number, "time": f"2025-01-0{number}T00:00:00+00:00", "author": "curator",
        "message": f"change {number}", "inferred": 0, "dropped": [],
        "created": [created] if created else [],
    }  # fmt: skip
    body = f"# kgraph patch 1\n# {json.dumps(facts)}\n# removed\n{removed}# added\n{added}"
    path = folder / "patches" / f"{number:06}.nq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{body}# sha256 {hashlib.sha256(body.encode()).hexdigest()}\n")
    return path


def test_patches_become_commits_once(settings: Settings) -> None:
    first, second = "<urn:a> <urn:p> _:b <urn:g> .\n", '<urn:a> <urn:p> "2" .\n'
    written(settings.data_folder, 1, first + second, created="urn:empty")
    written(settings.data_folder, 2, "", second)
    for _ in range(2):
        with KnowledgeGraph.open(settings) as graph:
            commits = graph.commits()
            assert [(c.author, c.message) for c in commits] == [
                ("curator", "change 1"), ("curator", "change 2"),
            ]  # fmt: skip
            assert commits[0].time.isoformat() == "2025-01-01T00:00:00+00:00"
            assert graph.graph_names() == ["urn:empty", "urn:g"]
            assert list(graph.graph(None)) == []


def test_a_torn_last_patch_was_never_committed(settings: Settings) -> None:
    written(settings.data_folder, 1, "<urn:a> <urn:p> <urn:b> .\n")
    torn = written(settings.data_folder, 2, "<urn:a> <urn:p> <urn:c> .\n")
    torn.write_text(torn.read_text()[:-20])
    with KnowledgeGraph.open(settings) as graph:
        assert [commit.message for commit in graph.commits()] == ["change 1"]


def test_a_damaged_patch_below_others_is_an_error(settings: Settings) -> None:
    torn = written(settings.data_folder, 1, "<urn:a> <urn:p> <urn:b> .\n")
    written(settings.data_folder, 2, "<urn:a> <urn:p> <urn:c> .\n")
    torn.write_text(torn.read_text()[:-20])
    with pytest.raises(PatchDamaged, match=r"000001\.nq"):
        KnowledgeGraph.open(replace(settings))
