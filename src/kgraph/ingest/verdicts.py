"""Whether a change may be committed, by what it comes to and by the policy."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from kgraph.ingest.closing import Outcome
from kgraph.ingest.policy import Judgement, Policy, charged
from kgraph.shacl import ValidationReport
from kgraph.vocab import OWL, RDF_TYPE, RDFS

OF_FACTS = {
    *(RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(OWL + name for name in ("sameAs", "differentFrom")),
}
"""Properties of these vocabularies that facts are stated with."""


@dataclass(frozen=True)
class Verdict:
    """What a change adds, what that means, and what it mends."""

    report: ValidationReport
    """The results that it adds; an inconsistency is a violation."""
    judgement: Judgement
    mended: ValidationReport
    refusal: str
    """Why it is refused, in a sentence; empty if it may be committed."""


def verdict(
    outcome: Outcome,
    graphs: Iterable[str | None],
    policy: Policy,
    *,
    accept_failures: bool = False,
    of_theory: bool = False,
) -> Verdict:
    """The verdict on a change of these graphs, `of_theory` if it changes what judges facts.

    Failures are accepted for a change of rules, shapes or the ontology, and for no other.
    """
    accepted = accept_failures and of_theory
    was, came = outcome.went, outcome.came
    report = charged(came, was).with_inconsistencies(outcome.clashes_come, outcome.shapes_namespace)
    judgement = policy.judge(report, sorted({*graphs}, key=str), accept_failures=accepted)
    refusal = _refusal(outcome, judgement)
    if refusal and accept_failures and not accepted:
        refusal += (
            ". Failures are accepted of changes to ontology, rules and shapes; what facts of a "
            "source may fail, the policy says"
        )
    return Verdict(report, judgement, charged(was, came), refusal)


def of_ontology(quad: Quad) -> bool:
    """Whether a quad says something in the vocabulary of RDFS or OWL, and not just a fact."""
    vocabularies = (RDFS, OWL)
    if quad.predicate == RDF_TYPE:
        kind = quad.object
        return isinstance(kind, NamedNode) and kind.value.startswith(vocabularies)
    iri = quad.predicate.value
    return iri.startswith(vocabularies) and iri not in OF_FACTS


def _refusal(outcome: Outcome, judgement: Judgement) -> str:
    if outcome.exceeded:
        more = len(outcome.exceeded) - 1
        return f"{outcome.exceeded[0]}" + (f", and {more} more" if more else "")
    results = judgement.refusing.results
    if not results:
        return ""
    first = results[0]
    severity = first.severity.rpartition("#")[2].lower() or "result"
    number = sum(1 for one in results if one.severity == first.severity)
    words = next(iter(first.messages), "see the report")
    rest = len(results) - number
    others = f", and {rest} of other severities" if rest else ""
    plural = "s" if number > 1 else ""
    return f"{number} {severity}{plural}, first at {first.focus_node}: {words}{others}"
