"""Close what a transaction holds, and stage what follows, without a row passing through Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from kgraph.progress import SILENT, Progress
from kgraph.reason.domain.views import levels_apart
from kgraph.reason.owl2rl import Rules, Values, specialise
from kgraph.reason.sets.closure import SHOWN, close, forget
from kgraph.reason.sets.noise import Noise
from kgraph.reason.sets.program import Closed, Program, View
from kgraph.store import Snapshot, Transaction, UnionOfAll
from kgraph.store.graphs import Graphs, Without
from kgraph.store.visibility import LEVELS, PUBLIC, lowest_level, mask_from

TYPED_LITERALS = "SELECT id FROM term WHERE datatype IS NOT NULL"
_VIEW, _AT = "closing_view", "closing_at"


def program_of(rules: Rules, values: Values) -> Program:
    """The rules of OWL 2 RL or RDFS, over a store, for `close`."""
    return Program(
        clauses_for=lambda schema: specialise(rules, schema, values),
        type=rules.type,
        same=rules.same,
        schema_predicates=rules.schema_predicates,
        schema_classes=rules.schema_classes,
        typed_literals=TYPED_LITERALS,
        holds=values.holds,
    )


@dataclass(frozen=True)
class Asked:
    """How a store is to be closed."""

    graph: int
    """Where inferred quads go; what is there already is replaced, unless it is to be kept."""
    without: tuple[int, ...] = ()
    """Other graphs that the closure does not see."""
    noise: bool = False
    """Whether triples are kept that tell nothing."""
    selves: bool = True
    """Whether it is kept then, too, that something is the same as itself."""
    shown: int = SHOWN
    keep: bool = False
    """Whether what is in the graph is given, and stays."""


def close_store(
    transaction: Transaction,
    program: Program,
    asked: Asked,
    *,
    progress: Progress = SILENT,
    check: Callable[[], None] = lambda: None,
) -> Closed:
    """Stage the closure of a transaction at all levels; its relation cannot be read afterwards."""
    closing = _Closing(transaction, asked)
    try:
        closed = closing.close(program, progress, check)
        old = ""
        if not asked.keep and asked.graph in transaction.graphs:
            old = transaction.copies_in([asked.graph])
        start = perf_counter()
        transaction.stage_inferred_rows(
            f"SELECT s, p, o, {asked.graph} AS g, round, mask FROM ({closed.relation})", old
        )
        closed.staging = perf_counter() - start
    finally:
        closing.forget()
    return closed


def _noise(asked: Asked, snapshot: Snapshot) -> Noise:
    return (Noise.selves if asked.noise else Noise.known)(snapshot.id_of)


class _Closing:
    def __init__(self, transaction: Transaction, asked: Asked) -> None:
        self._transaction = transaction
        self._asked = asked
        snapshot = transaction.snapshot
        self._cursor = snapshot.cursor()
        hidden = set(asked.without) if asked.keep else {asked.graph, *asked.without}
        hidden &= transaction.graphs
        self._hidden = tuple(sorted(hidden))
        self._graphs: Graphs = Without(self._hidden) if hidden else UnionOfAll()
        self._noise = None if asked.noise and asked.selves else _noise(asked, snapshot)
        self._made: list[str] = []

    def close(self, program: Program, progress: Progress, check: Callable[[], None]) -> Closed:
        """The closure, at the levels that occur."""
        masks = self._masks()
        nested = masks <= {mask_from(level) for level in LEVELS}

        def run(views: Sequence[View]) -> Closed:
            return close(
                self._cursor,
                program,
                views,
                noise=self._noise,
                shown=self._asked.shown,
                progress=progress,
                check=check,
            )

        if nested:
            occurring = {PUBLIC, *map(lowest_level, masks)}
            return run([self._more(level) for level in sorted(occurring)])
        return self._apart(run, list(levels_apart(masks)))

    def _masks(self) -> set[int]:
        """The masks that occur; if they have to be looked for, in what the closure sees."""
        snapshot = self._transaction.snapshot
        if snapshot.index is not None:
            return snapshot.index.masks()
        hidden = ", ".join(map(str, self._hidden)) or "NULL"
        seen = (
            f"SELECT DISTINCT levels FROM {snapshot.copies()} WHERE (g IN ({hidden})) IS NOT true"
        )
        return {mask for (mask,) in self._cursor.execute(seen).fetchall()}

    def _seen(self, level: int) -> str:
        return self._transaction.view(level).relation(self._graphs, order="pos")

    def _more(self, level: int) -> View:
        """What a level sees that the one below does not."""
        if level == PUBLIC:
            return View(self._seen(level), mask_from(level))
        below = self._seen(level - 1)
        name = f"{_VIEW}_{level}"
        self._make(
            name, f"SELECT s, p, o FROM {self._seen(level)} ANTI JOIN {below} USING (s, p, o)"
        )
        return View(name, mask_from(level))

    def _make(self, name: str, select: str) -> None:
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")
        self._made.append(name)

    def _apart(
        self, run: Callable[[Sequence[View]], Closed], levels: Sequence[tuple[int, int]]
    ) -> Closed:
        """Each level by itself: what is seen at one need not be seen at those above.

        Levels that see the same are one: the lowest, and the mask of them all.
        """
        whole = Closed("")
        for level, bits in levels:
            closed = run([View(self._seen(level), bits)])
            self._make(f"{_AT}_{level}", closed.relation)
            whole.passes += closed.passes
            whole.findings += closed.findings
            for rule, number in closed.counts.items():
                whole.counts[rule] = max(number, whole.counts.get(rule, 0))
        tables = [f"SELECT * FROM {_AT}_{level}" for level, _ in levels]
        given = [
            f"SELECT s, p, o, 0, {bits} FROM {self._seen(level)} "
            f"SEMI JOIN ({' UNION ALL '.join(tables)}) USING (s, p, o)"
            for level, bits in levels
        ]
        whole.relation = (
            "SELECT s, p, o, max(round) AS round, bit_or(mask)::UTINYINT AS mask "
            f"FROM ({' UNION ALL '.join(tables + given)}) GROUP BY s, p, o"
        )
        found = self._cursor.execute(f"SELECT count(*) FROM ({whole.relation})").fetchone()
        whole.inferred = found[0] if found else 0
        return whole

    def forget(self) -> None:
        """Drop all temporary tables."""
        forget(self._cursor)
        for name in self._made:
            self._cursor.execute(f"DROP TABLE IF EXISTS {name}")
