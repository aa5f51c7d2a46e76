"""Point access: neighbours by subject and by object, terms and identifiers, in microseconds."""

from kgraph.store.index.points import PointStore
from kgraph.store.index.queries import Source
from kgraph.store.index.view import Index, NotScannable

__all__ = ["Index", "NotScannable", "PointStore", "Source"]
