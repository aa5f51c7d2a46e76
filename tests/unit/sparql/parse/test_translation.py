"""One small query for each rule of SPARQL 1.1, section 18.2, and what it must become."""

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kgraph.plan.algebra import (
    BGP,
    UNIT,
    Aggregate,
    AlternativePath,
    Call,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Group,
    Inverse,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    OneOrMore,
    OrderBy,
    PathPattern,
    Project,
    Reduced,
    SequencePath,
    Service,
    Slice,
    TripleExpression,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.sparql.parse import parse_query
from kgraph.vocab import RDF, XSD

PROLOGUE = "PREFIX : <http://e/> "
S, OB, X, Y, Z = (Variable(name) for name in "soxyz")


def e(name: str) -> NamedNode:
    return NamedNode("http://e/" + name)


def number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))


P, Q, R = (e(name) for name in "pqr")
ONE, TWO = number(1), number(2)


def bgp(*triples: tuple) -> BGP:
    return BGP(tuple(TriplePattern(*triple) for triple in triples))


SPO, SQO = bgp((S, P, OB)), bgp((S, Q, OB))


def where(text: str):
    return parse_query(f"{PROLOGUE} ASK {{ {text} }}").pattern


def select(text: str):
    return parse_query(PROLOGUE + text).pattern


def equal(left, right) -> Call:
    return Call("=", (left, right))


GROUPS = {
    "": UNIT,
    "{}": UNIT,
    "?s :p ?o": SPO,
    "?s :p ?o . ?s :q ?o": bgp((S, P, OB), (S, Q, OB)),
    "?s :p ?o ; :q ?x , ?y": bgp((S, P, OB), (S, Q, X), (S, Q, Y)),
    "?s :p ?o { ?s :q ?o }": Join(SPO, SQO),
    "?s :p ?o {}": SPO,
    "{ ?s :p ?o } UNION { ?s :q ?o }": Union(SPO, SQO),
    "{} UNION { ?s :p ?o } UNION { ?s :q ?o }": Union(Union(UNIT, SPO), SQO),
    "?s :p ?o OPTIONAL { ?s :q ?o }": LeftJoin(SPO, SQO),
    "OPTIONAL { ?s :p ?o }": LeftJoin(UNIT, SPO),
    "?s :p ?o OPTIONAL { ?s :q ?o FILTER(?o = 1) }": LeftJoin(SPO, SQO, equal(OB, ONE)),
    "?s :p ?o OPTIONAL { FILTER(?o = 1) ?s :q ?o FILTER(?o = 2) }": LeftJoin(
        SPO, SQO, Call("&&", (equal(OB, ONE), equal(OB, TWO)))
    ),
    "?s :p ?o OPTIONAL { { ?s :q ?o FILTER(?o = 1) } }": LeftJoin(SPO, Filter(equal(OB, ONE), SQO)),
    "?s :p ?o MINUS { ?s :q ?o }": Minus(SPO, SQO),
    "FILTER(?o = 1) ?s :p ?o": Filter(equal(OB, ONE), SPO),
    "?s :p ?o FILTER(?o = 1) ?s :q ?o": Filter(equal(OB, ONE), bgp((S, P, OB), (S, Q, OB))),
    "?s :p ?o FILTER EXISTS { ?s :q ?o }": Filter(Exists(SQO), SPO),
    "?s :p ?o FILTER NOT EXISTS { ?s :q ?o }": Filter(Exists(SQO, negated=True), SPO),
    "?s :p ?o BIND(?o AS ?x) ?s :q ?x": Join(Extend(SPO, X, OB), bgp((S, Q, X))),
    "GRAPH ?x { ?s :p ?o }": Graph(X, SPO),
    "GRAPH :p {}": Graph(P, UNIT),
    "VALUES ?x { 1 UNDEF }": Values((X,), ((ONE,), (None,))),
    "?s :p ?o VALUES (?x ?y) { (1 2) }": Join(SPO, Values((X, Y), ((ONE, TWO),))),
    "{ SELECT ?s { ?s :p ?o } } ?s :q ?o": Join(Project(SPO, (S,)), SQO),
}


@pytest.mark.parametrize("text", GROUPS)
def test_group_graph_pattern(text: str):
    assert where(text) == GROUPS[text]


