"""Entailment: SPARQL's entailment regimes, and the semantics of RDF and RDFS.

Each test names its regime, and is run by the rules of that: of RDF, RDFS, or OWL 2 RL.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from tests.conformance.archives import unpacked
from tests.conformance.entailing import OWL_RL, Entailing
from tests.conformance.manifests import MF, QT, Test, Tree, quads, rdf_format
from tests.conformance.sparql import Asked, query_evaluation
from tests.conformance.suites import Case, Remark, Suite

from kgraph.plan.algebra import TriplePattern, Variable, walk
from kgraph.reason.owl2rl import Ruleset, load_rules
from kgraph.sparql.parse import parse_query
from kgraph.vocab import OWL, RDF, XSD

DIRECT = "OWL-Direct"
EXPRESSION_MARKS = frozenset(
    [NamedNode(RDF + name) for name in ("first", "rest")]
    + [
        NamedNode(OWL + name)
        for name in (
            *("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "onClass"),
            *("intersectionOf", "unionOf", "complementOf", "oneOf", "minCardinality"),
            *("maxCardinality", "cardinality", "minQualifiedCardinality"),
            *("maxQualifiedCardinality", "qualifiedCardinality"),
        )
    ]
)
SD_REGIME = "http://www.w3.org/ns/sparql-service-description#entailmentRegime"
ENT = "http://www.w3.org/ns/entailment/"
ALWAYS_RECOGNISED = frozenset({RDF + "langString", XSD + "string"})
"""RDF 1.1 Semantics, section 8: by every regime but the simple one."""
RDFS_RULES = load_rules("rdfs", quiet=True)
RULES: Mapping[str, Ruleset] = {
    "simple": RDFS_RULES.only(()),
    "RDF": RDFS_RULES.only(("rdfD1", "rdfD2", "rdf-axioms", "ill-typed", "clash")),
    "RDFS": RDFS_RULES,
}
REGIME_RULES: Mapping[str, Ruleset] = {
    "RDF": RULES["RDF"],
    "RDFS": RDFS_RULES,
    "D": RDFS_RULES,
    "OWL-RDF-Based": OWL_RL,
    DIRECT: OWL_RL,
    "RIF": RULES["simple"],
}
"""From the weakest to the strongest."""


def regime_cases() -> Mapping[str, Case]:
    base = "https://w3c.github.io/rdf-tests/sparql/sparql11/entailment/"
    tree = Tree(unpacked("rdf-tests") / "sparql" / "sparql11" / "entailment", base)
    return {test.iri: partial(ask, test) for test in tree.tests("manifest.ttl")}


def ask(test: Test) -> Remark | None:
    """Ask the closure under the weakest of the regimes that a test is for."""
    regimes = regimes_of(test)
    weakest = next(name for name in REGIME_RULES if name in regimes)
    if weakest == DIRECT:
        return query_evaluation(test, partial(add_direct_closure, defined_by(test)))
    return query_evaluation(test, partial(add_closure, REGIME_RULES[weakest]))


def regimes_of(test: Test) -> set[str]:
    """The regimes that a test says its answer is for: one, or a list."""
    action = test.value(MF + "action")
    given = test.manifest.value(action, SD_REGIME)
    nodes = [given] if isinstance(given, NamedNode) else test.manifest.items(action, SD_REGIME)
    return {node.value.removeprefix(ENT) for node in nodes}


def add_closure(rules: Ruleset, asked: Asked) -> None:
    """Add what follows to the default graph."""
    inferred = Entailing(tuple(asked.quads()), (), rules).inferred()
    asked.add(Quad(t.subject, t.predicate, t.object) for t in inferred)


def add_direct_closure(defined: Sequence[Quad], asked: Asked) -> None:
    """The same where queries are read as axioms: their class expressions are defined first.

    No variable stands for a class expression: those of the data are taken out, and what is said
    of those of the query, but for their definitions.
    """
    given = asked.quads()
    nodes = {quad.subject for quad in given if is_expression(quad)}
    asked.add(defined)
    add_closure(OWL_RL, asked)
    ours = {quad.subject for quad in defined}
    asked.remove(
        quad
        for quad in asked.quads()
        if {quad.subject, quad.object} & nodes or (quad.subject in ours and quad not in defined)
    )


def is_expression(quad: Quad | TriplePattern) -> bool:
    return quad.predicate in EXPRESSION_MARKS and not isinstance(quad.subject, NamedNode)


def defined_by(test: Test) -> list[Quad]:
    """The class expressions that a query writes as blank nodes, as triples that define them."""
    iri = test.manifest.text(test.value(MF + "action"), QT + "query")
    query = parse_query(test.tree.read(iri).decode(), base_iri=iri)
    patterns = list(dict.fromkeys(n for n in walk(query) if isinstance(n, TriplePattern)))
    expressions = {pattern.subject for pattern in patterns if is_expression(pattern)}
    return [
        Quad(*(as_term(part) for part in (p.subject, p.predicate, p.object)))
        for p in patterns
        if p.subject in expressions
    ]


def as_term(node: object) -> object:
    name = node.name if isinstance(node, Variable) else None
    return node if name is None else BlankNode(f"query{name.lstrip('_:.')}")


def semantics_cases() -> Mapping[str, Case]:
    base = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-mt/"
    tree = Tree(unpacked("rdf-tests") / "rdf" / "rdf11" / "rdf-mt", base)
    return {test.iri: partial(run, test) for test in tree.tests("manifest.ttl")}


def run(test: Test) -> None:
    """A result of `false` stands for a contradiction: all follows from data that have one."""
    expected = MF + "PositiveEntailmentTest" in test.kinds
    rules = RULES[test.manifest.text(test.node, MF + "entailmentRegime")]
    named = {t.value for t in test.manifest.items(test.node, MF + "recognizedDatatypes")}
    premise = graph(test, test.value(MF + "action").value)
    result = test.value(MF + "result")
    stated = isinstance(result, Literal)
    conclusion = () if stated else graph(test, result.value)
    case = Entailing(premise, conclusion, rules, frozenset(named | ALWAYS_RECOGNISED))
    found = not case.consistent if stated else case.follows
    assert found == expected, "does not follow" if expected else "follows all the same"


def graph(test: Test, iri: str) -> tuple[Quad, ...]:
    return tuple(quads(test.tree.read(iri), rdf_format(iri), iri))


REGIMES = Suite("entailment", "SPARQL 1.1 Entailment Regimes", 70, regime_cases)
SEMANTICS = Suite("rdf11-semantics", "RDF 1.1 Semantics", 48, semantics_cases)
