"""Our own SHACL engine: shapes over identifiers, by sets (SQL) and by points (the index)."""

from kgraph.shacl.engine.validation import Engine

__all__ = ["Engine"]