STEP = Variable(".path0")
PATHS = {
    ":p": SPO,
    "(:p)": SPO,
    "^:p": bgp((OB, P, S)),
    ":p/:q": bgp((S, P, STEP), (STEP, Q, OB)),
    "^(:p/:q)": bgp((OB, P, STEP), (STEP, Q, S)),
    ":p/^:q": bgp((S, P, STEP), (OB, Q, STEP)),
    ":p/:q*": Join(bgp((S, P, STEP)), PathPattern(STEP, ZeroOrMore(Link(Q)), OB)),
    ":p|^:q": PathPattern(S, AlternativePath(Link(P), Inverse(Link(Q))), OB),
    ":p*": PathPattern(S, ZeroOrMore(Link(P)), OB),
    ":p+": PathPattern(S, OneOrMore(Link(P)), OB),
    ":p?": PathPattern(S, ZeroOrOne(Link(P)), OB),
    "^:p*": PathPattern(OB, ZeroOrMore(Link(P)), S),
    "(:p/:q)+": PathPattern(S, OneOrMore(SequencePath(Link(P), Link(Q))), OB),
    "!:p": PathPattern(S, NegatedPropertySet((P,), ()), OB),
    "!()": PathPattern(S, NegatedPropertySet((), ()), OB),
    "!(:p|^:q|a)": PathPattern(S, NegatedPropertySet((P, NamedNode(RDF + "type")), (Q,)), OB),
    "!^:p": PathPattern(OB, NegatedPropertySet((P,), ()), S),
    ":p|:q/:r": PathPattern(S, AlternativePath(Link(P), SequencePath(Link(Q), Link(R))), OB),
}


@pytest.mark.parametrize("path", PATHS)
def test_property_path(path: str):
    assert where(f"?s {path} ?o") == PATHS[path]


def test_a_path_parts_basic_graph_patterns():
    path = PathPattern(S, ZeroOrMore(Link(R)), X)
    assert where("?s :p ?o ; :r* ?x ; :q ?o") == Join(Join(SPO, path), SQO)


def blank(number: int) -> Variable:
    return Variable(f"_:.{number}")


FIRST, REST, NIL, REIFIES = (NamedNode(RDF + name) for name in ("first", "rest", "nil", "reifies"))
NODES = {
    "[] :p 1": bgp((blank(0), P, ONE)),
    "[ :p 1 ]": bgp((blank(0), P, ONE)),
    "[ :p 1 ] :q 2": bgp((blank(0), P, ONE), (blank(0), Q, TWO)),
    "_:b :p _:b": bgp((Variable("_:b"), P, Variable("_:b"))),
    "() :p ( )": bgp((NIL, P, NIL)),
    "( 1 2 )": bgp(
        (blank(0), FIRST, ONE),
        (blank(0), REST, blank(1)),
        (blank(1), FIRST, TWO),
        (blank(1), REST, NIL),
    ),
    "?s :p <<( :p :q 1 )>>": bgp((S, P, Triple(P, Q, ONE))),
    "?s :p <<( ?x :q <<( :p :q ?y )>> )>>": bgp(
        (S, P, TriplePattern(X, Q, TriplePattern(P, Q, Y)))
    ),
    "<< :p :q 1 >> :r 2": bgp((blank(0), REIFIES, Triple(P, Q, ONE)), (blank(0), R, TWO)),
    "<< :p :q ?o ~ ?s >>": bgp((S, REIFIES, TriplePattern(P, Q, OB))),
    ":p :q 1 ~ :r": bgp((P, Q, ONE), (R, REIFIES, Triple(P, Q, ONE))),
    ":p :q 1 {| :r 2 |}": bgp(
        (P, Q, ONE), (blank(0), REIFIES, Triple(P, Q, ONE)), (blank(0), R, TWO)
    ),
    ":p :q 1 ~ ?s {| :r 2 |} {| :r 1 |}": bgp(
        (P, Q, ONE),
        (S, REIFIES, Triple(P, Q, ONE)),
        (S, R, TWO),
        (blank(0), REIFIES, Triple(P, Q, ONE)),
        (blank(0), R, ONE),
    ),
}


@pytest.mark.parametrize("text", NODES)
def test_nodes_and_annotations(text: str):
    assert where(text) == NODES[text]


