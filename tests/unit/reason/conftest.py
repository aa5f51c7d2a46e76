"""What all tests of the reasoner share."""

from collections.abc import Callable

import pytest

from kgraph.reason import Closure, Reasoner, Rule

from .toy import store_of


@pytest.fixture
def close() -> Callable[..., Closure]:
    """Close Turtle text under rules."""

    def run(text: str, *rules: Rule) -> Closure:
        store = store_of(text)
        return Reasoner(store, rules).close(store)

    return run
