"""What a suite is, and the list of them all."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Remark = str
"""What a test that passed has to say: numbers that stand in another lexical form than expected."""
Case = Callable[[], Remark | None]

KNOWN_FAILURES = Path(__file__).with_name("known_failures.toml")


@dataclass(frozen=True)
class Suite:
    """A suite: `load` gives each test, by IRI, as a function that raises if it fails."""

    name: str
    title: str
    size: int
    load: Callable[[], Mapping[str, Case]]

    @property
    def cases(self) -> Mapping[str, Case]:
        return _load(self)


@cache
def _load(suite: Suite) -> Mapping[str, Case]:
    return suite.load()


@cache
def known_failures() -> Mapping[str, Mapping[str, str]]:
    """Return, by suite, the tests that fail today, each with the reason."""
    return tomllib.loads(KNOWN_FAILURES.read_text(encoding="utf-8"))
