"""What a report is read with: the shapes and the data it is about, words, labels, places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib.graph import Graph

from kgraph.shacl.report import ResultPath, ValidationReport, ValidationResult
from kgraph.shacl.reports.facts import Facts
from kgraph.shacl.reports.places import Document, Places
from kgraph.shacl.reports.words import Words
from kgraph.terms import Term
from kgraph.vocab import OTHER_PREFIXES, SH

COMPONENT = "ConstraintComponent"
PROPERTY, PATH, NAME = (NamedNode(SH + name) for name in ("property", "path", "name"))
LONGEST = 200
"""Characters of a literal that a sentence shows."""


@dataclass(frozen=True)
class Context:
    """Everything around a report; what is not given is not told."""

    shapes: Facts = field(default_factory=Facts)
    data: Facts = field(default_factory=Facts)
    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(OTHER_PREFIXES))
    documents: Sequence[Document] = ()
    names_graphs: bool = True
    """Whether graphs of results say something, and cures belong into them."""

    @classmethod
    def of(
        cls,
        report: ValidationReport,
        data: Facts | None = None,
        prefixes: Mapping[str, str] | None = None,
        documents: Sequence[Document] = (),
        *,
        names_graphs: bool = True,
    ) -> "Context":
        """The context of a report that brings its shapes."""
        graph = Graph(bind_namespaces="none") if report.shapes is None else report.shapes
        known = dict(OTHER_PREFIXES) if prefixes is None else prefixes
        return cls(Facts.of_graph(graph), data or Facts(), known, documents, names_graphs)

    @cached_property
    def words(self) -> Words:
        """Terms with prefixes."""
        return Words(self.prefixes)

    @cached_property
    def places(self) -> Places:
        """Finds triples in the documents."""
        return Places(self.documents, self.data)

    def label(self, term: Term) -> str | None:
        """What a thing is called in the data or in the shapes; None where nobody says."""
        return self.data.label(term) or self.shapes.label(term)

    def name(self, term: Term) -> str:
        """A term inside a sentence: its label, or else as it is written."""
        if isinstance(term, Literal):
            text = self.words.term(term)
            text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
            return f"“{text}”"
        if isinstance(term, BlankNode):
            return self.label(term) or self._nameless(term)
        return self.label(term) or self.words.term(term)

    def _nameless(self, node: BlankNode) -> str:
        owners = self.data.triples(None, None, node)
        if owners and not isinstance(owners[0].subject, BlankNode):
            owner = owners[0]
            return f"the {self.words.iri(owner.predicate.value)} of {self.name(owner.subject)}"
        return "a node without a name"

    def property(self, result: ValidationResult) -> str:
        """The result's path: what the shape calls it, the property's label, or the path."""
        if names := self.shapes.objects(self.shape(result), NAME):
            return str(getattr(names[0], "value", names[0]))
        path = result.result_path
        if path is not None and path.iri:
            return self.label(NamedNode(path.iri)) or self.words.iri(path.iri)
        return self.words.path(path)

    @staticmethod
    def shape(result: ValidationResult) -> Term:
        """The node of the result's shape."""
        name = result.source_shape
        return BlankNode(name[2:]) if name.startswith("_:") else NamedNode(name)

    def parameters(self, result: ValidationResult, name: str) -> list[Term]:
        """What the result's shape says for a parameter of SHACL."""
        return self.shapes.objects(self.shape(result), NamedNode(SH + name))

    def named_shape(self, result: ValidationResult) -> str:
        """The shape of a result, or the named one around it, with its prefix; empty for none."""
        node, seen = self.shape(result), set[Term]()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            owners = self.shapes.triples(None, None, node)
            node = owners[0].subject if owners else node
        return "" if isinstance(node, BlankNode) else self.words.term(node)

    def rule(self, result: ValidationResult) -> str:
        """What kinds of results are told apart by: shape, path and component."""
        parts = [self.named_shape(result) or "shape"]
        if result.source_shape.startswith("_:") and result.result_path:
            parts.append(self.words.path(result.result_path))
        return "/".join([*parts, component_of(result)])


def component_of(result: ValidationResult) -> str:
    """The constraint component in a word: `MinCount`."""
    local = result.constraint_component.rpartition("#")[2] or result.constraint_component
    return local.removesuffix(COMPONENT) or local


def is_path(path: ResultPath | None) -> bool:
    """Whether a path is one property, forwards."""
    return path is not None and bool(path.iri)
