"""A commit as one reader sees it: points through the index, sets through a cursor."""

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType

import duckdb
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kgraph.errors import StoreError
from kgraph.identifiers import DEFAULT_GRAPH_ID, inline_id
from kgraph.store.graphs import Graphs, Merge, Named, UnionOfAll
from kgraph.store.index import Index
from kgraph.store.relations import Tables, relation, rows
from kgraph.store.schema import NO_TERM
from kgraph.store.statistics import Statistics
from kgraph.store.visibility import sees
from kgraph.terms import GraphName, Term

Opened = tuple[duckdb.DuckDBPyConnection, Tables]
Part = NamedNode | BlankNode | Literal | Triple | None
_BATCH = 4096
_DEFAULT = Merge((DEFAULT_GRAPH_ID,))


class Snapshot:
    """Cheap to make; its read transaction begins with the first `cursor()`. For one thread."""

    __slots__ = (
        "_close",
        "_cursor",
        "_open",
        "_statistics",
        "_tables",
        "commit",
        "dictionary",
        "index",
        "level",
    )

    def __init__(
        self,
        commit: int,
        level: int,
        statistics: Statistics | Callable[[], Statistics],
        dictionary: Index,
        index: Index | None,
        opener: Callable[[], Opened],
        *,
        close: bool = True,
    ) -> None:
        """`statistics` may come when they are asked for; `opener` begins the read transaction.

        `close`: whether that ends with this snapshot.
        """
        self.commit = commit
        self.level = level
        self._statistics = statistics
        self.dictionary = dictionary
        """Knows all terms, also where `index` is None."""
        self.index = index
        """Point access; None for an earlier commit, which only SQL can read."""
        self._open = opener
        self._close = close
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._tables: Tables | None = None

    @property
    def statistics(self) -> Statistics:
        """Counts for planning, and for whoever wants to know; see `Statistics`."""
        if not isinstance(self._statistics, Statistics):
            self._statistics = self._statistics()
        return self._statistics

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This snapshot's cursor, inside its read transaction; the same one each time."""
        return self.opened()[0]

    def opened(self) -> Opened:
        """The cursor, and which tables it reads."""
        if self._cursor is None or self._tables is None:
            self._cursor, self._tables = self._open()
        return self._cursor, self._tables

    def relation(self, graphs: Graphs, *, order: str = "spo") -> str:
        """A FROM item with columns s, p, o (Named: and g), for this snapshot's cursor."""
        self.cursor()
        assert self._tables is not None
        return relation(self._tables, graphs, self.level, order)

    def copies(self) -> str:
        """A FROM item with s, p, o, g, levels, round of every copy, whoever sees it."""
        self.cursor()
        assert self._tables is not None
        assert not self._tables.rolled, "only the last commit is known copy by copy"
        return f"({rows(self._tables, 's, p, o, g, levels, round')})"

    def id_of(self, term: Term) -> int | None:
        """The identifier of a term; None if the store has never seen it."""
        found = inline_id(term)
        return self.dictionary.id_of(term) if found is None else found

    def term_of(self, identifier: int) -> Term:
        """The term of an identifier."""
        return self.dictionary.term_of(identifier)

    def terms_of(self, identifiers: Sequence[int]) -> list[Term]:
        """The terms of many identifiers, in their order."""
        return self.dictionary.terms_of(identifiers)

    def count(self, graphs: Graphs, s: int | None, p: int | None, o: int | None) -> float:
        """How many triples match: exact where the index can tell cheaply, else an estimate."""
        if self.index is not None and not (s is None and o is None):
            return self.index.estimate(graphs, s, p, o)
        if p is None:
            whole = float(self.statistics.triples)
            return whole if s is None and o is None else whole**0.5
        found = self.statistics.predicate(p)
        if found is None:
            return 0.0
        estimate = float(found.triples)
        estimate /= 1 if s is None else max(1, found.subjects)
        return estimate / (1 if o is None else max(1, found.objects))

    def quads_for_pattern(
        self, subject: Part, predicate: Part, object: Part, graph_name: GraphName | None = None
    ) -> Iterator[Quad]:
        """The quads that match; None is any, also any graph, the default one included."""
        ids = []
        for part in (subject, predicate, object):
            number = None if part is None else self.id_of(part)
            if part is not None and number is None:
                return
            ids.append(number)
        for graphs in self._graphs_named(graph_name):
            yield from self._quads(graphs, ids[0], ids[1], ids[2])

    def _graphs_named(self, name: GraphName | None) -> list[Merge | Named]:
        if name is None:
            return [_DEFAULT, Named(None)]
        if isinstance(name, DefaultGraph):
            return [_DEFAULT]
        number = self.id_of(name)
        return [] if number is None else [Named((number,))]

    def _quads(
        self, graphs: Merge | Named, s: int | None, p: int | None, o: int | None
    ) -> Iterator[Quad]:
        term_of, default = self.dictionary.term_of, DefaultGraph()
        for batch in self._batches(graphs, s, p, o):
            for row in batch:
                parts = [term_of(one) for one in row]
                if len(parts) == 3:
                    parts.append(default)  # type: ignore[arg-type]
                yield Quad(*parts)  # type: ignore[arg-type]

    def _batches(
        self, graphs: Merge | Named, s: int | None, p: int | None, o: int | None
    ) -> Iterator[Sequence[tuple[int, ...]]]:
        index = self.index
        selective = s is not None or o is not None
        if index is not None and (selective or index.scannable()):
            if isinstance(graphs, Named):
                yield list(index.match_named(graphs, s, p, o))
            else:
                yield list(index.match(graphs, s, p, o))
            return
        given = [(name, one) for name, one in zip("spo", (s, p, o), strict=True) if one is not None]
        condition = " AND ".join(f"{name} = {one}" for name, one in given) or "true"
        text = f"SELECT * FROM {self.relation(graphs)} WHERE {condition}"
        # Read to the end: the cursor may be asked something else between two quads.
        found = self.cursor().execute(text)
        batches = []
        while batch := found.fetchmany(_BATCH):
            batches.append(batch)
        yield from batches

    def __contains__(self, quad: Quad) -> bool:
        """Whether this graph, not only the union, holds the quad."""
        found = self.quads_for_pattern(quad.subject, quad.predicate, quad.object, quad.graph_name)
        return next(found, None) is not None

    def graphs(self) -> list[int]:
        """The identifiers of the named graphs that exist at this level, empty ones too."""
        cursor = self.cursor()
        assert self._tables is not None
        if not self._tables.rolled:
            found = cursor.execute(f"SELECT g FROM graph WHERE level <= {self.level} ORDER BY g")
            return [g for (g,) in found.fetchall()]
        text = f"""WITH changed AS (
            SELECT g, min(commit_number * 2 + added::INT) % 2 = 0 AS was_there,
                bit_and(levels) AS levels
            FROM log WHERE commit_number > {self.commit} AND s = {NO_TERM} GROUP BY g)
        SELECT g FROM graph ANTI JOIN changed USING (g) WHERE level <= {self.level}
        UNION ALL SELECT g FROM changed WHERE was_there AND {sees(self.level)} ORDER BY g"""
        return [g for (g,) in cursor.execute(text).fetchall()]

    def named_graphs(self) -> Iterator[NamedNode | BlankNode]:
        """The names of the graphs that exist, empty ones too."""
        for g in self.graphs():
            name = self.term_of(g)
            assert isinstance(name, NamedNode | BlankNode)
            yield name

    def contains_named_graph(self, name: NamedNode | BlankNode) -> bool:
        """Whether a graph of this name exists, be it empty."""
        number = self.id_of(name)
        return number is not None and number in self.graphs()

    def __len__(self) -> int:
        """How many quads there are, a triple in two graphs counting twice."""
        total = 0
        for graphs in (_DEFAULT, Named(None)):
            text = f"SELECT count(*) FROM {self.relation(graphs)}"
            found = self.cursor().execute(text).fetchone()
            total += found[0] if found else 0
        return total

    def __bool__(self) -> bool:
        """A snapshot is one, also of an empty store."""
        return True

    def triples(self) -> int:
        """How many triples the union graph has."""
        if self.index is not None:
            return self.statistics.triples
        found = self.cursor().execute(f"SELECT count(*) FROM {self.relation(UnionOfAll())}")
        row = found.fetchone()
        assert row is not None
        return int(row[0])

    def close(self) -> None:
        """End the read transaction, if there is one; nothing can be read after that."""
        cursor, self._cursor = self._cursor, None
        self._open = _closed
        if cursor is not None and self._close:
            cursor.close()

    def __enter__(self) -> "Snapshot":
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def __del__(self) -> None:
        """Close what nobody closed, so that the database may forget old rows."""
        if getattr(self, "_cursor", None) is not None:
            self.close()


def _closed() -> Opened:
    raise StoreError("this snapshot is closed")
