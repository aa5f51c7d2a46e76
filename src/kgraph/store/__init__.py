"""The quads of the current commit, and the commits that led there."""

from kgraph.store.changes import Change, CommitRecord, Event, Staged
from kgraph.store.database import Store
from kgraph.store.graphs import Graphs, Merge, Named, UnionOfAll, Without
from kgraph.store.lock import FolderLock
from kgraph.store.schema import PUBLIC, RESTRICTED, SEALED
from kgraph.store.snapshot import Snapshot
from kgraph.store.statistics import PredicateStatistics, Statistics
from kgraph.store.transaction import Transaction
from kgraph.store.visibility import (
    ALL,
    BY_LABEL,
    LEVELS,
    Level,
    lowest_level,
    mask_from,
    sees,
    upwards,
)

__all__ = [
    "ALL",
    "BY_LABEL",
    "LEVELS",
    "PUBLIC",
    "RESTRICTED",
    "SEALED",
    "Change",
    "CommitRecord",
    "Event",
    "FolderLock",
    "Graphs",
    "Level",
    "Merge",
    "Named",
    "PredicateStatistics",
    "Snapshot",
    "Staged",
    "Statistics",
    "Store",
    "Transaction",
    "UnionOfAll",
    "Without",
    "lowest_level",
    "mask_from",
    "sees",
    "upwards",
]
