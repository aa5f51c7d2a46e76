"""What the ontology says cannot be, in a sentence, with the premises it follows from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.owl2rl.facts import Binding, value
from kgraph.reason.owl2rl.ruleset import Rules
from kgraph.terms import Term

Premise = tuple[Term, Term, Term]


@dataclass(frozen=True, order=True)
class Inconsistency:
    """The W3C rule, a sentence, and the terms that it is about, in a fixed order.

    What rests on other premises, and says the same of the same focus node, is the same.
    """

    rule: str
    message: str
    terms: tuple[str, ...]
    premises: tuple[Premise, ...] = field(default=(), compare=False)
    """Axioms first."""
    focus_node: Term | None = field(default=None, compare=False)
    """The last of the terms that data bring and that is no literal; else what data are about."""
    exactly: tuple[str, ...] = ()
    """The terms and the focus node, in N-Triples: a text does not say which literal it is of."""


class _Told(str):
    """A term in a sentence; `{x!r}` is quoted, `{x.datatype}` is that of a literal."""

    datatype: str = ""


def inconsistency(
    rules: Rules,
    clause: Clause,
    binding: Binding,
    premises: Iterable[TripleKey],
    term_of: Callable[[int], Term],
) -> Inconsistency:
    """What a clause without head says of what it was matched with."""
    names, sentence = rules.sentence(clause.rule, len(clause.about))
    about = {
        name: term_of(found)
        for name, part in zip(names, clause.about, strict=True)
        if (found := value(part, binding)) is not None
    }
    told = {name: _tell(term) for name, term in about.items()}
    terms = [*told.values()]
    if any(condition.kind == "ill typed" for condition in clause.conditions):
        terms += [_Told(each.datatype) for each in terms]
    rests_on = tuple((term_of(s), term_of(p), term_of(o)) for s, p, o in premises)
    focus = _focus(names, clause, about, rests_on)
    return Inconsistency(
        clause.rule,
        sentence.format(**told),
        tuple(map(str, terms)),
        rests_on,
        focus,
        tuple(map(str, (*about.values(), focus))),
    )


def _focus(
    names: Sequence[str], clause: Clause, about: Mapping[str, Term], premises: Sequence[Premise]
) -> Term | None:
    """Whom it is about: not a class or a property, if data say something of anything."""
    brought = [
        about[name]
        for name, part in zip(names, clause.about, strict=True)
        if isinstance(part, str) and name in about
    ]
    said = [s for s, _, _ in premises]
    nodes = [*about.values(), *said, *brought] if clause.body else [*said, *about.values()]
    return next((term for term in reversed(nodes) if not isinstance(term, Literal)), None)


def binding_of(clause: Clause, premises: Sequence[TripleKey]) -> dict[str, int]:
    """What the variables of a clause stand for; the last premises are those of its body."""
    matched = premises[len(premises) - len(clause.body) :]
    return {
        part: found
        for atom, triple in zip(clause.body, matched, strict=True)
        for part, found in zip(atom.parts, triple, strict=True)
        if isinstance(part, str)
    }


def _tell(term: Term) -> _Told:
    told = _Told(getattr(term, "value", str(term)))
    if isinstance(term, Literal):
        told.datatype = term.datatype.value
    return told
