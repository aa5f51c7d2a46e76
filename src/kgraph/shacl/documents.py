"""Documents of shapes as one graph, with the file and line that a node comes from."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, parse

from kgraph.errors import Place, ShapesError
from kgraph.formats import by_suffix
from kgraph.shacl.model import Document, Node
from kgraph.terms import Term
from kgraph.vocab import RDF, RDF_TYPE, RDFS, SH

FIRST, REST, NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
SUBCLASS = NamedNode(RDFS + "subClassOf")


def sh(name: str) -> NamedNode:
    """A term of the SHACL vocabulary."""
    return NamedNode(SH + name)


class ShapesGraph:
    """Triples by subject and by object, in the order in which they were read."""

    def __init__(self, documents: Iterable[Document | Path]) -> None:
        """Raises ShapesError with file, line and column for what is not well-formed RDF."""
        self._objects: dict[Node, dict[NamedNode, list[Term]]] = {}
        self._subjects: dict[tuple[NamedNode, Term], list[Node]] = {}
        self.triples: dict[tuple[Node, NamedNode, Term], None] = {}
        self._documents: dict[Node, Document] = {}
        for document in documents:
            self._read(_document(document))

    @classmethod
    def of(cls, triples: Iterable[tuple[Node, NamedNode, Term]]) -> "ShapesGraph":
        """A graph that has been read before, with the blank nodes that it had then."""
        graph = cls(())
        for s, p, o in triples:
            graph._add(s, p, o)
        return graph

    def _read(self, document: Document) -> None:
        suffix = Path(document.name).suffix
        rdf = by_suffix(document.name if suffix else "shapes.ttl").rdf
        base = document.base_iri
        try:
            quads = parse(document.text, rdf, base_iri=base, rename_blank_nodes=True)
            for quad in quads:
                if not isinstance(quad.subject, NamedNode | BlankNode):
                    continue
                self._add(quad.subject, quad.predicate, quad.object)
                self._documents.setdefault(quad.subject, document)
        except SyntaxError as error:
            place = Place(document.name, error.lineno, error.offset)
            raise ShapesError(f"{place}: {error.msg}") from error

    def _add(self, s: Node, p: NamedNode, o: Term) -> None:
        if (s, p, o) not in self.triples:
            self.triples[s, p, o] = None
            self._objects.setdefault(s, {}).setdefault(p, []).append(o)
            self._subjects.setdefault((p, o), []).append(s)

    def objects(self, s: Term, p: NamedNode) -> list[Term]:
        """The objects of a subject and predicate."""
        return [] if isinstance(s, Literal) else list(self._of(s).get(p, ()))

    def _of(self, s: Term) -> dict[NamedNode, list[Term]]:
        return self._objects.get(s, {}) if isinstance(s, NamedNode | BlankNode) else {}

    def predicates(self, s: Term) -> list[NamedNode]:
        """The predicates that a subject has."""
        return list(self._of(s))

    def subjects(self, p: NamedNode, o: Term) -> list[Node]:
        """The subjects of a predicate and object."""
        return list(self._subjects.get((p, o), ()))

    def with_predicate(self, p: NamedNode) -> Iterator[tuple[Node, Term]]:
        """Subjects and objects of a predicate."""
        return ((s, o) for s, q, o in self.triples if q == p)

    def members(self, head: Term) -> list[Term] | None:
        """The members of a list; None for what is no well-formed list (section 1.4)."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            first, rest = self.objects(head, FIRST), self.objects(head, REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                return None
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def instances(self, of: NamedNode) -> list[Node]:
        """SHACL instances of a class in this graph (section 1.1)."""
        classes, waiting = {of: None}, [of]
        while waiting:
            for one in self.subjects(SUBCLASS, waiting.pop()):
                if isinstance(one, NamedNode) and one not in classes:
                    classes[one] = None
                    waiting.append(one)
        return list(dict.fromkeys(s for c in classes for s in self.subjects(RDF_TYPE, c)))

    def is_instance(self, node: Term, of: NamedNode) -> bool:
        """Whether a node is a SHACL instance of a class."""
        waiting, seen = self.objects(node, RDF_TYPE), set[Term]()
        while waiting:
            one = waiting.pop()
            if one == of:
                return True
            if one not in seen:
                seen.add(one)
                waiting += self.objects(one, SUBCLASS)
        return False

    def place(self, node: Node) -> str:
        """File and, where it can be found, line of a node or of the named node around it."""
        named, seen = node, set[Node]()
        while isinstance(named, BlankNode) and named not in seen:
            seen.add(named)
            around = (s for s, _, o in self.triples if o == named)
            named = next(around, named)
        document = self._documents.get(node) or self._documents.get(named)
        if document is None:
            return ""
        line = _line(document.text, named) if isinstance(named, NamedNode) else None
        return str(Place(document.name, line))

    def named(self, node: Node) -> str:
        """A node as messages name it: place, and IRI or the named node around it."""
        name, seen = node, set[Node]()
        while isinstance(name, BlankNode) and name not in seen:
            seen.add(name)
            name = next((s for s, _, o in self.triples if o == name), name)
        within = "" if name is node or name == node else "a blank node of "
        place = self.place(node)
        return f"{place}: {within}{name}" if place else f"{within}{name}"


def _document(document: Document | Path) -> Document:
    if isinstance(document, Path):
        return Document(document.name, document.read_bytes())
    return document


def _line(text: bytes, node: NamedNode) -> int | None:
    """The first line that begins with a name that ends as the IRI does."""
    local = re.split(r"[/#:]", node.value)[-1]
    if not local:
        return None
    name = re.escape(local.encode())
    found = re.search(rb"(?m)^\s*(?:<[^>\s]*" + name + rb">|[^\s<]*:" + name + rb")(?=\s)", text)
    if found is None:
        return None
    lead = len(found[0]) - len(found[0].lstrip())
    return text.count(b"\n", 0, found.start() + lead) + 1
