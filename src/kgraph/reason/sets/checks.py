"""Clauses that must never fire: how often they do, and on what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.sets.program import Closed, Finding
from kgraph.reason.sets.shapes import TYPE, Group, Statement, grouped
from kgraph.reason.sets.tables import EDGES, TYPES, Tables
from kgraph.reason.sets.values import Decisions


class Checks:
    """Runs clauses without head over all that is known at the end of a view."""

    def __init__(self, tables: Tables, decisions: Decisions, type_: int, shown: int) -> None:
        """`shown`: how many inconsistencies of a rule are listed for each view."""
        self._tables = tables
        self._type = type_
        self._decisions = decisions
        self._shown = shown
        self._run: set[Clause] = set()

    def run(
        self,
        clauses: Iterable[Clause],
        facts: str | None,
        unloaded: str,
        mask: int,
        closed: Closed,
    ) -> None:
        """Add what is found, and was not found for an earlier view, to a result.

        `facts` is a FROM item with s, p, o, mask; None: the tables as they are, and for what may
        have any predicate the rows of `unloaded`.
        """
        self._unloaded = unloaded
        clauses = list(clauses)
        self._forget(clauses, mask, closed)
        # What is known already can be found again only with something that came with this view.
        old = [clause for clause in clauses if clause in self._run]
        new = [clause for clause in clauses if clause not in self._run]
        self._run.update(new)
        for chosen, only in ((old, f" = {mask}"), (new, f" >= {mask}")):
            bare = [clause for clause in chosen if not clause.body]
            if chosen is new:
                for clause in bare:
                    self._add(closed, clause, (), mask)
                    self._count(closed, clause.rule, 1)
            rest = [(clause, 0, 0) for clause in chosen if clause.body]
            for group in grouped(rest, self._type, apart=True):
                self._group(group, facts, mask, only, closed)

    def _forget(self, clauses: Iterable[Clause], mask: int, closed: Closed) -> None:
        """Axioms that came with a view may say otherwise what clauses said that are not in it."""
        lost = self._run - set(clauses)
        self._run -= lost
        if lost:
            closed.findings = [
                replace(one, mask=one.mask & ~mask) if one.clause in lost else one
                for one in closed.findings
            ]

    def _group(self, group: Group, facts: str | None, mask: int, only: str, closed: Closed) -> None:
        rows = [(*row[:-1], number) for number, row in enumerate(group.rows)]
        sources = _Sources(group, facts, self._unloaded, self._tables, self._type)
        statement = Statement(group.shape, rows, sources, self._type)
        self._decisions.bind(statement)
        masks = " & ".join(f"a{number}.mask" for number in range(len(group.shape.body)))
        statement.where.append(f"({masks}) {only}")
        source = statement.source()
        total = self._tables.one(f"SELECT count(*) {source}")
        if not total:
            return
        rule = group.clauses[0].rule
        self._count(closed, rule, total)
        room = self._shown - sum(f.mask == mask and f.clause.rule == rule for f in closed.findings)
        columns = []
        for number, pattern in enumerate(group.shape.body):
            predicate = statement.value(pattern[1])
            columns += [f"a{number}.s", predicate, f"a{number}.o"]
        text = f"SELECT {statement.clause_number()}, {', '.join(columns)} {source}"
        found = self._tables.cursor.execute(f"{text} ORDER BY ALL LIMIT {max(room, 0)}").fetchall()
        for number, *parts in found:
            self._add(closed, group.clauses[number], _triples(parts), mask)

    @staticmethod
    def _count(closed: Closed, rule: str, more: int) -> None:
        closed.counts[rule] = closed.counts.get(rule, 0) + more

    @staticmethod
    def _add(closed: Closed, clause: Clause, premises: tuple[TripleKey, ...], mask: int) -> None:
        closed.findings.append(Finding(clause, premises, mask))


class _Sources:
    """The FROM item of each atom of a group."""

    def __init__(
        self, group: Group, facts: str | None, unloaded: str, tables: Tables, type_: int
    ) -> None:
        self._group = group
        self._facts = facts
        self._unloaded = unloaded
        self._tables = tables
        self._type = type_

    def __call__(self, number: int) -> str:
        predicate = self._group.shape.body[number][1]
        if predicate[0] == "v":
            known = self._tables.rows(new=False)
            return self._facts or f"(SELECT * FROM {known} UNION ALL {self._unloaded})"
        if self._facts is None:
            return TYPES if predicate == TYPE else EDGES
        if predicate == TYPE:
            return f"(SELECT * FROM {self._facts} WHERE p = {self._type})"
        return self._facts


def _triples(parts: Sequence[int]) -> tuple[TripleKey, ...]:
    return tuple((parts[n], parts[n + 1], parts[n + 2]) for n in range(0, len(parts), 3))
