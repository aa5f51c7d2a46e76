"""A store that edits were made to, held against one that was closed and judged at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from traceback import extract_tb

from pyoxigraph import DefaultGraph, Quad, Triple
from tests.differential.edits import Edit, sequence
from tests.differential.shrinking import code, shrunk
from tests.differential.toy_theory import theory
from tests.unit.ingest.closing.world import GRAPHS, TIME, Copies, World

from kgraph.config import Settings
from kgraph.errors import ChangeRefused
from kgraph.ingest.closing import Concluder, Outcome
from kgraph.ingest.commits import Signed
from kgraph.ingest.delta import Delta
from kgraph.ingest.transaction import Writer
from kgraph.reason.owl2rl import Inconsistency
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import NO_SUCH_THING
from kgraph.store import SEALED, Change, Snapshot, Store, Transaction, lowest_level


@dataclass
class Told:
    """What should hold by what outcomes said."""

    copies: Copies = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    results: Counter[tuple[str, ...]] = field(default_factory=Counter)
    clashes: set[Inconsistency] = field(default_factory=set)
    exceeded: bool = False

    def take(self, outcome: Outcome, snapshot: Snapshot) -> None:
        """Add one outcome that was committed; terms are those of the commit."""
        assert len(outcome.consequences.listed) < 10_000, "not all consequences are listed"
        for one in outcome.consequences.listed:
            triple = Triple(*map(snapshot.term_of, one.triple))  # type: ignore[arg-type]
            key = one.stratum, triple
            assert self.copies.get(key, 0) == one.was, f"{key} was {self.copies.get(key)}: {one}"
            self.copies[key] = one.now
        self.copies = {key: mask for key, mask in self.copies.items() if mask}
        self.counts.update(outcome.consequences.came)
        self.counts.subtract(outcome.consequences.went)
        self.results.update(one.reading for one in outcome.came.results)
        self.results.subtract(one.reading for one in outcome.went.results)
        come, gone = {*outcome.clashes_come}, {*outcome.clashes_gone}
        assert not come & self.clashes, f"said to have come, and stood: {come & self.clashes}"
        assert gone <= self.clashes, f"said to have gone, and did not stand: {gone - self.clashes}"
        self.clashes = self.clashes - gone | come
        self.exceeded |= bool(outcome.exceeded)


class Edited:
    """Applies edits one by one and knows what should be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules: frozenset[str] = frozenset()
        self.shapes: frozenset[str] = frozenset()
        self.asserted: dict[Quad, int] = {}
        self.told = Told()
        self.refused = 0
        self._open(Store.open(folder, threads=1))

    def _open(self, store: Store) -> None:
        self.store = store
        self.concluder = Concluder(theory(self.rules, self.shapes))

    def close(self) -> None:
        self.store.close()

    def apply(self, edit: Edit) -> None:
        """Make one edit, and check what is said of it against what the store holds then."""
        if edit.how == "reopen":
            self.store.close()
            self._open(Store.open(self.folder, threads=1))
        if edit.how == "merge":
            self.store.merge()
        if edit.how in ("trial", "tried"):
            self._conclude(edit, keep=False)
        if edit.how != "trial":
            self._conclude(edit, keep=True)
        self._told_of()

    def _conclude(self, edit: Edit, *, keep: bool) -> None:
        rules, shapes = self.rules ^ {*edit.rules}, self.shapes ^ {*edit.shapes}
        other = (rules, shapes) != (self.rules, self.shapes)
        with self.store.write() as transaction:
            asserted = self._stage(transaction, edit)
            step = self.concluder.from_scratch if edit.how == "bulk" else self.concluder.conclude
            outcome = step(transaction, theory(rules, shapes) if other else None)
            if not keep:
                return
            if edit.how == "policy" and outcome.refused:
                self.refused += 1
                return
            transaction.commit(author="me", message="", time=TIME)
            self.concluder.remember()
        self.rules, self.shapes, self.asserted = rules, shapes, asserted
        with self.store.snapshot(level=SEALED) as snapshot:
            self.told.take(outcome, snapshot)

    def _stage(self, transaction: Transaction, edit: Edit) -> dict[Quad, int]:
        there = dict(self.asserted)
        for op in edit.ops:
            if op.add:
                transaction.stage(Change(added=op.quads, level=op.level))
                there.update({q: min(op.level, there.get(q, op.level)) for q in op.quads})
            else:
                transaction.stage(Change(removed=op.quads))
                for quad in op.quads:
                    there.pop(quad, None)
        return there

    def _told_of(self) -> None:
        """What is said of an edit against what the store holds then."""
        held = inferred(self.store)
        assert self.told.copies == held, _differing(self.told.copies, held, "told")
        assert +self.told.counts == Counter(stratum for stratum, _ in held)

    def compare(self) -> None:
        """Closure, masks, report and inconsistencies equal those from scratch."""
        held = asserted(self.store)
        assert held == self.asserted, _differing(self.asserted, held, "asserted")
        with TemporaryDirectory() as name:
            fresh = World(theory(self.rules, self.shapes), store=Store.open(Path(name), threads=1))
            try:
                self._compare(fresh)
            finally:
                fresh.store.close()

    def _compare(self, fresh: World) -> None:
        with fresh.store.write() as transaction:
            for level in range(3):
                quads = tuple(quad for quad, of in self.asserted.items() if of == level)
                transaction.stage(Change(added=quads, level=level))
            outcome = fresh.concluder.from_scratch(transaction)
            transaction.commit(author="me", message="", time=TIME)
            fresh.concluder.remember()
        mine, others = inferred(self.store), inferred(fresh.store)
        assert mine == others, _differing(mine, others, "here")
        with fresh.store.write() as transaction:
            wanted = fresh.concluder.whole_report(transaction)
        with self.store.write() as transaction:
            kept = self.concluder.whole_report(transaction)
        assert sorted(kept.keys) == sorted(wanted.keys), _unlike(kept, wanted)
        self._compare_told(wanted, {*outcome.clashes_come})
        if not self.told.exceeded:
            assert not outcome.exceeded, "a rule exceeds its bound, and nobody said so"

    def _compare_told(self, wanted: ValidationReport, clashes: set[Inconsistency]) -> None:
        """What came and went, added up, is what there is."""
        results = Counter(
            one.reading for one in wanted.results if not one.source_shape.endswith(NO_SUCH_THING)
        )
        told = +self.told.results
        assert told == results, f"told, not there: {told - results}; not told: {results - told}"
        assert not -self.told.results
        stood = self.told.clashes
        assert stood == clashes, f"said, not there: {stood - clashes}; not said: {clashes - stood}"


