"""Steps that match one triple pattern, and several on one subject (section 18.3)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from pyoxigraph import Triple

from kgraph.plan.algebra import Node, Term, TriplePattern, Variable
from kgraph.plan.points.environment import Env
from kgraph.plan.points.run import Run, Slots, Step, is_stored
from kgraph.plan.variables import names

Matcher = Callable[[Run, Slots, int, list[int]], bool]
"""Whether an identifier fits a node; slots that it fills are added to the list."""


def match_triple(pattern: TriplePattern, env: Env) -> Step:
    """The step of one triple pattern."""
    nodes = (pattern.subject, pattern.predicate, pattern.object)
    free = [n.name for n in nodes if isinstance(n, Variable) and n.name not in env.maybe]
    plain = all(
        not isinstance(node, TriplePattern)
        and (not isinstance(node, Variable) or node.name in env.bound or node.name in free)
        for node in nodes
    )
    if not plain or len(set(free)) < len(free):
        return _match_any(nodes, env)
    s, p, o = (_slot(node, env) for node in nodes)
    open_ = tuple(isinstance(node, Variable) and node.name in free for node in nodes)
    shape = _SHAPES.get(open_)
    if shape is not None:
        return shape(env, s, p, o)
    filled = [(place, slot) for place, slot in enumerate((s, p, o)) if open_[place]]
    return _match_some(env, (s, p, o), filled)


def _slot(node: Node, env: Env) -> int:
    assert not isinstance(node, TriplePattern)
    return env.slot(node.name) if isinstance(node, Variable) else env.scope.layout.constant(node)


def _match_object(env: Env, s: int, p: int, o: int) -> Step:
    active = env.active

    def run_object(run: Run, row: Slots) -> Iterator[None]:
        check = run.check
        check()
        for found in run.access.objects(active(run, row), row[s], row[p]):
            row[o] = found
            yield
            check()
        row[o] = None

    return run_object


def _match_subject(env: Env, s: int, p: int, o: int) -> Step:
    active = env.active

    def run_subject(run: Run, row: Slots) -> Iterator[None]:
        check = run.check
        check()
        for found in run.access.subjects(active(run, row), row[p], row[o]):
            row[s] = found
            yield
            check()
        row[s] = None

    return run_subject


def _match_pair(env: Env, s: int, p: int, o: int) -> Step:
    active = env.active

    def run_pair(run: Run, row: Slots) -> Iterator[None]:
        check = run.check
        check()
        for pair in run.access.pairs_of(active(run, row), row[s]):
            row[p], row[o] = pair
            yield
            check()
        row[p] = row[o] = None

    return run_pair


def _match_whole(env: Env, s: int, p: int, o: int) -> Step:
    active = env.active

    def run_whole(run: Run, row: Slots) -> Iterator[None]:
        run.check()
        if run.access.contains(active(run, row), row[s], row[p], row[o]):
            yield

    return run_whole


_SHAPES: dict[tuple[bool, ...], Callable[[Env, int, int, int], Step]] = {
    (False, False, True): _match_object,
    (True, False, False): _match_subject,
    (False, True, True): _match_pair,
    (False, False, False): _match_whole,
}


def _match_some(env: Env, slots: tuple[int, int, int], filled: list[tuple[int, int]]) -> Step:
    active = env.active
    s, p, o = slots
    emptied = [slot for _, slot in filled]

    def run_some(run: Run, row: Slots) -> Iterator[None]:
        check = run.check
        check()
        for triple in run.access.match(active(run, row), row[s], row[p], row[o]):
            for place, slot in filled:
                row[slot] = triple[place]
            yield
            check()
        for slot in emptied:
            row[slot] = None

    return run_some


def _match_any(nodes: Sequence[Node], env: Env) -> Step:
    """The general case: variables twice, or perhaps bound, and triple terms with variables."""
    active = env.active
    sought = [instance(node, env) for node in nodes]
    matchers = [matcher(node, env) for node in nodes]

    def run_any(run: Run, row: Slots) -> Iterator[None]:
        check = run.check
        check()
        s, p, o = (one(run, row) for one in sought)
        if not all(one is None or is_stored(one) for one in (s, p, o)):
            return
        for triple in run.access.match(active(run, row), s, p, o):
            filled: list[int] = []
            if all(fits(run, row, i, filled) for fits, i in zip(matchers, triple, strict=True)):
                yield
            for slot in filled:
                row[slot] = None
            check()

    return run_any


def matcher(node: Node, env: Env) -> Matcher:
    """What compares an identifier with a node, and binds the variables in it."""
    if isinstance(node, TriplePattern):
        return _triple_matcher(node, env)
    slot = _slot(node, env)

    def fits(run: Run, row: Slots, found: int, filled: list[int]) -> bool:
        held = row[slot]
        if held is None:
            row[slot] = found
            filled.append(slot)
            return True
        return bool(held == found)

    return fits


def _triple_matcher(node: TriplePattern, env: Env) -> Matcher:
    parts = [matcher(part, env) for part in (node.subject, node.predicate, node.object)]

    def fits_triple(run: Run, row: Slots, found: int, filled: list[int]) -> bool:
        term = run.term_of(found)
        if not isinstance(term, Triple):
            return False
        terms: tuple[Term, ...] = (term.subject, term.predicate, term.object)
        ids = [run.id_for(one) for one in terms]
        return all(fits(run, row, one, filled) for fits, one in zip(parts, ids, strict=True))

    return fits_triple


def instance(node: Node, env: Env) -> Callable[[Run, Slots], int | None]:
    """What a node is under a row; None where it is open, or can be no term."""
    if not isinstance(node, TriplePattern):
        slot = _slot(node, env)
        return lambda run, row: row[slot]
    parts = [instance(part, env) for part in (node.subject, node.predicate, node.object)]

    def whole(run: Run, row: Slots) -> int | None:
        ids = [part(run, row) for part in parts]
        if None in ids:
            return None
        try:
            found = Triple(*(run.term_of(one) for one in ids))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None
        return run.id_for(found)

    return whole


def match_star(patterns: Sequence[TriplePattern], env: Env) -> Step:
    """Patterns on one bound subject with predicates that are known: its triples are read once.

    An object is a constant, surely bound, or a variable that is free and in one pattern only.
    """
    subject = _slot(patterns[0].subject, env)
    wanted: list[tuple[int, int]] = []
    filled: list[tuple[int, int]] = []
    for pattern in patterns:
        node = pattern.object
        known = not isinstance(node, Variable) or node.name in env.bound
        (wanted if known else filled).append((_slot(pattern.predicate, env), _slot(node, env)))
    predicates = [p for p, _ in filled]
    objects = [o for _, o in filled]
    active = env.active

    def run_star(run: Run, row: Slots) -> Iterator[None]:
        check = run.check
        check()
        pairs = run.access.pairs_of(active(run, row), row[subject])
        if wanted:
            pairs = pairs if isinstance(pairs, list) else list(pairs)
            if any((row[p], row[o]) not in pairs for p, o in wanted):
                return
        lists = _by_predicate(pairs, [row[p] for p in predicates])
        for values in product(*lists):
            for slot, value in zip(objects, values, strict=True):
                row[slot] = value
            yield
            check()
        for slot in objects:
            row[slot] = None

    return run_star


def _by_predicate(pairs: Iterable[tuple[int, int]], predicates: list[int]) -> list[list[int]]:
    """The objects of each predicate."""
    lists: dict[int, list[int]] = {p: [] for p in predicates}
    for p, o in pairs:
        if p in lists:
            lists[p].append(o)
    return [lists[p] for p in predicates]


def can_share(pattern: TriplePattern, env: Env) -> bool:
    """Whether a pattern can be one of `match_star`, by itself."""
    subject, predicate, node = pattern.subject, pattern.predicate, pattern.object
    if isinstance(subject, TriplePattern) or isinstance(node, TriplePattern):
        return False
    if isinstance(subject, Variable) and subject.name not in env.bound:
        return False
    if isinstance(predicate, Variable | TriplePattern):
        return False
    if not isinstance(node, Variable):
        return True
    return node.name in env.bound or node.name not in env.maybe | names(subject)
