"""How long work says how far it is, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Called with the name of a stage and how much of it is done."""

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """`total` is None where the amount of work is not known; done == total ends the stage."""


def SILENT(stage: str, done: int = 0, total: int | None = None) -> None:
    """Listen to nothing."""
