"""Group graph patterns (SPARQL 1.2, section 19.8, rules from GroupGraphPattern on).

Each element is translated as it is read; `translation.Group` has the rules.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping

from kgraph.plan.algebra import (
    Graph,
    Pattern,
    Service,
    Term,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from kgraph.sparql.parse.terms import IRIS, LITERALS, triple_term
from kgraph.sparql.parse.translation import Group
from kgraph.sparql.parse.triples import STARTS, Triples

_ELEMENT = "a triple pattern, a graph pattern such as OPTIONAL or FILTER, or }"


class Patterns(Triples):
    """Reads group graph patterns into `open_group`."""

    def __init__(self, text: str, base_iri: str | None, known_prefixes: Mapping[str, str]) -> None:
        """As `Terms`."""
        super().__init__(text, base_iri, known_prefixes)
        self.open_group = Group()
        self._enter(self.open_group)

    def group(self) -> Pattern:
        """A group in braces, translated; what it brings into scope stays in it."""
        return self.read_group().finished()

    def joined_group(self) -> Pattern:
        """A group in braces, translated; what it brings into scope is in scope around it."""
        inner = self.read_group()
        self.scope.update(inner.scope)
        return inner.finished()

    def read_group(self) -> Group:
        """A group in braces, its filters still apart."""
        state = self.aggregates, self.paths, self.no_variables, self.no_blank_nodes
        around = self.open_group, self.triples, self.scope, self.label_owner
        group = Group()
        self.aggregates, self.paths = None, True
        self.no_variables = self.no_blank_nodes = ""
        self._enter(group)
        self.expect("{", "{ and a graph pattern")
        if self.kind == "SELECT":
            group.pattern, group.scope = self.subselect()
        else:
            self._elements()
        self.expect("}", _ELEMENT)
        self.open_group, self.triples, self.scope, self.label_owner = around
        self.aggregates, self.paths, self.no_variables, self.no_blank_nodes = state
        return group

    def _enter(self, group: Group) -> None:
        self.open_group = group
        self.triples, self.scope, self.label_owner = group.triples, group.scope, group.bgp

    @abstractmethod
    def subselect(self) -> tuple[Pattern, dict[Variable, None]]:
        """A SELECT inside a group: what it means, and the variables that it shows."""

    def _elements(self) -> None:
        separated = True
        while True:
            kind = self.kind
            if kind in STARTS:
                if not separated:
                    self.fail(". or ; or , between triples")
                self.same_subject()
                separated = self.accept(".")
            elif kind == "FILTER":
                self.advance()
                self.open_group.conditions.append(self.constraint())
                self.accept(".")
                separated = True
            elif kind in _ELEMENTS:
                self.open_group.end_bgp()
                _ELEMENTS[kind](self)
                self.label_owner = self.open_group.bgp
                self.accept(".")
                separated = True
            else:
                self.open_group.end_bgp()
                return

    def union(self) -> None:
        """A group in a group, or several that UNION connects."""
        found = self.joined_group()
        while self.accept("UNION"):
            found = Union(found, self.joined_group())
        self.open_group.join(found)

    def optional(self) -> None:
        """OPTIONAL."""
        self.advance()
        self.open_group.optional(self.read_group())

    def minus(self) -> None:
        """MINUS."""
        self.advance()
        self.open_group.minus(self.read_group())

    def graph(self) -> None:
        """GRAPH."""
        self.advance()
        name = self.variable_or_iri()
        self.open_group.join(Graph(name, self.joined_group()))

    def bind(self) -> None:
        """BIND, to a variable that nothing before it in the group uses."""
        self.advance()
        self.expect("(")
        expression = self.expression()
        self.expect("AS", "an operator or AS")
        at = self.at
        variable = self.variable()
        self.expect(")")
        if variable in self.scope:
            what = f"BIND cannot set ?{variable.name}, which is in use before it"
            self.refuse(what, at=at, cure="Use another name, or compare with FILTER")
        self.open_group.extend(variable, expression)

    def service(self) -> None:
        """SERVICE; the text that the endpoint will be sent is kept."""
        self.advance()
        silent = self.accept("SILENT")
        endpoint = self.variable_or_iri()
        first = self.at
        pattern = self.joined_group()
        text = self._query_text(first, self.at)
        self.open_group.join(Service(endpoint, pattern, text, silent))

    def _query_text(self, first: int, after: int) -> str:
        kinds, texts = self.kinds[first:after], self.tokens.texts[first:after]
        used = {
            text.partition(":")[0]
            for kind, text in zip(kinds, texts, strict=True)
            if kind == "name"
        }
        lines = [f"BASE <{self.base}>"] if self.base else []
        lines += [f"PREFIX {prefix}: <{self.prefixes[prefix]}>" for prefix in sorted(used)]
        starts = self.tokens.starts
        end = starts[after - 1] + len(self.tokens.texts[after - 1])
        return "\n".join([*lines, f"SELECT * WHERE {self.source[starts[first] : end]}"])

    # VALUES

    def inline_data(self) -> None:
        """VALUES inside a group."""
        self.advance()
        values = self.data_block()
        self.scope.update(dict.fromkeys(values.variables))
        self.open_group.join(values)

    def data_block(self) -> Values:
        """What follows VALUES: one variable or several, and the rows."""
        if self.kind == "variable":
            variable = self.variable()
            self.expect("{")
            cells = self._cells("}")
            return Values((variable,), tuple((cell,) for cell in cells))
        self.expect("(", "a variable or (")
        variables: list[Variable] = []
        while not self.accept(")"):
            at = self.at
            variables.append(self.variable())
            if variables[-1] in variables[:-1]:
                self.refuse(f"?{variables[-1].name} stands twice in VALUES", at=at)
        self.expect("{")
        rows = []
        while not self.accept("}"):
            at = self.at
            self.expect("(", "( and a row, or }")
            rows.append(tuple(self._cells(")")))
            if len(rows[-1]) != len(variables):
                what = f"this row has {len(rows[-1])} values for {len(variables)} variables"
                self.refuse(what, at=at, cure="Write UNDEF where there is none")
        return Values(tuple(variables), tuple(rows))

    def _cells(self, end: str) -> list[Term | None]:
        found: list[Term | None] = []
        while not self.accept(end):
            found.append(None if self.accept("UNDEF") else self._data_term())
        return found

    def _data_term(self) -> Term:
        if self.kind in IRIS:
            return self.iri()
        if self.kind in LITERALS:
            return self.literal()
        if self.kind != "<<(":
            self.fail("an IRI, a literal, a triple term or UNDEF")
        self.advance()
        if self.kind not in IRIS:
            self.fail("an IRI")
        subject = self.iri()
        if self.kind == "variable":
            self.fail("an IRI or a")
        predicate = self.verb()
        object_ = self._data_term()
        self.expect(")>>")
        term = triple_term(subject, predicate, object_)
        assert not isinstance(term, TriplePattern), "nothing in it is open"
        return term


_ELEMENTS: dict[str, Callable[[Patterns], None]] = {
    "{": Patterns.union,
    "OPTIONAL": Patterns.optional,
    "MINUS": Patterns.minus,
    "GRAPH": Patterns.graph,
    "BIND": Patterns.bind,
    "SERVICE": Patterns.service,
    "VALUES": Patterns.inline_data,
}
