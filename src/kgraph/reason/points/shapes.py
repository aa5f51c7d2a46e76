"""Clauses of one form as one Python function, written out, compiled once and given its constants.

A clause's form is what is left when every constant is replaced by its number. The functions join
by look-ups: for each atom, whichever of those not joined yet has most of its parts bound.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from kgraph.identifiers import INLINE, SHIFT, Tag
from kgraph.reason.clauses import Atom, Clause, Condition, Part, TripleKey
from kgraph.reason.points.facts import Facts

Premises = tuple[TripleKey, ...]
Forward = Callable[[Facts, int, int, int, Callable[[Any], None], Any], None]
"""(facts, triple of the body, out, mark): calls out((head or None, other premises, mark))."""
Backward = Callable[[Facts, int, int, int], Iterator[Premises]]
"""(facts, head): the premises of each instance."""
Full = Callable[[Facts], Iterator[tuple[TripleKey | None, Premises]]]
"""Head (None without one) and premises of each instance."""

FIRST_LITERAL = int(Tag.INTEGER) << SHIFT
AFTER_LITERALS = int(Tag.TRIPLE) << SHIFT
FIRST_IRI = int(Tag.IRI) << SHIFT
AFTER_IRIS = FIRST_IRI + (1 << SHIFT)
INSIDE = sum(1 << tag for tag in INLINE)
"""Literals inside identifiers have values."""
IS_LITERAL = f"{FIRST_LITERAL} <= {{0}} < {AFTER_LITERALS}"
CONDITIONS = {
    "different": "{0} != {1}",
    "literal": IS_LITERAL,
    "not literal": f"not {IS_LITERAL}",
    "of datatype": "values.of_datatype({0}, {1}) is True",
    "not of datatype": "values.of_datatype({0}, {1}) is False",
    "other value": "values.differ({0}, {1})",
    "ill typed": f"not {INSIDE} >> ({{0}} >> {SHIFT}) & 1 and values.is_ill_typed({{0}})",
}


class Judge(Protocol):
    """What decides conditions about values of literals: `owl2rl.Values`."""

    def of_datatype(self, identifier: int, datatype: int) -> bool | None:
        """Whether a literal has a value of a datatype; None if that is not known."""

    def differ(self, one: int, other: int) -> bool:
        """Whether two terms are literals with values that are known to differ."""

    def is_ill_typed(self, identifier: int) -> bool:
        """Whether a literal's text is none that its datatype has."""


@dataclass(frozen=True, slots=True)
class Form:
    """Body, head and conditions of a clause, its constants replaced by their numbers."""

    body: tuple[Atom, ...]
    head: Atom | None
    conditions: tuple[Condition, ...]


def form_of(clause: Clause) -> tuple[Form, tuple[int, ...]]:
    """A clause's form, and the constants in the order of their numbers."""
    constants: list[int] = []
    names: dict[str, str] = {}

    def part(one: Part) -> Part:
        if isinstance(one, str):
            return names.setdefault(one, f"v{len(names)}")
        constants.append(one)
        return len(constants) - 1

    def atom(one: Atom) -> Atom:
        return Atom(*(part(each) for each in one.parts))

    body = tuple(atom(one) for one in clause.body)
    head = atom(clause.head) if clause.head else None
    conditions = tuple(
        Condition(one.kind, tuple(part(each) for each in one.arguments))
        for one in clause.conditions
    )
    return Form(body, head, conditions), tuple(constants)


def forward(clause: Clause, position: int, values: Judge) -> Forward:
    """The function that finds the instances in which a triple is the body's atom at `position`."""
    form, constants = form_of(clause)
    made: Forward = _compiled(_forward_source, form, position)(values, *constants)
    return made


def backward(clause: Clause, values: Judge) -> Backward:
    """The function that finds the instances whose head is a triple."""
    form, constants = form_of(clause)
    made: Backward = _compiled(_backward_source, form, 0)(values, *constants)
    return made


def full(clause: Clause, values: Judge) -> Full:
    """The function that finds all instances."""
    form, constants = form_of(clause)
    made: Full = _compiled(_full_source, form, 0)(values, *constants)
    return made


@lru_cache(maxsize=4096)
def _compiled(source: Callable[[Form, int], str], form: Form, position: int) -> Callable[..., Any]:
    """The function that takes `values` and constants and gives the function asked for."""
    count = 1 + max(
        (part for one in _everything(form) for part in one if isinstance(part, int)), default=-1
    )
    parameters = ", ".join(["values", *(f"k{n}" for n in range(count))])
    text = f"def make({parameters}):\n{source(form, position)}    return found\n"
    scope: dict[str, Any] = {}
    exec(compile(text, f"<clause {form}>", "exec"), scope)
    made: Callable[..., Any] = scope["make"]
    return made


def _everything(form: Form) -> Iterator[tuple[Part, ...]]:
    for atom in (*form.body, *((form.head,) if form.head else ())):
        yield atom.parts
    for condition in form.conditions:
        yield condition.arguments


