"""Query forms other than SELECT, and updates."""

import pytest
from pyoxigraph import NamedNode

from kgraph.errors import QuerySyntaxError
from kgraph.plan.algebra import BGP, UNIT, Graph, Join, TriplePattern, Variable
from kgraph.plan.operations import (
    AskQuery,
    Clear,
    ConstructQuery,
    Create,
    DatasetClause,
    DeleteData,
    DescribeQuery,
    GraphTarget,
    InsertData,
    Load,
    Modify,
    QuadPattern,
    Transfer,
)
from kgraph.sparql.parse import parse_query, parse_update

PROLOGUE = "PREFIX : <http://e/> "
A, B, C, G, H = (NamedNode("http://e/" + name) for name in "abcgh")
S, P, OB, N = (Variable(name) for name in "spon")
ABC, SPO = TriplePattern(A, B, C), TriplePattern(S, P, OB)


def query(text: str):
    return parse_query(PROLOGUE + text)


def update(text: str):
    return parse_update(PROLOGUE + text)


def test_ask_with_a_dataset():
    dataset = DatasetClause((A, B), (G,))
    found = query("ASK FROM :a FROM NAMED :g FROM :b { ?s ?p ?o }")
    assert found == AskQuery(BGP((SPO,)), dataset)


def test_construct_has_its_own_blank_nodes():
    found = query("CONSTRUCT { _:x :b :c } WHERE { _:x ?p ?o }")
    node = Variable("_:x")
    template = (TriplePattern(node, B, C),)
    assert found == ConstructQuery(template, BGP((TriplePattern(node, P, OB),)))


def test_construct_where_is_its_template():
    assert query("CONSTRUCT WHERE { ?s ?p ?o }") == ConstructQuery((SPO,), BGP((SPO,)))
    assert query("CONSTRUCT WHERE {}") == ConstructQuery((), UNIT)


def test_describe():
    assert query("DESCRIBE :a :a") == DescribeQuery((A,), UNIT)
    assert query("DESCRIBE * { ?s ?p ?o }") == DescribeQuery((S, P, OB), BGP((SPO,)))


UPDATES = {
    "": (),
    "INSERT DATA { :a :b :c GRAPH :g { :a :b :c } :a :b :c }": (
        InsertData((QuadPattern(ABC, None), QuadPattern(ABC, G), QuadPattern(ABC, None))),
    ),
    "DELETE DATA { :a :b :c } ;": (DeleteData((QuadPattern(ABC, None),)),),
    "DELETE WHERE { ?s ?p ?o GRAPH ?n { ?s ?p ?o } }": (
        Modify(
            (QuadPattern(SPO, None), QuadPattern(SPO, N)),
            (),
            Join(BGP((SPO,)), Graph(N, BGP((SPO,)))),
        ),
    ),
    "WITH :g DELETE { ?s ?p ?o } INSERT { :a :b :c } USING :h USING NAMED :g WHERE { ?s ?p ?o }": (
        Modify(
            (QuadPattern(SPO, None),),
            (QuadPattern(ABC, None),),
            BGP((SPO,)),
            DatasetClause((H,), (G,)),
            G,
        ),
    ),
    "INSERT { :a :b :c } WHERE {}": (Modify((), (QuadPattern(ABC, None),), UNIT),),
    "LOAD SILENT :a INTO GRAPH :g": (Load(A, G, silent=True),),
    "CLEAR ALL ; DROP SILENT GRAPH :g": (
        Clear(GraphTarget("all"), drop=False),
        Clear(GraphTarget("graph", G), drop=True, silent=True),
    ),
    "CREATE GRAPH :g": (Create(G),),
    "ADD :g TO DEFAULT ; PREFIX x: <http://e/> MOVE x:g TO GRAPH x:h": (
        Transfer("ADD", G, None),
        Transfer("MOVE", G, H),
    ),
}


@pytest.mark.parametrize("text", UPDATES)
def test_update(text: str):
    assert update(text) == UPDATES[text]


@pytest.mark.parametrize(
    "text",
    [
        "DELETE DATA { _:x :b :c }",
        "DELETE { [] :b :c } WHERE {}",
        "DELETE WHERE { ?s :b ( 1 ) }",
        "DELETE { << :a :b :c >> :b :c } WHERE {}",
        "INSERT DATA { ?s :b :c }",
        "INSERT DATA { :a :b <<( :a :b ?c )>> }",
        "INSERT DATA { GRAPH ?g { :a :b :c } }",
        "INSERT DATA { _:x :b :c } ; INSERT DATA { _:x :b :c }",
        "CLEAR ALL DROP ALL",
    ],
)
def test_what_an_update_must_not_have(text: str):
    with pytest.raises(QuerySyntaxError):
        update(text)


def test_templates_of_two_operations_may_share_a_label():
    text = "INSERT { _:x :b :c } WHERE {}"
    assert len(update(f"{text} ; {text}")) == 2
