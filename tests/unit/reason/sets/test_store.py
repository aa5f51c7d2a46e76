"""A store's transaction closed in bulk: staged at its levels, equal to owlrl, noise left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from tests.unit.reason.owl2rl.opinion import by_owlrl

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.owl2rl import Values, load_rules
from kgraph.reason.sets import Asked, Closed, close_store, program_of
from kgraph.store import PUBLIC, RESTRICTED, SEALED, Change, Store, Transaction

CHECKOUT = Path(__file__).resolve().parents[4]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
INFERRED = NamedNode("http://x/inferred")
PREFIXES = """@prefix : <http://x/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
ONTOLOGY = """
:C rdfs:subClassOf :D . :p rdfs:domain :C ; rdfs:range :E ; rdfs:subPropertyOf :q .
:q owl:inverseOf :r . :E owl:disjointWith :C . [ owl:onProperty :p ; owl:hasValue :a ]
  rdfs:subClassOf :F .
"""


def quads(turtle: str) -> tuple[Quad, ...]:
    return tuple(parse((PREFIXES + turtle).encode(), RdfFormat.TURTLE))


def close(transaction: Transaction, shown: int = 20) -> Closed:
    rules = load_rules().over(transaction.intern)
    (graph,) = transaction.intern([INFERRED])
    values = Values(transaction.snapshot.term_of)
    return close_store(transaction, program_of(rules, values), Asked(graph, shown=shown))


def inferred(store: Store, level: int) -> set[str]:
    with store.snapshot(level=level) as snapshot:
        found = snapshot.quads_for_pattern(None, None, None, INFERRED)
        return {str(quad.triple).replace("http://x/", "") for quad in found}


def test_what_follows_is_staged_with_rounds_and_levels() -> None:
    with Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(quads(ONTOLOGY + ":a :p :b .")))
            transaction.stage(Change(quads(":b :p :c ."), level=RESTRICTED))
            transaction.stage(Change(quads(":c :p :a ."), level=SEALED))
            closed = close(transaction)
            transaction.commit(author="", message="", time=NOW)
        public = {
            "<b> <r> <a>",
            "<a> <q> <b>",
            *(
                f"<{s}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{o}>"
                for s, o in ("aC", "aD", "bE")
            ),
        }
        about = {one for one in inferred(store, PUBLIC) if one[:3] in ("<a>", "<b>")}
        assert about == public
        for one in ("<b> <q> <c>", "<c> <r> <b>"):
            assert one not in inferred(store, PUBLIC)
            assert one in inferred(store, RESTRICTED)
        assert "<a> <r> <c>" not in inferred(store, RESTRICTED)
        assert "<a> <r> <c>" in inferred(store, SEALED)
        assert closed.counts == {"cax-dw": 3}
        assert {(f.clause.rule, f.mask) for f in closed.findings} == {("cax-dw", 6), ("cax-dw", 4)}
        with store.snapshot() as snapshot:
            assert snapshot.index is not None
            ids = [snapshot.id_of(NamedNode(f"http://x/{name}")) for name in ("a", "q", "b")]
            assert snapshot.index.round_of(*ids) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(("masks", "times"), [([7], 1), ([7, 3], 2), ([1, 2], 3)])
def test_levels_that_see_the_same_are_closed_as_one(masks: list[int], times: int) -> None:
    """Work is counted in programs made; what is staged by rows has no index to ask for masks."""
    with Store.open(None) as store, store.write() as transaction:
        transaction.stage(Change(quads(ONTOLOGY + ":a :p :b .")))
        names = [NamedNode(f"http://x/{name}") for name in ("c", "p", "a", "g", "h")]
        c, p, a, *graphs = transaction.intern(names)
        given = zip(graphs, masks, strict=False)
        rows = [f"SELECT {c}, {p}, {a}, {graph}, 1, {mask}" for graph, mask in given]
        transaction.stage_inferred_rows(" UNION ALL ".join(rows))
        rules = load_rules().over(transaction.intern)
        (graph,) = transaction.intern([INFERRED])
        program = program_of(rules, Values(transaction.snapshot.term_of))
        made = []

        def clauses_for(schema: Mapping[TripleKey, int]) -> Sequence[Clause]:
            made.append(schema)
            return program.clauses_for(schema)

        close_store(transaction, replace(program, clauses_for=clauses_for), Asked(graph))
        assert len(made) == times
        transaction.commit(author="", message="", time=NOW)
        for level, mask in ((PUBLIC, 1), (RESTRICTED, 2), (SEALED, 4)):
            seen = any(mask & one for one in masks)
            assert ("<a> <r> <c>" in inferred(store, level)) == seen


