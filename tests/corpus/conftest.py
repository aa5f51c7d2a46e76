"""The first corpus: its files, its text where it is at hand, and its graph over HTTP."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.web.live import serving

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "data" / "iphr-kazakhstan-2022"


@pytest.fixture(scope="session")
def endpoint(corpus: KnowledgeGraph) -> Iterator[str]:
    """The address at which the corpus is served and can be asked."""
    with serving(create_app(corpus), threads=4) as port:
        yield f"http://127.0.0.1:{port}/sparql"


@pytest.fixture(scope="session")
def document() -> ox.Store:
    """What the document's files say, nothing inferred."""
    store = ox.Store()
    for path in sorted(DOCUMENT.glob("*.ttl")):
        store.extend(ox.parse(path=str(path)))
    return store


@pytest.fixture(scope="session")
def text() -> str:
    """The report's text, which is not part of the project: KGRAPH_REPORT or ../shared/report."""
    folder = Path(os.environ.get("KGRAPH_REPORT") or ROOT.parent / "shared" / "report")
    path = folder / "report.txt"
    if not path.exists():
        if os.environ.get("KGRAPH_REQUIRE_ALL"):
            pytest.fail(f"the report's text is not at {path}; set KGRAPH_REPORT to its folder")
        pytest.skip(f"the report's text is not at {path}; KGRAPH_REPORT names its folder")
    return path.read_bytes().decode("utf-8")
