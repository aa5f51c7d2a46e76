"""Fixtures: an empty graph for each test; the corpus only where a test asks for it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

TOKEN = "let-me-in"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sources = tmp_path / "sources"
    sources.mkdir()
    return Settings(data=str(tmp_path / "data"), sources=str(sources), token=TOKEN)


@pytest.fixture
def graph(settings: Settings):
    with KnowledgeGraph.open(settings) as opened:
        yield opened


@pytest.fixture
def client(graph: KnowledgeGraph) -> FlaskClient:
    return create_app(graph).test_client()


@pytest.fixture
def bearer() -> dict[str, str]:
    return dict(BEARER)
