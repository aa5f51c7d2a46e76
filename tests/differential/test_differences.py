"""Differences that are recorded are there, and ours is the specification's answer in each."""

import pytest
from tests.differential import engines
from tests.differential.differences import DATA, DIFFERENCES, PYOXIGRAPH, Difference
from tests.differential.engines import assert_same, same
from tests.differential.texts import PREFIXES, read


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: f"{one.peer}: {one.name}")
def test_a_peer_differs(one: Difference) -> None:
    quads, text = read(list(DATA)), PREFIXES + one.text
    wanted = engines.naive_text(text, quads, union=one.union)
    with engines.stored(quads) as store:
        for name, engine in engines.engines().items():
            found = engines.ours(engine, store, text, union=one.union)
            assert_same(name, text, quads, found, wanted)
    ask = engines.of_oxigraph if one.peer == PYOXIGRAPH else engines.of_rdflib
    if one.raises:
        with pytest.raises((SyntaxError, AttributeError)):
            ask(text, quads, union=one.union)
    else:
        assert not same(ask(text, quads, union=one.union), wanted, values=True)
