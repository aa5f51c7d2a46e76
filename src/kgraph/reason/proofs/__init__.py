"""Why triples hold and why they do not: proofs by round, their check, and what rules lack."""

from kgraph.reason.proofs.check import Checker, ProofError, SnapshotGround
from kgraph.reason.proofs.layers import Programs
from kgraph.reason.proofs.model import ASSERTED, Attempt, Fact, Proof, WhyNot
from kgraph.reason.proofs.picture import proof_svg
from kgraph.reason.proofs.search import DEPTH, Proofs
from kgraph.reason.proofs.told import proof_json, proof_text, why_not_json, why_not_text

__all__ = [
    "ASSERTED",
    "DEPTH",
    "Attempt",
    "Checker",
    "Fact",
    "Programs",
    "Proof",
    "ProofError",
    "Proofs",
    "SnapshotGround",
    "WhyNot",
    "proof_json",
    "proof_svg",
    "proof_text",
    "why_not_json",
    "why_not_text",
]
