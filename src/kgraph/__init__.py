"""kgraph: a knowledge graph with a query service for those who document human rights."""

__version__ = "0.1.0"
