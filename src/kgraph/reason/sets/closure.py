"""The bulk closure: semi-naive evaluation of clauses, as SQL over identifiers.

Each pass joins what is new with all there is, every shape of clause in one statement
(docs/decisions/0070). Views come one after the other, the public one first: what is new in a
later one has its mask.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import duckdb

from kgraph.progress import SILENT, Progress
from kgraph.reason.clauses import Atom, Clause, Condition, TripleKey
from kgraph.reason.sets.checks import Checks
from kgraph.reason.sets.equality import STEPS, Cliques
from kgraph.reason.sets.joins import Joins
from kgraph.reason.sets.linear import Step, reach_of, step_of
from kgraph.reason.sets.loading import Loading, listed
from kgraph.reason.sets.noise import Noise
from kgraph.reason.sets.program import EQUALITY, LAST_ROUND, LITERALS, Closed, Program, View
from kgraph.reason.sets.shapes import constants_of, grouped, mapped
from kgraph.reason.sets.steps import Steps
from kgraph.reason.sets.tables import (
    NEW_EDGES,
    NEW_TYPES,
    PREFIX,
    Present,
    Tables,
)
from kgraph.reason.sets.transitive import Transitive
from kgraph.reason.sets.values import Decisions

RESULT = f"{PREFIX}_result"
RESULT_COLUMNS = "s BIGINT, p BIGINT, o BIGINT, round SMALLINT, mask UTINYINT"
SHOWN = 20
"""So many inconsistencies of a rule are listed, unless another number is asked for."""


def close(
    cursor: duckdb.DuckDBPyConnection,
    program: Program,
    views: Sequence[View],
    *,
    noise: Noise | None = None,
    shown: int = SHOWN,
    progress: Progress = SILENT,
    check: Callable[[], None] = lambda: None,
) -> Closed:
    """What follows from the facts of views, the lowest first, and is not asserted there.

    A view has what those before it have, and may repeat it. What `noise` says is left out of the
    result. `check` is called often, and may raise to stop; tables are then dropped. Raises
    whatever `clauses_for` raises.
    """
    closing = _Closing(cursor, program, views, shown, progress, check)
    try:
        return closing.run(noise)
    except BaseException:
        closing.drop()
        raise


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop the tables that a result was read from."""
    names = cursor.execute(
        "SELECT table_name FROM duckdb_tables() "
        f"WHERE temporary AND starts_with(table_name, '{PREFIX}_')"
    ).fetchall()
    for (name,) in names:
        cursor.execute(f"DROP TABLE {name}")


