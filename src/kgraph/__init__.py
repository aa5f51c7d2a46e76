"""kgraph: a knowledge graph with a query service for those who document human rights."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`kgraph.query`, imported when it is first used: it brings the whole engine with it."""
    if name != "query":
        raise AttributeError(f"module 'kgraph' has no attribute {name!r}")
    from kgraph.sparql.files import query

    return query


if TYPE_CHECKING:
    from kgraph.sparql.files import query

    __all__ = ["__version__", "query"]
