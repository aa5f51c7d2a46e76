"""Triples, collections, property lists, reifiers and annotations, as triple and path patterns.

SPARQL 1.2, section 19.8, rules from TriplesSameSubject on. `<< s p o ~ r >>` and `s p o ~ r` say
`r rdf:reifies <<( s p o )>>`; where no reifier is written, it is a blank node.
"""

from pyoxigraph import NamedNode, Triple

from kgraph.plan.algebra import Link, Node, Path, PathPattern, TriplePattern, Variable
from kgraph.sparql.parse.expressions import Expressions
from kgraph.sparql.parse.paths import CONTINUED, steps
from kgraph.sparql.parse.terms import IRIS, LITERALS, RDF_NIL, triple_term
from kgraph.vocab import RDF

RDF_FIRST = NamedNode(RDF + "first")
RDF_REST = NamedNode(RDF + "rest")
RDF_REIFIES = NamedNode(RDF + "reifies")

STARTS = frozenset({"variable", "blank", "(", "[", "<<", "<<(", *IRIS, *LITERALS})
"""The kinds of token that begin triples."""
_VERBS = frozenset({"variable", "a", *IRIS})
_PATH_VERBS = frozenset({"^", "!", "(", *_VERBS})


class Triples(Expressions):
    """Reads triples into `triples`; paths may be predicates only where `paths` is true."""

    paths = False
    triples: list[TriplePattern | PathPattern]

    def same_subject(self) -> None:
        """One subject and its properties, which only a node that says something can lack."""
        kind = self.kind
        complete = kind == "<<" or (kind == "[" and self.next_kind != "]")
        complete = complete or (kind == "(" and self.next_kind != ")")
        subject = self.node()
        if not complete or self.kind in (_PATH_VERBS if self.paths else _VERBS):
            self.properties(subject)

    def properties(self, subject: Node) -> None:
        """A property list that is not empty."""
        verbs = _PATH_VERBS if self.paths else _VERBS
        while True:
            predicate = self._predicate_or_path()
            self._objects(subject, predicate)
            if self.kind != ";":
                return
            while self.accept(";"):
                pass
            if self.kind not in verbs:
                return

    def _predicate_or_path(self) -> NamedNode | Variable | Path:
        kind = self.kind
        if not self.paths or kind == "variable":
            return self.verb()
        if kind in _VERBS and self.next_kind not in CONTINUED:
            return self.verb()
        if kind not in _PATH_VERBS:
            self.fail("a predicate: an IRI, a variable, a or a path")
        path = self.path()
        return path.predicate if isinstance(path, Link) else path

    def _objects(self, subject: Node, predicate: NamedNode | Variable | Path) -> None:
        while True:
            object_ = self.node()
            if isinstance(predicate, NamedNode | Variable):
                self.triples.append(TriplePattern(subject, predicate, object_))
                if self.kind in {"~", "{|"}:
                    self._annotations(triple_term(subject, predicate, object_))
            else:
                self.triples.extend(steps(subject, predicate, object_, self._step_variable))
                if self.kind in {"~", "{|"}:
                    cure = "Only a triple can be annotated, and a path may match none"
                    self.refuse("a path cannot be annotated", cure=cure)
            if not self.accept(","):
                return

    def _step_variable(self) -> Variable:
        return self.fresh(".path")

    # Nodes

    def node(self) -> Node:
        """Any subject or object; what its inner parts say goes into `triples`."""
        kind = self.kind
        if kind == "[" and self.next_kind != "]":
            return self._blank_node_properties()
        if kind == "(":
            return self._collection()
        if kind == "<<":
            return self._reified_triple()
        if kind == "<<(":
            return self._triple_term()
        return self.term_or_variable()

    def _blank_node_properties(self) -> Variable:
        if self.no_blank_nodes:
            self.no_blank_node_here()
        self.advance()
        subject = self.fresh("_:.")
        self.properties(subject)
        self.expect("]", "; , or ]")
        return subject

    def _collection(self) -> Node:
        if self.next_kind == ")":
            self.advance()
            self.advance()
            return RDF_NIL
        if self.no_blank_nodes:
            self.no_blank_node_here()
        self.advance()
        head = cell = self.fresh("_:.")
        while True:
            self.triples.append(TriplePattern(cell, RDF_FIRST, self.node()))
            if self.accept(")"):
                self.triples.append(TriplePattern(cell, RDF_REST, RDF_NIL))
                return head
            rest = self.fresh("_:.")
            self.triples.append(TriplePattern(cell, RDF_REST, rest))
            cell = rest

    # Triple terms, reifiers and annotations

    def _triple_term(self) -> Triple | TriplePattern:
        self.advance()
        subject = self._component()
        predicate = self.verb()
        object_ = self._component()
        self.expect(")>>")
        return triple_term(subject, predicate, object_)

    def _component(self) -> Node:
        return self._triple_term() if self.kind == "<<(" else self.term_or_variable()

    def _reified_triple(self) -> Node:
        opener = self.at
        self.advance()
        subject = self._reified_triple() if self.kind == "<<" else self._component()
        predicate = self.verb()
        object_ = self._reified_triple() if self.kind == "<<" else self._component()
        reifier = self._reifier() if self.kind == "~" else self._anonymous_reifier(opener)
        self.expect(">>", "~ or >>")
        term = triple_term(subject, predicate, object_)
        self.triples.append(TriplePattern(reifier, RDF_REIFIES, term))
        return reifier

    def _reifier(self) -> Node:
        opener = self.at
        self.advance()
        if self.kind == "variable":
            return self.scoped_variable()
        if self.kind in IRIS:
            return self.iri()
        if self.kind == "blank" or (self.kind == "[" and self.next_kind == "]"):
            return self.blank_node()
        return self._anonymous_reifier(opener)

    def _anonymous_reifier(self, at: int) -> Variable:
        if self.no_blank_nodes:
            what = f"{self.no_blank_nodes} cannot have blank nodes, and this reifier is one"
            self.refuse(what, at=at, cure="Name it: ~ and an IRI")
        return self.fresh("_:.")

    def _annotations(self, term: Triple | TriplePattern) -> None:
        """Reifiers and blocks after an object; a block is about the reifier just before it."""
        reifier: Node | None = None
        while self.kind in {"~", "{|"}:
            if self.kind == "~":
                reifier = self._reifier()
                self.triples.append(TriplePattern(reifier, RDF_REIFIES, term))
                continue
            if reifier is None:
                reifier = self._anonymous_reifier(self.at)
                self.triples.append(TriplePattern(reifier, RDF_REIFIES, term))
            self.advance()
            self.properties(reifier)
            self.expect("|}", "; , or |}")
            reifier = None
