"""What single steps reach, ways along transitive properties, and how much work that is."""

import re

import duckdb
import pytest
from tests.unit.reason.points.ontologies import TYPE, a
from tests.unit.reason.points.scratch import iri, literal
from tests.unit.reason.sets.bulk import closed, expected, is_valid, program

from kgraph.reason.clauses import Atom, Clause
from kgraph.reason.sets.linear import Step, reach_of, step_of

P, Q, R = iri(20), iri(21), iri(22)
C, D, E = iri(10), iri(11), iri(12)
X, Y, Z = "x", "y", "z"
TRANSITIVE = Clause("prp-trp", (Atom(X, P, Y), Atom(Y, P, Z)), Atom(X, P, Z))


class Counting:
    """A cursor that counts statements."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self.cursor = cursor
        self.statements: list[str] = []

    def execute(self, text: str, *given: object) -> duckdb.DuckDBPyConnection:
        self.statements.append(re.sub(r"\d+", "", text))
        return self.cursor.execute(text, *given)

    def __getattr__(self, name: str) -> object:
        return getattr(self.cursor, name)


@pytest.mark.parametrize(
    ("clause", "step"),
    [
        (Clause("cax-sco", (a(X, C),), a(X, D)), ("sco", C, D)),
        (Clause("prp-dom", (Atom(X, P, Y),), a(X, C)), ("dom", P, C)),
        (Clause("prp-rng", (Atom(X, P, Y),), a(Y, C)), ("rng", P, C)),
        (Clause("prp-spo1", (Atom(X, P, Y),), Atom(X, Q, Y)), ("spo", P, Q)),
        (Clause("prp-inv1", (Atom(X, P, Y),), Atom(Y, Q, X)), ("inv", P, Q)),
        (Clause("cls-hv1", (a(X, C),), Atom(X, P, D)), None),
        (Clause("cls-hv2", (Atom(X, P, D),), a(X, C)), None),
        (Clause("of selves", (Atom(X, P, X),), a(X, C)), None),
        (Clause("of types", (Atom(X, TYPE, Y),), a(Y, C)), None),
        (Clause("constant", (Atom(X, P, Y),), a(D, C)), None),
        (TRANSITIVE, None),
    ],
)
def test_clauses_that_are_single_steps(clause: Clause, step: Step | None) -> None:
    assert step_of(clause, TYPE) == step


def test_steps_are_followed_to_the_end() -> None:
    steps: list[tuple[Step, int]] = [
        (("spo", P, Q), 0),
        (("inv", Q, R), 0),
        (("dom", R, C), 2),
        (("sco", C, D), 0),
        (("sco", D, C), 0),
    ]
    reach = reach_of(steps)
    assert set(reach.classes) == {(C, D, 1, 1), (D, C, 1, 1)}
    assert (P, Q, False, 1, 1, False) in reach.edges
    assert (P, R, True, 2, 2, True) in reach.edges
    assert {row[:3] for row in reach.types if row[0] == P} == {(P, C, True), (P, D, True)}
    # Three steps, but no earlier than the axiom of round 2 allows; then one more.
    assert (P, C, True, 3, 3, True) in reach.types
    assert (P, D, True, 4, 4, True) in reach.types


def test_literals_do_not_become_subjects_half_way() -> None:
    clauses = [
        Clause("prp-inv1", (Atom(X, P, Y),), Atom(Y, Q, X)),
        Clause("prp-inv2", (Atom(X, Q, Y),), Atom(Y, R, X)),
        Clause("prp-dom", (Atom(X, Q, Y),), a(X, C)),
        Clause("prp-rng", (Atom(X, Q, Y),), a(Y, D)),
    ]
    facts = {(iri(30), P, literal(40)): 7, (iri(31), P, iri(32)): 7}
    with duckdb.connect(":memory:") as cursor:
        rows, _ = closed(cursor, facts, program(clauses))
        assert {t: mask for t, (_, mask) in rows.items()} == expected(facts, clauses)
        assert all(iri(30) not in triple for triple in rows)


def test_a_chain_needs_no_pass_for_each_of_its_edges() -> None:
    chain = {(iri(100 + n), P, iri(101 + n)): 7 for n in range(64)}
    with duckdb.connect(":memory:") as cursor:
        rows, found = closed(cursor, chain, program([TRANSITIVE]))
    assert len(rows) == 64 * 63 // 2
    assert found.passes <= 3
    assert max(round_ for round_, _ in rows.values()) == 6


def test_new_edges_meet_ways_that_are_closed_already() -> None:
    clauses = [TRANSITIVE, Clause("prp-spo2", (Atom(X, Q, Y), Atom(Y, P, Z)), Atom(X, P, Z))]
    facts = {(iri(30 + n), P, iri(31 + n)): 7 for n in range(4)}
    facts |= {(iri(40 + n), P, iri(41 + n)): 7 for n in range(4)}
    facts[iri(34), Q, iri(40)] = 6
    facts[iri(44), Q, iri(30)] = 4
    with duckdb.connect(":memory:") as cursor:
        rows, _ = closed(cursor, facts, program(clauses))
    assert {t: mask for t, (_, mask) in rows.items()} == expected(facts, clauses)
    assert is_valid(facts, rows, clauses)


def test_clauses_of_one_shape_cost_no_more_statements_than_one() -> None:
    def statements(number: int) -> int:
        kinds = [iri(1000 + n) for n in range(number + 1)]
        clauses = [
            clause
            for one, other in zip(kinds, kinds[1:], strict=False)
            for clause in (
                Clause("cax-sco", (a(X, one),), a(X, other)),
                Clause("cls-int1", (a(X, one), a(X, other)), a(X, E)),
                Clause("cls-hv1", (a(X, one),), Atom(X, P, other)),
            )
        ]
        with duckdb.connect(":memory:") as cursor:
            counting = Counting(cursor)
            closed(counting, {(iri(30), TYPE, kinds[0]): 7}, program(clauses))  # type: ignore[arg-type]
            return len(counting.statements)

    assert statements(200) == statements(2)
