"""Fixtures: an empty graph for each test; the corpus only where a test asks for it."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

TOKEN = "let-me-in"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, token=TOKEN)


@pytest.fixture
def graph(kg: KnowledgeGraph) -> KnowledgeGraph:
    return kg


@pytest.fixture
def client(graph: KnowledgeGraph) -> FlaskClient:
    return create_app(graph).test_client()


@pytest.fixture
def bearer() -> dict[str, str]:
    return dict(BEARER)


SMALL = Path(__file__).with_name("small")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory):
    """A corpus of a dozen things, closed; tests may read it and nothing else."""
    data = tmp_path_factory.mktemp("small")
    settings = Settings(data=str(data), sources=str(SMALL), token=TOKEN)
    with KnowledgeGraph.open(settings) as opened:
        yield opened


@pytest.fixture
def reader(small: KnowledgeGraph) -> FlaskClient:
    """A client of the small corpus."""
    return create_app(small).test_client()
