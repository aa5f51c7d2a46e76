"""kgraph: a knowledge graph with a query service for those who document human rights."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_DOORS = {
    "query": "kgraph.sparql.files",
    "validate": "kgraph.shacl.files",
    "infer": "kgraph.reason.files",
}


def __getattr__(name: str) -> Any:
    """`kgraph.query`, `validate`, `infer`: imported when first used, each brings an engine."""
    if name not in _DOORS:
        raise AttributeError(f"module 'kgraph' has no attribute {name!r}")
    return getattr(import_module(_DOORS[name]), name)


if TYPE_CHECKING:
    from kgraph.reason.files import infer
    from kgraph.shacl.files import validate
    from kgraph.sparql.files import query

    __all__ = ["__version__", "infer", "query", "validate"]
