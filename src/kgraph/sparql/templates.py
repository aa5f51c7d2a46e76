"""Solutions to quads, as identifiers: the templates of updates (SPARQL 1.1 Update, 3.1.3)."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from pyoxigraph import NamedNode

from kgraph.identifiers import DEFAULT_GRAPH_ID, Tag, tag_of
from kgraph.plan.algebra import Node, Variable
from kgraph.plan.execution import Context, Row
from kgraph.plan.operations import QuadPattern
from kgraph.sparql.graphs import instance, variables_of

Key = tuple[int, int, int, int]
"""Subject, predicate, object and graph."""
Part = Callable[[Row], int | None]
RESOURCES = frozenset({Tag.IRI, Tag.BLANK})


class QuadTemplate:
    """What a solution makes of a template; blank nodes of the template are new in each."""

    def __init__(
        self, template: Sequence[QuadPattern], context: Context, home: NamedNode | None
    ) -> None:
        """`home` is the graph of what stands in no GRAPH; None is the default graph."""
        self._context = context
        names = variables_of(tuple(template))
        self.variables = tuple(name for name in names if not name.startswith("_:"))
        self._blank = tuple(name for name in names if name.startswith("_:"))
        self._places = {name: n for n, name in enumerate((*self.variables, *self._blank))}
        home_id = DEFAULT_GRAPH_ID if home is None else context.locals.id_for(home)
        self._quads = [self._parts(pattern, home_id) for pattern in template]

    def _parts(self, pattern: QuadPattern, home: int) -> tuple[Part, Part, Part, Part]:
        triple = pattern.triple
        graph = (lambda row: home) if pattern.graph is None else self._part(pattern.graph)
        s, p, o = (self._part(n) for n in (triple.subject, triple.predicate, triple.object))
        return s, p, o, graph

    def _part(self, node: Node) -> Part:
        if isinstance(node, Variable):
            place = self._places[node.name]
            return lambda row: row[place]
        names = variables_of(node)
        if not names:
            term = instance(node, {})
            constant = None if term is None else self._context.locals.id_for(term)
            return lambda row: constant
        return lambda row: self._composed(node, names, row)

    def _composed(self, node: Node, names: Iterable[str], row: Row) -> int | None:
        terms = self._context.locals
        bound = ((name, row[self._places[name]]) for name in names)
        bindings = {name: terms.term_of(one) for name, one in bound if one is not None}
        found = instance(node, bindings)
        return None if found is None else terms.id_for(found)

    def keys(self, batches: Iterable[Sequence[Row]]) -> Iterator[Key]:
        """The quads of solutions, each as often as it comes; what is no quad is left out."""
        new = self._context.functions.fresh_blank_node
        id_for = self._context.locals.id_for
        for batch in batches:
            self._context.limits.check()
            for row in batch:
                whole = (*row, *(id_for(new()) for _ in self._blank)) if self._blank else row
                for s, p, o, g in self._quads:
                    key = (s(whole), p(whole), o(whole), g(whole))
                    if is_quad(key):
                        yield key  # type: ignore[misc]


def is_quad(key: Sequence[int | None]) -> bool:
    """Whether these are a quad that RDF allows."""
    s, p, o, g = key
    if s is None or p is None or o is None or g is None:
        return False
    return (
        tag_of(s) in RESOURCES
        and tag_of(p) == Tag.IRI
        and (g == DEFAULT_GRAPH_ID or tag_of(g) in RESOURCES)
    )
