"""The model that views are held against, and tables for runs to be built from."""

from dataclasses import dataclass, field

import duckdb
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.identifiers import Tag, identifier
from kgraph.store.dictionary import term_row
from kgraph.store.graphs import Merge, Named, UnionOfAll
from kgraph.store.index import Source
from kgraph.store.schema import create_tables
from kgraph.terms import Term

Quad = tuple[int, int, int, int]
Graphs = UnionOfAll | Merge | Named

A, B = NamedNode("http://example.org/a"), BlankNode("b1")
TERMS: dict[int, Term] = {
    identifier(Tag.IRI, 1): A,
    identifier(Tag.IRI, 2): NamedNode("http://example.org/b"),
    identifier(Tag.BLANK, 3): B,
    identifier(Tag.IRI, 4): NamedNode("http://example.org/é"),
    identifier(Tag.IRI, 5): NamedNode("http://example.org/c"),
    identifier(Tag.STRING, 6): Literal('two\nlines, a "quote", a tab\t, \\ and \x01\x7f\ufffe'),
    identifier(Tag.TRIPLE, 7): Triple(A, A, Triple(B, A, Literal("x\ny"))),
    identifier(Tag.IRI, 8): NamedNode("http://example.org/g"),
    identifier(Tag.IRI, 9): NamedNode("http://example.org/d"),
    identifier(Tag.IRI, 10): NamedNode("http://example.org/h"),
    identifier(Tag.LANGUAGE_STRING, 11): Literal("hello", language="en-GB"),
    identifier(Tag.STRING, 12): Literal(""),
    identifier(Tag.NUMBER, 13): Literal(
        "01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    ),
    identifier(Tag.STRING, 14): Literal('say "\\"\r\b\f\u0085\u2028 \U0001f600'),
}


@dataclass
class Model:
    """What one commit holds: quad -> mask of levels and round."""

    now: dict[Quad, tuple[int, int]] = field(default_factory=dict)

    def changed(self, changes: list) -> list[tuple[bool, int, int, int, int, int, int]]:
        """Apply; the log rows of what really changed."""
        rows = []
        for what, triple, g, mask, round_ in changes:
            quad = (*triple, g)
            held = self.now.get(quad)
            if what == "remove" and held:
                del self.now[quad]
                rows.append((False, *quad, *held))
            elif what == "add" and held != (mask, round_):
                if held:
                    rows.append((False, *quad, *held))
                self.now[quad] = (mask, round_)
                rows.append((True, *quad, mask, round_))
        return rows

    def quads(self, level: int, graphs: Graphs) -> set[Quad]:
        found = set()
        for quad, (mask, _) in self.now.items():
            named = isinstance(graphs, Named) and graphs.graphs is None
            anywhere = isinstance(graphs, UnionOfAll)
            there = quad[3] != 0 if named else anywhere or quad[3] in graphs.graphs
            if mask >> level & 1 and there:
                found.add(quad)
        return found


def tables(model: Model, *, shuffled: bool = False) -> Source:
    """A database with the model's quads, some in the tail, and a row that is gone."""
    cursor = duckdb.connect()
    create_tables(cursor)
    terms = [term_row(number, term) for number, term in TERMS.items()]
    cursor.executemany(
        "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?)", terms[::-1] if shuffled else terms
    )
    rows = [(*quad, *held, False, False, False) for quad, held in model.now.items()]
    for name, part in {"spo_0": rows[2:], "tail": [(1, *row) for row in rows[:2]]}.items():
        if part:
            marks = ", ".join("?" * len(part[0]))
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", part)
    absent = identifier(Tag.IRI, 1), identifier(Tag.IRI, 2), identifier(Tag.IRI, 2), 0
    if absent not in model.now:
        cursor.execute("INSERT INTO spo_0 VALUES (?, ?, ?, ?, 7, 0, true, true, true)", absent)
        cursor.execute("INSERT INTO gone VALUES (1, ?, ?, ?, ?)", absent)
    return Source(cursor, 0)
