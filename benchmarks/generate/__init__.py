"""Report-like data in our ontology, of any size: documents and the cases, protests, people in them.

The same seed and size give the same bytes. A document is written, forgotten, and followed by the
next, so memory does not grow with size: people and offices are made from their number, not kept.
"""

from benchmarks.generate.corpus import Size, generate

__all__ = ["Size", "generate"]
