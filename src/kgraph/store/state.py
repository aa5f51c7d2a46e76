"""The quads of the current commit, in two shapes: one that is changed, one that is read.

The reading shape holds, in its default graph, every triple once however many graphs have it: the
engine's own union counts a triple per graph. It changes in one step, so that a reader sees a
commit whole or not at all; an answer that is being read keeps the state it began with.
"""

from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from kgraph.store.delta import Delta
from kgraph.terms import DEFAULT_GRAPH

_ONE_STEP = 20_000
"""Above this many quads a rebuilt view is ready sooner than one changed by an update's text."""


class State:
    """Asserted and inferred quads."""

    def __init__(self, quads: Iterable[Quad] = (), *, union: bool = True) -> None:
        """`union`: whether the view's default graph holds the triples of all graphs."""
        self._union = union
        self.quads = Store()
        """The truth: default graph and named graphs as they are. Writers only."""
        self.quads.bulk_extend(quads)
        self.view = self.quads
        """What queries read."""
        self.refresh()

    def refresh(self) -> None:
        """Build the view anew and put it in place."""
        view = Store()
        view.bulk_extend(self.quads)
        for name in self.quads.named_graphs():
            view.add_graph(name)
        if self._union:
            view.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in self.quads)
        self.view = view

    def change(self, delta: Delta) -> None:
        """Change the truth and leave the view as it is."""
        for quad in delta.removed:
            self.quads.remove(quad)
        for name in delta.dropped:
            self.quads.remove_graph(name)
        for name in delta.created:
            self.quads.add_graph(name)
        self.quads.extend(delta.added)

    def publish(self, delta: Delta) -> None:
        """Bring the view to the truth, from which it differs by `delta`, in one step."""
        removed, added = list(delta.removed), list(delta.added)
        if self._union:
            named_removed = [q for q in removed if q.graph_name != DEFAULT_GRAPH]
            removed = named_removed + [
                Quad(t.subject, t.predicate, t.object)
                for t in {quad.triple for quad in delta.removed}
                if not self._holds(t)
            ]
            added += [Quad(q.subject, q.predicate, q.object) for q in delta.added]
        with_blank = any(map(_has_blank_node, removed)) or any(map(_has_blank_node, added))
        if not removed and not delta.dropped:
            for name in delta.created:
                self.view.add_graph(name)
            self.view.extend(added)
        elif with_blank or len(removed) + len(added) > _ONE_STEP:
            self.refresh()
        else:
            self.view.update(_update_text(removed, added, delta))

    def graph(self, name: NamedNode | DefaultGraph) -> Iterator[Triple]:
        """The triples of one graph as of now."""
        for quad in self.quads.quads_for_pattern(None, None, None, name):
            yield quad.triple

    def graph_names(self, *, empty: bool = True) -> list[str]:
        """The names of all graphs but the default one, sorted."""
        names = [n.value for n in self.quads.named_graphs() if isinstance(n, NamedNode)]
        if empty:
            return sorted(names)
        return sorted(n for n in names if any(self.graph(NamedNode(n))))

    def lines(self, keep: Callable[[str], bool] = lambda line: True) -> list[str]:
        """The truth as N-Quads lines."""
        dump = self.quads.dump(format=RdfFormat.N_QUADS)
        return [line for line in (dump or b"").decode().splitlines() if keep(line)]

    def _holds(self, triple: Triple) -> bool:
        found = self.quads.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return next(found, None) is not None


def _has_blank_node(quad: Quad) -> bool:
    parts = (quad.subject, quad.object, quad.graph_name)
    return any(isinstance(part, BlankNode | Triple) for part in parts)


def _update_text(removed: list[Quad], added: list[Quad], delta: Delta) -> str:
    steps = [f"DROP SILENT GRAPH {name}" for name in delta.dropped]
    steps += [f"CREATE SILENT GRAPH {name}" for name in delta.created]
    for verb, quads in (("DELETE", removed), ("INSERT", added)):
        steps.append(f"{verb} DATA {{ {''.join(map(_data_block, quads))} }}")
    return " ;\n".join(steps)


def _data_block(quad: Quad) -> str:
    triple = (serialize([quad.triple], format=RdfFormat.N_TRIPLES) or b"").decode()
    if quad.graph_name == DEFAULT_GRAPH:
        return triple
    return f"GRAPH {quad.graph_name} {{ {triple} }}\n"
