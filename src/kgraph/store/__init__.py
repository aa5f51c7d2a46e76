"""The quads of the current commit, and the commits that led there."""

from kgraph.store.changes import Change, CommitRecord, Event, Staged
from kgraph.store.database import Store
from kgraph.store.delta import Delta
from kgraph.store.graphs import Graphs, Merge, Named, UnionOfAll
from kgraph.store.journal import Journal, Patch
from kgraph.store.lock import FolderLock
from kgraph.store.schema import PUBLIC, RESTRICTED, SEALED
from kgraph.store.snapshot import Snapshot
from kgraph.store.state import State
from kgraph.store.statistics import PredicateStatistics, Statistics
from kgraph.store.transaction import Transaction

__all__ = [
    "PUBLIC",
    "RESTRICTED",
    "SEALED",
    "Change",
    "CommitRecord",
    "Delta",
    "Event",
    "FolderLock",
    "Graphs",
    "Journal",
    "Merge",
    "Named",
    "Patch",
    "PredicateStatistics",
    "Snapshot",
    "Staged",
    "State",
    "Statistics",
    "Store",
    "Transaction",
    "UnionOfAll",
]