class Written(Edited):
    """The same through the writer of the graph, who refuses what adds violations.

    At which level a statement is, the graph that it is in decides too.
    """

    def _open(self, store: Store) -> None:
        self.store = store
        settings = Settings(sources=str(self.folder), data=str(self.folder))
        self.writer = Writer(store, theory(self.rules, self.shapes), settings, lambda: TIME)
        self.concluder = self.writer.concluder

    def _conclude(self, edit: Edit, *, keep: bool) -> None:
        there = dict(self.asserted)

        def stage(transaction: Transaction) -> None:
            nonlocal there
            there = self._stage(transaction, edit)

        rules, shapes = self.rules ^ {*edit.rules}, self.shapes ^ {*edit.shapes}
        other = (rules, shapes) != (self.rules, self.shapes)
        if not keep:
            self.writer.trial(stage, theory=theory(rules, shapes) if other else None)
            return
        try:
            if edit.ops:
                self.writer.commit_staged(stage, "me", "", accept_failures=True)
                self.asserted = asserted(self.store)
                assert self.asserted.keys() == there.keys()
            if other:  # they come with what sources say, all of which is public: apart from facts
                signed, anew = Signed("me", "", TIME), edit.how == "bulk"
                now = theory(rules, shapes)
                self.writer.commit_theory(Delta(), signed, now, anew=anew, accept_failures=True)
                self.rules, self.shapes = rules, shapes
        except ChangeRefused:
            self.refused += 1

    def _told_of(self) -> None:
        """The writer says of a commit what it says of the report alone."""

    def _compare_told(self, wanted: ValidationReport, clashes: set[Inconsistency]) -> None:
        """So there is nothing to add up."""


