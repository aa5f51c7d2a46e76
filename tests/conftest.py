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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that read the corpus run in one worker, so that it is opened once."""
    for item in items:
        if "corpus" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("corpus"))


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


ONTOLOGY = """
@prefix kg: <https://w3id.org/kgraph/ns#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
kg:Person a owl:Class ; rdfs:subClassOf kg:Agent . kg:Agent a owl:Class .
kg:Place a owl:Class ; owl:disjointWith kg:Person .
kg:knows a owl:ObjectProperty , owl:SymmetricProperty .
kg:about a owl:ObjectProperty . kg:claimSubject rdfs:subPropertyOf kg:about .
"""
SHAPES = """
@prefix kg: <https://w3id.org/kgraph/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kgsh: <https://w3id.org/kgraph/shapes#> .
kgsh:T1 a sh:PropertyShape ; sh:targetClass kg:Agent ; sh:path kg:name ; sh:minCount 1 ;
  sh:severity sh:Violation ; sh:message "T1 Give the agent a kg:name." .
kgsh:T2 a sh:PropertyShape ; sh:targetClass kg:Agent ; sh:path kg:age ; sh:maxCount 1 ;
  sh:severity sh:Warning ; sh:message "T2 One age is enough." .
"""
RULE = """# id: R901
# stratum: 1
# title: Friends of friends
# why: A test needs a rule.
# bound: many
PREFIX kg: <https://w3id.org/kgraph/ns#>
CONSTRUCT { ?a kg:mayKnow ?c } WHERE { ?a kg:knows ?b . ?b kg:knows ?c FILTER(?a != ?c) }
"""
DOCUMENT = """
@prefix : <https://w3id.org/kgraph/id/> . @prefix kg: <https://w3id.org/kgraph/ns#> .
:asem a kg:Person ; kg:name "Асем" ; kg:knows :bota .
:bota a kg:Person ; kg:name "Bota" ; kg:knows :chingiz .
:chingiz a kg:Person ; kg:name "Chingiz" .
:claim-1 kg:about :asem ; kg:attributedTo :bota ; kg:modality kg:reported .
"""
CONTEXT = """
@prefix : <https://w3id.org/kgraph/id/> . @prefix kg: <https://w3id.org/kgraph/ns#> .
:context kg:evaluationDate "2022-09-15"^^<http://www.w3.org/2001/XMLSchema#date> .
"""


def write_corpus(root: Path) -> None:
    """A corpus of a few triples with one of everything."""
    files = {
        "ontology/core.ttl": ONTOLOGY,
        "ontology/rules/r901.rq": RULE,
        "ontology/alignments/foaf.ttl": (
            "<https://w3id.org/kgraph/ns#Person> "
            "<http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://xmlns.com/foaf/0.1/Person> ."
        ),
        "shapes/core.ttl": SHAPES,
        "data/report/people.ttl": DOCUMENT,
        "data/context.ttl": CONTEXT,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def small_corpus(sources: Path) -> Path:
    """The sources root of the small corpus."""
    write_corpus(sources)
    return sources


@pytest.fixture
def small(
    small_corpus: Path, settings: Settings, clock: Callable[[], datetime]
) -> Iterator[KnowledgeGraph]:
    """A graph over the small corpus."""
    with KnowledgeGraph.open(settings, clock=clock) as graph:
        yield graph


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The graph of the first corpus, closed; tests may read it and nothing else."""
    data = tmp_path_factory.mktemp("corpus")
    given = Settings(data=str(data), sources=str(CHECKOUT), token="secret")
    with KnowledgeGraph.open(given) as graph:
        yield graph
