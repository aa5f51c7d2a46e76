"""The past of a graph: how people name a commit, and what happened to a triple."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from pyoxigraph import Quad, Triple

from kgraph.errors import MalformedRequest
from kgraph.ingest.commits import Commit, commit_of
from kgraph.store import Event, Store, upwards
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


def happenings(store: Store, triple: Triple, level: int) -> Iterator[Happening]:
    """What happened to a triple as a level is told it, in no order."""
    commits: dict[int, Commit] = {}
    for graph in store.graphs_ever(triple):
        quad = Quad(triple.subject, triple.predicate, triple.object, graph)
        for event in _seen(store.history(quad), level):
            if event.commit not in commits:
                [record] = store.commits(after=event.commit - 1, to=event.commit, level=level)
                commits[event.commit] = commit_of(record)
            inferred = event.round > 0
            yield Happening(commits[event.commit], graph_text(graph), event.added, inferred)


def _seen(events: Sequence[Event], level: int) -> list[Event]:
    """What a level saw, if it may see the quad today; a change of level or round is no event."""
    if not events or not upwards(events[-1].levels) >> level & 1:
        return []
    seen = [event for event in events if event.levels >> level & 1]
    times = Counter((event.commit, event.round > 0) for event in seen)
    return [event for event in seen if times[event.commit, event.round > 0] == 1]
