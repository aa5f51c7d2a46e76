"""One step of a proof against the lines of its rule: do they give the conclusion from the premises?

Of lists, members are premises of the step; how cells hang together is read from the graph.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.plan.algebra import Variable
from kgraph.reason.owl2rl.datatypes import DATATYPES, key_of, spaces_of
from kgraph.reason.proofs.lines import Line, ListPart, Pattern, Slot, rule_lines
from kgraph.reason.proofs.model import Fact
from kgraph.terms import Term
from kgraph.vocab import RDF, RDFS

Known = Mapping[str, object]
Rests = Callable[[Term], Iterable[Term]]
"""The rdf:rest of a cell, as the graph has it."""
FIRST, NIL = NamedNode(RDF + "first"), NamedNode(RDF + "nil")
TYPE, DATATYPE = NamedNode(RDF + "type"), NamedNode(RDFS + "Datatype")


def follows(rule: str, premises: Sequence[Fact], conclusion: Fact | None, rests: Rests) -> bool:
    """Whether a W3C rule gives a conclusion (None: it cannot be) from premises alone."""
    if conclusion is not None and _of_terms(rule, premises, conclusion):
        return True
    for line in rule_lines().get(rule, ()):
        starts: list[Known]
        if conclusion is None:
            starts = [{}] if not line.heads else []
        else:
            starts = [found for head in line.heads for found in _unified(head, conclusion, {})]
        for start in starts:
            if _fires(line, premises, start, rests):
                return True
    return False


def _of_terms(rule: str, premises: Sequence[Fact], conclusion: Fact) -> bool:
    """What tables of the rules say of every datatype, and of literals with one value (dt-eq)."""
    subject, object_ = conclusion.subject, conclusion.object
    if rule == "dt-type1" and not premises:
        known = isinstance(subject, NamedNode) and subject.value in DATATYPES
        return known and (conclusion.predicate, object_) == (TYPE, DATATYPE)
    if rule == "eq-rep-o" and len(premises) == 1:
        same = (premises[0].subject, premises[0].predicate) == (subject, conclusion.predicate)
        return (
            same and _value(object_) is not None and _value(object_) == _value(premises[0].object)
        )
    return False


def _fires(line: Line, premises: Sequence[Fact], start: Known, rests: Rests) -> bool:
    solutions = _joined(line.patterns, premises, start)
    for part in line.lists:
        solutions = _each(part, solutions, premises, rests)
    return any(all(_holds(k, slots, known) for k, slots in line.conditions) for known in solutions)


def _each(
    part: ListPart, solutions: Iterable[Known], premises: Sequence[Fact], rests: Rests
) -> Iterator[Known]:
    for known in solutions:
        for cells in _lists(known[part.of], rests):
            members: Members = [
                [
                    fact.object
                    for fact in premises
                    if (fact.subject, fact.predicate) == (cell, FIRST)
                ]
                for cell in cells
            ]
            yield from _WAYS[part.kind](part, members, premises, known)


def _lists(start: object, rests: Rests) -> Iterator[tuple[object, ...]]:
    """The cells of each list that begins at a node."""
    open_: list[tuple[object, ...]] = [(start,)]
    while open_:
        path = open_.pop()
        if path[-1] == NIL:
            yield path[:-1]
        elif isinstance(path[-1], NamedNode | BlankNode):
            open_ += [(*path, rest) for rest in rests(path[-1]) if rest not in path]


Members = list[list[object]]


def _in(part: ListPart, members: Members, _: Sequence[Fact], known: Known) -> Iterator[Known]:
    for member in (one for cell in members for one in cell):
        yield from _put(part.names[0], member, known)


def _before(part: ListPart, members: Members, _: Sequence[Fact], known: Known) -> Iterator[Known]:
    for one, other in combinations(members, 2):
        for first in one:
            for with_first in _put(part.names[0], first, known):
                for second in other:
                    yield from _put(part.names[1], second, with_first)


def _for_each(
    part: ListPart, members: Members, premises: Sequence[Fact], known: Known
) -> Iterator[Known]:
    """Variables that only the brackets have are each member's own."""
    for cell in members:
        ways = (_joined(part.patterns, premises, {**known, str(part.names[0]): m}) for m in cell)
        if not any(next(iter(way), None) is not None for way in ways):
            return
    yield known


def _chain(
    part: ListPart, members: Members, premises: Sequence[Fact], known: Known
) -> Iterator[Known]:
    start, end = part.names
    reached = {known[str(start)]}
    for cell in members:
        steps = [fact for fact in premises if fact.predicate in cell]
        reached = {fact.object for fact in steps if fact.subject in reached}
    if members and known[str(end)] in reached:
        yield known


_WAYS: Mapping[str, Callable[[ListPart, Members, Sequence[Fact], Known], Iterator[Known]]] = {
    "IN": _in,
    "BEFORE": _before,
    "EACH": _for_each,
    "CHAIN": _chain,
}


def _joined(patterns: Sequence[Pattern], premises: Sequence[Fact], known: Known) -> Iterator[Known]:
    if not patterns:
        yield known
        return
    for fact in premises:
        for extended in _unified(patterns[0], fact, known):
            yield from _joined(patterns[1:], premises, extended)


def _unified(pattern: Pattern, fact: Fact, known: Known) -> Iterator[Known]:
    found = dict(known)
    for slot, part in zip(pattern, fact.parts, strict=True):
        if isinstance(part, Variable):
            return
        if isinstance(slot, str):
            if found.setdefault(slot, part) != part:
                return
        elif slot != part:
            return
    yield found


def _put(slot: Slot, term: object, known: Known) -> Iterator[Known]:
    if not isinstance(slot, str):
        if slot == term:
            yield known
    elif known.get(slot, term) == term:
        yield {**known, slot: term}


def _value(term: object) -> object:
    known = isinstance(term, Literal) and term.datatype.value in DATATYPES
    return key_of(term) if known else None  # type: ignore[arg-type]


def _ill_typed(term: object) -> bool:
    known = isinstance(term, Literal) and term.datatype.value in DATATYPES
    return known and _value(term) is None


def _holds(kind: str, slots: Sequence[Slot], known: Known) -> bool:
    terms = [known.get(slot) if isinstance(slot, str) else slot for slot in slots]
    value = _value(terms[0])
    if kind == "IS ILL TYPED":
        return _ill_typed(terms[0])
    if kind == "IS NOT":
        other = _value(terms[1])
        unlike = value is not None and other is not None and value != other
        return unlike and not value[0] == other[0] == "XMLLiteral"  # type: ignore[index]
    name = getattr(terms[1], "value", "")
    inside = value is not None and name in spaces_of(value)  # type: ignore[arg-type]
    if kind == "IS OF":
        return inside
    judged = _ill_typed(terms[0]) or value is not None
    return kind == "IS NOT OF" and name in DATATYPES and judged and not inside
