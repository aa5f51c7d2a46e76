"""Fixtures for all tests: the smallest data that serves; a graph starts with empty sources."""

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph

CHECKOUT = Path(__file__).resolve().parents[1]

# A test says what it needs; the shell that runs it does not.
for name in [n for n in os.environ if n.startswith("KGRAPH_")]:
    if name not in {"KGRAPH_CONFORMANCE", "KGRAPH_REPORT", "KGRAPH_REQUIRE_ALL"}:
        del os.environ[name]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """An empty sources root."""
    root = tmp_path / "sources"
    root.mkdir()
    return root


@pytest.fixture
def settings(tmp_path: Path, sources: Path) -> Settings:
    """Settings of a graph that begins with nothing."""
    return Settings(data=str(tmp_path / "var"), sources=str(sources), token="secret")


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that moves a second whenever it is asked."""
    seconds = itertools.count()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return lambda: start + timedelta(seconds=next(seconds))


@pytest.fixture
def kg(settings: Settings, clock: Callable[[], datetime]) -> Iterator[KnowledgeGraph]:
    """An empty graph that its test may change."""
    with KnowledgeGraph.open(settings, clock=clock) as graph:
        yield graph
