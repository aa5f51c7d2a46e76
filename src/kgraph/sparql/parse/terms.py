"""The prologue and the terms: IRIs, literals, variables, blank nodes (SPARQL 1.2, section 19.8)."""

from collections.abc import Mapping
from typing import NoReturn

from pyoxigraph import BaseDirection, Literal, NamedNode, Triple

from kgraph.plan.algebra import Node, Term, TriplePattern, Variable
from kgraph.sparql.parse import mistakes
from kgraph.sparql.parse.cursor import Cursor
from kgraph.sparql.parse.iris import is_absolute, resolve
from kgraph.sparql.parse.tokens import local_name, string_value, unescape
from kgraph.vocab import RDF, RDF_TYPE, XSD

RDF_NIL = NamedNode(RDF + "nil")
NUMBERS = {kind: NamedNode(XSD + kind) for kind in ("integer", "decimal", "double")}
BOOLEANS = {
    "TRUE": Literal("true", datatype=NamedNode(XSD + "boolean")),
    "FALSE": Literal("false", datatype=NamedNode(XSD + "boolean")),
}
DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}
LITERALS = frozenset({"string", "TRUE", "FALSE", *NUMBERS})
IRIS = frozenset({"iri", "name"})


class Terms(Cursor):
    """Reads terms; knows base, prefixes, and which blank-node label belongs to which pattern."""

    def __init__(self, text: str, base_iri: str | None, known_prefixes: Mapping[str, str]) -> None:
        """`known_prefixes` are suggested where one is not declared; they declare nothing."""
        super().__init__(text)
        self.base = base_iri
        self.prefixes: dict[str, str] = {}
        self.known_prefixes = known_prefixes
        self.scope: dict[Variable, None] = {}
        self.labels: dict[str, object] = {}
        self.template_labels: dict[str, object] = {}
        self.label_owner: object = object()
        self.no_variables = self.no_blank_nodes = ""
        self._names: dict[str, NamedNode] = {}
        self._variables: dict[str, Variable] = {}
        self._count = 0

    def prologue(self) -> None:
        """BASE, PREFIX and VERSION, in any order and number."""
        while self.kind in {"PREFIX", "BASE", "VERSION"}:
            declared = self.kind
            self.advance()
            if declared == "VERSION":
                if self.text.startswith(('"""', "'''")):
                    self.fail("a version in one pair of quotes")
                self.take("string", 'a version such as "1.2"')
                continue
            prefix = ""
            if declared == "PREFIX":
                prefix = self.take("name", "a prefix such as ex:")
                if prefix.index(":") != len(prefix) - 1:
                    what = f"{prefix} is no prefix"
                    self.refuse(what, at=self.at - 1, cure="End it with a colon")
            if self.kind != "iri":
                self.fail("an IRI in angle brackets")
            iri = self.iri().value
            self._names.clear()
            if declared == "BASE":
                self.base = iri
            else:
                self.prefixes[prefix[:-1]] = iri

    def fresh(self, kind: str) -> Variable:
        """A variable that no text can name: `_:.` for blank nodes, `.path` for steps of paths."""
        self._count += 1
        return Variable(f"{kind}{self._count - 1}")

    # IRIs

    def iri(self) -> NamedNode:
        """The IRI that the current token, of a kind in `IRIS`, stands for."""
        token = self.tokens.texts[self.at]
        found = self._names.get(token)
        if found is None:
            if self.kind == "name":
                found = self._named(token)
            elif self.kind == "iri":
                found = self._bracketed(token)
            else:
                self.fail("an IRI")
            self._names[token] = found
        self.advance()
        return found

    def _named(self, token: str) -> NamedNode:
        prefix, _, local = token.partition(":")
        if prefix not in self.prefixes:
            offset = self.tokens.starts[self.at]
            raise mistakes.unknown_prefix(self.source, offset, prefix, self.known_prefixes)
        return self._node(self.prefixes[prefix] + local_name(local))

    def _bracketed(self, token: str) -> NamedNode:
        try:
            iri = unescape(token[1:-1])
        except ValueError as error:
            self.refuse(str(error))
        if not is_absolute(iri):
            if self.base is None:
                cure = "Write it in full, or put BASE <...> at the top"
                self.refuse(f"the IRI {token} is relative", cure=cure)
            iri = resolve(iri, self.base)
        return self._node(iri)

    def _node(self, iri: str) -> NamedNode:
        try:
            return NamedNode(iri)
        except ValueError as error:
            self.refuse(f"<{iri}> is no IRI: {error}")

    def verb(self) -> NamedNode | Variable:
        """A predicate that is no path: an IRI, `a`, or a variable."""
        if self.kind == "variable":
            return self.scoped_variable()
        if self.accept("a"):
            return RDF_TYPE
        if self.kind not in IRIS:
            self.fail("a predicate: an IRI, a variable or a")
        return self.iri()

    def variable_or_iri(self) -> NamedNode | Variable:
        """A variable, in scope from here on, or an IRI."""
        if self.kind == "variable":
            return self.scoped_variable()
        if self.kind not in IRIS:
            self.fail("an IRI or a variable")
        return self.iri()

    # Literals

    def literal(self) -> Literal:
        """The literal that begins at the current token, of a kind in `LITERALS`."""
        kind, token = self.kind, self.tokens.texts[self.at]
        self.advance()
        if kind in NUMBERS:
            return Literal(token, datatype=NUMBERS[kind])
        if kind in BOOLEANS:
            return BOOLEANS[kind]
        value = self.string_value(token)
        if self.kind == "language":
            return self._tagged(value)
        if self.accept("^^"):
            if self.kind not in IRIS:
                self.fail("the IRI of a datatype")
            return Literal(value, datatype=self.iri())
        return Literal(value)

    def string_value(self, token: str) -> str:
        """What the string token before the current one says."""
        try:
            return string_value(token)
        except ValueError as error:
            self.refuse(str(error), at=self.at - 1)

    def _tagged(self, value: str) -> Literal:
        tag, _, direction = self.text[1:].partition("--")
        if direction and direction not in DIRECTIONS:
            self.refuse(f"--{direction} is no direction", cure="Write --ltr or --rtl")
        try:
            literal = Literal(value, language=tag, direction=DIRECTIONS.get(direction))
        except ValueError as error:
            self.refuse(f"@{tag} is no language tag: {error}")
        self.advance()
        return literal

    # Variables and blank nodes

    def variable(self) -> Variable:
        """The current token as a variable; says nothing about scope."""
        if self.kind != "variable":
            self.fail("a variable")
        token = self.tokens.texts[self.at]
        found = self._variables.get(token)
        if found is None:
            found = self._variables[token] = Variable(token[1:])
        self.advance()
        return found

    def scoped_variable(self) -> Variable:
        """The current token as a variable that is in scope from here on."""
        if self.no_variables:
            self.refuse(f"{self.no_variables} cannot have variables")
        found = self.variable()
        self.scope[found] = None
        return found

    def blank_node(self) -> Variable:
        """A label, or the `[` of a `[ ]`: each label belongs to one basic graph pattern."""
        label = self.tokens.texts[self.at]
        if self.no_blank_nodes:
            self.no_blank_node_here()
        if self.kind == "[":
            self.advance()
            self.expect("]")
            return self.fresh("_:.")
        if self.labels.setdefault(label, self.label_owner) is not self.label_owner:
            cure = "Use a variable, or another label"
            what = f"the blank node {label} is in two graph patterns or INSERT DATA"
            self.refuse(what, cure=cure)
        self.advance()
        return Variable(label)

    def no_blank_node_here(self) -> NoReturn:
        """Refuse the current token, which makes a blank node."""
        self.refuse(
            f"{self.no_blank_nodes} cannot have blank nodes", cure="Use a variable or an IRI"
        )

    def term_or_variable(self) -> Node:
        """A node of one token or two: no collection, property list or reified triple."""
        kind = self.kind
        if kind == "variable":
            return self.scoped_variable()
        if kind in IRIS:
            return self.iri()
        if kind in LITERALS:
            return self.literal()
        if kind == "blank" or (kind == "[" and self.next_kind == "]"):
            return self.blank_node()
        self.fail("a variable, an IRI, a literal or a blank node")


def triple_term(subject: Node, predicate: Node, object_: Node) -> Triple | TriplePattern:
    """A triple term: the term itself if nothing in it is open, a pattern otherwise.

    A pattern with a literal or a triple term as subject is legal, and no term matches it.
    """
    if (
        isinstance(subject, NamedNode)
        and isinstance(predicate, NamedNode)
        and isinstance(object_, Term)
    ):
        return Triple(subject, predicate, object_)
    return TriplePattern(subject, predicate, object_)
