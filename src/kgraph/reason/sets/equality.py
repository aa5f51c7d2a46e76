"""owl:sameAs: one representative, the least identifier, for all that is the same.

The working tables hold representatives only. What they held before under another name, and each
sameAs that led to a representative, is put aside with its round, so that in the end every triple
of the expanded closure has a derivation by eq-sym, eq-trans and eq-rep from triples of lower
rounds (docs/decisions/0070). Literals are in no clique: nothing can be said of them.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kgraph.reason.clauses import TripleKey
from kgraph.reason.sets.program import CLIQUE, LITERALS
from kgraph.reason.sets.tables import (
    EDGES,
    EDGES_FOUND,
    NEW_EDGES,
    NEW_TYPES,
    PREFIX,
    TYPES,
    TYPES_FOUND,
    Tables,
)
from kgraph.store.visibility import ALL

MAP, ASIDE, MOVED = (f"{PREFIX}_{name}" for name in ("map", "aside", "moved"))
EXPANDED = f"{PREFIX}_expanded"
MOVED_COLUMNS = "s BIGINT, p BIGINT, o BIGINT, round SMALLINT, mask UTINYINT"
STEPS = 3
"""A triple in other names is at most so many steps of eq-rep away."""
_TABLES = {
    CLIQUE: "rep BIGINT, m BIGINT, round SMALLINT",
    MAP: "m BIGINT, rep BIGINT, round SMALLINT",
    ASIDE: "s BIGINT, p BIGINT, o BIGINT, round SMALLINT, mask UTINYINT",
    EXPANDED: "s BIGINT, p BIGINT, o BIGINT, round SMALLINT, mask UTINYINT",
}
Edge = tuple[int, int, int]
"""Two terms that are the same, and the round in which that was found."""


@dataclass
class Merged:
    """What new equalities did: names that stand for nothing any more, and triples to add."""

    changed: set[int] = field(default_factory=set)
    aside: list[tuple[int, int, int, int]] = field(default_factory=list)
    proposed: list[tuple[int, int, int, int]] = field(default_factory=list)


class Cliques:
    """Which terms are the same, in Python; rows that mention them are rewritten in SQL."""

    def __init__(self, tables: Tables, same: int) -> None:
        """Nothing is the same as another yet."""
        self._tables = tables
        self._cursor = tables.cursor
        self._same = same
        self.representatives: dict[int, int] = {}
        """Of each term that is not its own."""
        self._rounds: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self.mask = ALL
        """Of the view that is being closed."""
        self.latest = 0
        """No sameAs with a representative has a later round."""
        for name, columns in _TABLES.items():
            tables.make(name, columns)

    def drop(self) -> None:
        """Give the memory back."""
        for name in _TABLES:
            self._cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def __bool__(self) -> bool:
        """Whether any two terms are the same."""
        return bool(self.representatives)

    def of(self, term: int) -> int:
        """Its representative."""
        return self.representatives.get(term, term)

    def variants(self, term: int) -> list[int]:
        """All that are the same as a representative, itself first."""
        return [term, *self._members.get(term, ())]

    def begin(self, mask: int, round_: int) -> None:
        """Begin another view; from now on no equality counts as older than this round."""
        self.mask = mask
        if self:
            self.latest = max(self.latest, round_)

    # -- merging

    def merge(self) -> set[int]:
        """Act on the equalities among new facts; names that were representatives until now."""
        edges = self._cursor.execute(
            f"SELECT s, o, round FROM {NEW_EDGES} "
            f"WHERE p = {self.of(self._same)} AND s <> o AND o < {LITERALS}"
        ).fetchall()
        if not edges:
            return set()
        merged = self._united(edges)
        self._rewrite(merged)
        return merged.changed

    def _united(self, edges: Iterable[Edge]) -> Merged:
        neighbours: dict[int, dict[int, int]] = {}
        merged = Merged()
        for s, o, round_ in edges:
            for one, other, found in ((s, o, round_), (o, s, round_ + 1)):
                known = neighbours.setdefault(one, {})
                known[other] = min(found, known.get(other, found))
            merged.aside.append((o, self._same, s, round_ + 1))
        seen: set[int] = set()
        for root in sorted(neighbours):
            if root not in seen:
                links = _tree(root, neighbours)
                seen.update(links, (root,))
                self._join(root, self._jumped(root, links, merged), merged)
        return merged

    def _jumped(
        self, root: int, links: Mapping[int, tuple[int, int]], merged: Merged
    ) -> dict[int, int]:
        """The round in which each is the same as the root: ways double with each step."""
        parents = dict(links)
        open_ = [term for term, (parent, _) in parents.items() if parent != root]
        while open_:
            further = {}
            for term in open_:
                parent, round_ = parents[term]
                grandparent, other = parents[parent]
                further[term] = (grandparent, max(round_, other) + 1)
                merged.aside += self._both(term, grandparent, further[term][1])
            parents.update(further)
            open_ = [term for term in open_ if parents[term][0] != root]
        return {term: round_ for term, (_, round_) in parents.items()}

    def _join(self, root: int, rounds: Mapping[int, int], merged: Merged) -> None:
        members = self._members.setdefault(root, [])
        for term, round_ in rounds.items():
            merged.changed.add(term)
            joined = [(term, round_)]
            for member in self._members.pop(term, ()):
                later = max(self._rounds[member], round_) + 1
                joined.append((member, later))
                merged.aside += self._both(member, root, later)
            for member, found in joined:
                members.append(member)
                self.representatives[member] = root
                self._rounds[member] = found
                self.latest = max(self.latest, found)
        merged.proposed.append((root, self._same, root, min(rounds.values()) + 1))

    def _both(self, one: int, other: int, round_: int) -> list[tuple[int, int, int, int]]:
        return [(one, self._same, other, round_), (other, self._same, one, round_)]

    # -- rewriting

    def _rewrite(self, merged: Merged) -> None:
        """Bring all facts under their new names; those under old ones are put aside."""
        tables = self._tables
        self._lay_map()
        moved = self._take_out()
        if moved:
            self._put_aside(expanded_rows(MOVED))
        self._lay_cliques()
        tables.lay(ASIDE, [(*row, self.mask) for row in merged.aside])
        old_type = tables.type
        tables.type = self.of(old_type)
        if tables.type != old_type:
            self._retype()
        if moved:
            self._propose_moved()
        tables.propose(merged.proposed)

    def take_in(self) -> None:
        """Bring facts that came in under other names under those of their representatives."""
        if not self:
            return
        self._retype()
        if self._take_out():
            self._propose_moved()

    def _put_aside(self, relation: str) -> None:
        self._tables.add(ASIDE, f"SELECT s, p, o, round, {self.mask} FROM {relation}")

    def normalise(self) -> None:
        """The same for candidates."""
        if not self:
            return
        rows = (
            f"(SELECT s, {self._tables.type} AS p, o, round FROM {TYPES_FOUND} "
            f"UNION ALL SELECT s, p, o, round FROM {EDGES_FOUND})"
        )
        moved = self._tables.one(
            f"SELECT count(*) FROM (SELECT 1 FROM {rows} WHERE {_mentions('s', 'p', 'o')} LIMIT 1)"
        )
        if not moved:
            return
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {MOVED} AS SELECT * FROM {rows}")
        self._put_aside(f"(SELECT * FROM {MOVED} WHERE {_mentions('s', 'p', 'o')})")
        self._tables.empty(TYPES_FOUND)
        self._tables.empty(EDGES_FOUND)
        self._propose_moved()

    def _propose_moved(self) -> None:
        """Candidates from `MOVED` under the names of representatives; half-way ones are aside."""
        for done, left in (("s", ("p", "o")), ("sp", ("o",))):
            half = _stepwise(MOVED, MAP, "m", "rep", done)
            self._put_aside(f"(SELECT * FROM {half} WHERE {_mentions(*left)})")
        self._tables.propose_from(_stepwise(MOVED, MAP, "m", "rep"))

    def _take_out(self) -> int:
        """Put the facts that mention names of others aside, and into `MOVED`; how many."""
        type_ = self._tables.type
        self._tables.make(MOVED, MOVED_COLUMNS)
        everything = type_ in self.representatives
        total = 0
        for name in (TYPES, NEW_TYPES, EDGES, NEW_EDGES):
            is_types = name in (TYPES, NEW_TYPES)
            mentions = _mentions("s", "o") if is_types else _mentions("s", "p", "o")
            if is_types and everything:
                mentions = "true"
            p = str(type_) if is_types else "p"
            self._tables.add(MOVED, f"SELECT s, {p}, o, round, mask FROM {name} WHERE {mentions}")
            now = self._tables.one(f"SELECT count(*) FROM {MOVED}")
            if now > total:
                self._tables.keep(name, f"NOT ({mentions})")
            total = now
        self._tables.add(ASIDE, f"SELECT * FROM {MOVED}")
        return total

    def _retype(self) -> None:
        """Triples with what is now rdf:type's representative belong to the others of its kind."""
        for edges, types in ((EDGES, TYPES), (NEW_EDGES, NEW_TYPES)):
            condition = f"p = {self._tables.type}"
            self._tables.add(types, f"SELECT s, o, round, mask FROM {edges} WHERE {condition}")
            self._tables.keep(edges, f"NOT ({condition})")

    def _lay_map(self) -> None:
        self._cursor.execute(f"DELETE FROM {MAP}")
        rows = [(m, rep, self._rounds[m]) for m, rep in self.representatives.items()]
        self._tables.lay(MAP, rows)

    def _lay_cliques(self) -> None:
        self._cursor.execute(f"DELETE FROM {CLIQUE}")
        rows = [(rep, m, self._rounds[m]) for m, rep in self.representatives.items()]
        rows += [(rep, rep, -1) for rep in self._members]
        self._tables.lay(CLIQUE, rows)

    # -- the end

    def expand(self) -> str:
        """All that is known, under all names: a FROM item with s, p, o, round, mask."""
        mask = self.mask
        rows = self._tables.rows()
        touched = (
            f"(s IN (SELECT rep FROM {CLIQUE}) OR p IN (SELECT rep FROM {CLIQUE}) "
            f"OR o IN (SELECT rep FROM {CLIQUE}))"
        )
        self._cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {MOVED} AS "
            f"SELECT s, p, o, round FROM {rows} WHERE {touched}"
        )
        self._cursor.execute(
            f"""CREATE OR REPLACE TEMP TABLE {MOVED}_all AS
            SELECT x.s, x.p, x.o, min(x.round) AS round, max(x.mask) AS mask FROM (
                SELECT s, p, o, round, {mask}::UTINYINT AS mask FROM {expanded_rows(MOVED)}
                UNION ALL SELECT * FROM {ASIDE}) AS x
            GROUP BY ALL"""
        )
        self._cursor.execute(
            f"""CREATE OR REPLACE TEMP TABLE {MOVED} AS
            SELECT s, p, o, x.round, greatest(x.mask, e.mask) AS mask
            FROM {MOVED}_all AS x LEFT JOIN {EXPANDED} AS e USING (s, p, o)"""
        )
        self._cursor.execute(f"DROP TABLE {MOVED}_all")
        self._cursor.execute(f"DROP TABLE {EXPANDED}")
        self._cursor.execute(f"ALTER TABLE {MOVED} RENAME TO {EXPANDED}")
        return (
            f"(SELECT * FROM {rows} WHERE NOT {touched} "
            f"UNION ALL SELECT s, p, o, round, mask FROM {EXPANDED})"
        )

    def schema_variants(self, schema: Mapping[TripleKey, int]) -> dict[TripleKey, int]:
        """Schema triples under all names, with rounds that are no lower than theirs will be."""
        found: dict[TripleKey, int] = dict(schema)
        for (s, p, o), round_ in schema.items():
            s, p, o = self.of(s), self.of(p), self.of(o)
            late = max(round_, self.latest) + 2 * STEPS
            for variant in (
                (a, b, c)
                for a in self.variants(s)
                for b in self.variants(p)
                for c in self.variants(o)
            ):
                found.setdefault(variant, late)
        return found


