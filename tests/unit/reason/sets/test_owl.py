"""The bulk closure under OWL 2 RL equals the plain one, schema triples that it derives included."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.unit.reason.sets.bulk import MASKS, closed
from tests.unit.reason.sets.toy_ontology import Toy, axioms, facts

from kgraph.identifiers import Tag, tag_of
from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.owl2rl import Rules, Values, load_rules, run_plainly, specialise
from kgraph.reason.owl2rl.facts import Facts, ground, solve
from kgraph.reason.sets import Program

LATE = 1 << 30


@pytest.fixture(scope="module")
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        yield connection


def under(rules: Rules, values: Values) -> Program:
    def clauses_for(schema: dict[TripleKey, int]) -> list[Clause]:
        return specialise(rules, schema, values)

    return Program(
        clauses_for,  # type: ignore[arg-type]
        rules.type,
        rules.same,
        rules.schema_predicates,
        rules.schema_classes,
        holds=values.holds,
    )


def told(triples: set[TripleKey], same: int) -> set[TripleKey]:
    """Without what is the same as itself, and without predicates that are none."""
    return {(s, p, o) for s, p, o in triples if not (s == o and p == same) and tag_of(p) == Tag.IRI}


def without_proof(rounds: dict[TripleKey, int], rules: Rules, values: Values) -> set[TripleKey]:
    """Inferred triples that no clause gives from premises and axioms of lower rounds."""
    everything = Facts(rounds)
    left = {triple for triple, round_ in rounds.items() if round_}
    clauses = [
        clause
        for cut in sorted(set(rounds.values()))
        for clause in specialise(rules, [t for t, r in rounds.items() if r <= cut], values)
    ]
    for clause in dict.fromkeys(clauses):
        for binding in solve(clause.body, everything, {}) if clause.head else ():
            assert clause.head is not None
            head = ground(clause.head, binding)
            if head in left and all(values.holds(c, binding) for c in clause.conditions):
                premises = [*clause.axioms, *(ground(atom, binding) for atom in clause.body)]
                if all(rounds.get(one, LATE) < rounds[head] for one in premises):
                    left.discard(head)
    return left


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(axioms(), max_size=6),
    st.lists(st.tuples(facts(), st.sampled_from([0, 0, 1, 2])), max_size=9),
    st.booleans(),
)
@example([":p rdfs:subPropertyOf rdfs:subClassOf ."], [(":A :p :B .", 0), (":x a :A .", 0)], False)
@example([":p a owl:FunctionalProperty ."], [(":u :p :v .", 0), (":u :p :w .", 1)], True)
@example(
    [], [(":u owl:sameAs :v .", 0), (":v owl:sameAs :w .", 0), (":w owl:sameAs :x .", 0)], False
)
def test_equal_to_the_plain_closure(
    cursor: duckdb.DuckDBPyConnection,
    schema: list[str],
    data: list[tuple[str, int]],
    leveled: bool,
) -> None:
    toy = Toy()
    rules = load_rules().over(toy.intern)
    values = Values(toy.terms.__getitem__)
    masks = dict.fromkeys(toy.triples(schema), 7)
    for text, level in data:
        for triple in toy.triples([text]):
            masks[triple] = masks.get(triple, 0) | MASKS[level if leveled else 0]
    rows, found = closed(cursor, masks, under(rules, values))
    for bit in (1, 2, 4):
        seen = [triple for triple, mask in masks.items() if mask & bit]
        plain = run_plainly(rules, seen, values)
        ours = {t for t, (_, mask) in rows.items() if mask & bit} | set(seen)
        assert told(ours, rules.same) == told(set(plain.rounds), rules.same)
        given_here = dict.fromkeys(seen, 0)
        rounds = {t: r for t, (r, mask) in rows.items() if mask & bit} | given_here
        assert not without_proof(rounds, rules, values)
        rules_broken = {derivation.clause.rule for derivation in plain.contradictions}
        assert {f.clause.rule for f in found.findings if f.mask & bit} == rules_broken
