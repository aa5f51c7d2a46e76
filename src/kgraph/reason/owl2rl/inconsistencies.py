"""What the ontology says cannot be, in a sentence, with the premises it follows from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.owl2rl.facts import Binding, value
from kgraph.reason.owl2rl.ruleset import Rules
from kgraph.terms import Term

Premise = tuple[Term, Term, Term]


@dataclass(frozen=True, order=True)
class Inconsistency:
    """The W3C rule, a sentence, and the terms that it is about, in a fixed order."""

    rule: str
    message: str
    terms: tuple[str, ...]
    premises: tuple[Premise, ...] = field(default=(), compare=False)
    """Axioms first."""
    focus_node: Term | None = field(default=None, compare=False)
    """The last of the terms that is no literal; else the last thing that premises are about."""


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
    nodes = [*(s for s, _, _ in rests_on), *about.values()]
    return Inconsistency(
        clause.rule,
        sentence.format(**told),
        tuple(map(str, terms)),
        rests_on,
        next((term for term in reversed(nodes) if not isinstance(term, Literal)), None),
    )


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
