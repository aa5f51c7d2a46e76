"""Explanations as text, as values that JSON can hold, and as pictures."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kgraph.provenance.claims import Saying
from kgraph.provenance.model import Contradiction, ExplainedResult, Explanation
from kgraph.reason.proofs import (
    Fact,
    Proof,
    WhyNot,
    proof_json,
    proof_svg,
    proof_text,
    why_not_json,
    why_not_text,
)
from kgraph.reason.proofs.told import Told

Words = Callable[[str], str | None]
"""The text of a passage, where its document is attached."""


class Teller:
    """Tells explanations with prefixes, and with the words of passages where they are known."""

    def __init__(self, prefixes: Mapping[str, str], words_of: Words = lambda passage: None) -> None:
        """Prefixes as `Names.prefixes` has them."""
        self._prefixes, self._words_of = prefixes, words_of
        self._told = Told(prefixes)

    def text(self, explanation: Explanation) -> str:
        """Where a triple is asserted and who says so, or the tree of rules below it."""
        proof = explanation.proof
        if proof is None:
            lines = [_fact_of(explanation, self._told), "  does not hold in this graph"]
            lines += (f"  {line}" for line in self._sayings(explanation.claims))
            return "\n".join(lines)
        parts = [self._proof(proof, explanation.notes)]
        for other in explanation.others:
            parts += ["  or", self._proof(other, explanation.notes, headline=False)]
        if explanation.derivation and explanation.claims:  # denied or alleged, and it follows
            parts += (f"  {line}" for line in self._sayings(explanation.claims))
        return "\n".join(parts)

    def svg(self, explained: Explanation | Contradiction) -> str | None:
        """The proof as a picture; None for what does not hold."""
        proof = explained.proof
        if proof is None:
            return None
        return proof_svg(proof, self._prefixes, self._notes(explained.notes))

    def contradictions(self, found: Sequence[Contradiction]) -> str:
        """Each with its proof."""
        return "\n\n".join(self._proof(each.proof, each.notes) for each in found)

    def result(self, explained: ExplainedResult) -> str:
        """What a result says, why its shape looks there, and the triples behind it."""
        return "\n".join(self._result(explained))

    def why_not(self, found: WhyNot) -> str:
        """What each rule lacks, the nearest first."""
        return why_not_text(found, self._prefixes)

    def _result(self, explained: ExplainedResult) -> Iterator[str]:
        result = explained.result
        severity = result.severity.rpartition("#")[2]
        yield f"{severity} at {self._told.term(result.focus_node)}: {'; '.join(result.messages)}"
        if explained.contradiction is not None:
            found = explained.contradiction
            yield self._proof(found.proof, found.notes, headline=False)
            return
        yield f"  from {self._shape(result.source_shape)}"
        for heading, premises in (
            ("it is looked at because", explained.targeted),
            ("it rests on", explained.premises),
        ):
            if premises:
                yield f"  {heading}"
                for premise in premises:
                    yield from _indented(self.text(premise), 4)
        if explained.more:
            yield f"    and {explained.more} more"
        for missing in explained.missing:
            yield "  this would be enough"
            yield from _indented(self.why_not(missing), 4)
        for detail in explained.details:
            yield from _indented(self.result(detail), 2)

    def _shape(self, name: str) -> str:
        return "a shape without a name" if name.startswith("_:") else self._told.iri(name)

    def _proof(
        self, proof: Proof, notes: Callable[[Fact], Sequence[Saying]], *, headline: bool = True
    ) -> str:
        return proof_text(proof, self._prefixes, self._notes(notes), headline=headline)

    def _notes(self, claims: Callable[[Fact], Sequence[Saying]]) -> Callable[[Fact], Iterable[str]]:
        return lambda fact: self._sayings(claims(fact))

    def _sayings(self, sayings: Iterable[Saying]) -> Iterator[str]:
        for saying in sayings:
            who = ", ".join(map(self._told.iri, saying.attributed_to)) or "nobody named"
            how = ", ".join(map(self._told.iri, (*saying.modality, *saying.polarity)))
            said = f"said by {who}" + (f" ({how})" if how else "")
            yield f"{said} in claim {self._told.iri(saying.claim)}"
            for passage in saying.evidence:
                words = self._words_of(passage)
                yield f"  at {self._told.iri(passage)}" + (f": “{words}”" if words else "")


def _fact_of(explanation: Explanation, told: Told) -> str:
    triple = explanation.triple
    return " ".join(map(told.term, (triple.subject, triple.predicate, triple.object)))


def _indented(text: str, by: int) -> Iterator[str]:
    for line in text.splitlines():
        yield " " * by + line


def explanation_json(explanation: Explanation, missing: WhyNot | None = None) -> dict[str, Any]:
    """An explanation as nested objects; `missing` is what rules lack for what does not hold."""
    triple = explanation.triple

    def told(proof: Proof) -> dict[str, Any]:
        return proof_json(proof, lambda fact: map(saying_json, explanation.notes(fact)))

    return {
        "triple": [str(term) for term in (triple.subject, triple.predicate, triple.object)],
        "holds": explanation.holds,
        "asserted": explanation.asserted,
        "graphs": list(explanation.graphs),
        "claims": [saying_json(saying) for saying in explanation.claims],
        "grounds": [saying_json(saying) for saying in explanation.grounds],
        "derivation": told(explanation.derivation) if explanation.derivation else None,
        "others": [told(proof) for proof in explanation.others],
        "why_not": why_not_json(missing) if missing else None,
    }


def contradiction_json(found: Contradiction) -> dict[str, Any]:
    """An inconsistency with its proof."""
    return proof_json(found.proof, lambda fact: map(saying_json, found.notes(fact)))


def result_json(explained: ExplainedResult) -> dict[str, Any]:
    """A validation result with what it stands on."""
    contradiction = explained.contradiction
    return {
        "result": explained.result.to_json(),
        "targeted": [explanation_json(each) for each in explained.targeted],
        "premises": [explanation_json(each) for each in explained.premises],
        "more": explained.more,
        "missing": [why_not_json(each) for each in explained.missing],
        "contradiction": contradiction_json(contradiction) if contradiction else None,
        "details": [result_json(each) for each in explained.details],
    }


def saying_json(saying: Saying) -> dict[str, Any]:
    """A claim as JSON has it."""
    return {
        "claim": saying.claim,
        "graph": saying.graph_name,
        "attributed_to": list(saying.attributed_to),
        "modality": list(saying.modality),
        "polarity": list(saying.polarity),
        "evidence": list(saying.evidence),
        "whole_record": saying.whole_record,
    }
