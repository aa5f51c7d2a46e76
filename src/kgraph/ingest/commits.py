"""A commit as we tell of it: what it brought, what followed, what the shapes said of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kgraph.shacl import ValidationReport
from kgraph.store import CommitRecord

NOTHING = ValidationReport(())
SOURCES = "sources "
"""How `source` begins in commits of the sources."""


@dataclass(frozen=True)
class Commit:
    """One accepted change; counts of quads, and what the shapes said that did not stop it.

    `inferred` is how many inferred quads came with it; `source` says what it brought if
    it was the sources and not a person's change.
    """

    number: int
    time: datetime
    author: str
    message: str
    added: int
    removed: int
    inferred: int
    report: ValidationReport
    source: str | None = None

    @property
    def of_sources(self) -> bool:
        """Whether it brought in what the sources say, and is nobody's own change."""
        return (self.source or "").startswith(SOURCES)

    def as_json(self) -> dict[str, Any]:
        """It as plain JSON, without the report."""
        return {
            "commit": self.number,
            "time": self.time.isoformat(),
            "author": self.author,
            "message": self.message,
            "of_sources": self.of_sources,
            "added": self.added,
            "removed": self.removed,
            "inferred": self.inferred,
        }


@dataclass(frozen=True)
class Signed:
    """Who commits, why and when; `source` marks what is nobody's own change."""

    author: str
    message: str
    time: datetime
    source: str | None = None


def commit_of(record: CommitRecord, report: ValidationReport | None = None) -> Commit:
    """A commit of the store as we tell of it."""
    return Commit(
        record.number,
        record.time,
        record.author,
        record.message,
        record.added,
        record.removed,
        record.inferred,
        report or NOTHING,
        record.source,
    )
