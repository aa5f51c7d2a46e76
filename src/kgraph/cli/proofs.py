"""Explanations for people and for programs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from kgraph.graph import Explanation, Saying
from kgraph.reason import Derivation
from kgraph.wording import short


def proof_text(
    explanation: Explanation,
    prefixes: Mapping[str, str],
    words_of: Callable[[str], str | None] = lambda passage: None,
) -> str:
    """A few lines: where it is asserted, the tree of rules below it, and who says so.

    `words_of` gives the text of a passage, where it is attached.
    """
    lines = [_triple(explanation.triple, prefixes)]
    if not explanation.holds:
        lines.append("  does not hold in this graph")
    if explanation.derivation:
        lines += _tree(explanation.derivation, prefixes, 1)
    elif explanation.holds:
        lines += [f"  asserted in {name or 'the default graph'}" for name in explanation.graphs]
    if explanation.grounds:
        lines.append("  what it rests on is")
    for saying in (*explanation.claims, *explanation.grounds):
        lines += _saying(saying, prefixes, words_of)
    return "\n".join(lines)


def _saying(
    saying: Saying, prefixes: Mapping[str, str], words_of: Callable[[str], str | None]
) -> Iterator[str]:
    who = ", ".join(_iri(iri, prefixes) for iri in saying.attributed_to) or "nobody named"
    how = ", ".join(_iri(iri, prefixes) for iri in (*saying.modality, *saying.polarity))
    yield f"  said by {who} ({how}) in claim {_iri(saying.claim, prefixes)}"
    for passage in saying.evidence:
        words = words_of(passage)
        yield f"    at {_iri(passage, prefixes)}" + (f": “{words}”" if words else "")


def _tree(step: Derivation, prefixes: Mapping[str, str], depth: int) -> Iterator[str]:
    indent = "  " * depth
    if step.asserted:
        where = ", ".join(name or "the default graph" for name in step.graphs)
        yield f"{indent}asserted in {where}"
    else:
        yield f"{indent}follows by {step.rule}" + (f": {step.title}" if step.title else "")
        if step.why:
            yield f"{indent}  because {step.why}"
    for premise in step.premises:
        yield f"{indent}  {_triple(premise.triple, prefixes)}"
        yield from _tree(premise, prefixes, depth + 2)
    if step.truncated:
        yield f"{indent}  ... and further; set KGRAPH_EXPLAIN_DEPTH higher to see it"


def proof_json(explanation: Explanation) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "triple": [str(term) for term in _terms(explanation.triple)],
        "holds": explanation.holds,
        "asserted": explanation.asserted,
        "graphs": list(explanation.graphs),
        "claims": [_plain(saying) for saying in explanation.claims],
        "grounds": [_plain(saying) for saying in explanation.grounds],
        "derivation": _step(explanation.derivation) if explanation.derivation else None,
    }


def _plain(saying: Saying) -> dict[str, Any]:
    return {
        "claim": saying.claim,
        "graph": saying.graph_name,
        "attributed_to": list(saying.attributed_to),
        "modality": list(saying.modality),
        "polarity": list(saying.polarity),
        "evidence": list(saying.evidence),
        "whole_record": saying.whole_record,
    }


def _step(step: Derivation) -> dict[str, Any]:
    return {
        "triple": [str(term) for term in _terms(step.triple)],
        "rule": step.rule,
        "title": step.title,
        "why": step.why,
        "graphs": list(step.graphs),
        "premises": [_step(premise) for premise in step.premises],
        "truncated": step.truncated,
    }


def _terms(triple: Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object


def _triple(triple: Triple, prefixes: Mapping[str, str]) -> str:
    return " ".join(_term(term, prefixes) for term in _terms(triple))


def _term(term: object, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, NamedNode):
        return _iri(term.value, prefixes)
    return f'"{term.value}"' if isinstance(term, Literal) else str(term)


def _iri(iri: str, prefixes: Mapping[str, str]) -> str:
    return short(iri, prefixes) or f"<{iri}>"
