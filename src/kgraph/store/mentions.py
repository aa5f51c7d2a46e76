"""Quads that mention a term anywhere: as a part, within a triple term, or as a datatype."""

from collections.abc import Sequence

from pyoxigraph import Quad

from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store.snapshot import Snapshot
from kgraph.terms import DEFAULT_GRAPH, Term


def mentions(snapshot: Snapshot, terms: Sequence[Term]) -> list[Quad]:
    """The quads of a snapshot that mention one of these terms, each once."""
    known = [one for term in terms if (one := snapshot.id_of(term)) is not None]
    if not known:
        return []
    cursor = snapshot.cursor()
    doomed = cursor.execute(
        """WITH RECURSIVE named(id) AS (SELECT unnest($ids::BIGINT[])),
            typed(id) AS (
                SELECT id FROM named UNION SELECT id FROM term WHERE datatype IN
                (SELECT lexical FROM term SEMI JOIN named USING (id))),
            around(id) AS (
                SELECT id FROM typed UNION SELECT t.id FROM triple_term AS t
                JOIN around AS a ON a.id IN (t.subject, t.predicate, t.object))
        SELECT id FROM around""",
        {"ids": known},
    ).fetchall()
    within = ", ".join(str(one) for (one,) in doomed)
    anywhere = " OR ".join(f"{column} IN ({within})" for column in "spog")
    keys = cursor.execute(
        f"SELECT DISTINCT s, p, o, g FROM {snapshot.copies()} WHERE {anywhere} ORDER BY ALL"
    ).fetchall()
    return [_quad(snapshot, key) for key in keys]


def _quad(snapshot: Snapshot, key: tuple[int, int, int, int]) -> Quad:
    s, p, o, g = key
    name = DEFAULT_GRAPH if g == DEFAULT_GRAPH_ID else snapshot.term_of(g)
    return Quad(*snapshot.terms_of([s, p, o]), name)  # type: ignore[call-arg, arg-type]
