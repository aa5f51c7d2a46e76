"""Who says a triple, what it follows from, and why something is wrong: down to claims."""

from kgraph.provenance.claims import Saying, graphs_of, who_says
from kgraph.provenance.explainer import Explainer
from kgraph.provenance.model import Contradiction, ExplainedResult, Explanation, Ground

__all__ = [
    "Contradiction",
    "ExplainedResult",
    "Explainer",
    "Explanation",
    "Ground",
    "Saying",
    "graphs_of",
    "who_says",
]
