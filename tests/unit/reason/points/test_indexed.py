"""Increments over a store: its index, staged changes, and how many look-ups there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kgraph.reason.owl2rl import Values, load_rules, run_program
from kgraph.reason.points import IndexFacts, Ontology, TooMuchForPoints, infer_staged
from kgraph.store import Change, Store, Transaction, Without
from kgraph.store.index import Index
from kgraph.store.visibility import ALL, ANYWHERE

TIME = datetime(2024, 1, 1, tzinfo=UTC)
OWN, LATER = NamedNode("urn:g:inferred/0"), NamedNode("urn:g:inferred/1")
ONTOLOGY = """
:Person rdfs:subClassOf :Agent . :Court rdfs:subClassOf :Body . :Body rdfs:subClassOf :Agent .
:Person owl:disjointWith :Body . :heldBy rdfs:range :Agent ; owl:inverseOf :holds .
:partOf a owl:TransitiveProperty . :chargedBy rdfs:subPropertyOf :involves .
:number a owl:InverseFunctionalProperty .
"""
PREFIXES = """
@prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def quads(text: str, graph: NamedNode = OWN) -> tuple[Quad, ...]:
    parsed = parse((PREFIXES + text).encode(), RdfFormat.TURTLE)
    return tuple(Quad(q.subject, q.predicate, q.object, graph) for q in parsed)


class Counted:
    """The index of a snapshot, and how often it is asked for triples."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.times = 0

    def __getattr__(self, name: str) -> Any:
        self.times += 1
        return getattr(self._index, name)

    def scannable(self) -> bool:
        """As it is in a large store, so that statements go through predicates."""
        return False


class Looked:
    """A transaction whose earlier state is looked at."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._before = transaction.view(ANYWHERE, before=True)
        assert self._before.index is not None
        self.counted = Counted(self._before.index)

    @contextmanager
    def _earlier(self) -> Iterator[Any]:
        with self._before as view:
            yield SimpleNamespace(index=self.counted, relation=view.relation, cursor=view.cursor)

    def view(self, level: int, *, before: bool = False) -> Any:
        return self._earlier() if before else self._transaction.view(level)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)


