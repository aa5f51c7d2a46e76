"""Terms, triples and functions in few characters, for the tests of the plan."""

import random
from datetime import UTC, datetime

from pyoxigraph import RdfFormat, Triple, parse

from kgraph.plan.algebra import Term, TriplePattern, Variable
from kgraph.plan.functions.registry import FunctionContext, call
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.solutions import Solution
from kgraph.values.literals import ExpressionError

PREFIXES = """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix : <http://example.com/> .
"""
ERROR = "error"


def dataset(trig: str) -> Dataset:
    return Dataset.of(parse((PREFIXES + trig).encode(), RdfFormat.TRIG))


def triples(turtle: str) -> set[Triple]:
    return {quad.triple for quad in parse((PREFIXES + turtle).encode(), RdfFormat.TURTLE)}


def term(text: str) -> Term:
    """A term as Turtle writes it."""
    (triple,) = triples(f":s :p {text} .")
    return triple.object


def pattern(text: str) -> TriplePattern:
    """`?s :p 1`; a blank node is a variable."""
    subject, predicate, object_ = text.split(" ", 2)
    return TriplePattern(*(variable_or_term(part) for part in (subject, predicate, object_)))


def variable_or_term(text: str) -> Term | Variable:
    if text.startswith("?"):
        return Variable(text[1:])
    return Variable(text) if text.startswith("_:") else term(text)


def context(*, seed: int = 1, base_iri: str | None = None) -> FunctionContext:
    now = datetime(2022, 8, 31, 12, 30, 15, 250_000, tzinfo=UTC)
    return FunctionContext(now, random.Random(seed), base_iri)


def result(function: str, *arguments: str) -> Term | str:
    """What a function gives for terms as Turtle writes them; ERROR if it gives none."""
    name = term(function) if ":" in function else function
    try:
        return call(name, [term(text) for text in arguments], context())
    except ExpressionError:
        return ERROR


def expected(text: str) -> Term | str:
    return text if text == ERROR else term(text)


def rows(solutions: list[Solution]) -> list[dict[str, str]]:
    """Solutions as text, sorted, so that their order does not matter."""
    found = [{name: short(value) for name, value in one.items()} for one in solutions]
    return sorted(found, key=lambda row: sorted(row.items()))


def short(value: Term) -> str:
    """A term as the tests write it: `:a`, `1`, `"x"@en`."""
    text = str(value).replace("<http://example.com/", ":").rstrip(">")
    return getattr(value, "value", text) if text.startswith('"') and "@" not in text else text
