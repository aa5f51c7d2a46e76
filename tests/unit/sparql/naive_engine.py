"""The naive evaluator as the engine's planner, over quads in memory: what needs no executor."""

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Quad

from kgraph.identifiers import dictionary_tag, identifier, inline_id, inline_term, is_inline
from kgraph.plan.algebra import Pattern, Term, walk, Variable
from kgraph.plan.execution import Context, Row, Rows
from kgraph.plan.naive.dataset import Dataset, View
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.scope import Scope
from kgraph.sparql.engine import Engine, Plan
from kgraph.store.graphs import Merge, UnionOfAll


class NaiveSnapshot:
    """As much of a snapshot as contexts and answers need."""

    commit, level = 1, 0

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads = list(quads)
        self.closed = 0
        self._ids: dict[Term, int] = {}
        self._terms: dict[int, Term] = {}
        for quad in self.quads:
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                if not hasattr(term, "value") and type(term).__name__ == "DefaultGraph":
                    continue
                if inline_id(term) is None and term not in self._ids:
                    made = identifier(dictionary_tag(term), len(self._ids) + 1)
                    self._ids[term], self._terms[made] = made, term

    def id_of(self, term: Term) -> int | None:
        inline = inline_id(term)
        return self._ids.get(term) if inline is None else inline

    def term_of(self, number: int) -> Term:
        return inline_term(number) if is_inline(number) else self._terms[number]

    def terms_of(self, numbers: Sequence[int]) -> list[Term]:
        return [self.term_of(number) for number in numbers]

    def close(self) -> None:
        self.closed += 1


def solved(pattern: Pattern, context: Context) -> Rows:
    """The solutions of the naive evaluator as identifiers."""
    names = tuple(dict.fromkeys(p.name for p in walk(pattern) if isinstance(p, Variable)))

    def batches() -> Iterator[list[Row]]:
        view = _view(context)
        scope = Scope(view, view.default, context.functions, context.endpoint, solve)
        ids = context.locals.id_for
        found = solve(pattern, scope)
        yield [tuple(ids(one[n]) if n in one else None for n in names) for one in found]

    return Rows(names, batches())


def _view(context: Context) -> View:
    dataset = Dataset.of(context.snapshot.quads)
    if isinstance(context.default, UnionOfAll):
        default = dataset.default.union(*dataset.named.values())
    else:
        assert isinstance(context.default, Merge)
        names = [context.locals.term_of(g) if g else None for g in context.default.graphs]
        default = set().union(*(dataset.found(name) or set() for name in names))
    named = context.named.graphs
    if named is None:
        return View(default, dataset.named)
    terms = [context.locals.term_of(graph) for graph in named]
    return View(default, {term: dataset.named.get(term, set()) for term in terms})


def engine(*, small: bool = True, heavy: bool = False) -> Engine:
    def plan(pattern: Pattern, context: Context) -> Plan:
        return Plan("naive", lambda context: solved(pattern, context), small, heavy)

    return Engine(plan)
