"""A store as a dict: slow and obvious, to hold the real one against."""

from collections import Counter
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kgraph.store import Change
from kgraph.store.visibility import lowest_level, mask_from, upwards

Copy = tuple[int, int]
"""Mask of levels, round."""
Name = NamedNode | BlankNode
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True)
class Inferred:
    """What a rule adds and takes away."""

    added: tuple[tuple[Quad, int, int], ...]
    """With round and mask of levels."""
    removed: tuple[Quad, ...]


@dataclass
class Model:
    """Quads with mask and round, graphs with level, and all states that there were."""

    quads: dict[Quad, Copy] = field(default_factory=dict)
    graphs: dict[Name, int] = field(default_factory=dict)
    states: list[tuple[dict[Quad, Copy], dict[Name, int]]] = field(
        default_factory=lambda: [({}, {})]
    )
    last: dict[Quad, Copy] = field(default_factory=dict)

    def stage(self, change: Change) -> None:
        for name in change.dropped:
            if self.graphs.pop(name, None) is not None:
                for quad in [q for q in self.quads if q.graph_name == name]:
                    self._remove(quad)
        for quad in change.removed:
            self._remove(quad)
        for quad in change.no_longer_inferred:
            if self.quads.get(quad, (0, 0))[1]:
                self._remove(quad)
        for name in change.created:
            self._create(name, change.level)
        for quad in change.added:
            self._add(quad, mask_from(change.level), 0)
        for quad, round_ in change.inferred:
            self._add(quad, mask_from(change.level), round_)

    def stage_inferred(self, inferred: Inferred) -> None:
        for quad in inferred.removed:
            if self.quads.get(quad, (0, 0))[1]:
                self._remove(quad)
        for quad, round_, mask in inferred.added:
            self._add(quad, mask, round_)

    def _create(self, name: Name, level: int) -> None:
        self.graphs[name] = min(level, self.graphs.get(name, level))

    def _remove(self, quad: Quad) -> None:
        self.quads.pop(quad, None)

    def _add(self, quad: Quad, mask: int, round_: int) -> None:
        if not isinstance(quad.graph_name, DefaultGraph):
            self._create(quad.graph_name, lowest_level(mask))
        old_mask, old_round = self.quads.get(quad, (0, 1))
        if old_mask and not (old_round and round_):
            mask, round_ = mask | old_mask, 0
        self.quads[quad] = (mask, round_)

    def commit(self) -> None:
        before = self.states[-1][0]
        self.last |= {q: copy for q, copy in before.items() if q not in self.quads}
        self.states.append((dict(self.quads), dict(self.graphs)))

    def staged(self, level: int) -> set[Quad]:
        """What a level sees of the changes so far."""
        return {q for q, (mask, _) in self.quads.items() if mask >> level & 1}

    def visible(self, commit: int, level: int) -> set[Quad]:
        """The quads of a commit that a level may see today."""
        if commit == len(self.states) - 1:
            return {q for q, (mask, _) in self.states[commit][0].items() if mask >> level & 1}
        then = self.states[commit][0]
        return {
            q
            for q, (mask, round_) in then.items()
            if self._rights_today(q) >> level & 1 and (round_ == 0 or mask >> level & 1)
        }

    def _rights_today(self, quad: Quad) -> int:
        now, graphs = self.states[-1]
        if quad in now:
            return rights(*now[quad])
        return rights(*self.last[quad]) & mask_from(graphs.get(quad.graph_name, 0))


def rights(mask: int, round_: int) -> int:
    """Who may see the past of a quad; where it does not follow now, nobody lacks rights for it."""
    return upwards(mask) if round_ else mask


def union(quads: set[Quad]) -> set[Triple]:
    return {quad.triple for quad in quads}


def predicate_counts(triples: set[Triple]) -> dict[NamedNode, tuple[int, int, int]]:
    """Triples, subjects and objects of each predicate."""
    found: dict[NamedNode, set[Triple]] = {}
    for triple in triples:
        found.setdefault(triple.predicate, set()).add(triple)
    return {
        p: (len(those), len({t.subject for t in those}), len({t.object for t in those}))
        for p, those in found.items()
    }


def instances(triples: set[Triple]) -> Counter[NamedNode]:
    return Counter(t.object for t in triples if t.predicate == TYPE)
