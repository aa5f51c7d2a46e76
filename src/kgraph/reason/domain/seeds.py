"""Which heads a change can reach: probes that changed triples match, and keys they lead to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Term, TriplePattern, Variable
from kgraph.plan.execution import LocalTerms
from kgraph.plan.points.plan import Asking as AskingPlan
from kgraph.reason.domain.compiled import Compiled
from kgraph.reason.domain.matching import Resolved, matched, resolved
from kgraph.reason.domain.probes import Probe
from kgraph.reason.domain.views import View
from kgraph.store.changes import TripleKey
from kgraph.store.index import Index

Key = tuple[str, ...]
Values = tuple[int, ...]
JUDGED = "what every record is judged by has changed"


class Entry:
    """A probe of a rule."""

    __slots__ = ("compiled", "probe")

    def __init__(self, compiled: Compiled, probe: Probe) -> None:
        """They are compared by what they are, not by what is in them."""
        self.compiled, self.probe = compiled, probe


Found = tuple[Entry, Resolved]
ByTerm = tuple[list[Entry], dict[Term, list[Entry]]]
"""Entries for any object, and for certain ones."""
ById = tuple[list[Found], dict[int, list[Found]]]


class Dispatch:
    """The probes of some rules by predicate and object."""

    def __init__(self, members: Sequence[Compiled]) -> None:
        """All of the members' probes."""
        self.open: list[Entry] = []
        self.by_predicate: dict[Term, ByTerm] = {}
        self._lasting: tuple[object, dict[int, ById]] = None, {}
        for compiled in members:
            for probe in compiled.probes:
                self._add(Entry(compiled, probe))

    def lasting(self, runs: object) -> dict[int, ById]:
        """What is kept by identifiers that stay the same as long as these runs do."""
        if self._lasting[0] is not runs:
            self._lasting = runs, {}
        return self._lasting[1]

    def _add(self, entry: Entry) -> None:
        predicate, node = entry.probe.triple.predicate, entry.probe.triple.object
        if not isinstance(predicate, NamedNode):
            self.open.append(entry)
            return
        always, by_object = self.by_predicate.setdefault(predicate, ([], {}))
        if entry.probe.objects is not None:
            for iri in entry.probe.objects:
                by_object.setdefault(NamedNode(iri), []).append(entry)
        elif isinstance(node, Variable | TriplePattern):
            always.append(entry)
        else:
            by_object.setdefault(node, []).append(entry)


class Dispatched:
    """The same by the identifiers of one transaction."""

    def __init__(self, dispatch: Dispatch, terms: LocalTerms, dictionary: Index) -> None:
        """`terms` are those of the views that are asked, over this dictionary."""
        self._dispatch, self._terms, self._dictionary = dispatch, terms, dictionary
        self._open = self._resolved(dispatch.open)
        self._known: dict[int, ById] = {}
        self._lasting = dispatch.lasting(dictionary.runs)

    def of(self, triple: TripleKey) -> Iterator[Found]:
        """The probes that a triple may match."""
        _, p, o = triple
        known = self._known.get(p) or self._lasting.get(p)
        if known is None:
            known = self._by_ids(p)
        yield from known[0]
        yield from known[1].get(o, ())

    def _by_ids(self, p: int) -> ById:
        terms, predicate = self._terms, self._terms.term_of(p)
        always, by_object = self._dispatch.by_predicate.get(predicate, ([], {}))
        found = (
            [*self._open, *self._resolved(always)],
            {terms.id_for(o): self._resolved(entries) for o, entries in by_object.items()},
        )
        entries = [*self._dispatch.open, *always, *chain.from_iterable(by_object.values())]
        constants = {predicate, *by_object, *chain.from_iterable(map(_constants, entries))}
        lasting = self._dictionary.lasting_id
        kept = self._lasting if all(map(lasting, constants)) else self._known
        kept[p] = found
        return found

    def _resolved(self, entries: Sequence[Entry]) -> list[Found]:
        return [(entry, resolved(entry.probe.triple, self._terms)) for entry in entries]


def _constants(entry: Entry) -> Iterator[Term]:
    triple = entry.probe.triple
    for node in (triple.subject, triple.predicate, triple.object):
        if not isinstance(node, Variable | TriplePattern):
            yield node


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
        for entry, pattern in dispatched.of(triple):
            bindings = matched(pattern, triple)
            if bindings is None:
                continue
            compiled, probe = entry.compiled, entry.probe
            if not probe.key:
                seeds.whole[compiled] = compiled.reach.reason or JUDGED
            elif probe.through is None:
                seeds.add(compiled, probe.key, tuple([bindings[name] for name in probe.key]))
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
    plan = entry.compiled.through(entry.probe)
    given = [bindings[name] for name in plan.given]
    for asking in askings:
        for row in asking(given):
            found = {**bindings, **dict(zip(plan.variables, row, strict=True))}
            values = tuple([found[name] for name in entry.probe.key])
            seeds.add(entry.compiled, entry.probe.key, values)  # type: ignore[arg-type]
