"""Every constraint lets healthy records pass and catches the one change made to break it."""

import re

import pytest
from rdflib.namespace import SH

from .batch import NAMES, Batch, Case, Constraint, read_bases, read_cases, read_constraints

pytestmark = pytest.mark.xdist_group("shapes")

CONSTRAINTS = read_constraints()
CASES = read_cases()
BASES = read_bases()
FAILING = [case for case in CASES if case.fails]
PASSING = [case for case in CASES if not case.fails]
MUTANTS = [case for case in FAILING if CONSTRAINTS[case.constraint].severity == str(SH.Violation)]
CURE = re.compile(
    r"\b(kg|dct|skos):\w+|\b(add|check|choose|complete|correct|give|keep|remove|use|withdraw)\b"
)


@pytest.fixture(scope="module")
def batch() -> Batch:
    return Batch.of([*CASES, *BASES])


def said(batch: Batch, case: Case) -> set[str]:
    """The ids of the constraints that have something to say about a case."""
    return {result.source_shape.removeprefix(NAMES.shapes) for result in batch.results[case.name]}


def passing(constraint: str) -> list[Case]:
    """What a constraint must let pass: its own cases, or else the records it breaks elsewhere."""
    own = [case for case in PASSING if case.constraint == constraint]
    bases = {base for case in FAILING if case.constraint == constraint for base in case.bases}
    return own or [case for case in BASES if case.bases[0] in bases]


def names(cases: list[Case]) -> list[str]:
    return [case.name for case in cases]


def test_the_whole_suite_is_here() -> None:
    assert len(CONSTRAINTS) == 177
    assert len(MUTANTS) >= 142
    assert len(PASSING) >= 71


def test_every_constraint_has_a_case_and_every_case_a_constraint() -> None:
    assert {case.constraint for case in FAILING} == CONSTRAINTS.keys()
    assert {case.constraint for case in PASSING} <= CONSTRAINTS.keys()
    assert {name for case in CASES for name in case.also} <= CONSTRAINTS.keys()


@pytest.mark.parametrize("constraint", CONSTRAINTS.values(), ids=CONSTRAINTS.keys())
def test_a_message_begins_with_its_id_and_names_the_cure(constraint: Constraint) -> None:
    assert constraint.message.startswith(constraint.id + " ")
    assert CURE.search(constraint.message.lower())


@pytest.mark.parametrize("case", BASES, ids=names(BASES))
def test_healthy_records_conform(batch: Batch, case: Case) -> None:
    assert said(batch, case) == set()


def test_ontology_and_vocabularies_conform(batch: Batch) -> None:
    assert batch.results[""] == []


@pytest.mark.parametrize("case", PASSING, ids=names(PASSING))
def test_what_is_allowed_passes(batch: Batch, case: Case) -> None:
    assert said(batch, case) == set(case.expected)


@pytest.mark.parametrize("constraint", CONSTRAINTS.values(), ids=CONSTRAINTS.keys())
def test_what_passes_was_looked_at(batch: Batch, constraint: Constraint) -> None:
    cases = passing(constraint.id)
    assert cases
    assert all(batch.focus_nodes(constraint, case) for case in cases)


@pytest.mark.parametrize("case", FAILING, ids=names(FAILING))
def test_what_is_wrong_is_caught_by_the_constraint_meant_for_it(batch: Batch, case: Case) -> None:
    assert said(batch, case) == set(case.expected)
    constraint = CONSTRAINTS[case.constraint]
    shape = NAMES.shapes + constraint.id
    found = [result for result in batch.results[case.name] if result.source_shape == shape]
    assert {result.severity for result in found} == {constraint.severity}
    assert all(message.startswith(constraint.id) for r in found for message in r.messages)
    assert not any("{?" in message or "{$" in message for r in found for message in r.messages)


@pytest.mark.parametrize("case", MUTANTS, ids=names(MUTANTS))
def test_mutations(batch: Batch, case: Case) -> None:
    """Each mutant is blocked, and would not be if it had not been changed."""
    violations = {
        result.source_shape.removeprefix(NAMES.shapes)
        for result in batch.results[case.name]
        if result.severity == str(SH.Violation)
    }
    assert case.constraint in violations
    assert violations <= case.expected
    assert not any(batch.results[f"base/{base}"] for base in case.bases)


def test_every_violation_has_a_mutant() -> None:
    violations = {c.id for c in CONSTRAINTS.values() if c.severity == str(SH.Violation)}
    assert {case.constraint for case in MUTANTS} == violations
