"""What follows from asserted quads and what is wrong with them: close, then validate.

Each is skipped where it cannot matter: a change that touches no predicate and no class that the
schema and the rules look at cannot change what follows; if the shapes do not look at it either,
it cannot change what is wrong.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, Store, Triple

from kgraph.ingest.cache import Cache, code_digest, key_of
from kgraph.ingest.corpus import Corpus, rewritten
from kgraph.ingest.scope import Scope, scope_of
from kgraph.progress import SILENT, Progress
from kgraph.reason import Derivation, Inconsistency, Reasoner, load_rules
from kgraph.shacl import ValidationReport, Validator
from kgraph.terms import from_lines, to_lines
from kgraph.vocab import Names

ResultKey = tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What holds for one set of asserted quads: what follows, and what is wrong already."""

    inferred: frozenset[Quad]
    known: frozenset[ResultKey]


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

    def may_violate(self, quads: Iterable[Quad]) -> bool:
        """Whether adding or removing these can change what is wrong, if nothing new follows."""
        return any(self._scope.mentions(quad) for quad in quads)

    def forget(self) -> None:
        """What was inferred last was not kept, so the next change is inferred over in full."""
        self._unsure = True

    def infer(self, asserted: Store) -> tuple[frozenset[Quad], tuple[Inconsistency, ...]]:
        """The quads that follow and are not asserted, and what contradicts the ontology."""
        closure = self.reasoner.close(asserted, progress=self.progress)
        self._unsure = False
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
        report = ValidationReport()
        if self._has_shapes:
            report = self.validator.validate(store, progress=self.progress)
        return report.with_inconsistencies(inconsistencies, self._names.shapes)

    def explain(self, store: Store, triple: Triple, depth: int) -> Derivation | None:
        """The proof of a triple that is in the store, down to what is asserted."""
        return self.reasoner.explain(store, triple, depth=depth)

    def standing(self, patches: Iterable[str], asserted: Store, store: Store) -> Standing:
        """What holds after these patches (digests), from the cache or computed and kept.

        The inferred quads are added to `store`, which has the asserted ones.
        """
        key = key_of([*self._inputs, *patches])
        lines, known = self._cache.get(key, "inferred.nq"), self._cache.get(key, "known.json")
        if lines is not None and known is not None:
            inferred = frozenset(from_lines(lines.decode().splitlines()))
            if self._any_head:  # the reasoner has not run, so it does not know what they made
                self._made = frozenset(quad.predicate.value for quad in inferred)
            store.extend(inferred)
            return Standing(inferred, frozenset(tuple(one) for one in json.loads(known)))
        inferred, inconsistencies = self.infer(asserted)
        store.extend(inferred)
        report = self.validate(store, inconsistencies)
        standing = Standing(inferred, report.keys)
        self._cache.put(key, "inferred.nq", ("\n".join(to_lines(inferred)) + "\n").encode())
        self._cache.put(key, "known.json", json.dumps(sorted(standing.known)).encode())
        return standing
