"""What contradicts the ontology, by us and by owlrl."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from owlrl.XsdDatatypes import OWL_Datatype_Subsumptions
from rdflib.term import Literal, URIRef

from kgraph.audit.model import AUDIT, GRAPH, Difference, Reason
from kgraph.audit.owl import Clash
from kgraph.audit.strata import SecondClosure
from kgraph.rdflib_terms import Terms
from kgraph.reason.owl2rl import Inconsistency

PART = "inconsistencies"
VALUES = Reason(
    "values that owlrl does not compare",
    "owlrl has neither dt-diff nor, but for texts that their own datatype does not have, "
    "dt-not-type; rdflib's values are as we say.",
    "OWL 2 Profiles, 4.3, table 8",
)


def compare_clashes(ours: Sequence[Inconsistency], second: SecondClosure) -> Iterator[Difference]:
    """The inconsistencies that only one side has; owlrl's are those of its last run."""
    told = {Clash.of(one.rule, one.terms): one for one in ours}
    for clash in sorted(told.keys() - second.clashes, key=str):
        one = told[clash]
        reason = VALUES if _by_values(one) else second.last.clash_reason(clash)
        yield Difference(PART, GRAPH, f"{one.rule}: {one.message}", reason)
    for clash in sorted(second.clashes - told.keys(), key=str):
        yield Difference(PART, AUDIT, str(clash), second.last.clash_reason(clash))


def _by_values(one: Inconsistency) -> bool:
    """Whether it is about values, and rdflib has the same values."""
    terms = Terms()
    literals = {
        node
        for premise in one.premises
        for node in map(terms.to_rdflib, premise)
        if isinstance(node, Literal) and str(node) in one.terms
    }
    if one.rule == "dt-diff":
        return len(literals) > 1 and not any(_same(a, b) for a in literals for b in literals - {a})
    if one.rule == "dt-not-type":
        return any(not _has(URIRef(one.terms[-1]), literal) for literal in literals)
    return False


def _same(one: Literal, other: Literal) -> bool:
    with suppress(TypeError):  # rdflib's way to say that values cannot be compared
        return bool(one.eq(other))
    return False


def _has(datatype: URIRef, literal: Literal) -> bool:
    """Whether a datatype has a literal: its own, one that it is derived from, or as a text."""
    own = literal.datatype
    if literal.ill_typed:
        return False
    if own == datatype or datatype in OWL_Datatype_Subsumptions.get(own, ()):
        return True
    if own is None or own not in OWL_Datatype_Subsumptions.get(datatype, ()):
        return False
    return not Literal(str(literal), datatype=datatype).ill_typed
