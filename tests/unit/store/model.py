"""A store as a dict: slow and obvious, to hold the real one against."""

from collections import Counter
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kgraph.store import Change

Copy = tuple[int, int]
Name = NamedNode | BlankNode
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass
class Model:
    """Quads with level and round, graphs with level, and all states that there were."""

    quads: dict[Quad, Copy] = field(default_factory=dict)
    graphs: dict[Name, int] = field(default_factory=dict)
    states: list[tuple[dict[Quad, Copy], dict[Name, int]]] = field(
        default_factory=lambda: [({}, {})]
    )
    last_level: dict[Quad, int] = field(default_factory=dict)

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
            self._add(quad, change.level, 0)
        for quad, round_ in change.inferred:
            self._add(quad, change.level, round_)

    def _create(self, name: Name, level: int) -> None:
        self.graphs[name] = min(level, self.graphs.get(name, level))

    def _remove(self, quad: Quad) -> None:
        self.quads.pop(quad, None)

    def _add(self, quad: Quad, level: int, round_: int) -> None:
        if not isinstance(quad.graph_name, DefaultGraph):
            self._create(quad.graph_name, level)
        if quad in self.quads:
            old_level, old_round = self.quads[quad]
            level = min(level, old_level)
            round_ = old_round if old_round and round_ else 0
        self.quads[quad] = (level, round_)

    def commit(self) -> None:
        before = self.states[-1][0]
        self.last_level |= {q: level for q, (level, _) in before.items() if q not in self.quads}
        self.states.append((dict(self.quads), dict(self.graphs)))

    def visible(self, commit: int, level: int) -> set[Quad]:
        """The quads of a commit that a level may see today."""
        if commit == len(self.states) - 1:
            return {q for q, (at, _) in self.states[commit][0].items() if at <= level}
        return {q for q in self.states[commit][0] if self._level_today(q) <= level}

    def _level_today(self, quad: Quad) -> int:
        now, graphs = self.states[-1]
        if quad in now:
            return now[quad][0]
        return max(self.last_level[quad], graphs.get(quad.graph_name, 0))


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
