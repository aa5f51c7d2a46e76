"""OWL 2 RL and domain rules: what follows from what is asserted, and why."""

from kgraph.reason.explain import Derivation
from kgraph.reason.owl import Inconsistency
from kgraph.reason.reasoner import Closure, Reasoner
from kgraph.reason.rules import Rule, load_rules

__all__ = ["Closure", "Derivation", "Inconsistency", "Reasoner", "Rule", "load_rules"]
