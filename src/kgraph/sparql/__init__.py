"""SPARQL 1.1 text: read, guarded, prepared, and evaluated on a pyoxigraph store."""

from kgraph.sparql.evaluate import Answer, evaluate_query, evaluate_update
from kgraph.sparql.guard import refuse_egress

__all__ = ["Answer", "evaluate_query", "evaluate_update", "refuse_egress"]