class World:
    """A store that is kept closed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as transaction:
            self.rules = load_rules().over(transaction.intern)
            self.own, self.later = transaction.intern([OWN, LATER])
            transaction.commit(author="me", message="words", time=TIME)
        self.values = Values(store.snapshot().term_of)
        self.ontology = Ontology.of(self.rules, self.values, {})

    def change(
        self, added: str = "", removed: str = "", *, level: int = 0, most: int = 5_000
    ) -> int:
        """Stage, close, compare, commit; how often the index was asked."""
        graph = NamedNode("urn:g:facts")
        with self.store.write() as transaction:
            self.values.term_of = transaction.snapshot.term_of
            more, less = quads(added, graph), quads(removed, graph)
            transaction.stage(Change(added=more, removed=less, level=level))
            looked = Looked(transaction)
            done = infer_staged(
                looked,  # type: ignore[arg-type]
                self.ontology,
                self.own,
                later=(self.later,),
                most=most,
            )
            self._check(transaction)
            transaction.commit(author="me", message="", time=TIME)
            self.ontology = done.programs
        return looked.counted.times

    def _check(self, transaction: Transaction) -> None:
        """Each level holds what follows from what it holds."""
        for level in range(3):
            index = transaction.view(level).index
            assert index is not None
            given = set(index.match(Without((self.own, self.later)), None, None, None))
            closed = set(index.match(Without((self.later,)), None, None, None))
            assert closed == set(run_program(self.rules, given, self.values).rounds)

    def has(self, text: str, level: int = 0) -> bool:
        with self.store.snapshot(level=level) as snapshot:
            assert snapshot.index is not None
            [quad] = quads(text)
            key = [snapshot.id_of(part) for part in quad.triple]
            return snapshot.index.contains(Without((self.later,)), *key)  # type: ignore[arg-type]


@pytest.fixture
def world() -> Iterator[World]:
    with Store.open(None) as store:
        world = World(store)
        world.change(ONTOLOGY)
        yield world


def test_facts_come_and_go_at_all_levels(world: World) -> None:
    world.change(":a a :Person ; :chargedBy :b . :c :heldBy :a . :x :partOf :y .")
    world.change(":y :partOf :z . :b a :Court .", level=1)
    assert world.has(":x :partOf :z .", 1)
    assert not world.has(":x :partOf :z .")
    world.change(":y :partOf :z .", ":a a :Person .")
    assert world.has(":x :partOf :z .")
    assert world.has(":a a :Agent .")
    world.change(removed=":c :heldBy :a .")
    assert not world.has(":a a :Agent .")


def test_axioms_come_and_go_with_facts(world: World) -> None:
    world.change(":a :number 7 ; a :Person . :b :number 7 .")
    assert world.has(":b a :Agent .")
    world.change(":Agent rdfs:subClassOf :Thing .", ":number a owl:InverseFunctionalProperty .")
    assert world.has(":a a :Thing .")
    assert not world.has(":b a :Agent .")


def test_what_a_later_stratum_infers_is_no_premise(world: World) -> None:
    with world.store.write() as transaction:
        [quad] = quads(":y :partOf :z .")
        s, p, o = transaction.intern(list(quad.triple))  # type: ignore[call-overload]
        transaction.stage_inferred([(s, p, o, world.later, 1, ALL)])
        transaction.commit(author="me", message="", time=TIME)
    world.change(":x :partOf :y .")
    assert not world.has(":x :partOf :z .")


def test_a_domain_rule_gives_what_it_writes_into_the_same_graph(world: World) -> None:
    with world.store.write() as transaction:
        [quad] = quads(":y :partOf :z .")
        s, p, o = transaction.intern(list(quad.triple))  # type: ignore[call-overload]
        transaction.stage_inferred([(s, p, o, world.later, 3, ALL)])
        index = transaction.view(ANYWHERE).index
        assert index is not None
        written = IndexFacts(index, world.later, (), lambda *triple: triple == (s, p, o))
        assert written.standing(s, p, o) == (7, 3, 7, 3)
        assert IndexFacts(index, world.later).standing(s, p, o) == (7, 3, 0, 0)


def test_a_predicate_is_gone_through_only_if_it_is_rare(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.change(":a :partOf :b . :c :partOf :d .")
    world.change(":partOf rdfs:domain :Part .")
    assert world.has(":c a :Part .")
    monkeypatch.setattr("kgraph.reason.points.indexed.MOST_SCANNED", 1)
    with pytest.raises(TooMuchForPoints):
        world.change(":partOf rdfs:range :Whole .")
    world.change(":unheardOf rdfs:range :Whole .")


def test_what_a_domain_rule_no_longer_gives_may_still_follow(world: World) -> None:
    """The rule's head, a premise of its own consequence, lies in the graph of the second run."""
    [path, step] = (quads(text)[0] for text in (":x :partOf :z .", ":y :partOf :z ."))
    world.change(":x :partOf :y .")
    with world.store.write() as transaction:
        whole = tuple(transaction.intern(list(path.triple)))  # type: ignore[call-overload]
        head = tuple(transaction.intern(list(step.triple)))  # type: ignore[call-overload]
        transaction.stage_inferred([(*head, world.later, 3, ALL)])
        now = lambda *triple: triple == head  # noqa: E731
        heads = (lambda *_: False, now)
        done = infer_staged(transaction, world.ontology, world.later, heads=heads)
        assert done.added == ((whole, 4, ALL),)
        transaction.commit(author="me", message="", time=TIME)
    with world.store.write() as transaction:
        transaction.stage_inferred([], [(*head, world.later)])
        heads = (now, lambda *_: False)
        done = infer_staged(transaction, world.ontology, world.later, heads=heads)
        assert done.removed == (whole,)
        assert done.seen == {whole: (7, 0), head: (7, 0)}


def test_what_was_staged_in_bulk_is_for_the_bulk_engine(world: World) -> None:
    with world.store.write() as transaction:
        transaction.stage_inferred_rows(f"SELECT 1, 2, 3, {world.later}, 1, 7")
        with pytest.raises(TooMuchForPoints, match="bulk"):
            infer_staged(transaction, world.ontology, world.own)


def case(number: int) -> str:
    return f"""
        :case{number} :chargedBy :court . :p{number} a :Person ; :number {number} .
        :cell{number} :heldBy :p{number} ; :partOf :wing{number} . :wing{number} :partOf :jail .
        :case{number} :involves :p{number} ."""


def test_work_follows_the_change_and_not_the_graph(world: World) -> None:
    world.change(":jail :partOf :state . :court a :Court ." + case(0))
    adding = world.change(case(1))
    removing = world.change(removed=case(1))
    world.change("".join(map(case, range(2, 42))))
    assert world.change(case(1)) == adding
    assert world.change(removed=case(1)) == removing


def test_a_change_that_reaches_too_much_is_for_the_bulk_engine(world: World) -> None:
    world.change("".join(map(case, range(30))))
    with pytest.raises(TooMuchForPoints):
        world.change(":state :holds :state . :jail :partOf :state .", most=20)
    world.change(":jail :partOf :state .")
    assert world.has(":cell7 :partOf :state .")
