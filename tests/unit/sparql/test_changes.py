"""Updates on the store leave what the naive evaluator leaves."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, Triple, parse
from tests.unit.plan.random_queries import GRAPHS, bgps, datasets, patterns, templates
from tests.unit.sparql.naive_engine import NOW, dataset_of, engine, stored

from kgraph.errors import (
    EgressRefused,
    KGraphError,
    MalformedRequest,
    QueryEvaluationError,
    UnknownGraph,
)
from kgraph.plan.execution import Limits
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.updates import update as naive_update
from kgraph.plan.operations import Clear, Create, GraphTarget, Modify, Transfer
from kgraph.sparql.changes import UpdateScope, apply
from kgraph.sparql.egress import Egress
from kgraph.sparql.engine import Request, _Work
from kgraph.sparql.parse import parse_update
from kgraph.store import Store

PREFIX = "PREFIX : <http://example.com/> "
DATA = """
@prefix : <http://example.com/> .
:a :p :b , "01"^^<http://www.w3.org/2001/XMLSchema#integer> .
:g { :a :p :c . :b :q _:x } :h { :a :p :b }
"""
EGRESS = Egress()


def quads(text: str = DATA) -> list[Quad]:
    return list(parse(text, RdfFormat.TRIG))


def changed(store: Store, text: str, **how) -> Dataset:
    """The store's content after an update."""
    with store.write() as transaction:
        engine().update(transaction, Request(PREFIX + text, **how))
        transaction.commit(author="test", message="", time=NOW)
    return dataset_of(store)


def naively(text: str, *, union: bool = True) -> Dataset:
    dataset = Dataset.of(quads(), union_default=union)
    naive_update(parse_update(PREFIX + text), dataset)
    return dataset


UPDATES = [
    "INSERT DATA { :n :p 1, 01, 'x'@en . GRAPH :new { :n :p <<( :a :b :c )>> } }",
    "DELETE DATA { :a :p :b . GRAPH :g { :a :p :c } }",
    "DELETE DATA { :nobody :p :knows . GRAPH :nowhere { :a :p :c } }",
    "DELETE { ?s :p ?o } INSERT { ?o :p ?s } WHERE { ?s :p ?o }",
    "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "WITH :g DELETE { ?s ?p ?o } INSERT { ?s :was ?o } WHERE { ?s ?p ?o }",
    "WITH :g INSERT { ?s :was ?o } USING :h WHERE { ?s ?p ?o }",
    "INSERT { ?s :was ?g } USING NAMED :h WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { ?s :said <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }",
    "INSERT { GRAPH ?o { ?s :p ?s } } WHERE { ?s :p ?o }",
    "DELETE WHERE { ?s :p ?o }",
    "INSERT { ?s :n ?t } WHERE { ?s :p ?o BIND(CONCAT('new', STR(?o)) AS ?t) }",
    "CLEAR GRAPH :g",
    "CLEAR DEFAULT",
    "CLEAR NAMED",
    "CLEAR ALL",
    "DROP GRAPH :g",
    "DROP DEFAULT",
    "DROP NAMED",
    "DROP ALL",
    "DROP SILENT GRAPH :nowhere",
    "CREATE GRAPH :new",
    "CREATE SILENT GRAPH :g",
    "COPY :g TO :h",
    "COPY DEFAULT TO :new",
    "COPY :g TO :g",
    "MOVE :g TO :new",
    "MOVE DEFAULT TO :g",
    "MOVE :g TO DEFAULT",
    "ADD :g TO :h",
    "ADD DEFAULT TO :new",
    "ADD SILENT :nowhere TO :h",
    "LOAD SILENT <http://example.com/x> INTO GRAPH :x",
    "CREATE GRAPH :new; DROP GRAPH :new; CREATE GRAPH :new",
    "INSERT DATA { GRAPH :new { :a :p :b } } ; DROP GRAPH :new ; COPY :h TO :new",
    "INSERT DATA { :a :p :z } ; DELETE { ?s :p :z } INSERT { ?s :q :z } WHERE { ?s :p :z } ;"
    "INSERT { ?s :r ?o } WHERE { ?s :q ?o }",
]


@pytest.mark.parametrize("text", UPDATES)
@pytest.mark.parametrize("union", [True, False])
def test_an_update_leaves_what_the_naive_evaluator_leaves(text: str, union: bool) -> None:
    with stored(quads()) as store:
        found = changed(store, text, union_default=union)
    wanted = naively(text, union=union)
    assert found.named.keys() == wanted.named.keys()
    assert set(found.quads()) == set(wanted.quads())