class _Closing:
    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        program: Program,
        views: Sequence[View],
        shown: int,
        progress: Progress,
        check: Callable[[], None],
    ) -> None:
        self._cursor = cursor
        self._program = program
        self._views = views
        self._progress = progress
        self._check = check
        self._tables = Tables(cursor, program.type)
        self._steps = Steps(self._tables)
        self._transitive = Transitive(self._tables)
        self._cliques = Cliques(self._tables, program.same)
        self._decisions = Decisions(self._tables, program)
        self._loading = Loading(self._tables, program, views, progress, check)
        self._joins = Joins(self._tables, self._decisions, check)
        self._checks = Checks(self._tables, self._decisions, program.type, shown)
        self._schema: dict[TripleKey, int] = {}
        self._clauses: list[Clause] = []
        self._equality = False
        self._literals_equal = False
        self._clamp = 0
        self._passes = 0

    def drop(self) -> None:
        forget(self._cursor)

    def run(self, noise: Noise | None) -> Closed:
        """All views, one after the other."""
        closed = Closed("")
        for number, view in enumerate(self._views):
            self._view = view
            self._cliques.begin(view.mask, self._tables.latest() if number else 0)
            self._read_schema(view)
            self._loading.begin(number)
            self._cliques.take_in()
            self._again()
            self._fixpoint()
            facts = self._cliques.expand() if self._cliques else None
            checked = [clause for clause in self._clauses if clause.head is None]
            self._checks.run(checked, facts, self._loading.rest(view), view.mask, closed)
            if len(self._views) > 1 or self._cliques:
                self._keep(facts or self._tables.rows(), first=not number)
        self._finish(closed, noise)
        return closed

    # -- the schema and its clauses

    def _is_schema(self) -> str:
        """As an SQL condition on s, p, o."""
        of = self._cliques.of
        predicates = listed(of(one) for one in self._program.schema_predicates)
        classes = listed(of(one) for one in self._program.schema_classes)
        return f"(p IN ({predicates}) OR (p = {self._tables.type} AND o IN ({classes})))"

    def _read_schema(self, view: View) -> None:
        found = self._cursor.execute(
            f"SELECT s, p, o FROM {view.relation} WHERE {self._is_schema()}"
        ).fetchall()
        for triple in found:
            self._schema.setdefault(triple, 0)

    def _specialise(self) -> None:
        """Make clauses of the schema as it is now, and load the facts that they can use."""
        schema = self._schema
        if self._cliques:
            schema = self._cliques.schema_variants(schema)
        rounds = dict(schema)
        clauses = list(self._program.clauses_for(schema))
        proposed = []
        for clause in clauses:
            after = _after(clause, rounds)
            if not clause.body and clause.head is not None:
                s, p, o = clause.head.parts
                assert isinstance(s, int)
                assert isinstance(p, int)
                assert isinstance(o, int)
                if s < LITERALS and rounds.setdefault((s, p, o), after + 1) == after + 1:
                    proposed.append((s, p, o, after + 1))
        self._rounds = rounds
        self._equality = any(c.rule == "eq-rep-s" and c.body and not c.axioms for c in clauses)
        if self._equality:
            clauses = [c for c in clauses if not (c.rule in EQUALITY and c.body and not c.axioms)]
            clauses += self._equality_clauses()
        self._clauses = clauses
        self._prepare()
        self._want()
        self._tables.propose(proposed)

    def _equality_clauses(self) -> list[Clause]:
        """What representatives do not do: a literal may be put in the place of an object."""
        if not self._literals_equal:
            return []
        same = self._program.same
        body = (Atom("s", "p", "x"), Atom("x", same, "y"))
        literal = (Condition("literal", ("y",)),)
        return [Clause("eq-rep-o", body, Atom("s", "p", "y"), literal)]

    def _prepare(self) -> None:
        """Sort clauses into single steps and groups, under the names of representatives."""
        names = self._cliques.representatives
        steps: list[tuple[Step, int]] = []
        others: list[tuple[Clause, int, int]] = []
        drop_selves = not self._selves_matter()
        for clause in self._clauses:
            if clause.head is None or not clause.body:
                continue
            after, margin = _after(clause, self._rounds), 0
            run = mapped(clause, names) if names else clause
            if run.body != clause.body or (names and _differs(clause, self._program.same)):
                after, margin = max(after, self._cliques.latest + STEPS), STEPS
            renamed = not names.keys().isdisjoint(clause.head.parts)
            step = None if margin or renamed else step_of(run, self._tables.type)
            if step is not None:
                steps.append((step, after))
                continue
            if drop_selves and clause.head.predicate == self._program.same:
                run = _without_selves(run)
            others.append((run, after, margin))
        self._steps.set(reach_of(steps))
        self._joins.groups = self._transitive.set(grouped(others, self._tables.type))

    def _selves_matter(self) -> bool:
        """Whether anything follows from what is the same as itself."""
        if not self._equality:
            return True
        return any(
            isinstance(atom.predicate, str) or atom.predicate == self._program.same
            for clause in self._clauses
            if clause.head is not None
            for atom in clause.body
        )

    def _want(self) -> None:
        """Load what clauses mention and is not there yet."""
        everything = bool(self._cliques) or self._literals_equal
        more = {self._program.same} if self._equality else set()
        if self._loading.want(self._clauses, more, everything=everything):
            self._cliques.take_in()

    # -- passes

    def _fixpoint(self) -> None:
        while True:
            self._check()
            self._cliques.normalise()
            self._tables.settle(self._view.mask)
            self._steps.take(self._view.mask, self._clamp)
            self._clamp = 0
            new = self._tables.present()
            self._progress("infer", self._passes)
            if self._renamed(new) or self._schema_grew(new):
                continue
            if not new:
                return
            self._passes += 1
            self._transitive.propose(new)
            self._joins.run(new)
            self._tables.advance()
            self._joins.present.add(new)

    def _renamed(self, new: Present) -> bool:
        """Act on new equalities; whether there were any."""
        same = self._cliques.of(self._program.same)
        if not self._equality or same not in new.edges:
            return False
        if not self._literals_equal and self._literal_equals(same):
            self._literals_equal = True
            self._again()
            return True
        constants = constants_of(self._clauses) | {self._program.type, self._program.same}
        constants.update(part for triple in self._rounds for part in triple)
        constants |= {self._cliques.of(one) for one in constants}
        changed = self._cliques.merge()
        if changed:
            self._transitive.forget()
        touched = changed | {self._cliques.of(one) for one in changed}
        if not constants.isdisjoint(touched) or (
            changed and any(_differs(clause, self._program.same) for clause in self._clauses)
        ):
            self._again(anew=True)
        elif changed:
            self._want()
        return bool(changed)

    def _literal_equals(self, same: int) -> bool:
        text = f"SELECT 1 FROM {NEW_EDGES} WHERE p = {same} AND o >= {LITERALS} LIMIT 1"
        return bool(self._cursor.execute(text).fetchall())

    def _again(self, *, anew: bool = False) -> bool:
        """Specialise again; if clauses changed (or `anew`), all facts are joined once more."""
        before = set(self._clauses)
        self._specialise()
        if not anew and set(self._clauses) <= before:
            return False
        self._clamp = self._tables.latest()
        self._tables.all_again()
        self._joins.present = Present()
        return True

    def _schema_grew(self, new: Present) -> bool:
        """Take in new schema triples; whether clauses changed."""
        of = self._cliques.of
        if new.edges.keys().isdisjoint(map(of, self._program.schema_predicates)) and (
            new.types.keys().isdisjoint(map(of, self._program.schema_classes))
        ):
            return False
        rows = (
            f"(SELECT s, {self._tables.type} AS p, o, round FROM {NEW_TYPES} "
            f"UNION ALL SELECT s, p, o, round FROM {NEW_EDGES})"
        )
        found = self._cursor.execute(
            f"SELECT s, p, o, round FROM {rows} WHERE {self._is_schema()}"
        ).fetchall()
        more = [row for row in found if row[:3] not in self._rounds]
        for *triple, round_ in more:
            self._schema[tuple(triple)] = round_
        return bool(more) and self._again()

    # -- the result

    def _keep(self, facts: str, *, first: bool) -> None:
        """Add to the result what this view has and those before it had not."""
        select = f"SELECT s, p, o, round, {self._view.mask}::UTINYINT AS mask FROM {facts}"
        if first:
            self._tables.make(RESULT, RESULT_COLUMNS)
        self._tables.add(
            RESULT,
            f"SELECT * FROM ({select} WHERE round > 0) ANTI JOIN {RESULT} USING (s, p, o)",
        )

    def _finish(self, closed: Closed, noise: Noise | None) -> None:
        self._tables.drop_idle()
        relation = f"SELECT * FROM {self._tables.rows(new=False)} WHERE round > 0"
        if len(self._views) > 1 or self._cliques:
            relation = f"SELECT * FROM {RESULT}"
        if noise is not None:
            last = self._views[-1].relation
            triples = f"(SELECT s, p FROM ({relation}) UNION ALL SELECT s, p FROM {last})"
            relation = noise.without(self._cursor, relation, triples)
        closed.relation = (
            f"SELECT s, p, o, least(round, {LAST_ROUND})::UTINYINT AS round, mask FROM ({relation})"
        )
        closed.passes = self._passes
        closed.inferred = self._tables.one(f"SELECT count(*) FROM ({closed.relation})")
        self._progress("infer", self._passes, self._passes)


def _after(clause: Clause, rounds: dict[TripleKey, int]) -> int:
    return max((rounds.get(axiom, 0) for axiom in clause.axioms), default=0)


def _differs(clause: Clause, same: int) -> bool:
    """Whether a clause tells terms apart that may be the same."""
    if clause.head is None or clause.head.predicate == same:
        return False
    return any(condition.kind == "different" for condition in clause.conditions)


def _without_selves(clause: Clause) -> Clause:
    assert clause.head is not None
    ends = (clause.head.subject, clause.head.object)
    if ends[0] == ends[1]:
        return clause  # eq-ref, which somebody asked for
    condition = Condition("different", ends)
    return replace(clause, conditions=(*clause.conditions, condition))