def test_closing_again_replaces_what_was_inferred() -> None:
    with Store.open(None) as store:
        for change in (Change(quads(ONTOLOGY + ":a :p :b .")), Change(removed=quads(":a :p :b ."))):
            with store.write() as transaction:
                transaction.stage(change)
                close(transaction)
                transaction.commit(author="", message="", time=NOW)
        assert not {one for one in inferred(store, SEALED) if one.startswith(("<a>", "<b>"))}


def test_no_more_inconsistencies_are_listed_than_asked_for() -> None:
    with Store.open(None) as store, store.write() as transaction:
        transaction.stage(Change(quads(ONTOLOGY + ":a a :C , :E . :b a :C , :E . :c a :C , :E .")))
        closed = close(transaction, shown=2)
        assert closed.counts == {"cax-dw": 3}
        assert len(closed.findings) == 2


def test_nothing_is_left_behind() -> None:
    with Store.open(None) as store, store.write() as transaction:
        transaction.stage(Change(quads(ONTOLOGY)))
        close(transaction)
        text = "SELECT count(*) FROM duckdb_tables() WHERE temporary AND table_name LIKE 'clos%'"
        assert transaction.snapshot.cursor().execute(text).fetchone() == (0,)


class Stopped(Exception):
    """By the user."""


def test_a_closure_can_be_stopped_and_the_transaction_goes_on() -> None:
    def stop() -> None:
        raise Stopped

    with Store.open(None) as store, store.write() as transaction:
        transaction.stage(Change(quads(ONTOLOGY + ":a :p :b .")))
        rules = load_rules().over(transaction.intern)
        program = program_of(rules, Values(transaction.snapshot.term_of))
        with pytest.raises(Stopped):
            close_store(transaction, program, Asked(0), check=stop)
        assert close(transaction).inferred


def test_a_fact_that_only_the_public_sees_is_no_premise_elsewhere() -> None:
    with Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(quads(ONTOLOGY + ":a :p :b .")))
            (computed,) = transaction.intern([NamedNode("http://x/computed")])
            triple = transaction.intern([NamedNode(f"http://x/{n}") for n in ("x", "p", "y")])
            transaction.stage_inferred([(*triple, computed, 1, 1)])  # type: ignore[list-item]
            close(transaction)
            transaction.commit(author="", message="", time=NOW)
        assert "<x> <q> <y>" in inferred(store, PUBLIC)
        assert "<x> <q> <y>" not in inferred(store, RESTRICTED)
        for level in (PUBLIC, RESTRICTED, SEALED):
            assert "<a> <q> <b>" in inferred(store, level)


def test_equal_to_owlrl_on_a_part_of_the_corpus() -> None:
    data = [CHECKOUT / "data" / "iphr-kazakhstan-2022" / f"{n}.ttl" for n in ("law", "mamai")]
    paths = sorted((*CHECKOUT.glob("ontology/*.ttl"), *data))
    given = tuple(q for path in paths for q in parse(path=str(path), rename_blank_nodes=True))
    theirs = by_owlrl(quad.triple for quad in given)
    with Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(given))
            closed = close(transaction)
            transaction.commit(author="", message="", time=NOW)
        with store.snapshot() as snapshot:
            ours = snapshot.quads_for_pattern(None, None, None, INFERRED)
            assert {quad.triple for quad in ours} == theirs.told
    assert len(theirs.told) == closed.inferred > 500
    assert not theirs.rules
    assert not closed.counts
