"""Every exception that kgraph raises on purpose, as one tree.

A message names the place (file, line, column, token), what was expected, and the cure.
Statuses live in `kgraph.web.errors`, exit codes in `kgraph.cli`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


class KGraphError(Exception):
    """The root: whoever catches this catches all of ours and nothing else."""


class MalformedRequest(KGraphError):
    """The request cannot be read as the operation it claims to be."""


class SettingsError(KGraphError):
    """A setting is unknown or cannot be read."""


@dataclass(frozen=True)
class Place:
    """Where in a text something is; lines and columns count from 1, None where unknown."""

    source: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`file, line 3, column 7`, as far as it is known."""
        parts = [self.source] if self.source else []
        parts += [f"line {self.line}"] if self.line else []
        parts += [f"column {self.column}"] if self.column else []
        return ", ".join(parts)


class TextError(MalformedRequest):
    """A text in some language is wrong at a place."""

    def __init__(self, what: str, place: Place, *, expected: str = "", cure: str = "") -> None:
        """`what` is wrong at `place`; `expected` and `cure` are added where they are known."""
        self.what, self.place, self.expected, self.cure = what, place, expected, cure
        text = f"{place}: {what}" if str(place) else what
        text += f"; expected {expected}" if expected else ""
        text += f". {cure}" if cure else ""
        super().__init__(text)


class RDFSyntaxError(TextError):
    """A document is not well-formed in the format it is said to be in."""


class QuerySyntaxError(TextError):
    """A SPARQL query or update is not well-formed, or uses an undeclared prefix."""


class QueryEvaluationError(MalformedRequest):
    """A well-formed query cannot be evaluated."""


class QueryStopped(KGraphError):
    """A query was stopped before its end; what came of its answer is not the whole.

    `reason` is `time`, `rows`, `memory` or `cancelled`.
    """

    REASONS: ClassVar[Mapping[str, str]] = {
        "time": "the query is over its time; ask for less, or add a LIMIT",
        "rows": "the answer has more rows than are allowed; add a LIMIT, or fetch it in parts",
        "memory": "the query needs more memory than there is for it; ask for less at once",
        "cancelled": "the query was cancelled",
    }

    def __init__(self, reason: str = "cancelled", detail: str = "") -> None:
        """`detail` says more, where more is known: the limit, who cancelled."""
        self.reason = reason
        super().__init__(f"{self.REASONS[reason]} ({detail})" if detail else self.REASONS[reason])


class EgressRefused(KGraphError):
    """The operation would make this server call another one."""


class Forbidden(KGraphError):
    """The caller may not do this."""


class StillInSources(Forbidden):
    """What is to be purged stands in a file of the sources, which would bring it back."""


class ComputedGraph(Forbidden):
    """A graph that follows from others cannot be written."""


class Unauthorized(KGraphError):
    """The caller has not shown a valid token."""


class UnknownGraph(KGraphError):
    """No graph has this name."""


class UnknownQuery(KGraphError):
    """No query of this id is running."""


class UnknownChange(KGraphError):
    """No change of this number is set aside."""


class UnknownResource(KGraphError):
    """Nothing is known of this IRI."""


class NotAcceptable(KGraphError):
    """None of the formats on offer is one that the client accepts."""


class UnsupportedMediaType(KGraphError):
    """The body is in a format that this operation does not read."""


class PayloadTooLarge(KGraphError):
    """A body or a literal is over the limit."""


class StoreError(KGraphError):
    """The data folder cannot be used."""


class StoreLocked(StoreError):
    """Another process owns the data folder."""


class AsideDamaged(StoreError):
    """A change that was set aside cannot be read any more."""


class ShelfFull(StoreError):
    """A refused change cannot be kept aside; the message says why, and what to do."""


class PatchDamaged(StoreError):
    """A committed patch cannot be read, so the state cannot be rebuilt."""


class SourcesError(KGraphError):
    """The corpus cannot be loaded."""


class RuleError(SourcesError):
    """A rule file is malformed, or reads what is only written later."""


class ShapesError(SourcesError):
    """A shapes file is malformed, or a shape in it is not fit for a curator."""


class ChangeRefused(KGraphError):
    """A change would break the shapes or the ontology; nothing was changed.

    `report` is the `kgraph.shacl.report.ValidationReport` of what the change would add; `aside` is
    the number under which the change was kept, if it was.
    """

    def __init__(self, message: str, report: Any, aside: int | None = None) -> None:
        """`report` holds only the results that the change would have added."""
        super().__init__(message)
        self.report, self.aside = report, aside
