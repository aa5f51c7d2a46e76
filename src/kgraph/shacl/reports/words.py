"""Terms, paths and messages as people read them: with prefixes, and with labels where known."""

import re
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from kgraph.shacl.report import OPERATORS, ResultPath
from kgraph.terms import Term
from kgraph.vocab import XSD

ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:)]")
XSD_STRING = XSD + "string"
PLAIN = {XSD + name for name in ("string", "integer", "decimal", "boolean", "date")}


def short(iri: str, prefixes: Mapping[str, str]) -> str | None:
    """An IRI with its longest prefix, None where none fits."""
    fitting = [(len(s), p, s) for p, s in prefixes.items() if s and iri.startswith(s)]
    if not fitting:
        return None
    _, prefix, start = max(fitting)
    return f"{prefix}:{iri.removeprefix(start)}"


class Words:
    """Terms, paths and messages with the prefixes of a graph."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Prefixes as `Names.prefixes` has them."""
        self._prefixes = prefixes

    def iri(self, iri: str) -> str:
        """An IRI with its prefix, or as it is."""
        return short(iri, self._prefixes) or iri

    def term(self, term: Term) -> str:
        """A term; a literal's text, with its datatype where that says something."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal) and not term.language:
            kind = term.datatype.value
            return term.value if kind in PLAIN else f"{term.value} ({self.iri(kind)})"
        return term.value if isinstance(term, Literal) else str(term)

    def turtle(self, term: Term) -> str:
        """A term as it would be written in Turtle."""
        if isinstance(term, Literal) and not term.language and term.datatype.value != XSD_STRING:
            return f"{Literal(term.value)}^^{self.iri(term.datatype.value)}"
        return self.iri(term.value) if isinstance(term, NamedNode) else str(term)

    def path(self, path: ResultPath | None) -> str:
        """A property path as SPARQL writes it, with prefixes; empty for none."""
        if path is None:
            return ""
        if path.iri:
            return self.iri(path.iri)
        parts = [self.path(part) for part in path.parts]
        if path.operator in OPERATORS:
            return OPERATORS[path.operator].format(parts[0])
        return "(" + ("/" if path.operator == "sequence" else "|").join(parts) + ")"

    def message(self, text: str) -> str:
        """A message with the IRIs in it shortened."""
        return ADDRESS.sub(lambda found: self.iri(found[0]), text)
