"""How steps reach triples: the point index, and SQL for what it cannot go through."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from kgraph.store.graphs import Graphs, Named, Union

if TYPE_CHECKING:
    from kgraph.store.index import Index
    from kgraph.store.snapshot import Snapshot

Graph = Union
Triples = Iterable[tuple[int, int, int]]
Quads = Iterable[tuple[int, int, int, int]]


class Access(Protocol):
    """Look-ups by identifiers; in `match`, None stands for any term."""

    def contains(self, graphs: Graph, s: int, p: int, o: int) -> bool:
        """Whether these graphs have a triple."""

    def objects(self, graphs: Graph, s: int, p: int) -> Iterable[int]:
        """The objects of a subject and predicate."""

    def subjects(self, graphs: Graph, p: int, o: int) -> Iterable[int]:
        """The subjects of a predicate and object."""

    def pairs_of(self, graphs: Graph, s: int) -> Iterable[tuple[int, int]]:
        """The predicates and objects of a subject."""

    def match(self, graphs: Graph, s: int | None, p: int | None, o: int | None) -> Triples:
        """Triples, each once."""

    def match_named(self, graphs: Named, s: int | None, p: int | None, o: int | None) -> Quads:
        """Triples with the graphs they are in."""


class SqlAccess:
    """Look-ups as statements: a thousand times slower; for earlier commits, and for whole scans."""

    def __init__(self, snapshot: "Snapshot") -> None:
        """Over a snapshot's own cursor."""
        self._snapshot = snapshot

    def _rows(
        self, graphs: Graphs, s: int | None, p: int | None, o: int | None
    ) -> list[tuple[int, ...]]:
        given = zip("spo", (s, p, o), strict=True)
        condition = " AND ".join(f"{name} = {one}" for name, one in given if one is not None)
        columns = "s, p, o, g" if isinstance(graphs, Named) else "s, p, o"
        text = f"SELECT {columns} FROM {self._snapshot.relation(graphs)}"
        text += f" WHERE {condition}" if condition else ""
        return self._snapshot.cursor().execute(text).fetchall()

    def contains(self, graphs: Graph, s: int, p: int, o: int) -> bool:
        """Whether these graphs have a triple."""
        return bool(self._rows(graphs, s, p, o))

    def objects(self, graphs: Graph, s: int, p: int) -> Iterable[int]:
        """The objects of a subject and predicate."""
        return [row[2] for row in self._rows(graphs, s, p, None)]

    def subjects(self, graphs: Graph, p: int, o: int) -> Iterable[int]:
        """The subjects of a predicate and object."""
        return [row[0] for row in self._rows(graphs, None, p, o)]

    def pairs_of(self, graphs: Graph, s: int) -> Iterable[tuple[int, int]]:
        """The predicates and objects of a subject."""
        return [(row[1], row[2]) for row in self._rows(graphs, s, None, None)]

    def match(self, graphs: Graph, s: int | None, p: int | None, o: int | None) -> Triples:
        """Triples, each once."""
        return [(row[0], row[1], row[2]) for row in self._rows(graphs, s, p, o)]

    def match_named(self, graphs: Named, s: int | None, p: int | None, o: int | None) -> Quads:
        """Triples with the graphs they are in."""
        return [(row[0], row[1], row[2], row[3]) for row in self._rows(graphs, s, p, o)]


class LargeAccess:
    """The index of a large store, which cannot be gone through: whole scans are statements."""

    def __init__(self, index: "Index", scans: SqlAccess) -> None:
        """`scans` answers where neither subject nor object is given."""
        self.contains, self.objects = index.contains, index.objects
        self.subjects, self.pairs_of = index.subjects, index.pairs_of
        self._index, self._scans = index, scans
        self._scanned: dict[tuple[Graph, int | None], Triples] = {}

    def match(self, graphs: Graph, s: int | None, p: int | None, o: int | None) -> Triples:
        """Triples, each once; a scan is kept, as the next row may ask for it again."""
        if s is not None or o is not None:
            return self._index.match(graphs, s, p, o)
        key = graphs, p
        if key not in self._scanned:
            self._scanned[key] = self._scans.match(graphs, s, p, o)
        return self._scanned[key]

    def match_named(self, graphs: Named, s: int | None, p: int | None, o: int | None) -> Quads:
        """Triples with the graphs they are in."""
        part = self._scans if s is None and o is None else self._index
        return part.match_named(graphs, s, p, o)


def access_to(snapshot: "Snapshot") -> Access:
    """The quickest access that can answer everything."""
    index = snapshot.index
    if index is None:
        return SqlAccess(snapshot)
    return index if index.scannable() else LargeAccess(index, SqlAccess(snapshot))
