"""Domain rules on our own engine: loading, evaluation by stratum, increments, premises."""

from kgraph.reason.domain.limits import Excess
from kgraph.reason.domain.order import check_order
from kgraph.reason.domain.premises import Instance, Premises, premises_of
from kgraph.reason.domain.rules import STRATA, Rule, load_rules, parse_rule
from kgraph.reason.domain.strata import Outcome, Strata
from kgraph.reason.domain.views import seen_by

__all__ = [
    "STRATA",
    "Excess",
    "Instance",
    "Outcome",
    "Premises",
    "Rule",
    "Strata",
    "check_order",
    "load_rules",
    "parse_rule",
    "premises_of",
    "seen_by",
]
