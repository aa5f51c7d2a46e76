"""A store to change: generated reports with the ontology, closed and judged."""

from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode

from benchmarks.generate import Size, generate
from kgraph.formats import by_suffix
from kgraph.ingest.closing import Concluder, Theory
from kgraph.reason.domain import load_rules
from kgraph.shacl.model import Shapes
from kgraph.store import Store
from kgraph.store.bulk import load_into
from kgraph.vocab import Names

ROOT = Path(__file__).resolve().parents[2]
SEED = 7


def prepared(triples: int, folder: Path | None, work: Path) -> tuple[Store, Concluder, Size]:
    """A store with about so many triples of reports; `folder` None keeps it in memory."""
    size, lines = Size(), work / f"reports-{triples}.nq"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(generate(triples, SEED, quads=True, size=size))
    ontology = Names().graph("ontology")
    sources: list[tuple[Path, NamedNode | None]] = [(lines, None)]
    sources += [(path, ontology) for path in sorted((ROOT / "ontology").glob("*.ttl"))]
    sources += [(path, ontology) for path in sorted((ROOT / "ontology/vocabulary").glob("*.ttl"))]
    sources += [(ROOT / "data/context.ttl", Names().graph("context"))]
    rules = tuple(load_rules(ROOT / "ontology" / "rules"))
    shapes = Shapes.parse(sorted((ROOT / "shapes").glob("*.ttl")))
    concluder, store = Concluder(Theory(rules, shapes)), Store.open(folder)
    documents = [(path, by_suffix(path), graph) for path, graph in sources]
    now = datetime.now(UTC)
    with store.write() as transaction:
        load_into(transaction, documents)
        concluder.from_scratch(transaction)
        transaction.commit(author="benchmark", message="", time=now)
        concluder.remember()
    return store, concluder, size