def _unlike(report: ValidationReport, wanted: ValidationReport) -> str:
    mine, others = (Counter(one.reading for one in r.results) for r in (report, wanted))
    return f"report; not from scratch: {mine - others}; only so: {others - mine}"


def _differing(mine: Copies, others: Copies, which: str) -> str:
    keys = sorted((k for k in {**mine, **others} if mine.get(k) != others.get(k)), key=str)
    lines = [f"{key}: {which} {mine.get(key)}, else {others.get(key)}" for key in keys[:8]]
    return f"{len(keys)} differ\n" + "\n".join(lines)


def asserted(store: Store) -> dict[Quad, int]:
    """What is asserted, with its level."""
    with store.snapshot(level=SEALED) as snapshot:
        rows = snapshot.cursor().execute(
            f"SELECT s, p, o, g, levels FROM {snapshot.copies()} WHERE round = 0"
        )
        found = {}
        for s, p, o, g, mask in rows.fetchall():
            graph = snapshot.term_of(g) if g else DefaultGraph()
            parts = [*map(snapshot.term_of, (s, p, o)), graph]
            found[Quad(*parts)] = lowest_level(mask)  # type: ignore[arg-type]
        return found


def inferred(store: Store) -> Copies:
    """What is inferred, by stratum."""
    with store.snapshot(level=SEALED) as snapshot:
        strata = {snapshot.id_of(name): stratum for stratum, name in enumerate(GRAPHS)}
        rows = snapshot.cursor().execute(
            f"SELECT s, p, o, g, levels FROM {snapshot.copies()} WHERE round > 0"
        )
        return {
            (strata[g], Triple(*map(snapshot.term_of, (s, p, o)))): mask  # type: ignore[arg-type]
            for s, p, o, g, mask in rows.fetchall()
        }


def run(edits: Sequence[Edit], compared: Iterable[int] = (), by: type[Edited] = Edited) -> Edited:
    """Make all edits; compare after those numbered and after the last. The store is closed."""
    points = {*compared, len(edits) - 1}
    with TemporaryDirectory() as name:
        edited = by(Path(name) / "store")
        try:
            for number, edit in enumerate(edits):
                edited.apply(edit)
                if number in points:
                    edited.compare()
        finally:
            edited.close()
    return edited


@dataclass(frozen=True)
class Failure:
    """A sequence that fails, as small as it could be made in the time given, and how it fails."""

    seed: str
    message: str
    edits: str
    """As Python."""


def tried(seed: str, number: int, *, shrink_for: float = 60.0) -> Failure | None:
    """Run the sequence of a seed, compared at a random point and at the end."""
    edits, compared = sequence(seed, number)
    first = _error(edits, [compared])
    if first is None:
        return None
    end = monotonic() + shrink_for

    def fails(fewer: Sequence[Edit]) -> bool:
        error = _error(fewer) if fewer and monotonic() < end else None
        return error is not None and _where(error) == _where(first)

    if not fails(edits[: compared + 1]):
        compared = number - 1
    return Failure(
        seed, f"{type(first).__name__}: {first}", code(shrunk(edits[: compared + 1], fails))
    )


def _error(edits: Sequence[Edit], compared: Iterable[int] = ()) -> Exception | None:
    try:
        run(edits, compared)
    except Exception as error:  # whatever goes wrong in what is tested is a finding
        return error
    return None


def _where(error: Exception) -> tuple[type, str, int]:
    last = extract_tb(error.__traceback__)[-1]
    return type(error), last.filename, last.lineno or 0
