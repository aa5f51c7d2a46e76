"""Queries as users write them: the engine answers as the specification has it, and as its peers.

What peers answer otherwise, and the sentences that decide it, are in `differences.py`.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad
from tests.differential import engines
from tests.differential.engines import assert_same
from tests.differential.texts import (
    DENSE,
    OXIGRAPH,
    OXIGRAPH_CUT,
    OXIGRAPH_PATHS,
    RDFLIB,
    RDFLIB_CUT,
    WHOLE,
    Dialect,
    datasets,
    describes,
    queries,
    selects,
)

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def quick(examples: int) -> settings:
    """So many examples; one that fails is told as it is: to shrink it takes minutes."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=SLOW,
        print_blob=True,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


def some(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, min_size=1, max_size=4)


@pytest.mark.parametrize("dialect", [WHOLE, DENSE], ids=["whole", "dense"])
def test_answers_are_the_specification_s(dialect: Dialect) -> None:
    @quick(40)
    @given(some(queries(dialect) | describes(dialect)), datasets(dialect), st.booleans())
    def run(texts: list[str], quads: list[Quad], union: bool) -> None:
        with engines.stored(quads) as store:
            for text in texts:
                wanted = engines.naive_text(text, quads, union=union)
                for name, engine in engines.engines().items():
                    found = engines.ours(engine, store, text, union=union)
                    assert_same(name, text, quads, found, wanted)

    run()


@quick(25)
@given(some(selects(WHOLE)), datasets(WHOLE))
def test_documents_hold_the_same_terms(texts: list[str], quads: list[Quad]) -> None:
    with engines.stored(quads) as store:
        for text in texts:
            for name, engine in engines.engines().items():
                wanted = engines.ours(engine, store, text)
                for form in engines.FORMATS:
                    found = engines.read_back(engine, store, text, form)
                    assert_same(f"{name} as {form}", text, quads, found, wanted)


PEERS = {
    "pyoxigraph": (engines.of_oxigraph, OXIGRAPH),
    "pyoxigraph-cut": (engines.of_oxigraph, OXIGRAPH_CUT),
    "pyoxigraph-paths": (engines.of_oxigraph, OXIGRAPH_PATHS),
    "rdflib": (engines.of_rdflib, RDFLIB),
    "rdflib-cut": (engines.of_rdflib, RDFLIB_CUT),
}


@pytest.mark.parametrize("name", PEERS)
def test_answers_are_the_peer_s(name: str) -> None:
    """By value: pyoxigraph and rdflib rewrite lexical forms."""
    ask, dialect = PEERS[name]

    @quick(30)
    @given(some(queries(dialect)), datasets(dialect))
    def run(texts: list[str], quads: list[Quad]) -> None:
        with engines.stored(quads) as store:
            for text in texts:
                wanted = ask(text, quads)
                for executor, engine in engines.engines().items():
                    found = engines.ours(engine, store, text)
                    assert_same(executor, text, quads, found, wanted, values=True)

    run()
