"""The command line on the small corpus."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kgraph.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("KGRAPH_SOURCES", str(small_corpus))
    monkeypatch.setenv("KGRAPH_DATA", str(tmp_path / "var"))
    runner = CliRunner()
    return lambda *words, **how: runner.invoke(main, list(map(str, words)), **how)
