"""Expressions (SPARQL 1.2, section 19.8, rules from Expression on) and aggregates (section 11).

An aggregate is replaced by a variable `.agg0` where it stands, and collected for the Group node.
"""

from abc import ABC, abstractmethod

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    Aggregate,
    Call,
    Exists,
    Expression,
    Pattern,
    Term,
    TripleExpression,
    Variable,
    walk,
)
from kgraph.sparql.parse.functions import AGGREGATES, ARITY, SYNONYMS, VOLATILE
from kgraph.sparql.parse.paths import Paths
from kgraph.sparql.parse.terms import IRIS, LITERALS, triple_term

_COMPARISONS = frozenset({"=", "!=", "<", ">", "<=", ">="})
_SIGNED = frozenset({"integer", "decimal", "double"})
_SIGNS = {"!": "!", "+": "u+", "-": "u-"}
_CALLS = frozenset({*ARITY, *AGGREGATES, "BOUND", "EXISTS", "NOT"})


class Expressions(Paths, ABC):
    """Reads expressions; `aggregates` is None where none may stand."""

    aggregates: list[tuple[Variable, Aggregate]] | None = None
    aggregate_count = 0
    """How many the whole text has so far."""
    why_no_aggregate = "an aggregate cannot stand here"

    @abstractmethod
    def group(self) -> Pattern:
        """A group graph pattern, translated; EXISTS needs it."""

    def expression(self) -> Expression:
        """`||`, which binds least."""
        found = self._and()
        while self.accept("||"):
            found = Call("||", (found, self._and()))
        return found

    def _and(self) -> Expression:
        found = self._relation()
        while self.accept("&&"):
            found = Call("&&", (found, self._relation()))
        return found

    def _relation(self) -> Expression:
        left = self._sum()
        kind = self.kind
        if kind in _COMPARISONS:
            self.advance()
            return Call(kind, (left, self._sum()))
        if kind == "IN":
            self.advance()
            return Call("IN", (left, *self.expression_list()))
        if kind == "NOT":
            self.advance()
            self.expect("IN")
            return Call("NOT IN", (left, *self.expression_list()))
        return left

    def _sum(self) -> Expression:
        left = self._product(self._unary())
        while True:
            kind = self.kind
            if kind in {"+", "-"}:
                self.advance()
                left = Call(kind, (left, self._product(self._unary())))
            elif kind in _SIGNED and self.text[0] in "+-":
                left = self._signed_addend(left)
            else:
                return left

    def _signed_addend(self, left: Expression) -> Expression:
        """`?a -1 * 2` is `?a + (-1 * 2)`: the sign belongs to the number's token."""
        return Call("+", (left, self._product(self.literal())))

    def _product(self, left: Expression) -> Expression:
        while self.kind in {"*", "/"}:
            kind = self.kind
            self.advance()
            left = Call(kind, (left, self._unary()))
        return left

    def _unary(self) -> Expression:
        sign = _SIGNS.get(self.kind)
        if sign is None:
            return self._primary_expression()
        self.advance()
        return Call(sign, (self._unary(),))

    def _primary_expression(self) -> Expression:
        kind = self.kind
        if kind == "variable":
            return self.variable()
        if kind == "(":
            return self.bracketed()
        if kind in LITERALS:
            return self.literal()
        if kind in IRIS:
            return self._iri_or_call()
        if kind == "<<(":
            return self._triple_expression()
        if kind in _CALLS:
            return self.built_in()
        self.fail("an expression")

    def bracketed(self) -> Expression:
        """An expression in parentheses."""
        self.expect("(")
        found = self.expression()
        self.expect(")", "an operator or )")
        return found

    def constraint(self) -> Expression:
        """What FILTER and HAVING take: parentheses, a built-in, or a call by IRI."""
        if self.kind == "(":
            return self.bracketed()
        if self.kind in _CALLS:
            return self.built_in()
        if self.kind in IRIS:
            if self.next_kind != "(":
                self.advance()
                self.fail("( and arguments")
            return self._iri_or_call()
        self.fail("a condition: ( or a function")

    def expression_list(self) -> tuple[Expression, ...]:
        """Any number of expressions in parentheses."""
        self.expect("(")
        if self.accept(")"):
            return ()
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        self.expect(")", ", or )")
        return tuple(found)

    def _iri_or_call(self) -> Expression:
        iri = self.iri()
        if self.kind != "(":
            return iri
        if self.next_kind == "DISTINCT":
            return self._custom_aggregate(iri)
        return Call(iri, self.expression_list())

    def _triple_expression(self) -> Expression:
        self.advance()
        subject = self.variable() if self.kind == "variable" else self.variable_or_iri()
        predicate = self.variable() if self.kind == "variable" else self.verb()
        object_ = self._triple_expression_object()
        self.expect(")>>")
        parts = (subject, predicate, object_)
        if any(isinstance(part, Variable | TripleExpression) for part in parts):
            return TripleExpression(*parts)
        term = triple_term(subject, predicate, object_)  # type: ignore[arg-type]
        assert isinstance(term, Term)
        return term

    def _triple_expression_object(self) -> Expression:
        if self.kind == "variable":
            return self.variable()
        if self.kind == "<<(":
            return self._triple_expression()
        if self.kind in LITERALS:
            return self.literal()
        if self.kind in IRIS:
            return self.iri()
        self.fail("a variable, an IRI, a literal or a triple term")

    # Functions

    def built_in(self) -> Expression:
        """A call of a built-in function or an aggregate."""
        name, at = self.kind, self.at
        if name in AGGREGATES:
            return self._aggregate()
        self.advance()
        if name == "EXISTS":
            return Exists(self.group())
        if name == "NOT":
            self.expect("EXISTS")
            return Exists(self.group(), negated=True)
        if name == "BOUND":
            self.expect("(")
            variable = self.variable()
            self.expect(")")
            return Call("BOUND", (variable,))
        arguments = self.expression_list()
        fewest, most = ARITY[name]
        if len(arguments) < fewest or (most is not None and len(arguments) > most):
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            self.refuse(f"{name} has {len(arguments)} arguments and takes {wanted}", at=at)
        name = SYNONYMS.get(name, name)
        if name == "IRI" and self.base is not None:
            arguments = (*arguments, NamedNode(self.base))
        return Call(name, arguments)

    # Aggregates

    def _aggregate(self) -> Variable:
        name, at = self.kind, self.at
        self._check_aggregate(at)
        self.advance()
        self.expect("(")
        distinct = self.accept("DISTINCT")
        argument: Expression | None = None
        if name != "COUNT" or not self.accept("*"):
            argument = self._aggregated()
        separator = self._separator() if name == "GROUP_CONCAT" and self.accept(";") else None
        self.expect(")")
        return self.collect(Aggregate(name, argument, distinct, separator))

    def _custom_aggregate(self, iri: NamedNode) -> Variable:
        """DISTINCT among the arguments says that a function by IRI is an aggregate."""
        self._check_aggregate(self.at - 1)
        self.advance()
        self.advance()
        argument = self._aggregated()
        self.expect(")")
        return self.collect(Aggregate(iri, argument, distinct=True))

    def _check_aggregate(self, at: int) -> None:
        if self.aggregates is None:
            self.refuse(self.why_no_aggregate, at=at)

    def _aggregated(self) -> Expression:
        outer, why = self.aggregates, self.why_no_aggregate
        self.aggregates = None
        self.why_no_aggregate = "an aggregate cannot stand inside another"
        found = self.expression()
        self.aggregates, self.why_no_aggregate = outer, why
        return found

    def _separator(self) -> str:
        self.expect("SEPARATOR")
        self.expect("=")
        return self.string_value(self.take("string", "a string"))

    def collect(self, aggregate: Aggregate) -> Variable:
        """The variable of an aggregate; equal ones share it, volatile ones do not."""
        assert self.aggregates is not None, "checked where the aggregate began"
        if not _is_volatile(aggregate):
            for variable, known in self.aggregates:
                if known == aggregate:
                    return variable
        variable = Variable(f"_:.agg{self.aggregate_count}")
        self.aggregate_count += 1
        self.aggregates.append((variable, aggregate))
        return variable


def _is_volatile(aggregate: Aggregate) -> bool:
    nodes = walk(aggregate.argument)
    return any(isinstance(node, Call) and node.function in VOLATILE for node in nodes)
