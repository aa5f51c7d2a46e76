"""Texts that differ in constants alone: one parsed query, one plan, the answers of each of them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from tests.unit.plan.printer import select
from tests.unit.plan.random_queries import datasets, patterns, visible
from tests.unit.sparql.naive_engine import NOW, stored

from kgraph.errors import QuerySyntaxError
from kgraph.plan.algebra import Distinct, Project
from kgraph.plan.points import plan as points
from kgraph.sparql import engine as engines
from kgraph.sparql.answers import Boolean, Solutions
from kgraph.sparql.engine import Engine, Request
from kgraph.store import Change, Store
from kgraph.store.index import Index

E = "http://example.com/"
DATA = f"""
@prefix : <{E}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :p :b , 1 , "x" , "x"@en , "x"^^:d ; :q :c . :b :p :a , 2 , "y" , "y"@en , "y"^^:d ; :q :a .
:c :p :c , "z" , "1999-01-01"^^xsd:gYear , "http://example.com/a" . :g {{ :a :r :b . :b :r :c }}
<{E}> :p 7 . << :a :p :b >> :p 5 . << :b :p :a >> :p 6 .
""" + "".join(f":hub :many {number} .\n" for number in range(300))


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with stored(parse(DATA, RdfFormat.TRIG)) as made:
        yield made


def answered(engine: Engine, store: Store, text: str, **how: Any) -> object:
    snapshot = store.snapshot()
    try:
        answer = engine.query(snapshot, Request(text, **how), release=snapshot.close)
    except QuerySyntaxError as error:
        return str(error)
    return bool(answer) if isinstance(answer, Boolean) else sorted(map(str, answer))


def alike(template: str, *constants: str) -> list[str]:
    return [template.replace("@@", one) for one in constants]


IRIS = [f"<{E}{name}>" for name in ("a", "b", "c", "", "none", "hub")]
STRINGS = ['"x"', '"y"', '"z"', '"none"', '"http://example.com/a"', '"#"', '"<urn:a>"']
TEMPLATES = [
    *("SELECT * { @@ ?p ?o }", "SELECT * { ?s ?p @@ }", "ASK { @@ ?p 1 }", "DESCRIBE @@"),
    f"SELECT * {{ @@ <{E}p> ?o . ?o <{E}p> ?x }}",
    f"SELECT * {{ ?s <{E}p> ?o FILTER(?s = @@) }}",
    f"SELECT * {{ ?s <{E}p> ?o FILTER NOT EXISTS {{ ?s <{E}q> @@ }} }}",
    f"SELECT * {{ @@ <{E}p>+ ?o OPTIONAL {{ ?o <{E}q> @@ }} }}",
    f"SELECT * {{ VALUES ?s {{ @@ <{E}c> }} ?s ?p ?o MINUS {{ ?s ?p @@ }} }}",
    "SELECT (@@ AS ?x) ?o { @@ ?p ?o { SELECT ?o { @@ ?p ?o } LIMIT 100 } }",
    "PREFIX x: @@ SELECT * { x: ?p ?o }",
    "PREFIX x: # of all names\n@@ SELECT * { x: x:p ?o }",
    f"PREFIX x: <{E}> SELECT * {{ x:a ?p ?o . ?o ?q @@ }} # 'it is @@ \"",
    "SELECT * { GRAPH ?g { @@ ?p ?o } }",
    f"SELECT * FROM <{E}g> {{ @@ ?p ?o }}",
    "SELECT * { ?s ?p ?o FILTER(?o<3&&?o>@@) }",
    "SELECT * { ?s ?p ?o FILTER(?o <3 && STR(?s) >STR(@@)) }",
    "SELECT * { ?s ?p ?o FILTER(?o<?s&&?s>@@) }",
    f"CONSTRUCT {{ @@ <{E}p> ?o }} {{ @@ ?p ?o }}",
    f"SELECT * {{ << @@ <{E}p> ?o >> ?p ?x }}",
    f"ASK {{ @@ <{E}p> <{E}b> {{| <{E}p> ?o |}} }}",
    f"SELECT * {{ @@ <{E}many> ?o ; ?p ?o }}",
]
OF_STRINGS = [
    *("SELECT * { ?s ?p @@ }", "SELECT * { ?s ?p @@@en }", f"SELECT * {{ ?s ?p @@^^<{E}d> }}"),
    f"PREFIX x: <{E}> SELECT * {{ ?s x:p @@^^x:d , @@ }}",
    "SELECT * { ?s ?p ?o FILTER(STR(?o) = @@) ?s ?q @@ }",
    '''SELECT * { ?s ?p @@ , """"x" 'y'""" }''',
    "SELECT * { ?s ?p @@ FILTER(?p != '' && ?p != \"\") }",
]
CASES = [(t, IRIS) for t in TEMPLATES] + [(t, STRINGS) for t in OF_STRINGS]


@pytest.mark.parametrize(("template", "constants"), CASES)
def test_a_shape_has_the_answers_of_each_of_its_texts(
    store: Store, template: str, constants: list[str]
) -> None:
    shared = Engine()
    texts = alike(template, *constants)
    for text in (*texts, *reversed(texts)):
        assert answered(shared, store, text) == answered(Engine(), store, text), text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patterns(), datasets)
def test_random_queries_with_their_terms_exchanged(pattern: Any, quads: list[Quad]) -> None:
    text = select(Distinct(Project(pattern, visible(pattern))))
    names = sorted({t.value for q in quads for t in (q.subject, q.object) if type(t) is NamedNode})
    texts = [text, *(text.replace(f"<{n}>", f"<{m}>") for n in names for m in names if n != m)]
    shared = Engine()
    with stored(quads) as made:
        for one in texts[:8]:
            assert answered(shared, made, one) == answered(Engine(), made, one), one


def test_new_constants_are_neither_parsed_nor_planned(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    compiled: list[object] = []
    real_parse, real_steps = engines.parse_query, points._Steps

    def parse_query(text: str, **how: Any) -> Any:
        parsed.append(text)
        return real_parse(text, **how)

    def steps(plan: Any, *rest: Any) -> Any:
        compiled.append(plan)
        return real_steps(plan, *rest)

    monkeypatch.setattr(engines, "parse_query", parse_query)
    monkeypatch.setattr(points, "_Steps", steps)
    engine = Engine()
    texts = alike(f"SELECT * {{ @@ <{E}p> ?o ; <{E}q> ?x }}", *IRIS[:3])
    found = [answered(engine, store, text) for text in texts[:2]]
    before = len(parsed), len(compiled)
    assert answered(engine, store, texts[0]) == found[0]
    assert answered(engine, store, texts[2]) == []
    assert answered(engine, store, texts[1]) == found[1]
    assert len(parsed) == before[0]
    assert len(compiled) <= before[1] + 1, "a constant of another size has its own order"


def test_what_a_plan_is_kept_for_follows_the_size_of_its_constants(store: Store) -> None:
    engine = Engine()
    for text in alike("SELECT * { @@ ?p ?o }", *IRIS, *IRIS):
        answered(engine, store, text)
    filled = engine._shapes.find(f"SELECT * {{ <{E}hub> ?p ?o }}", None)
    assert filled is not None
    sizes = set()
    for name in ("a", "b", "hub"):
        found = engine._shapes.find(f"SELECT * {{ <{E}{name}> ?p ?o }}", None)
        assert found is not None
        assert found.shape is filled.shape
        with store.snapshot() as snapshot:
            request = Request(f"SELECT * {{ <{E}{name}> ?p ?o }}")
            asked = engines.Asked(engine, found.shape.query, request, snapshot, None, None, found)
            sizes.add(found.shape.sizes(asked._context))
    assert len(sizes) == 2


@pytest.mark.parametrize("bad", ["SELECT * { <urn:a b> ?p ?o }", "SELECT * { <urn:%%> ?p }"])
def test_a_text_with_a_mistake_is_told_of_it(store: Store, bad: str) -> None:
    engine = Engine()
    for text in alike("SELECT * { @@ ?p ?o }", *IRIS[:3]):
        answered(engine, store, text)
    with store.snapshot() as snapshot:
        for _ in range(3):
            with pytest.raises(QuerySyntaxError):
                engine.query(snapshot, Request(bad))


def test_the_base_belongs_to_the_shape(store: Store) -> None:
    engine = Engine()
    for name in "abcab":
        for base in (E, "urn:x:"):
            text = f"SELECT * {{ <{E}{name}> <q> ?o }}"
            found = answered(engine, store, text, base_iri=base)
            assert len(found) == (base == E and name in "ab")  # type: ignore[arg-type]


@pytest.mark.parametrize("known", [True, False])
def test_a_look_up_is_one_read_of_the_index_and_nothing_else(
    store: Store, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    engine = Engine()
    texts = alike("SELECT * { @@ ?p ?o }", *IRIS[:3])
    for text in texts if known else texts[1:]:
        answered(engine, store, text)
    reads: list[int] = []
    real = Index.pairs_of

    def pairs_of(self: Index, graphs: Any, s: int) -> list[tuple[int, int]]:
        reads.append(s)
        return real(self, graphs, s)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a small query needs none")

    monkeypatch.setattr(Index, "pairs_of", pairs_of)
    monkeypatch.setattr(threading.Thread, "start", never)
    monkeypatch.setattr(threading, "Event", never)
    monkeypatch.setattr(engines.FunctionContext, "standard", never)
    with store.snapshot() as snapshot:
        monkeypatch.setattr(type(snapshot), "cursor", never)
        answer = engine.query(snapshot, Request(texts[0]))
        assert isinstance(answer, Solutions)
        document = answer.serialize()
    assert document is not None
    assert document.count(b'"p":') == 7
    assert len(reads) == 1
    assert len(engine.running) == 0


def test_constants_are_looked_up_once_while_the_runs_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    with stored(parse(DATA, RdfFormat.TRIG)) as store:
        store.merge()
        engine, text = Engine(), f"PREFIX : <{E}> SELECT * {{ :a :p ?o ; :q ?x }}"
        with store.snapshot() as snapshot:
            runs = type(snapshot.dictionary._run)
        asked: list[str] = []
        real = runs.id_of
        monkeypatch.setattr(
            runs, "id_of", lambda self, term: (asked.append(term), real(self, term))[1]
        )
        first = answered(engine, store, text)
        assert asked
        asked.clear()
        assert answered(engine, store, text) == first
        assert asked == []
        with store.write() as transaction:
            added = Quad(NamedNode(E + "a"), NamedNode(E + "q"), NamedNode(E + "new"))
            transaction.stage(Change(added=(added,)))
            transaction.commit(author="", message="", time=NOW)
        assert len(answered(engine, store, text)) == 2 * len(first)  # type: ignore[arg-type]


def test_what_was_written_of_a_discarded_term_is_forgotten() -> None:
    text = f"SELECT * {{ <{E}a> <{E}p> ?o }}"
    with stored([]) as store:
        engine = Engine()
        for name in ("first", "second"):
            with store.write() as transaction:
                quad = Quad(NamedNode(E + "a"), NamedNode(E + "p"), NamedNode(E + name))
                transaction.stage(Change(added=(quad,)))
                answer = engine.query(transaction.snapshot, Request(text))
                assert isinstance(answer, Solutions)
                assert name.encode() in (answer.serialize() or b"")
        assert answered(engine, store, text) == []


def test_a_plan_looks_its_constants_up_again_in_other_runs() -> None:
    engine, text = Engine(), f"SELECT * {{ <{E}a> <{E}p> ?o }}"
    for names in ("apb", "bzpa", "xypqa"):
        terms = [NamedNode(E + name) for name in names]
        others = [Quad(one, one, one) for one in terms]
        wanted = Quad(NamedNode(E + "a"), NamedNode(E + "p"), terms[0])
        with stored([*others, wanted]) as store:
            store.merge()
            assert len(answered(engine, store, text)) == 1  # type: ignore[arg-type]
