"""The quads of the current commit, and the patches that led there."""

from kgraph.store.delta import Delta
from kgraph.store.journal import Journal, Patch
from kgraph.store.lock import FolderLock
from kgraph.store.state import State

__all__ = ["Delta", "FolderLock", "Journal", "Patch", "State"]
