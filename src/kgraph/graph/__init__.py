"""KnowledgeGraph: the one door to everything.

Parse, infer, validate, commit or refuse; query, explain, describe, export. One process owns the
data folder; inside it one writer at a time, and readers who see a commit whole or not at all.
"""

from kgraph.graph.changing import KnowledgeGraph
from kgraph.graph.past import AsOf, Happening, moment
from kgraph.graph.proposing import Proposal
from kgraph.ingest.commits import Commit
from kgraph.ingest.purging import Purged
from kgraph.ingest.tasks import Task, Tasks
from kgraph.ingest.trials import Trial
from kgraph.provenance import Explanation, Saying
from kgraph.stats import Stats

__all__ = [
    "AsOf",
    "Commit",
    "Explanation",
    "Happening",
    "KnowledgeGraph",
    "Proposal",
    "Purged",
    "Saying",
    "Stats",
    "Task",
    "Tasks",
    "Trial",
    "moment",
]
