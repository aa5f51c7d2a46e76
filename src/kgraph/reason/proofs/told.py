"""Proofs for people, as text, and for programs, as values that JSON can hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from kgraph.plan.algebra import TriplePattern, Variable
from kgraph.reason.proofs.model import Absent, Attempt, Fact, Proof, WhyNot
from kgraph.vocab import XSD

Notes = Callable[[Fact], Iterable[str]]
"""Lines about an asserted triple: the claims that cover it, say."""


Claims = Callable[[Fact], Iterable[Any]]
"""The claims that cover an asserted triple, as JSON has them."""


def no_claims(_: Fact) -> Iterable[Any]:
    """Nobody says anything."""
    return ()


def no_notes(_: Fact) -> Iterable[str]:
    """Nothing is said of a triple."""
    return ()


class Told:
    """Terms, triples and headlines with prefixes, for texts and pictures alike."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Prefixes as `Names.prefixes` has them."""
        self._prefixes = sorted(prefixes.items(), key=lambda pair: -len(pair[1]))

    def term(self, term: object) -> str:
        """A term as in Turtle; a literal with its datatype where that says something."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Variable):
            return f"?{term.name.removeprefix('_:')}"
        if isinstance(term, Literal):
            plain = term.language or term.datatype.value == XSD + "string"
            text = f'"{term.value}"'
            if term.language:
                text += f"@{term.language}"
            return text if plain else f"{text}^^{self.iri(term.datatype.value)}"
        if isinstance(term, TriplePattern):
            return f"<<( {self.triple(term)} )>>"
        return str(term)

    def iri(self, iri: str) -> str:
        """An IRI with its longest prefix, or in brackets."""
        for prefix, start in self._prefixes:
            if start and iri.startswith(start):
                return f"{prefix}:{iri.removeprefix(start)}"
        return f"<{iri}>"

    def triple(self, triple: Fact | TriplePattern) -> str:
        """A triple, whole or with variables."""
        return " ".join(self.term(t) for t in (triple.subject, triple.predicate, triple.object))

    def headline(self, proof: Proof) -> str:
        """What is proved."""
        return proof.message if proof.triple is None else self.triple(proof.triple)

    def reasons(self, proof: Proof) -> Iterator[str]:
        """How, in a line or more."""
        if proof.asserted:
            named = ", ".join(self.iri(g) if g else "the default graph" for g in proof.graphs)
            yield f"asserted in {named}"
            return
        verb = "forbidden" if proof.triple is None else "follows"
        yield f"{verb} by {proof.rule}" + (f": {proof.title}" if proof.title else "")
        if proof.why:
            yield f"  because {proof.why}"
        for absent in proof.absent:
            yield f"  while there is no {self.absent(absent)}"

    def absent(self, absent: Absent) -> str:
        """Triples that there must not be together."""
        return " . ".join(self.triple(each) for each in absent)


def proof_text(
    proof: Proof, prefixes: Mapping[str, str], notes: Notes = no_notes, *, headline: bool = True
) -> str:
    """A proof as an indented tree; what was shown before is only named again."""
    told = Told(prefixes)
    lines = [told.headline(proof)] if headline else []
    lines += _tree(proof, told, notes, 1, set())
    return "\n".join(lines)


def _tree(
    proof: Proof, told: Told, notes: Notes, depth: int, shown: set[Fact | None]
) -> Iterator[str]:
    indent = "  " * depth
    if proof.premises and proof.triple in shown:
        yield f"{indent}as shown above"
        return
    shown.add(proof.triple)
    yield from (indent + line for line in told.reasons(proof))
    if proof.asserted and proof.triple is not None:
        yield from (f"{indent}  {line}" for line in notes(proof.triple))
    for premise in proof.premises:
        yield f"{indent}  {told.headline(premise)}"
        yield from _tree(premise, told, notes, depth + 2, shown)
    if proof.truncated:
        yield f"{indent}  ... and further; ask for more depth to see it"


def why_not_text(found: WhyNot, prefixes: Mapping[str, str]) -> str:
    """What each rule lacks, the nearest first."""
    told = Told(prefixes)
    lines = [told.triple(found.triple), "  does not hold"]
    if not found.attempts:
        lines.append("  no rule could give it")
    for attempt in found.attempts:
        lines += _attempt(attempt, told)
    if found.more:
        lines.append(f"  and {found.more} more ways")
    return "\n".join(lines)


def _attempt(attempt: Attempt, told: Told) -> Iterator[str]:
    title = f": {attempt.title}" if attempt.title else ""
    yield f"  could follow by {attempt.rule}{title}"
    for word, facts in (
        ("has", attempt.holds),
        ("lacks", attempt.lacks),
        ("is hindered by", attempt.hinders),
    ):
        yield from (f"    {word} {told.triple(fact)}" for fact in facts)
    if attempt.condition:
        yield "    a condition on these values does not hold"


def proof_json(proof: Proof, claims: Claims = no_claims) -> dict[str, Any]:
    """A proof as nested objects; terms are written as in N-Triples."""
    triple = proof.triple
    return {
        "triple": None if triple is None else _parts(triple),
        "rule": proof.rule,
        "title": proof.title,
        "why": proof.why,
        "message": proof.message,
        "graphs": list(proof.graphs),
        "claims": list(claims(triple)) if triple is not None and proof.asserted else [],
        "axiom": proof.axiom,
        "absent": [[_parts(each) for each in absent] for absent in proof.absent],
        "premises": [proof_json(premise, claims) for premise in proof.premises],
        "truncated": proof.truncated,
    }


def why_not_json(found: WhyNot) -> dict[str, Any]:
    """What each rule lacks, as nested objects; variables begin with a question mark."""
    return {
        "triple": _parts(found.triple),
        "holds": False,
        "attempts": [
            {
                "rule": each.rule,
                "title": each.title,
                "why": each.why,
                "holds": [_parts(fact) for fact in each.holds],
                "lacks": [_parts(fact) for fact in each.lacks],
                "hinders": [_parts(fact) for fact in each.hinders],
                "condition": each.condition,
            }
            for each in found.attempts
        ],
        "more": found.more,
    }


def _parts(fact: Fact | TriplePattern) -> list[str]:
    return [_part(part) for part in (fact.subject, fact.predicate, fact.object)]


def _part(part: object) -> str:
    if isinstance(part, Variable):
        return f"?{part.name.removeprefix('_:')}"
    if isinstance(part, TriplePattern):
        return f"<<( {' '.join(_parts(part))} )>>"
    return str(part)
