"""The past of a graph: how people name a commit, and what happened to a triple."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from pyoxigraph import Quad, Triple

from kgraph.errors import MalformedRequest
from kgraph.ingest.commits import Commit, commit_of
from kgraph.store import PUBLIC, Store
from kgraph.terms import graph_text

AsOf = int | datetime
"""A commit by its number, or the last one at a moment."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Happening:
    """A commit brought a triple into a graph, or took it away."""

    commit: Commit
    graph: str | None
    """The graph's name; None is the default graph."""
    added: bool
    inferred: bool


def moment(text: str) -> AsOf:
    """Read what people call a commit: its number, a day (its end), or a time, in UTC if bare.

    >>> moment("12")
    12
    >>> moment("2026-01-31T12:00").isoformat()
    '2026-01-31T12:00:00+00:00'
    """
    written = text.strip()
    if written.isascii() and written.isdigit():
        return int(written)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise MalformedRequest(
            f"{text!r} names no commit: give its number, a day like 2026-01-31, "
            "or a time like 2026-01-31T12:00:00Z"
        ) from None
    if _DAY.fullmatch(written):
        found = datetime.combine(found, time.max)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def happenings(store: Store, triple: Triple) -> Iterator[Happening]:
    """What happened to a triple that everybody may see, in no order."""
    commits: dict[int, Commit] = {}
    for graph in store.graphs_ever(triple):
        quad = Quad(triple.subject, triple.predicate, triple.object, graph)
        for event in store.history(quad):
            if event.level > PUBLIC:
                continue
            if event.commit not in commits:
                [record] = store.commits(after=event.commit - 1, to=event.commit)
                commits[event.commit] = commit_of(record)
            inferred = event.round > 0
            yield Happening(commits[event.commit], graph_text(graph), event.added, inferred)
