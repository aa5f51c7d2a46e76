"""Explains what one commit has, as the level of its snapshot sees it: nothing above it is told."""

from collections.abc import Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Triple

from kgraph.ingest.closing import Theory
from kgraph.plan.execution import Limits, context_for
from kgraph.provenance.claims import graphs_of, who_says
from kgraph.provenance.model import Contradiction, ExplainedResult, Explanation, Ground
from kgraph.provenance.results import Premises, premises_of
from kgraph.reason.proofs import Fact, Programs, Proof, Proofs, WhyNot
from kgraph.shacl import ValidationReport, with_acceptances
from kgraph.shacl.engine import Engine
from kgraph.shacl.engine.findings import Pair
from kgraph.shacl.engine.points import Points
from kgraph.shacl.report import NO_SUCH_THING, VIOLATION, ValidationResult
from kgraph.store import Snapshot
from kgraph.terms import Term
from kgraph.vocab import Names

MOST_CONTRADICTIONS = 100
WAYS_MISSED = 2
"""So many rules are named for what would mend a result."""


class Explainer:
    """Why things are so in a commit, at one level; for one thread, while its snapshot is open."""

    def __init__(
        self, snapshot: Snapshot, names: Names, theory: Theory, programs: Programs, depth: int
    ) -> None:
        """`programs` are those of the store; proofs are shown so deep.

        Raises StoreError for an earlier commit.
        """
        self._snapshot, self._names, self._theory = snapshot, names, theory
        self._depth = depth
        self._proofs = Proofs(snapshot, theory.rules, names, programs=programs)

    # Triples

    def explain(self, triple: Triple, *, ways: int = 1) -> Explanation:
        """Who asserts a triple, or what it follows from, in so many ways."""
        graphs = tuple(graphs_of(self._snapshot, triple))
        claims = tuple(who_says(self._snapshot, self._names, triple))
        proof = self.derivation(triple)
        others = self._others(triple, proof, ways - 1) if proof is not None and ways > 1 else ()
        found = [] if proof is None else [proof, *others]
        return Explanation(triple, graphs, claims, proof, others, self._grounds(found))

    def derivation(self, triple: Triple) -> Proof | None:
        """The shortest proof; None for what is asserted, and for what does not hold."""
        proof = self._proofs.explain(*triple, depth=self._depth)
        return None if proof is None or proof.asserted else proof

    def _others(self, triple: Triple, first: Proof, most: int) -> tuple[Proof, ...]:
        found = self._proofs.ways(*triple, most=most + 1, depth=self._depth)
        return tuple(proof for proof in found if proof != first)[:most]

    def why_not(self, triple: Triple, *, most: int) -> WhyNot | None:
        """What rules lack to give a triple, the nearest first; None if it holds."""
        return self._proofs.why_not(*triple, most=most)

    def _grounds(self, proofs: Sequence[Proof]) -> tuple[Ground, ...]:
        facts = dict.fromkeys(
            leaf.triple
            for proof in proofs
            for leaf in proof.leaves()
            if leaf.asserted and not leaf.axiom
        )
        return tuple(
            Ground(fact, tuple(who_says(self._snapshot, self._names, triple)))
            for fact in facts
            if fact is not None and (triple := triple_of_fact(fact)) is not None
        )

    # What cannot be

    def inconsistencies(self, *, most: int) -> list[Contradiction]:
        """What the ontology says cannot be and is; all facts are looked at."""
        found = self._proofs.inconsistencies(most=most, depth=self._depth)
        return [Contradiction(proof, self._grounds([proof])) for proof in found]

    def _against(self, node: Term) -> list[Contradiction]:
        found = self._proofs.inconsistencies(
            about=node, most=MOST_CONTRADICTIONS, depth=self._depth
        )
        return [Contradiction(proof, self._grounds([proof])) for proof in found]

    # What is wrong

    def results(self, node: Term) -> list[ExplainedResult]:
        """What shapes that target a node say of it, and the ontology of what mentions it."""
        return [self.result(one) for one in self._report(node).results]

    def _report(self, node: Term) -> ValidationReport:
        report = ValidationReport()
        number = self._snapshot.id_of(node)
        if self._theory.shapes is not None and number is not None:
            engine = Engine(self._theory.shapes, names=self._names)
            pairs = list(self._targeting(number))
            found = engine.validate_nodes(self._snapshot, pairs)
            report = ValidationReport.of(found, self._theory.shapes.graph)
        component = self._names.shapes + NO_SUCH_THING
        told = (inconsistency_of(each.proof) for each in self._against(node))
        wrong = [
            ValidationResult(node, None, None, component, component, VIOLATION, (text,))
            for text in told
        ]
        report = ValidationReport.of([*report.results, *wrong], report.shapes)
        return with_acceptances(report, self._snapshot, self._names)

    def _targeting(self, node: int) -> Iterator[Pair]:
        shapes = self._theory.shapes
        assert shapes is not None
        points = Points(shapes, context_for(self._snapshot, union_default=True, limits=Limits()))
        try:
            for shape in shapes.targeting:
                if points.is_targeted(shape, node):
                    yield Pair(shape.node, node)
        finally:
            points.queries.close()

    def result(self, result: ValidationResult) -> ExplainedResult:
        """What a result of a report on this commit stands on."""
        if result.source_shape == self._names.shapes + NO_SUCH_THING:
            said = result.messages[0] if result.messages else ""
            found = (
                c for c in self._against(result.focus_node) if inconsistency_of(c.proof) == said
            )
            return ExplainedResult(result, contradiction=next(found, None))
        shapes = self._theory.shapes
        premises = Premises()
        if shapes is not None:
            premises = premises_of(self._snapshot, shapes, result)
        missing = [self.why_not(each, most=WAYS_MISSED) for each in premises.missing]
        return ExplainedResult(
            result,
            tuple(map(self.explain, premises.targeted)),
            tuple(map(self.explain, premises.triples)),
            premises.more,
            tuple(each for each in missing if each is not None),
            details=tuple(map(self.result, result.details)),
        )


def inconsistency_of(proof: Proof) -> str:
    """What a report says of an inconsistency."""
    return f"{proof.message} ({proof.rule})"


def triple_of_fact(fact: Fact) -> Triple | None:
    """A triple of RDF; None for what only stands between two rules."""
    if not isinstance(fact.subject, NamedNode | BlankNode | Triple):
        return None
    return Triple(fact.subject, fact.predicate, fact.object)  # type: ignore[arg-type]
