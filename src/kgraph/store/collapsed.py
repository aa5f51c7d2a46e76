"""A snapshot in which everything has one name, for queries that collapse owl:sameAs."""

import duckdb

from kgraph.store.graphs import Graphs
from kgraph.store.index.collapsed import CollapsedIndex
from kgraph.store.insertion import insert
from kgraph.store.relations import Tables
from kgraph.store.snapshot import Snapshot

_NODES, _LINKS = "kgraph_other_nodes", "kgraph_other_links"


class Collapsed(Snapshot):
    """A snapshot without the triples that mention some names, whatever graph they are in."""

    __slots__ = ("_links", "_nodes", "_whole")

    def __init__(self, whole: Snapshot, nodes: frozenset[int], links: frozenset[int]) -> None:
        """Left out are triples with a subject or object in `nodes`, or a predicate in `links`.

        It reads through `whole`, which `close` closes too.
        """
        index = None if whole.index is None else CollapsedIndex(whole.index, nodes, links)
        super().__init__(
            whole.commit,
            whole.level,
            lambda: whole.statistics,
            whole.dictionary,
            index,
            self._opened,
            close=False,
        )
        self._whole, self._nodes, self._links = whole, nodes, links

    def _opened(self) -> tuple[duckdb.DuckDBPyConnection, Tables]:
        cursor, tables = self._whole.opened()
        for name, identifiers in ((_NODES, self._nodes), (_LINKS, self._links)):
            cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} (id BIGINT)")
            insert(cursor, name, [(one,) for one in sorted(identifiers)], ["BIGINT"])
        return cursor, tables

    def relation(self, graphs: Graphs, *, order: str = "spo") -> str:
        """A FROM item with columns s, p, o (Named: and g), for this snapshot's cursor."""
        rows = super().relation(graphs, order=order)
        nodes, links = f"(SELECT id FROM {_NODES})", f"(SELECT id FROM {_LINKS})"
        return (
            f"(SELECT * FROM {rows} AS whole WHERE s NOT IN {nodes} AND o NOT IN {nodes} "
            f"AND p NOT IN {links})"
        )

    def close(self) -> None:
        """End the read transaction, if there is one; nothing can be read after that."""
        super().close()
        self._whole.close()

    def __del__(self) -> None:
        """Leave what it reads through to whoever made that."""
