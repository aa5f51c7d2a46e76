"""What peers answer otherwise than the specification has it, and the sentences that decide it.

Each has the smallest text that shows it; `test_differences.py` asks the engine and the peer, so
that one which a peer has mended is found. `texts.py` does not write these for that peer.
"""

from dataclasses import dataclass

PYOXIGRAPH, RDFLIB = "pyoxigraph", "rdflib"
DATA = (
    ("", ":a", ":p", ":b"),
    (":g", ":a", ":p", ":b"),
    (":h", ":a", ":p", ":b"),
    (":g", ":a", ":q", ":b"),
)


@dataclass(frozen=True)
class Difference:
    """A query that a peer answers otherwise, and why ours is right."""

    name: str
    peer: str
    text: str
    sentence: str
    specification: str
    union: bool = False
    raises: bool = False
    """Whether the peer refuses the query, or fails."""


DIFFERENCES = (
    Difference(
        "union of all graphs",
        PYOXIGRAPH,
        "SELECT * { :a :p ?x }",
        "An RDF graph is a set of RDF triples.",
        "RDF 1.1 Concepts, 3",
        union=True,
    ),
    Difference(
        "several graphs in FROM",
        PYOXIGRAPH,
        "SELECT * FROM :g FROM :h { :a :p ?x }",
        "A default graph consisting of the RDF merge of the graphs referred to in the FROM clauses",
        "SPARQL 1.1 Query, 13.2",
    ),
    Difference(
        "alternative paths",
        PYOXIGRAPH,
        "SELECT * FROM :g { :a (:p|:q) ?x }",
        "eval(Path(X, alt(P,Q), Y)) = Union(eval(Path(X, P, Y)), eval(Path(X, Q, Y))), with "
        "card[Union(M1, M2)](mu) = card[M1](mu) + card[M2](mu)",
        "SPARQL 1.1 Query, 18.5",
    ),
    Difference(
        "paths of length zero from a term that is not in the graph",
        PYOXIGRAPH,
        "SELECT * { :none :p* ?x }",
        "A zero length path matches all subjects and objects in the graph, and also any RDF terms "
        "explicitly given as endpoints of the path pattern.",
        "SPARQL 1.1 Query, 9.3",
    ),
    Difference(
        "GRAPH with a variable before what matches no triples",
        PYOXIGRAPH,
        "SELECT * { GRAPH ?g { VALUES ?x { 1 } } }",
        "eval(D(G), Graph(var,P)) = the Union over IRIs i of D of Join(eval(D(D[i]), P), "
        "Omega(?var->i))",
        "SPARQL 1.1 Query, 18.6",
    ),
    Difference(
        "IRIs are not ordered by <",
        PYOXIGRAPH,
        "SELECT (:a <= :a AS ?x) {}",
        "Operators invoked with arguments of a type that is not in the table are type errors.",
        "SPARQL 1.1 Query, 17.3",
    ),
    Difference(
        "a variable as a key with another name",
        PYOXIGRAPH,
        "SELECT ?k (COUNT(*) AS ?n) { ?x :q ?y } GROUP BY (?x AS ?k)",
        "GroupCondition ::= BuiltInCall | FunctionCall | '(' Expression ( 'AS' Var )? ')' | Var",
        "SPARQL 1.1 Query, 19.8, rule 20",
        raises=True,
    ),
    Difference(
        "templates without triples",
        RDFLIB,
        "CONSTRUCT { } WHERE { ?x :p ?y }",
        "The CONSTRUCT query form returns a single RDF graph specified by a graph template.",
        "SPARQL 1.1 Query, 16.2",
    ),
    Difference(
        "VALUES without rows",
        RDFLIB,
        "SELECT * { VALUES (?x) { } }",
        "InlineDataFull ::= ( NIL | '(' Var* ')' ) '{' ( '(' DataBlockValue* ')' | NIL )* '}'",
        "SPARQL 1.1 Query, 19.8, rule 64",
        raises=True,
    ),
    Difference(
        "groups of nothing",
        RDFLIB,
        "SELECT ?x (COUNT(?y) AS ?n) { ?x :none ?y } GROUP BY ?x",
        "Group(exprlist, Omega) = { ListEval(exprlist, mu) -> { mu' | mu' in Omega, "
        "ListEval(exprlist, mu) = ListEval(exprlist, mu') } | mu in Omega }: no solution, no group",
        "SPARQL 1.1 Query, 18.5.1",
    ),
    Difference(
        "the mean of what is no number",
        RDFLIB,
        "SELECT (AVG(?y) AS ?n) { ?x :p ?y }",
        "op:numeric-divide and op:numeric-add are not defined for IRIs: an error, so unbound",
        "SPARQL 1.1 Query, 18.5.1.4 and 18.5.1.3",
    ),
    Difference(
        "IN with an operand that is an error",
        RDFLIB,
        'SELECT ((STR(?none) = "a") IN (true) AS ?x) {}',
        "The IN operator is equivalent to the SPARQL expression (lhs = expression1) || ...",
        "SPARQL 1.1 Query, 17.4.1.9",
    ),
    Difference(
        "GRAPH of a name that no graph has",
        RDFLIB,
        "SELECT * { GRAPH :none { OPTIONAL { ?x :p ?y } } }",
        "If IRI is not a graph name in D: eval(D(G), Graph(IRI,P)) = the empty multiset",
        "SPARQL 1.1 Query, 18.6",
    ),
    Difference(
        "groups that see what is bound around them",
        RDFLIB,
        "SELECT * { ?x :p ?y { FILTER(BOUND(?x)) } }",
        "eval(D(G), Join(P1, P2)) = Join(eval(D(G), P1), eval(D(G), P2))",
        "SPARQL 1.1 Query, 18.6",
    ),
    Difference(
        "OPTIONAL behind VALUES",
        RDFLIB,
        "SELECT * { VALUES ?y { 7 } OPTIONAL { ?x :p ?y } }",
        "LeftJoin(Omega1, Omega2, expr) = Filter(expr, Join(Omega1, Omega2)) "
        "union Diff(Omega1, Omega2, expr)",
        "SPARQL 1.1 Query, 18.5",
    ),
    Difference(
        "|| with an operand that is an error",
        RDFLIB,
        "SELECT ?x ((true || ?x) AS ?e) {}",
        "A logical-or that encounters an error on only one branch will return TRUE if the other "
        "branch is TRUE",
        "SPARQL 1.1 Query, 17.2",
    ),
    Difference(
        "paths of length zero from what is bound outside",
        RDFLIB,
        "SELECT * { VALUES ?x { 7 } { ?x :p* ?x } }",
        "ALP of two variables begins at nodes(G): the terms that occur as subject or object",
        "SPARQL 1.1 Query, 18.5",
    ),
)


@dataclass(frozen=True)
class UpdateDifference:
    """Updates that pyoxigraph does otherwise, and why ours is right."""

    texts: tuple[str, ...]
    sentence: str
    specification: str


UPDATE_DIFFERENCES = (
    UpdateDifference(
        ("INSERT DATA { :a :p _:d }", "INSERT DATA { _:d :p :a }"),
        "Blank nodes in QuadDatas are assumed to be disjoint from the blank nodes in the Graph "
        'Store, i.e., will be inserted with "fresh" blank nodes.',
        "SPARQL 1.1 Update, 3.1.1",
    ),
    UpdateDifference(
        ("ADD :none TO :g",),
        "If the input graph does not exist, an error SHOULD be returned, unless SILENT is present.",
        "SPARQL 1.1 Update, 3.2.5",
    ),
    UpdateDifference(
        ("COPY SILENT :none TO DEFAULT",),
        "If the input graph does not exist, an error SHOULD be returned, unless SILENT is present; "
        "with SILENT the operation returns success, having failed",
        "SPARQL 1.1 Update, 3.2.3",
    ),
)
