"""What follows from asserted quads and what is wrong with them: close, then validate.

Each is skipped where it cannot matter: a change that touches no predicate and no class that the
schema and the rules look at cannot change what follows; if the shapes do not look at it either,
it cannot change what is wrong.
"""

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, Store, Triple

from kgraph.ingest.cache import Cache, code_digest, key_of
from kgraph.ingest.corpus import Corpus, rewritten
from kgraph.ingest.scope import Reach, Scope, scope_of
from kgraph.progress import SILENT, Progress
from kgraph.reason import Derivation, Inconsistency, Reasoner, load_rules
from kgraph.shacl import ValidationReport, Validator, with_acceptances
from kgraph.terms import from_lines, to_lines
from kgraph.vocab import Names

log = logging.getLogger(__name__)

ResultKey = tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What holds for one set of asserted quads: what follows, and what is wrong already.

    `known` tells the results of the report apart; the report itself may not be at hand.
    """

    inferred: frozenset[Quad] = frozenset()
    inconsistencies: tuple[Inconsistency, ...] = ()
    known: frozenset[ResultKey] = frozenset()
    report: ValidationReport | None = None


class Pipeline:
    """The reasoner and the validator of one corpus, behind a cache."""

    def __init__(
        self, corpus: Corpus, names: Names, cache: Cache, progress: Progress = SILENT
    ) -> None:
        """Rules and shapes are read here; the schema is what `schema_is` is told."""
        self._names, self._cache, self.progress = names, cache, progress
        self._rules = load_rules(corpus.rules, namespace=names.namespace)
        self.reasoner = Reasoner((), self._rules, namespace=names.namespace)
        shapes = [rewritten(path.read_bytes(), names) for path in corpus.shapes]
        self.validator = Validator(corpus.shapes, namespace=names.namespace)
        self._has_shapes = bool(corpus.shapes)
        self._scope: Scope = scope_of(shapes)
        self._inputs = [corpus.digest, code_digest("reason", "shacl", "ingest")]
        self._made: frozenset[str] = frozenset()
        self._any_head = any(p.predicates is None for rule in self._rules for p in rule.writes)
        self._unsure = False

    def schema_is(self, store: Store) -> None:
        """Take the axioms among the asserted quads as the schema."""
        self.reasoner = Reasoner(store, self._rules, namespace=self._names.namespace)

    def may_infer(self, quads: Iterable[Quad]) -> bool:
        """Whether adding or removing these can change what follows."""
        if self._unsure:
            return True
        return any(q.predicate.value in self._made or self.reasoner.mentions(q) for q in quads)

    def reach(self, quads: Iterable[Quad], store: Store) -> Reach:
        """How much of the report adding or removing these can touch, if nothing follows."""
        return max((self._scope.reach(quad, store) for quad in quads), default=Reach.NOTHING)

    def forget(self) -> None:
        """What was inferred last was not kept, so the next change is inferred over in full."""
        self._unsure = True

    def infer(self, asserted: Store) -> tuple[frozenset[Quad], tuple[Inconsistency, ...]]:
        """The quads that follow and are not asserted, and what contradicts the ontology."""
        closure = self.reasoner.close(asserted, progress=self.progress)
        self._unsure = False
        for excess in closure.exceeded:
            log.warning("more heads than its bound allows: %s", excess)
        quads = frozenset(
            Quad(t.subject, t.predicate, t.object, self._names.graph(f"inferred/{stratum}"))
            for stratum, triples in closure.inferred.items()
            for t in triples
        )
        self._made = frozenset()
        return quads, closure.inconsistencies

    def validate(
        self, store: Store, inconsistencies: Iterable[Inconsistency] = ()
    ) -> ValidationReport:
        """The report on asserted and inferred quads together; an inconsistency is a Violation."""
        return self._shapes_say(store).with_inconsistencies(inconsistencies, self._names.shapes)

    def validate_nodes(self, store: Store, nodes: Collection[str]) -> ValidationReport:
        """What the shapes say of these nodes alone."""
        return self._shapes_say(store, nodes)

    def _shapes_say(self, store: Store, nodes: Collection[str] | None = None) -> ValidationReport:
        if not self._has_shapes:
            return ValidationReport()
        report = self.validator.validate(store, focus=nodes, progress=self.progress)
        return with_acceptances(report, store, self._names)

    def explain(self, store: Store, triple: Triple, depth: int) -> Derivation | None:
        """The proof of a triple that is in the store, down to what is asserted."""
        return self.reasoner.explain(store, triple, depth=depth)

    def kept(self, key: str) -> Standing | None:
        """What follows from a content that was closed before under this key."""
        key = key_of([*self._inputs, key])
        lines, known = self._cache.get(key, "inferred.nq"), self._cache.get(key, "known.json")
        if lines is None or known is None:
            return None
        return self._known(frozenset(from_lines(lines.decode().splitlines())), known)

    def keep(self, key: str, standing: Standing) -> None:
        """Keep what follows from a content."""
        key = key_of([*self._inputs, key])
        lines = "\n".join(to_lines(standing.inferred)) + "\n"
        self._cache.put(key, "inferred.nq", lines.encode())
        self._cache.put(key, "known.json", _to_json(standing))

    def remembered(self, key: str, inferred: frozenset[Quad]) -> Standing | None:
        """What was wrong at a commit, if that commit is the last one that was remembered."""
        known = self._cache.get("last", f"{key_of([*self._inputs, key])}.json")
        return None if known is None else self._known(inferred, known)

    def remember(self, key: str, standing: Standing) -> None:
        """Remember what is wrong at a commit, in place of what was remembered before."""
        self._cache.put_alone("last", f"{key_of([*self._inputs, key])}.json", _to_json(standing))

    def _known(self, inferred: frozenset[Quad], known: bytes) -> Standing:
        if self._any_head:  # the reasoner has not run, so it does not know what they made
            self._made = frozenset(quad.predicate.value for quad in inferred)
        return _from_json(inferred, known)


def _to_json(standing: Standing) -> bytes:
    plain = {
        "known": sorted(standing.known),
        "inconsistencies": [[i.rule, i.message, *i.terms] for i in standing.inconsistencies],
    }
    return json.dumps(plain).encode()


def _from_json(inferred: frozenset[Quad], data: bytes) -> Standing:
    plain = json.loads(data)
    inconsistencies = (
        Inconsistency(rule, message, tuple(terms))
        for rule, message, *terms in plain["inconsistencies"]
    )
    known = frozenset(tuple(one) for one in plain["known"])
    return Standing(inferred, tuple(inconsistencies), known)
