"""Solutions to triples: the templates of CONSTRUCT, and the descriptions of DESCRIBE.

SPARQL 1.1 Query, section 16.2 and 16.4; a description is a concise bounded one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode, Triple

from kgraph.plan.algebra import BGP, Node, Pattern, Term, TriplePattern, Variable, walk
from kgraph.plan.execution import Context, Rows
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.operations import DescribeQuery
from kgraph.sparql.answers import Cells
from kgraph.sparql.decoding import decoded, shown

Solve = Callable[[Pattern, Context, tuple[str, ...]], Rows]
Bindings = Mapping[str, Term]


def variables_of(template: object) -> tuple[str, ...]:
    """The names in a template, blank nodes included, each once."""
    found = (part.name for part in walk(template) if isinstance(part, Variable))
    return tuple(dict.fromkeys(found))


def instance(node: Node, bindings: Bindings) -> Term | None:
    """The term that a node of a template is; None if it is unbound or can be no term."""
    if isinstance(node, Variable):
        return bindings.get(node.name)
    if not isinstance(node, TriplePattern):
        return node
    subject = instance(node.subject, bindings)
    predicate = instance(node.predicate, bindings)
    object_ = instance(node.object, bindings)
    if not isinstance(subject, NamedNode | BlankNode) or not isinstance(predicate, NamedNode):
        return None
    return None if object_ is None else Triple(subject, predicate, object_)


class Template:
    """A template with its names, so that solutions can be put into it."""

    def __init__(self, template: Sequence[object]) -> None:
        """Blank nodes of the template are new ones in each solution."""
        names = variables_of(tuple(template))
        self.variables = tuple(name for name in names if not name.startswith("_:"))
        self._blank = tuple(name for name in names if name.startswith("_:"))

    def bindings(self, cells: Cells, functions: FunctionContext) -> dict[str, Term]:
        """The terms of one solution by name, with its new blank nodes."""
        bound = {n: t for n, t in zip(self.variables, cells, strict=True) if t is not None}
        for name in self._blank:
            bound[name] = functions.fresh_blank_node()
        return bound


def constructed(
    template: tuple[TriplePattern, ...], rows: Rows, context: Context
) -> Iterator[list[Triple]]:
    """The triples of a template, each once; what is no triple is left out."""
    filled = Template(template)
    seen: set[Triple] = set()
    for batch in decoded(shown(rows, filled.variables, context), context):
        found: dict[Triple, None] = {}
        for cells in batch:
            bindings = filled.bindings(cells, context.functions)
            for pattern in template:
                triple = instance(pattern, bindings)
                if isinstance(triple, Triple) and triple not in seen:
                    found[triple] = None
        seen.update(found)
        yield list(found)


def described(query: DescribeQuery, solve: Solve, context: Context) -> Iterator[list[Triple]]:
    """Triples of each subject, and of the blank nodes they lead to, each once."""
    seen: set[Term] = set()
    for term in _targets(query, solve, context):
        waiting = [term]
        while waiting:
            subject = waiting.pop()
            if subject in seen or not isinstance(subject, NamedNode | BlankNode):
                continue
            seen.add(subject)
            for batch in _about(subject, solve, context):
                waiting += [t.object for t in batch if isinstance(t.object, BlankNode)]
                yield batch


def _targets(query: DescribeQuery, solve: Solve, context: Context) -> Iterator[Term]:
    yield from (one for one in query.targets if isinstance(one, NamedNode | BlankNode))
    names = tuple(t.name for t in query.targets if isinstance(t, Variable))
    if names:
        found: dict[Term, None] = {}
        for batch in decoded(shown(solve(query.pattern, context, names), names, context), context):
            found.update((term, None) for cells in batch for term in cells if term is not None)
        yield from found


def _about(
    subject: NamedNode | BlankNode, solve: Solve, context: Context
) -> Iterator[list[Triple]]:
    names = ("p", "o")
    pattern = BGP((TriplePattern(subject, Variable("p"), Variable("o")),))
    for batch in decoded(shown(solve(pattern, context, names), names, context), context):
        yield [Triple(subject, p, o) for p, o in _links(batch)]


def _links(batch: Iterable[Cells]) -> Iterator[tuple[NamedNode, Term]]:
    for predicate, object_ in batch:
        assert isinstance(predicate, NamedNode)
        assert object_ is not None
        yield predicate, object_