def test_blank_nodes_of_a_template_are_new_in_each_solution() -> None:
    with stored(quads()) as store:
        found = changed(store, "INSERT { ?s :note _:n . _:n :about ?o } WHERE { ?s :p ?o }")
    notes = [t for t in found.default if t.predicate.value.endswith("note")]
    about = [t for t in found.default if t.predicate.value.endswith("about")]
    assert len(notes) == len(about) == 3
    assert {t.object for t in notes} == {t.subject for t in about}
    assert len({t.subject for t in about}) == 3


def test_one_blank_node_of_the_data_is_one_node() -> None:
    with stored([]) as store:
        found = changed(store, "INSERT DATA { _:n :p 1 ; :q 2 . GRAPH :g { _:n :r 3 } }")
    subjects = {quad.subject for quad in found.quads()}
    assert len(subjects) == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("CREATE GRAPH :g", QueryEvaluationError),
        ("DROP GRAPH :nowhere", UnknownGraph),
        ("COPY :nowhere TO :g", UnknownGraph),
        ("LOAD <http://example.com/x>", EgressRefused),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://example.com/> { ?s ?p ?o } }", EgressRefused),
    ],
)
def test_what_fails_leaves_nothing(text: str, error: type[KGraphError]) -> None:
    with stored(quads()) as store:
        before = set(dataset_of(store).quads())
        with pytest.raises(error):
            changed(store, f"INSERT DATA {{ :new :p :b }} ; {text}")
        assert set(dataset_of(store).quads()) == before
        assert store.last_commit == 1


def test_the_dataset_of_a_request_is_that_of_its_operations() -> None:
    graph = "http://example.com/g"
    with stored(quads()) as store:
        found = changed(store, "INSERT { :saw :s ?s } WHERE { ?s ?p ?o }", default_graphs=[graph])
        saw = {t.object.value[-1] for t in found.default if t.subject.value.endswith("saw")}
        assert saw == {"a", "b"}
        with pytest.raises(MalformedRequest, match="one of the two places"):
            changed(store, "WITH :g INSERT { ?s :x ?o } WHERE { ?s ?p ?o }", named_graphs=[graph])


def test_load_takes_what_the_loader_gives() -> None:
    triples = [quad.triple for quad in quads()]
    scope = UpdateScope(
        _Work(engine(), "").solve,
        Egress(loader=lambda source: triples[:1]),
        FunctionContext.standard(),
        Limits(),
    )
    with stored([]) as store:
        with store.write() as transaction:
            text = PREFIX + "LOAD <http://example.com/x> INTO GRAPH :x"
            apply(parse_update(text), transaction, scope)
            transaction.commit(author="test", message="", time=NOW)
        assert [q.triple for q in dataset_of(store).quads()] == triples[:1]


names = st.sampled_from([None, *GRAPHS])
targets = st.one_of(
    st.builds(GraphTarget, st.sampled_from(["default", "named", "all"])),
    st.builds(GraphTarget, st.just("graph"), st.sampled_from(GRAPHS)),
)
modifies = st.builds(Modify, templates, templates, st.one_of(bgps, patterns(2)), st.none(), names)
operations = st.lists(
    st.one_of(
        modifies,
        modifies,
        st.builds(Clear, targets, st.booleans(), st.just(True)),
        st.builds(Create, st.sampled_from(GRAPHS), st.just(True)),
        st.builds(Transfer, st.sampled_from(["ADD", "MOVE", "COPY"]), names, names, st.just(True)),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(operations, datasets, st.booleans())
def test_random_updates_leave_what_the_naive_evaluator_leaves(operations, quads, union) -> None:
    wanted = Dataset.of(quads, union_default=union)
    naive_update(operations, wanted)
    scope = UpdateScope(
        _Work(engine(), "").solve, EGRESS, FunctionContext.standard(), Limits(), union
    )
    with stored(quads) as store:
        with store.write() as transaction:
            apply(operations, transaction, scope)
            transaction.commit(author="test", message="", time=NOW)
        found = dataset_of(store)
    assert found.named.keys() == wanted.named.keys()
    assert set(found.quads()) == set(wanted.quads())


def test_triples_are_those_of_rdf() -> None:
    """A literal is no subject: such a solution adds nothing."""
    with stored(quads()) as store:
        found = changed(store, "INSERT { ?o :of ?s } WHERE { ?s :p ?o }")
    made = [t for t in found.default if t.predicate.value.endswith("of")]
    assert len(made) == 2
    assert all(isinstance(t, Triple) for t in made)
