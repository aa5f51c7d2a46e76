"""Increments by points on what the bulk engine has closed: its rounds and masks serve."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from tests.unit.reason.points.owl import AXIOMS, FACTS, PREFIXES

from kgraph.reason.owl2rl import Rules, Values, load_rules, make_program, run_program
from kgraph.reason.points import Ontology, infer_staged, stored_by
from kgraph.reason.points.indexed import IndexFacts
from kgraph.reason.sets import Asked, Program, close_store, program_of
from kgraph.store import Change, Merge, Store, Transaction, UnionOfAll, Without
from kgraph.store.visibility import ANYWHERE

TIME = datetime(2024, 1, 1, tzinfo=UTC)
OWN, GIVEN = NamedNode("urn:g:inferred"), NamedNode("urn:g:given")


def quads(text: str) -> tuple[Quad, ...]:
    parsed = parse((PREFIXES + text).encode(), RdfFormat.TURTLE)
    return tuple(Quad(q.subject, q.predicate, q.object, GIVEN) for q in parsed)


AXIOM_QUADS = [quads(line) for line in AXIOMS.strip().splitlines()]
FACT_QUADS = [(quad,) for quad in quads(FACTS)]
Groups = dict[tuple[Quad, ...], int | None]
"""Quads and the level they are at from then on; None: they go."""


def bulk(rules: Rules, values: Values) -> Program:
    """The bulk engine's program, by the clauses that points have."""
    return replace(
        program_of(rules, values),
        clauses_for=lambda schema: stored_by(make_program(rules, schema, values, schema)),
    )


def stage(transaction: Transaction, groups: Groups) -> None:
    for group, level in groups.items():
        transaction.stage(Change(removed=group))
        if level is not None:
            transaction.stage(Change(added=group, level=level))


def check(transaction: Transaction, own: int, rules: Rules, values: Values) -> None:
    for level in range(3):
        index = transaction.view(level).index
        assert index is not None
        facts = set(index.match(Without((own,)), None, None, None))
        closed = set(index.match(UnionOfAll(), None, None, None))
        assert closed == set(run_program(rules, facts, values).rounds)


def drop_selves(transaction: Transaction, own: int, rules: Rules) -> None:
    """That everything is itself, the bulk engine says too where it is asked for all it finds."""
    index = transaction.view(ANYWHERE).index
    assert index is not None
    selves = [t for t in index.match(Merge((own,)), None, rules.same, None) if t[0] == t[2]]
    transaction.stage_inferred([], [(*triple, own) for triple in selves])


def ontology(transaction: Transaction, own: int, rules: Rules, values: Values) -> Ontology:
    index = transaction.view(ANYWHERE).index
    assert index is not None
    facts = IndexFacts(index, own)
    schema = [t for t in index.match(UnionOfAll(), None, None, None) if rules.is_schema(t)]
    return Ontology.of(rules, values, {triple: facts.standing(*triple) for triple in schema})


GROUPS = st.sampled_from([*AXIOM_QUADS, *AXIOM_QUADS, *FACT_QUADS])
OF_TERMS = quads(":A owl:sameAs :D . :p owl:sameAs :q .")
PLAIN = GROUPS.filter(lambda group: group[0] not in OF_TERMS)
"""Without classes and properties that are the same."""
FIND = [Phase.explicit, Phase.reuse, Phase.generate]


@settings(max_examples=15, deadline=None, phases=FIND)
@given(
    st.dictionaries(PLAIN, st.sampled_from([0, 0, 1, 2]), min_size=5, max_size=20),
    st.lists(
        st.dictionaries(GROUPS, st.sampled_from([None, None, 0, 1]), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    ),
)
def test_what_was_closed_in_bulk_is_kept_closed(first: Groups, rest: list[Groups]) -> None:
    with Store.open(None) as store:
        with store.write() as transaction:
            rules = load_rules().over(transaction.intern)
            (own,) = transaction.intern([OWN])
            stage(transaction, first)
            values = Values(transaction.snapshot.term_of)
            close_store(transaction, bulk(rules, values), Asked(own, noise=True))
            transaction.commit(author="me", message="", time=TIME)
        with store.write() as transaction:
            drop_selves(transaction, own, rules)
            check(transaction, own, rules, values)
            transaction.commit(author="me", message="", time=TIME)
        with store.write() as transaction:
            programs = ontology(transaction, own, rules, values)
        for groups in rest:
            with store.write() as transaction:
                values.term_of = transaction.snapshot.term_of
                stage(transaction, groups)
                programs = infer_staged(transaction, programs, own).programs
                check(transaction, own, rules, values)
                transaction.commit(author="me", message="", time=TIME)
