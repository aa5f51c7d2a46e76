"""`python -m benchmarks.changes --triples 10_000_000`: changes of 100 facts, closed and committed.

Changes are drawn from the generator: a new case with its claims (60 %), edits of records that are
there (30 %), removals (10 %). Timed from the staged change until the commit is durable.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from benchmarks.generate import Size, generate
from benchmarks.generate.chance import Chance
from benchmarks.generate.dates import LAST
from benchmarks.generate.document import Document, World
from benchmarks.generate.justice import criminal_case
from benchmarks.generate.reference import Reference
from benchmarks.generate.terms import GRAPH
from kgraph.formats import by_suffix
from kgraph.ingest.closing import Concluder, Theory
from kgraph.reason.domain import load_rules
from kgraph.shacl.model import Shapes
from kgraph.store import SEALED, Change, Named, Snapshot, Store
from kgraph.store.bulk import load_into
from kgraph.vocab import Names

ROOT = Path(__file__).resolve().parents[1]
FACTS = 100
SEED = 7
KINDS = (("new case", 60), ("edits", 30), ("removals", 10))


@dataclass
class Timing:
    """One change, in milliseconds."""

    kind: str
    facts: int
    inferred: int
    results: int
    closing: float
    """Closed and judged."""
    commit: float
    processor: float
    """Of all processors, for both."""
    in_full: int
    """Rules and shapes that looked at everything."""

    @property
    def whole(self) -> float:
        """Closing and commit."""
        return self.closing + self.commit


class Draw:
    """Changes of so many facts to a store that `generate` has filled."""

    def __init__(self, size: Size, triples: int, seed: int = SEED) -> None:
        """`size` is what was generated for `triples`."""
        self._size, self._chance = size, Random(seed)
        self._world = World(Reference(triples), people=size.people)
        self._writing = Chance(seed + 1)
        self._documents = size.documents

    def change(self, snapshot: Snapshot) -> tuple[str, list[Quad], list[Quad]]:
        """Its kind, what it adds and what it removes."""
        kinds, weights = zip(*KINDS, strict=True)
        (kind,) = self._chance.choices(kinds, weights)
        if kind == "new case":
            return kind, self._new_case(), []
        there = self._of_a_document(snapshot)
        if kind == "removals":
            return kind, [], there
        removed = [quad for quad in there if _is_text(quad)][: FACTS // 2]
        return kind, [_edited(quad) for quad in removed], removed

    def _new_case(self) -> list[Quad]:
        document = Document(self._world, self._writing, self._documents, LAST - 1)
        self._documents += 1
        document.opening()
        while len(document.lines) < FACTS:
            criminal_case(document)
        text = "".join(f"{line} {document.graph} .\n" for line in document.lines[:FACTS])
        return list(parse(text.encode(), RdfFormat.N_QUADS))

    def _of_a_document(self, snapshot: Snapshot) -> list[Quad]:
        """Facts of records that stand together in one document."""
        while True:
            number = self._chance.randrange(self._size.documents)
            name = NamedNode(f"{GRAPH}document-{number}")
            graph = snapshot.id_of(name)
            relation = snapshot.relation(Named((-1 if graph is None else graph,)))
            rows = snapshot.cursor().execute(
                f"SELECT s, p, o FROM {relation} ORDER BY s LIMIT {2 * FACTS}"
            )
            found = rows.fetchall()[:FACTS]
            if len(found) > FACTS // 2:
                return [Quad(*map(snapshot.term_of, row), name) for row in found]  # type: ignore[arg-type]


def _is_text(quad: Quad) -> bool:
    return isinstance(quad.object, Literal) and bool(quad.object.language)


def _edited(quad: Quad) -> Quad:
    assert isinstance(quad.object, Literal)
    words = Literal(f"{quad.object.value}, corrected", language=quad.object.language)
    return Quad(quad.subject, quad.predicate, words, quad.graph_name)


def timings(store: Store, concluder: Concluder, draw: Draw, changes: int) -> Iterator[Timing]:
    """So many changes, each committed whatever shapes say of it."""
    with store.write() as transaction:
        concluder.prepare(transaction)
    for _ in range(changes):
        with store.snapshot(level=SEALED) as snapshot:
            kind, added, removed = draw.change(snapshot)
        with store.write() as transaction:
            staged = transaction.stage(Change(added=tuple(added), removed=tuple(removed)))
            start, used = perf_counter(), process_time()
            outcome = concluder.conclude(transaction)
            closed = perf_counter()
            transaction.commit(author="benchmark", message="", time=datetime.now(UTC))
            concluder.remember()
            end = perf_counter()
        yield Timing(
            kind,
            staged.added + staged.removed,
            len(outcome.consequences),
            len(outcome.came.results) + len(outcome.went.results),
            (closed - start) * 1e3,
            (end - closed) * 1e3,
            (process_time() - used) * 1e3,
            len(outcome.in_full),
        )


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def summary(found: list[Timing]) -> dict[str, dict[str, float]]:
    """p50 and p95 of closing and commit together, of all changes and by kind."""

    def of(chosen: list[Timing]) -> dict[str, float]:
        stages: list[tuple[str, Callable[[Timing], float]]] = [
            ("whole", lambda one: one.whole),
            ("closing", lambda one: one.closing),
            ("commit", lambda one: one.commit),
            ("processor", lambda one: one.processor),
        ]
        told: dict[str, float] = {"changes": len(chosen)}
        for name, stage in stages:
            values = [stage(one) for one in chosen]
            told[f"{name} p50"] = round(percentile(values, 0.5), 1)
            told[f"{name} p95"] = round(percentile(values, 0.95), 1)
        return told

    kinds = {one.kind for one in found}
    parts = {kind: of([one for one in found if one.kind == kind]) for kind in sorted(kinds)}
    return {"all": of(found), **parts}


def prepared(triples: int, folder: Path | None, work: Path) -> tuple[Store, Concluder, Size]:
    """A store with generated reports and the ontology, closed and judged."""
    size, lines = Size(), work / f"reports-{triples}.nq"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(generate(triples, SEED, quads=True, size=size))
    ontology = Names().graph("ontology")
    sources = [(lines, None)]
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


def main() -> None:
    """Prepare, measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--each", action="store_true", help="tell of each change, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        start = perf_counter()
        store, concluder, size = prepared(given.triples, Path(work) / "store", Path(work))
        sys.stderr.write(f"prepared in {perf_counter() - start:.1f} s\n")
        with store:
            found = list(timings(store, concluder, Draw(size, given.triples), given.changes))
    told: dict[str, object] = {"triples": given.triples, **summary(found)}
    if given.each:
        told["each"] = [asdict(one) for one in found]
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
