"""One rule made ready: its plans for each set of variables that may be given, and its heads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from pyoxigraph import NamedNode

from kgraph.identifiers import Tag, tag_of
from kgraph.plan.algebra import BGP, Distinct, Node, Project, Term, TriplePattern, Variable, walk
from kgraph.plan.choose import SETS, Chooser
from kgraph.plan.execution import Row
from kgraph.plan.points import PointPlan
from kgraph.plan.sets.run import compile as compile_sets
from kgraph.plan.sets.run import run as run_sets
from kgraph.plan.variables import Analysis, Names, names
from kgraph.reason.domain.branches import distributed
from kgraph.reason.domain.matching import Resolved, matched
from kgraph.reason.domain.probes import Probe, Reach, needed_of, parts_apart, reach_of
from kgraph.reason.domain.rules import Rule
from kgraph.reason.domain.views import View
from kgraph.store.changes import TripleKey

RESOURCES = frozenset({int(Tag.IRI), int(Tag.BLANK)})
Needed = tuple[NamedNode, Term | None]
Test = tuple[int, int | None]
Made = tuple[TripleKey, int | None]
"""A head, and what the variable of the rule's limit stood for."""


class Compiled:
    """A rule with its plans; kept from commit to commit."""

    def __init__(self, rule: Rule) -> None:
        """Plans are made when they are first needed."""
        self.rule = rule
        self.reach: Reach = reach_of(rule.body, names(*rule.template))
        self._plans: dict[tuple[str, ...], PointPlan] = {}
        self._through: dict[Probe, PointPlan] = {}
        self._certain: Names = Analysis().of(rule.body).certain
        self._places = {name: place for place, name in enumerate(rule.variables)}

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """How changed triples lead to its heads; without a key where any head can change."""
        if not self.reach.reason:
            return self.reach.probes
        return tuple(
            Probe(TriplePattern(_node(r.subject, "s"), _node(p, "p"), _node(r.object, "o")), ())
            for r in self.rule.reads
            for p in (sorted(r.predicates) if r.predicates else [None])
        )

    # -- what is apart from all records

    @cached_property
    def apart(self) -> tuple[TriplePattern, ...]:
        """Single triples that are linked to the rest by conditions alone: the evaluation date."""
        parts = parts_apart(self.rule.body, names(*self.rule.template))
        triples = [t for part in parts if isinstance(part, BGP) for t in part.triples]
        plain = len(triples) == len(parts) and all(
            isinstance(t.subject, Variable)
            and isinstance(t.predicate, NamedNode)
            and isinstance(t.object, Variable)
            for t in triples
        )
        known = [name for t in triples for name in names(t)]
        return tuple(triples) if plain and len(set(known)) == len(known) else ()

    def _apart_values(self, view: View) -> list[tuple[int, ...]]:
        found = [view.scans.pairs(view, view.id_of(t.predicate)) for t in self.apart]  # type: ignore[arg-type]
        return [tuple(one for pair in pairs for one in pair) for pairs in product(*found)]

    @cached_property
    def _apart_names(self) -> tuple[str, ...]:
        ends = [end for t in self.apart for end in (t.subject, t.object)]
        return tuple(end.name for end in ends if isinstance(end, Variable))

    # -- asking

    def kept(self, view: View, given: tuple[str, ...]) -> "Asking":
        """What makes heads for values of some variables, in one view."""
        found: Asking | None = view.askings.get((self, given))
        if found is None:
            found = view.askings[self, given] = self._asking(view, given)
        return found

    def _asking(self, view: View, given: tuple[str, ...]) -> "Asking":
        plan = self._plans.get(given)
        if plan is None:
            every = (*given, *self._apart_names)
            body = distributed(self.rule.body, frozenset(every))
            plan = self._plans[given] = PointPlan(body, self.rule.variables, every)
        return Asking(self, view, plan, self._apart_values(view))

    def through(self, probe: Probe) -> PointPlan:
        """The plan that leads from a probe's triple to its key."""
        plan = self._through.get(probe)
        if plan is None:
            assert probe.through is not None
            given = tuple(sorted(names(probe.triple) & names(probe.through)))
            shown = tuple(sorted(set(probe.key) - names(probe.triple)))
            plan = self._through[probe] = PointPlan(probe.through, shown, given)
        return plan

    def all_rows(self, view: View) -> Iterable[Row]:
        """All solutions, by whichever executor is quicker; the same head may come again."""
        variables = tuple(Variable(name) for name in self.rule.variables)
        pattern = Distinct(Project(self.rule.body, variables))
        if self._chooser(view.context).executor == SETS:
            return run_sets(compile_sets(pattern, view.context), view.context)
        return self._whole.run(view.context)

    @cached_property
    def _chooser(self) -> Chooser:
        return Chooser(self.rule.body)

    @cached_property
    def _whole(self) -> PointPlan:
        return PointPlan(self.rule.body, self.rule.variables)

    # -- heads

    def heads(self, view: View) -> Callable[[Row], Iterator[Made]]:
        """What makes the heads of solutions."""
        steps = [tuple(self._part(node, view) for node in _nodes(t)) for t in self.rule.template]
        limited = self._places[self.rule.limit.variable] if self.rule.limit else None

        def made(row: Row) -> Iterator[Made]:
            record = None if limited is None else row[limited]
            for subject, predicate, object_ in steps:
                s, p, o = subject(row), predicate(row), object_(row)
                if s is None or p is None or o is None:
                    continue
                if tag_of(s) in RESOURCES and tag_of(p) == Tag.IRI:
                    yield (s, p, o), record

        return made

    def _part(self, node: Node, view: View) -> Callable[[Row], int | None]:
        if isinstance(node, Variable):
            place = self._places[node.name]
            return lambda row: row[place]
        assert not isinstance(node, TriplePattern)
        constant = view.context.locals.id_for(node)
        return lambda row: constant

    def derives(self, view: View, triple: TripleKey, template: Resolved) -> bool:
        """Whether the rule makes this head by one triple of its template."""
        bindings = matched(template, triple)
        if bindings is None:
            return False
        given = self._given(frozenset(bindings))
        asking = self.kept(view, given)
        return any(head == triple for head, _ in asking([bindings[name] for name in given]))

    def source_of(self, variable: str) -> NamedNode | None:
        """The predicate whose objects a variable's values are, if they come from nowhere else."""
        parts = list(walk(self.rule.body))
        if sum(part == Variable(variable) for part in parts) != 1:
            return None
        for part in parts:
            if isinstance(part, TriplePattern) and part.object == Variable(variable):
                return part.predicate if isinstance(part.predicate, NamedNode) else None
        return None

    def _given(self, bound: Names) -> tuple[str, ...]:
        """Of variables that a head binds, those that every solution has."""
        return tuple(sorted(bound & self._certain))

    def count(self, view: View, record: int) -> int:
        """How many heads there are for a value of the variable of the rule's limit."""
        limit = self.rule.limit
        assert limit is not None
        given = (limit.variable,) if limit.variable in self._certain else ()
        made = self.kept(view, given)((record,) if given else ())
        return len({triple for triple, of in made if of == record})

    def tests(self, view: View, key: tuple[str, ...]) -> list[tuple[int, list[Test]]]:
        """What the values of a key surely have: place in the key, predicates and objects."""
        found: list[tuple[int, list[Test]]] | None = view.askings.get((self, key, "tests"))
        if found is None:
            id_for = view.context.locals.id_for
            found = [
                (place, [(id_for(p), None if o is None else id_for(o)) for p, o in needed])
                for place, name in enumerate(key)
                if (needed := self._needed.get(name))
            ]
            view.askings[self, key, "tests"] = found
        return found

    @cached_property
    def _needed(self) -> Mapping[str, tuple[Needed, ...]]:
        found: dict[str, list[Needed]] = {}
        for t in needed_of(self.rule.body):
            if isinstance(t.subject, Variable) and isinstance(t.predicate, NamedNode):
                term = None if isinstance(t.object, Variable | TriplePattern) else t.object
                found.setdefault(t.subject.name, []).append((t.predicate, term))
        return {name: tuple(needed) for name, needed in found.items()}


class Asking:
    """A rule's plan on one view, asked with values of its given variables, again and again."""

    def __init__(
        self, compiled: Compiled, view: View, plan: PointPlan, apart: Sequence[tuple[int, ...]]
    ) -> None:
        """Use `Compiled.asking`."""
        self._ask, self._apart = plan.asking(view.context), apart
        self._heads = compiled.heads(view)

    @property
    def work(self) -> int:
        """How many look-ups there were so far."""
        return self._ask.work

    def __call__(self, values: Sequence[int]) -> list[Made]:
        """The heads of the solutions that agree with these values."""
        made = self._heads
        return [
            head
            for others in self._apart
            for row in self._ask((*values, *others))
            for head in made(row)
        ]


def _node(iri: str | None, name: str) -> NamedNode | Variable:
    return Variable(name) if iri is None else NamedNode(iri)


def _nodes(t: TriplePattern) -> tuple[Node, Node, Node]:
    return t.subject, t.predicate, t.object
