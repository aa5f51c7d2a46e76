"""What really changes when one set of quads replaces another whose blank nodes have other labels.

Quads that hang together by blank nodes form components. Components with equal canonical forms
(RDF Dataset Canonicalization 1.0) are the same and stay, labels and all. In the rest, nodes are
paired by the statements that only they make: a poor pairing costs a longer difference, never a
wrong one. Canonical forms can take exponential time, so a child process makes them and is killed
when its time is up; what it has not finished counts as changed.
"""

import json
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

_Part = NamedNode | BlankNode | Literal | Triple | DefaultGraph
_CHILD = Path(__file__).with_name("canonical_child.py")
_SELF, _OTHER = BlankNode("self"), BlankNode("other")
_ROUNDS = 8


@dataclass(frozen=True)
class Difference:
    """What to take from the old quads and what to add so that they say what the new ones say."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    undecided: int = 0
    """Components of several blank nodes that were not compared, because time was up."""


def difference(old: Iterable[Quad], new: Iterable[Quad], *, seconds: float = 10.0) -> Difference:
    """The difference, empty for isomorphic sets; its added quads use the labels of the old.

    A blank node of `new` without counterpart keeps its label unless an old node has the same.
    Statements on a blank node outside of `old` (in another graph) are not looked at.
    """
    before, after = set(old), set(new)
    if before == after:
        return Difference((), ())
    loose_before = {q for q in before if any(_nodes(q))}
    loose_after = {q for q in after if any(_nodes(q))}
    removed = (before - loose_before) - after
    added = (after - loose_after) - before
    if not loose_before and not loose_after:
        return _sorted(added, removed, 0)
    rest_before, rest_after, undecided = _unmatched(loose_before, loose_after, seconds)
    names = _names(rest_before, rest_after, loose_before)
    renamed = {_renamed(q, lambda n: names.get(n, n)) for q in rest_after}
    return _sorted(added | (renamed - rest_before), removed | (rest_before - renamed), undecided)


def _sorted(added: set[Quad], removed: set[Quad], undecided: int) -> Difference:
    return Difference(tuple(sorted(added, key=str)), tuple(sorted(removed, key=str)), undecided)


def _nodes(part: Quad | _Part) -> Iterator[BlankNode]:
    """The blank nodes of a quad, those inside triple terms too."""
    if isinstance(part, BlankNode):
        yield part
    elif isinstance(part, Quad):
        for one in (part.subject, part.object, part.graph_name):
            yield from _nodes(one)
    elif isinstance(part, Triple):
        yield from _nodes(part.subject)
        yield from _nodes(part.object)


def _renamed(quad: Quad, name: Callable[[BlankNode], BlankNode]) -> Quad:
    def of(part: _Part) -> _Part:
        if isinstance(part, BlankNode):
            return name(part)
        if isinstance(part, Triple):
            return Triple(of(part.subject), part.predicate, of(part.object))  # type: ignore[arg-type]
        return part

    return Quad(of(quad.subject), quad.predicate, of(quad.object), of(quad.graph_name))  # type: ignore[arg-type]


def _components(quads: Iterable[Quad]) -> list[list[Quad]]:
    """The quads, those together that share blank nodes."""
    above: dict[BlankNode, BlankNode] = {}

    def top(node: BlankNode) -> BlankNode:
        while (parent := above.setdefault(node, node)) != node:
            above[node] = node = above[parent]
        return node

    for quad in quads:
        first, *others = _nodes(quad)
        for other in others:
            above[top(other)] = top(first)
    found = defaultdict(list)
    for quad in quads:
        found[top(next(_nodes(quad)))].append(quad)
    return list(found.values())


def _unmatched(
    before: set[Quad], after: set[Quad], seconds: float
) -> tuple[set[Quad], set[Quad], int]:
    """What is left of both sides without the components that are the same."""
    sides = [_components(before), _components(after)]
    forms = _canonical_forms(sides[0] + sides[1], seconds)
    forms_before, forms_after = forms[: len(sides[0])], forms[len(sides[0]) :]
    known = (Counter(f for f in side if f is not None) for side in (forms_before, forms_after))
    same = next(known) & next(known)
    rest: list[set[Quad]] = []
    for components, own in zip(sides, (forms_before, forms_after), strict=True):
        left, quads = same.copy(), set()
        for component, form in zip(components, own, strict=True):
            if form is not None and left[form]:
                left[form] -= 1
            else:
                quads.update(component)
        rest.append(quads)
    return rest[0], rest[1], forms.count(None)


def _canonical_forms(components: Sequence[list[Quad]], seconds: float) -> list[str | None]:
    """A form for each component, None where time was up; one blank node needs no algorithm."""
    forms: list[str | None] = [None] * len(components)
    hard = []
    for number, component in enumerate(components):
        if len({node for quad in component for node in _nodes(quad)}) == 1:
            alone = (str(_renamed(quad, lambda _: _SELF)) for quad in component)
            forms[number] = "\n".join(sorted(alone))
        else:
            hard.append(number)
    hard.sort(key=lambda number: len(components[number]))
    texts = ["".join(f"{quad} .\n" for quad in components[number]) for number in hard]
    for number, form in zip(hard, _in_child(texts, seconds), strict=False):
        forms[number] = form
    return forms


def _in_child(texts: Sequence[str], seconds: float) -> list[str]:
    """Canonical forms of the first texts, as many as the child made in its time."""
    if not texts:
        return []
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    try:
        made, _ = child.communicate("".join(json.dumps(text) + "\n" for text in texts))
    finally:
        timer.cancel()
        child.kill()
        child.wait()
    whole = made[: made.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]


def _names(
    before: set[Quad], after: set[Quad], taken: Iterable[Quad]
) -> Mapping[BlankNode, BlankNode]:
    """The old node for each new one that has one; a fresh one where the label is taken."""
    pairs: dict[BlankNode, BlankNode] = {}
    for _ in range(_ROUNDS):
        more = _pairs(before, after, pairs)
        if not more:
            break
        pairs.update(more)
    used = {node for quad in taken for node in _nodes(quad)}
    new = {node for quad in after for node in _nodes(quad)}
    return pairs | {node: BlankNode() for node in new - pairs.keys() if node in used}


def _pairs(
    before: set[Quad], after: set[Quad], known: Mapping[BlankNode, BlankNode]
) -> dict[BlankNode, BlankNode]:
    """Further pairs, new to old: those first that share most of what no other node says."""
    old_known = {old: old for old in known.values()}
    old, new = _says(before, old_known), _says(after, known)
    votes: Counter[tuple[BlankNode, BlankNode]] = Counter()
    for text, nodes in new.items():
        others = old.get(text, ())
        if len(nodes) == len(others) == 1:
            votes[next(iter(nodes)), next(iter(others))] += 1
    found: dict[BlankNode, BlankNode] = {}
    taken: set[BlankNode] = set()
    for one, other in sorted(votes, key=lambda pair: (-votes[pair], str(pair))):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


def _says(
    quads: Iterable[Quad], known: Mapping[BlankNode, BlankNode]
) -> dict[Quad, set[BlankNode]]:
    """Each statement with its place for a node kept open, and the unpaired nodes that make it."""
    found: dict[Quad, set[BlankNode]] = defaultdict(set)
    for quad in quads:
        for node in set(_nodes(quad)) - known.keys():
            shown = {**{n: known.get(n, _OTHER) for n in _nodes(quad)}, node: _SELF}
            found[_renamed(quad, shown.__getitem__)].add(node)
    return found
