"""The step of a property path between two nodes, from whichever end is bound."""

from collections.abc import Callable, Iterator

from kgraph.plan.algebra import (
    Inverse,
    Link,
    Node,
    PathPattern,
    SequencePath,
    TriplePattern,
    Variable,
    walk,
)
from kgraph.plan.points.compiler import Compiler
from kgraph.plan.points.environment import Env
from kgraph.plan.points.paths import leads_once, starts
from kgraph.plan.points.paths import walk as walker
from kgraph.plan.points.run import ActiveGraph, Run, Slots, Step, is_node, is_stored
from kgraph.plan.points.triples import Matcher, instance, matcher
from kgraph.plan.variables import names, nullable


def unfolded(node: PathPattern, compiler: Compiler) -> list[TriplePattern | PathPattern]:
    """A path as the triples and paths that it is a sequence of.

    A sequence that may have length zero as a whole stays one: it links a term with itself, be the
    term in the graph or not.
    """
    path = node.path
    if isinstance(path, Inverse):
        inner = path.path
        if isinstance(inner, SequencePath):
            turned = SequencePath(Inverse(inner.second), Inverse(inner.first))
            return unfolded(PathPattern(node.subject, turned, node.object), compiler)
        return unfolded_inverse(node, compiler)
    if isinstance(path, Link):
        return [TriplePattern(node.subject, path.predicate, node.object)]
    if isinstance(path, SequencePath) and not nullable(path):
        between = Variable(f".path{compiler.number()}")
        first = PathPattern(node.subject, path.first, between)
        second = PathPattern(between, path.second, node.object)
        return [*unfolded(first, compiler), *unfolded(second, compiler)]
    return [node]


def unfolded_inverse(node: PathPattern, compiler: Compiler) -> list[TriplePattern | PathPattern]:
    """The same of a path that is walked backwards: its ends change places."""
    assert isinstance(node.path, Inverse)
    return unfolded(PathPattern(node.object, node.path.path, node.subject), compiler)


def path_step(node: PathPattern, env: Env, compiler: Compiler) -> Step:
    """The step of a path; solutions as often as the path leads from one end to the other."""
    ends = _Ends(node, env, compiler)
    subject, object_ = matcher(node.subject, env), matcher(node.object, env)
    subject_of, object_of = instance(node.subject, env), instance(node.object, env)
    begins = starts(node.path, env.scope.layout)
    active = env.active

    def run_path(run: Run, row: Slots) -> Iterator[None]:
        graph = active(run, row)
        start, end = subject_of(run, row), object_of(run, row)
        if start is None and end is None:
            for one in begins(run, row, graph):
                filled: list[int] = []
                if subject(run, row, one, filled):
                    yield from ends.lead(run, row, graph, one, object_of(run, row), object_)
                for slot in filled:
                    row[slot] = None
        elif start is not None:
            if ends.stand(run, row, graph, start):
                yield from ends.lead(run, row, graph, start, end, object_)
        elif end is not None and ends.stand(run, row, graph, end):
            yield from _bind(run, row, ends.backward(run, row, graph, end), subject)

    return run_path


def _bind(run: Run, row: Slots, found: object, fits: Matcher) -> Iterator[None]:
    for one in found:  # type: ignore[attr-defined]
        run.check()
        filled: list[int] = []
        if fits(run, row, one, filled):
            yield
        for slot in filled:
            row[slot] = None


class _Ends:
    """The ways from one end of a path to the other."""

    def __init__(self, node: PathPattern, env: Env, compiler: Compiler) -> None:
        layout = env.scope.layout
        self.forward = walker(node.path, layout)
        self.backward = walker(node.path, layout, backward=True)
        self._once = leads_once(node.path)
        self._from_end = _narrower_backward(node, compiler)
        self._checked = (
            nullable(node.path) and bool(names(node.subject)) and bool(names(node.object))
        )
        self._given = [_given(end, env) for end in (node.subject, node.object)]
        self._number = compiler.number()

    def lead(
        self,
        run: Run,
        row: Slots,
        graph: ActiveGraph,
        start: int,
        end: int | None,
        fits: Matcher,
    ) -> Iterator[None]:
        """The solutions from a start; to one end, or to all that the path leads to."""
        if end is None:
            yield from _bind(run, row, self.forward(run, row, graph, start), fits)
            return
        if self._from_end:
            reached, sought = self.backward(run, row, graph, end), start
        else:
            reached, sought = self.forward(run, row, graph, start), end
        if self._once:
            if sought in reached:
                yield
            return
        for one in reached:
            if one == sought:
                yield

    def stand(self, run: Run, row: Slots, graph: ActiveGraph, term: int) -> bool:
        """Whether a path of length zero may link a term with itself.

        Between two variables, the graph has to have it; what EXISTS puts into an end is a term.
        """
        if not self._checked or any(given(row) for given in self._given):
            return True
        known = run.tables.setdefault(self._number, {})
        if (graph, term) not in known:
            known[graph, term] = _is_in(run, graph, term)
        return bool(known[graph, term])


def _is_in(run: Run, graph: ActiveGraph, term: int) -> bool:
    if not is_stored(term):
        return False
    if is_node(term) and any(True for _ in run.access.pairs_of(graph, term)):
        return True
    return any(True for _ in run.access.match(graph, None, None, term))


def _given(node: Node, env: Env) -> Callable[[Slots], bool]:
    """Whether EXISTS has put terms for all variables of an end."""
    wanted = names(node)
    entry = env.entry
    if entry is None or not wanted <= env.given:
        return lambda row: False
    slots = env.scope.slots(sorted(wanted))
    return lambda row: all(row[entry][slot] is not None for slot in slots)


def _narrower_backward(node: PathPattern, compiler: Compiler) -> bool:
    """Whether fewer terms lie backward, by the averages of the predicates."""
    forward = backward = 0.0
    for link in walk(node.path):
        if isinstance(link, Link):
            subjects, objects = compiler.estimates.degrees(link.predicate)
            forward += subjects
            backward += objects
    return backward < forward
