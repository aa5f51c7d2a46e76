"""What owlrl says, its known faults mended, and what tells nothing left out."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Triple

from kgraph.audit.faults import FAULTS
from kgraph.audit.noise import class_expressions, noise_of, stated_by_owlrl
from kgraph.audit.owl import close_by_owlrl


@dataclass(frozen=True)
class Opinion:
    """The triples that follow and tell something, and the rules of inconsistencies."""

    told: frozenset[Triple]
    rules: frozenset[str]


def by_owlrl(triples: Iterable[Triple]) -> Opinion:
    """What follows from triples."""
    logging.getLogger("rdflib.term").disabled = True  # it complains of each bad literal
    facts = frozenset((t.subject, t.predicate, t.object) for t in triples)
    found = close_by_owlrl(facts, FAULTS[-1].mended)
    hidden = class_expressions(found.closure)
    told = frozenset(
        Triple(*fact)  # type: ignore[arg-type]
        for fact in found.closure - facts
        if noise_of(fact, hidden) is None and not stated_by_owlrl(fact)
    )
    return Opinion(told, frozenset(clash.rule for clash in found.clashes))
