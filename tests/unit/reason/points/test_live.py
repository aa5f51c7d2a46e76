"""Facts with changes on top: every look-up sees what is new, and not what is gone."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.reason.points.ontologies import triples

from kgraph.reason.clauses import TripleKey
from kgraph.reason.points import NOWHERE, SetFacts, Standing
from kgraph.reason.points.live import Live

THERE = Standing(7, 0, 7, 0)
SOME = st.lists(triples(), max_size=8)


@given(SOME, st.lists(st.tuples(triples(), st.booleans()), max_size=12), triples())
def test_it_answers_as_if_it_had_been_so_from_the_start(
    first: list[TripleKey], changes: list[tuple[TripleKey, bool]], asked: TripleKey
) -> None:
    now = dict.fromkeys(first, THERE)
    live = Live(SetFacts(dict(now)))
    for triple, is_there in changes:
        live.set(triple, THERE if is_there else NOWHERE)
        now.pop(triple, None)
        if is_there:
            now[triple] = THERE
    plain = SetFacts(now)
    for s, p, o in (asked, *now, *first):
        assert live.contains(s, p, o) == plain.contains(s, p, o)
        assert live.standing(s, p, o) == plain.standing(s, p, o)
        assert same(live.objects(s, p), plain.objects(s, p))
        assert same(live.subjects(p, o), plain.subjects(p, o))
        assert live.uses(p) or not plain.uses(p)
        for pattern in ((s, None, None), (None, p, None), (None, None, o), (s, None, o)):
            assert same(live.match(*pattern), plain.match(*pattern))
    assert same(live.match(None, None, None), plain.match(None, None, None))


def same(some: Iterable[object], others: Iterable[object]) -> bool:
    """Whether there are the same, each once."""
    return sorted(some) == sorted(others)  # type: ignore[type-var]
