"""SHACL's pre-binding for pyoxigraph (SHACL, appendix A: values insertion).

Pre-bound variables are joined into every group of a query, at its beginning, so that each filter,
BIND, OPTIONAL and EXISTS sees them. The engine's own substitution does not do that: it binds what
is projected, and an expression in a group of its own does not see it. Blank nodes cannot be
written into a query; they are put into a graph and looked up there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kgraph.sparql.parse.tokens import tokenize
from kgraph.terms import Term

BOUND = ox.NamedNode("urn:x-kgraph:bound")
"""The graph where pre-bound terms are looked up, and their subject there."""


def insertable(bindings: Mapping[str, Term]) -> bool:
    """Whether the terms can be written into a query, where a blank node would be a variable."""
    return not any(isinstance(term, ox.BlankNode) for term in bindings.values())


def with_values(text: str, bindings: Mapping[str, Term]) -> str:
    """The query with its pre-bound variables joined into every group that is no SELECT itself.

    >>> with_values("ASK { ?s ?p ?n }", {"n": ox.Literal("x")})
    'ASK { VALUES (?n) { ("x") } ?s ?p ?n }'
    """
    used = list(_used(text, bindings))
    names = " ".join(f"?{name}" for name in used)
    terms = " ".join(str(bindings[name]) for name in used)
    return _opened(text, f" VALUES ({names}) {{ ({terms}) }}") if used else text


def with_lookups(text: str, names: Iterable[str]) -> str:
    """The same, with the terms looked up among `lookups`."""
    triples = " . ".join(f"{BOUND} {_property(name)} ?{name}" for name in _used(text, names))
    return _opened(text, f" GRAPH {BOUND} {{ {triples} }}") if triples else text


def lookups(bindings: Mapping[str, Term]) -> list[ox.Quad]:
    """What `with_lookups` looks up."""
    return [ox.Quad(BOUND, _property(name), term, BOUND) for name, term in bindings.items()]


def _property(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BOUND.value}:{name}")


def _used(text: str, names: Iterable[str]) -> Iterator[str]:
    return (name for name in sorted(names) if re.search(rf"[$?]{re.escape(name)}\b", text))


def _opened(text: str, clause: str) -> str:
    pieces, position = [], 0
    tokens = tokenize(text)
    following = zip(tokens.kinds, tokens.starts, tokens.kinds[1:], strict=False)
    for kind, start, next_kind in following:
        if kind == "{" and next_kind != "SELECT":
            pieces += [text[position : start + 1], clause]
            position = start + 1
    return "".join([*pieces, text[position:]])
