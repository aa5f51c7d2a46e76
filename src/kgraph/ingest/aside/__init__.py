"""Refused changes, kept aside: nothing of them is in the graph, and they can be sent again."""

from kgraph.ingest.aside.cleansing import Doomed
from kgraph.ingest.aside.entry import QUADS, UPDATE, Entry
from kgraph.ingest.aside.shelf import Shelf

__all__ = ["QUADS", "UPDATE", "Doomed", "Entry", "Shelf"]
