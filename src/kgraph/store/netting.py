"""What a transaction changes, told in terms."""

from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kgraph.store.changes import Change, QuadKey
from kgraph.terms import Term


def change_of(
    net: Iterable[tuple[bool, QuadKey, int, int]],
    graphs: tuple[Mapping[int, int], Mapping[int, int]],
    term_of: Callable[[int], Term],
) -> Change:
    """Quads and graphs that came and went; one that is seen from another level on has not.

    `graphs` are those before, and those now.
    """
    keys: dict[bool, set[QuadKey]] = {True: set(), False: set()}
    for added, key, _, _ in net:
        keys[added].add(key)

    def quads(wanted: set[QuadKey]) -> tuple[Quad, ...]:
        return tuple(
            Quad(term_of(s), term_of(p), term_of(o), term_of(g) if g else DefaultGraph())  # type: ignore[arg-type]
            for s, p, o, g in sorted(wanted)
        )

    def names(wanted: set[int]) -> tuple[NamedNode | BlankNode, ...]:
        return tuple(term_of(g) for g in sorted(wanted))  # type: ignore[misc]

    before, now = set(graphs[0]), set(graphs[1])
    return Change(
        quads(keys[True] - keys[False]),
        quads(keys[False] - keys[True]),
        names(now - before),
        names(before - now),
    )