def _tree(root: int, neighbours: Mapping[int, Mapping[int, int]]) -> dict[int, tuple[int, int]]:
    """Of all that the root is connected with: towards the root, and when both ways are known."""
    links: dict[int, tuple[int, int]] = {}
    queue = deque([root])
    while queue:
        at = queue.popleft()
        for other, round_ in neighbours[at].items():
            if other != root and other not in links:
                links[other] = (at, max(round_, neighbours[other][at]))
                queue.append(other)
    return links


def _mentions(*columns: str) -> str:
    return "(" + " OR ".join(f"{column} IN (SELECT m FROM {MAP})" for column in columns) + ")"


def expanded_rows(table: str) -> str:
    """Rows under all names of their parts, each step of eq-rep one round later."""
    return _stepwise(table, CLIQUE, "rep", "m")


def _stepwise(table: str, names: str, old: str, new: str, parts: str = "spo") -> str:
    source = table
    for column in parts:
        columns = ", ".join(
            f"coalesce(n.{new}, r.{one}) AS {one}" if one == column else f"r.{one}" for one in "spo"
        )
        source = f"""(SELECT {columns}, CASE WHEN n.{new} IS NULL OR n.{new} = r.{column}
            THEN r.round ELSE greatest(r.round, n.round) + 1 END::SMALLINT AS round
            FROM {source} AS r LEFT JOIN {names} AS n ON n.{old} = r.{column})"""
    return source