COUNT, SUM = Variable("_:.agg0"), Variable("_:.agg1")
COUNTED = (COUNT, Aggregate("COUNT", None))
MODIFIED = {
    "SELECT ?s ?x { ?s :p ?o }": Project(SPO, (S, X)),
    "SELECT * { ?s :p ?o . _:b :q ?o }": Project(
        bgp((S, P, OB), (Variable("_:b"), Q, OB)), (S, OB)
    ),
    "SELECT * { ?s :p ?o MINUS { ?x :p ?y } FILTER(?z = 1) }": Project(
        Filter(equal(Z, ONE), Minus(SPO, bgp((X, P, Y)))), (S, OB)
    ),
    "SELECT DISTINCT ?s { ?s :p ?o }": Distinct(Project(SPO, (S,))),
    "SELECT REDUCED ?s { ?s :p ?o }": Reduced(Project(SPO, (S,))),
    "SELECT ?s { ?s :p ?o } LIMIT 2": Slice(Project(SPO, (S,)), 0, 2),
    "SELECT ?s { ?s :p ?o } OFFSET 1": Slice(Project(SPO, (S,)), 1, None),
    "SELECT ?s { ?s :p ?o } LIMIT 0 OFFSET 1": Slice(Project(SPO, (S,)), 1, 0),
    "SELECT ?s { ?s :p ?o } ORDER BY ?o DESC(?s)": Project(
        OrderBy(SPO, ((OB, True), (S, False))), (S,)
    ),
    "SELECT (?o AS ?x) (?x AS ?y) { ?s :p ?o }": Project(Extend(Extend(SPO, X, OB), Y, X), (X, Y)),
    "SELECT ?s { ?s :p ?o } VALUES ?s { :p }": Project(Join(SPO, Values((S,), ((P,),))), (S,)),
    "SELECT (COUNT(*) AS ?x) { ?s :p ?o }": Project(
        Extend(Group(SPO, (), (COUNTED,)), X, COUNT), (X,)
    ),
    "SELECT ?s { ?s :p ?o } GROUP BY ?s": Project(Group(SPO, ((S, S),), ()), (S,)),
    "SELECT ?x { ?s :p ?o } GROUP BY (?o AS ?x)": Project(Group(SPO, ((X, OB),), ()), (X,)),
    "SELECT (1 AS ?x) { ?s :p ?o } GROUP BY STR(?o)": Project(
        Extend(Group(SPO, ((Variable(".key0"), Call("STR", (OB,))),), ()), X, ONE), (X,)
    ),
    "SELECT ?s { ?s :p ?o } GROUP BY ?s HAVING (COUNT(*) = 1) ORDER BY SUM(?o) COUNT(*)": Project(
        OrderBy(
            Filter(
                equal(COUNT, ONE),
                Group(SPO, ((S, S),), (COUNTED, (SUM, Aggregate("SUM", OB)))),
            ),
            ((SUM, True), (COUNT, True)),
        ),
        (S,),
    ),
    "SELECT ?s { ?s :p ?o } GROUP BY ?s ORDER BY ?o": Project(
        OrderBy(Group(SPO, ((S, S),), ((COUNT, Aggregate("SAMPLE", OB)),)), ((COUNT, True),)),
        (S,),
    ),
    "SELECT (GROUP_CONCAT(DISTINCT ?o; SEPARATOR=', ') AS ?x) { ?s :p ?o }": Project(
        Extend(Group(SPO, (), ((COUNT, Aggregate("GROUP_CONCAT", OB, True, ", ")),)), X, COUNT),
        (X,),
    ),
}


@pytest.mark.parametrize("text", MODIFIED)
def test_solution_modifiers(text: str):
    assert select(text) == MODIFIED[text]


def test_two_volatile_aggregates_are_two():
    text = "SELECT (SUM(RAND()) AS ?x) (SUM(RAND()) AS ?y) { ?s :p ?o }"
    group = next(n for n in [select(text).pattern.pattern.pattern] if isinstance(n, Group))
    assert [variable.name for variable, _ in group.aggregates] == ["_:.agg0", "_:.agg1"]


EXPRESSIONS = {
    "?x || ?y && ?z": Call("||", (X, Call("&&", (Y, Z)))),
    "?x + ?y * ?z": Call("+", (X, Call("*", (Y, Z)))),
    "?x - ?y - ?z": Call("-", (Call("-", (X, Y)), Z)),
    "?x -1": Call("+", (X, Literal("-1", datatype=NamedNode(XSD + "integer")))),
    "!!?x": Call("!", (Call("!", (X,)),)),
    "-?x": Call("u-", (X,)),
    "?x IN (1, 2)": Call("IN", (X, ONE, TWO)),
    "?x NOT IN ()": Call("NOT IN", (X,)),
    "(?x = ?y) != ?z": Call("!=", (equal(X, Y), Z)),
    "bound(?x)": Call("BOUND", (X,)),
    "isUri(?x)": Call("ISIRI", (X,)),
    "IRI(?x)": Call("IRI", (X,)),
    "CONCAT()": Call("CONCAT", ()),
    "REGEX(?x, ?y)": Call("REGEX", (X, Y)),
    ":p(?x)": Call(P, (X,)),
    ":p": P,
    "<<( ?x :p 1 )>>": TripleExpression(X, P, ONE),
    "<<( :p :q 1 )>>": Triple(P, Q, ONE),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(text: str):
    found = where(f"BIND(({text}) AS ?new)")
    assert found == Extend(UNIT, Variable("new"), EXPRESSIONS[text])


def test_iri_knows_the_base():
    query = parse_query("BASE <http://e/> ASK { BIND(IRI('x') AS ?x) }")
    assert query.pattern.expression == Call("IRI", (Literal("x"), e("")))


def test_service_keeps_a_query_that_stands_alone():
    pattern = where("SERVICE SILENT :r { ?s :p ?o }")
    text = "PREFIX : <http://e/>\nSELECT * WHERE { ?s :p ?o }"
    assert pattern == Service(R, SPO, text, silent=True)
    assert parse_query(text).pattern == Project(SPO, (S, OB))
