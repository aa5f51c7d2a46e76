"""Which heads a change can reach: probes that changed triples match, and keys they lead to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from kgraph.plan.algebra import TriplePattern, Variable
from kgraph.plan.points.plan import Asking as AskingPlan
from kgraph.reason.domain.compiled import Compiled
from kgraph.reason.domain.probes import Probe
from kgraph.reason.domain.views import View
from kgraph.store.changes import TripleKey

Key = tuple[str, ...]
Values = tuple[int, ...]
Entry = tuple[Compiled, Probe]
JUDGED = "what every record is judged by has changed"


class Dispatch:
    """The probes of some rules by predicate and object."""

    def __init__(self, members: Sequence[Compiled]) -> None:
        """All of the members' probes."""
        self._open: list[Entry] = []
        self._by_predicate: dict[NamedNode, tuple[list[Entry], dict[object, list[Entry]]]] = {}
        for compiled in members:
            for probe in compiled.probes:
                self._add(compiled, probe)

    def _add(self, compiled: Compiled, probe: Probe) -> None:
        predicate, node = probe.triple.predicate, probe.triple.object
        entry = compiled, probe
        if not isinstance(predicate, NamedNode):
            self._open.append(entry)
            return
        always, by_object = self._by_predicate.setdefault(predicate, ([], {}))
        if probe.objects is not None:
            for iri in probe.objects:
                by_object.setdefault(NamedNode(iri), []).append(entry)
        elif isinstance(node, Variable | TriplePattern):
            always.append(entry)
        else:
            by_object.setdefault(node, []).append(entry)

    def on(self, view: View) -> "Dispatched":
        """The same by identifiers."""
        return Dispatched(self._open, self._by_predicate, view)


class Dispatched:
    """The probes by the identifiers of one transaction."""

    def __init__(
        self,
        open_: list[Entry],
        by_predicate: dict[NamedNode, tuple[list[Entry], dict[object, list[Entry]]]],
        view: View,
    ) -> None:
        """Use `Dispatch.on`."""
        self._open, self._terms, self._view = open_, by_predicate, view
        self._known: dict[int, tuple[list[Entry], dict[int, list[Entry]]] | None] = {}

    def of(self, triple: TripleKey) -> Iterator[Entry]:
        """The probes that a triple may match."""
        _, p, o = triple
        if p not in self._known:
            self._known[p] = self._by_ids(p)
        yield from self._open
        known = self._known[p]
        if known is not None:
            yield from known[0]
            yield from known[1].get(o, ())

    def _by_ids(self, p: int) -> tuple[list[Entry], dict[int, list[Entry]]] | None:
        terms = self._view.context.locals
        found = self._terms.get(terms.term_of(p))  # type: ignore[arg-type]
        if found is None:
            return None
        return found[0], {terms.id_for(o): entries for o, entries in found[1].items()}  # type: ignore[arg-type]


@dataclass
class Seeds:
    """The keys of rules that changed triples lead to, and rules of which any head may change."""

    keys: dict[Compiled, dict[Key, dict[Values, None]]] = field(default_factory=dict)
    whole: dict[Compiled, str] = field(default_factory=dict)
    """With the reason."""
    work: int = 0

    def add(self, compiled: Compiled, key: Key, values: Values) -> None:
        """One more key of a rule."""
        self.keys.setdefault(compiled, {}).setdefault(key, {})[values] = None


def seeds_of(triples: Sequence[TripleKey], dispatched: Dispatched, views: Sequence[View]) -> Seeds:
    """What changed triples lead to, in the old and the new state."""
    seeds = Seeds()
    chains: dict[Entry, list[AskingPlan]] = {}
    for triple in triples:
        for entry in dispatched.of(triple):
            compiled, probe = entry
            bindings = _matched(probe, triple, views[-1])
            if bindings is None:
                continue
            if not probe.key:
                seeds.whole[compiled] = compiled.reach.reason or JUDGED
            elif probe.through is None:
                seeds.add(compiled, probe.key, tuple(bindings[name] for name in probe.key))
            else:
                if entry not in chains:
                    plan = compiled.through(probe)
                    chains[entry] = [plan.asking(view.context) for view in views]
                _follow(seeds, entry, bindings, chains[entry])
    seeds.work = sum(asking.work for askings in chains.values() for asking in askings)
    return seeds


def _follow(
    seeds: Seeds, entry: Entry, bindings: dict[str, int], askings: Sequence[AskingPlan]
) -> None:
    """By way of what is around the triple, in the old and the new state."""
    compiled, probe = entry
    plan = compiled.through(probe)
    given = [bindings[name] for name in plan.given]
    for asking in askings:
        for row in asking(given):
            found = {**bindings, **dict(zip(plan.variables, row, strict=True))}
            seeds.add(compiled, probe.key, tuple(found[name] for name in probe.key))  # type: ignore[misc]


def _matched(probe: Probe, triple: TripleKey, view: View) -> dict[str, int] | None:
    """What a probe's variables stand for in a triple; None if it does not match."""
    pattern = probe.triple
    bindings: dict[str, int] = {}
    for node, one in zip((pattern.subject, pattern.predicate, pattern.object), triple, strict=True):
        if isinstance(node, Variable):
            if bindings.setdefault(node.name, one) != one:
                return None
        elif view.context.locals.id_for(node) != one:  # type: ignore[arg-type]
            return None
    return bindings