def _forward_source(form: Form, position: int) -> str:
    code = _Code(form)
    code.line("def found(f, s, p, o, out, mark):")
    code.matched(form.body[position], ("s", "p", "o"))
    code.join([n for n in range(len(form.body)) if n != position])
    others = [atom for n, atom in enumerate(form.body) if n != position]
    code.line(f"out(({code.head()}, {_tuple([_triple(atom) for atom in others])}, mark))")
    return code.text()


def _backward_source(form: Form, _: int) -> str:
    assert form.head is not None
    code = _Code(form)
    code.line("def found(f, s, p, o):")
    code.matched(form.head, ("s", "p", "o"))
    code.join(list(range(len(form.body))))
    code.line(f"yield {_tuple([_triple(atom) for atom in form.body])}")
    return code.text()


def _full_source(form: Form, _: int) -> str:
    code = _Code(form)
    code.line("def found(f):")
    code.test_conditions()
    code.join(list(range(len(form.body))))
    code.line(f"yield {code.head()}, {_tuple([_triple(atom) for atom in form.body])}")
    return code.text()


def _expression(part: Part) -> str:
    return part if isinstance(part, str) else f"k{part}"


def _triple(atom: Atom) -> str:
    return f"({', '.join(_expression(part) for part in atom.parts)})"


def _tuple(expressions: list[str]) -> str:
    return f"({', '.join(expressions)}{',' if len(expressions) == 1 else ''})"


class _Code:
    """Lines of a function in the writing, and which variables are bound where they stand."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._lines: list[str] = []
        self._depth = 1
        self._bound: set[str] = set()
        self._untested = list(form.conditions)
        self._temporary = 0

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)
        if text.endswith(":"):
            self._depth += 1

    def matched(self, atom: Atom, names: tuple[str, str, str]) -> None:
        """Bind an atom's variables to a triple that is given."""
        tests = []
        for part, name in zip(atom.parts, names, strict=True):
            if self._is_bound(part):
                tests.append(f"{_expression(part)} == {name}")
            else:
                assert isinstance(part, str)
                self.line(f"{part} = {name}")
                self._bound.add(part)
        if tests:
            self.line(f"if {' and '.join(tests)}:")
        self.test_conditions()

    def join(self, positions: list[int]) -> None:
        """Match atoms of the body, the most bound ones first, and conditions as soon as can be."""
        left = list(positions)
        while left:
            chosen = min(left, key=lambda n: (self._cost(self._form.body[n]), n))
            left.remove(chosen)
            self._match(self._form.body[chosen])
            self.test_conditions()

    def head(self) -> str:
        """The head's triple as an expression, behind tests that it can be said in RDF."""
        head, body = self._form.head, self._form.body
        if head is None:
            return "None"
        subjects = {atom.subject for atom in body}
        if isinstance(head.subject, str) and head.subject not in subjects:
            self.line(f"if {head.subject} < {FIRST_LITERAL}:")
        predicates = {atom.predicate for atom in body}
        if isinstance(head.predicate, str) and head.predicate not in predicates:
            self.line(f"if {FIRST_IRI} <= {head.predicate} < {AFTER_IRIS}:")
        return _triple(head)

    def test_conditions(self) -> None:
        for condition in list(self._untested):
            if all(self._is_bound(part) for part in condition.arguments):
                self._untested.remove(condition)
                arguments = [_expression(part) for part in condition.arguments]
                self.line(f"if {CONDITIONS[condition.kind].format(*arguments)}:")

    def _is_bound(self, part: Part) -> bool:
        return not isinstance(part, str) or part in self._bound

    def _cost(self, atom: Atom) -> int:
        """How many triples may match, as a rank: a class or a value may have many subjects."""
        s, p, o = (self._is_bound(part) for part in atom.parts)
        if s and o:
            return 0 if p else 3
        if s:
            return 1 if p else 4
        if o:
            return (2 if isinstance(atom.object, str) else 6) if p else 5
        return 7 if p else 8

    def _match(self, atom: Atom) -> None:
        bound = [self._is_bound(part) for part in atom.parts]
        s, p, o = (_expression(part) for part in atom.parts)
        if all(bound):
            self.line(f"if f.contains({s}, {p}, {o}):")
        elif bound == [True, True, False]:
            self.line(f"for {o} in f.objects({s}, {p}):")
        elif bound == [False, True, True]:
            self.line(f"for {s} in f.subjects({p}, {o}):")
        else:
            self._match_openly(atom, bound)
        self._bound |= atom.variables

    def _match_openly(self, atom: Atom, bound: list[bool]) -> None:
        """By `match`; a variable that is there twice is compared."""
        names, tests, seen = [], [], set[str]()
        for part, known in zip(atom.parts, bound, strict=True):
            name = _expression(part)
            if known:
                names.append("_")
            elif name in seen:
                self._temporary += 1
                names.append(f"t{self._temporary}")
                tests.append(f"t{self._temporary} == {name}")
            else:
                seen.add(name)
                names.append(name)
        given = [
            _expression(part) if known else "None"
            for part, known in zip(atom.parts, bound, strict=True)
        ]
        self.line(f"for {', '.join(names)} in f.match({', '.join(given)}):")
        if tests:
            self.line(f"if {' and '.join(tests)}:")
