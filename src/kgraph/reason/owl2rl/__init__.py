"""OWL 2 RL/RDF as rules: read, specialised to an ontology, and closed under, plainly.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules. The
executors that are quick run the clauses made here.
"""

from kgraph.reason.owl2rl.inconsistencies import Inconsistency, inconsistency
from kgraph.reason.owl2rl.infer import Concluded, Inferred, conclude, infer
from kgraph.reason.owl2rl.plain import PlainClosure, close_plainly, run_plainly, run_program
from kgraph.reason.owl2rl.program import Program, make_program
from kgraph.reason.owl2rl.ruleset import Rules, Ruleset, load_rules
from kgraph.reason.owl2rl.specialise import specialise
from kgraph.reason.owl2rl.values import Values

__all__ = [
    "Concluded",
    "Inconsistency",
    "Inferred",
    "PlainClosure",
    "Program",
    "Rules",
    "Ruleset",
    "Values",
    "close_plainly",
    "conclude",
    "inconsistency",
    "infer",
    "load_rules",
    "make_program",
    "run_plainly",
    "run_program",
    "specialise",
]
