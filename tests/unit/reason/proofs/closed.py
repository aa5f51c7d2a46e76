"""Stores that are closed by strata: OWL 2 RL, domain rules, and OWL 2 RL again after stratum 4."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from kgraph.reason.domain import STRATA, Rule, Strata
from kgraph.reason.owl2rl import Rules, Values, load_rules
from kgraph.reason.points import Ontology, infer_staged
from kgraph.reason.proofs import Checker, Fact, Proof, Proofs, SnapshotGround
from kgraph.reason.sets import Asked, close_store, program_of
from kgraph.store import Change, Named, Snapshot, Store, Transaction
from kgraph.vocab import OWL, RDF, RDFS, XSD, Names

NAMES = Names()
TIME = datetime(2026, 1, 1, tzinfo=UTC)
GRAPHS = [NAMES.graph(name) for name in ("data", "restricted", "sealed")]
PREFIXES = f"""@prefix : <{NAMES.terms}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> .
@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> .
"""
SHORT = {"": NAMES.terms, "owl": OWL, "rdf": RDF, "rdfs": RDFS, "xsd": XSD, "g": NAMES.graphs}


def triples(text: str) -> list[Triple]:
    return [q.triple for q in parse((PREFIXES + text).encode(), RdfFormat.TURTLE)]


def triple(text: str) -> Triple:
    (found,) = triples(text)
    return found


@contextmanager
def closed(
    facts: str | Mapping[int, Iterable[Triple]], rules: Sequence[Rule] = ()
) -> Iterator[Store]:
    """A store with facts at levels and all that follows from them."""
    levels = {0: triples(facts)} if isinstance(facts, str) else facts
    with Store.open(None) as store:
        with store.write() as transaction:
            for level, given in levels.items():
                quads = tuple(Quad(*t, GRAPHS[level]) for t in given)
                transaction.stage(Change(quads, level=level))
            close(transaction, rules)
            transaction.commit(author="test", message="", time=TIME)
        yield store


def close(transaction: Transaction, rules: Sequence[Rule]) -> None:
    graphs = transaction.intern([NAMES.graph(f"inferred/{n}") for n in (0, *STRATA)])
    owl, strata = load_rules().over(transaction.intern), Strata(rules)
    values = Values(transaction.snapshot.term_of)
    _owl(transaction, owl, values, graphs, 0)
    for stratum in STRATA:
        strata.recompute(transaction, stratum)
        if stratum == 4 and rules:
            _owl(transaction, owl, values, graphs, 4)


def _owl(
    transaction: Transaction, rules: Rules, values: Values, graphs: Sequence[int], stratum: int
) -> None:
    own, later = graphs[stratum], graphs[stratum + 1 :]
    index = transaction.snapshot.index
    assert index is not None
    heads = {row[:3] for row in index.match_named(Named((own,)), None, None, None)}
    ontology = Ontology.of(rules, values, {})
    given = ((lambda *_: False), (lambda *key: key in heads))
    infer_staged(transaction, ontology, own, later=later, heads=given, most=10**9)


def inferred(snapshot: Snapshot) -> list[Triple]:
    """What a level sees that nobody has asserted."""
    found: dict[Triple, bool] = {}
    for quad in snapshot.quads_for_pattern(None, None, None):
        computed = str(getattr(quad.graph_name, "value", "")).startswith(NAMES.inferred)
        found[quad.triple] = computed and found.get(quad.triple, True)
    return sorted((t for t, computed in found.items() if computed), key=str)


def check_all(
    snapshot: Snapshot, rules: Sequence[Rule] = (), wanted: Iterable[Triple] | None = None
) -> list[Proof]:
    """Proofs of all that is inferred, each of them replayed."""
    proofs, checker = Proofs(snapshot, rules), Checker(SnapshotGround(snapshot), rules)
    found = []
    for each in inferred(snapshot) if wanted is None else wanted:
        proof = proofs.explain(*each, depth=10**6)
        assert proof is not None, each
        assert proof.triple == Fact(*each)
        checker.check(proof)
        found.append(proof)
    return found


@contextmanager
def closed_in_bulk(facts: str) -> Iterator[Store]:
    """A store closed by all clauses of the rules: their rounds are not those of the program."""
    with Store.open(None) as store:
        with store.write() as transaction:
            quads = tuple(Quad(*t, GRAPHS[0]) for t in triples(facts))
            transaction.stage(Change(quads))
            rules = load_rules().over(transaction.intern)
            (own,) = transaction.intern([NAMES.graph("inferred/0")])
            values = Values(transaction.snapshot.term_of)
            close_store(transaction, program_of(rules, values), Asked(own))
            transaction.commit(author="test", message="", time=TIME)
        yield store


def iri(name: str) -> NamedNode:
    return NAMES.term(name)
