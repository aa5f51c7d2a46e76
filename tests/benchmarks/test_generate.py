"""The generated data are ours: they close, they validate, they are the same each time."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.generate import Size, generate
from benchmarks.generate.__main__ import write
from tests.concluded import Concluded, concluded

from kgraph.ingest.closing import Theory

CHECKOUT = Path(__file__).resolve().parents[2]
KG = "https://w3id.org/kgraph/ns#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
STATUS = ox.NamedNode(KG + "epistemicStatus")
SCALE = 6_000
KINDS = ("Person", "Claim", "Passage", "Charge", "Detention", "Participation", "Figure")


def made(triples: int, seed: int = 7, *, quads: bool = False) -> str:
    return "".join(generate(triples, seed, quads=quads))


def schema() -> Iterator[ox.Quad]:
    files = [CHECKOUT / "data" / "context.ttl"]
    files += sorted((CHECKOUT / "ontology").glob("*.ttl"))
    files += sorted((CHECKOUT / "ontology" / "vocabulary").glob("*.ttl"))
    for path in files:
        yield from ox.parse(path=str(path), rename_blank_nodes=True)


@pytest.fixture(scope="module")
def closed() -> Iterator[Concluded]:
    """Ontology and generated documents with all that follows."""
    shapes = sorted((CHECKOUT / "shapes").glob("*.ttl"))
    theory = Theory.load(CHECKOUT / "ontology" / "rules", shapes)
    documents = ox.parse(made(SCALE, quads=True), format=ox.RdfFormat.N_QUADS)
    with concluded([*schema(), *documents], theory) as found:
        yield found


def test_the_data_are_consistent_and_validate(closed: Concluded) -> None:
    outcome = closed.outcome
    assert (outcome.clashes_come, outcome.exceeded) == ((), ())
    assert [(r.source_shape, r.focus_node, r.value) for r in outcome.report.violations] == []


def test_each_status_comes_about(closed: Concluded) -> None:
    quads = closed.snapshot.quads_for_pattern(None, STATUS, None)
    found = {q.object.value.rpartition("/")[2] for q in quads}  # type: ignore[union-attr]
    assert {"status-reported", "status-alleged", "status-planned", "status-disputed"} <= found


@pytest.mark.parametrize("quads", [False, True])
def test_equal_seed_and_size_are_equal_bytes(quads: bool) -> None:
    assert made(3_000, quads=quads) == made(3_000, quads=quads)
    assert made(3_000, seed=8, quads=quads) != made(3_000, quads=quads)


def test_files_are_equal_too(tmp_path: Path) -> None:
    for name in ("a.nt", "b.nt", "a.nt.gz", "b.nt.gz"):
        write(tmp_path / name, 3_000, 7)
    assert (tmp_path / "a.nt").read_bytes() == (tmp_path / "b.nt").read_bytes()
    assert (tmp_path / "a.nt.gz").read_bytes() == (tmp_path / "b.nt.gz").read_bytes()


@pytest.mark.parametrize("asked", [5_000, 20_000, 100_000])
def test_the_size_is_what_was_asked(asked: int) -> None:
    size = Size()
    lines = sum(chunk.count("\n") for chunk in generate(asked, 7, size=size))
    assert lines == size.triples
    assert abs(lines - asked) <= 0.05 * asked


def shape_counts(text: str) -> dict[str, float]:
    """Statements per entity of each kind, and its share of all statements."""
    kind_of: dict[str, str] = {}
    said: dict[str, int] = defaultdict(int)
    for line in text.splitlines():
        subject, predicate, value = line.split(" ", 2)
        said[subject] += 1
        if predicate == str(TYPE):
            kind_of[subject] = value.removesuffix(" .").removesuffix(">").rpartition("#")[2]
    entities = Counter(kind_of.values())
    statements: Counter[str] = Counter()
    for subject, kind in kind_of.items():
        statements[kind] += said[subject]
    return {kind: statements[kind] / entities[kind] for kind in KINDS}


def test_an_entity_looks_the_same_at_every_size() -> None:
    small, large = shape_counts(made(40_000)), shape_counts(made(400_000))
    for kind in KINDS:
        assert small[kind] == pytest.approx(large[kind], rel=0.1), kind


def test_few_hubs_and_a_long_tail() -> None:
    courts: Counter[str] = Counter()
    for line in made(200_000).splitlines():
        if f"<{KG}decidedBy>" in line:
            courts[line.split(" ")[2]] += 1
    ranks = [n for _, n in courts.most_common()]
    assert ranks[0] > 10 * ranks[len(ranks) // 2]
    assert len(ranks) > 40
