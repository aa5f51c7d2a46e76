"""Expressions as closures (section 17): compiled once, given a run and a row.

Each has three forms: the term, its identifier, or its effective boolean value. None stands for an
error, so nothing is raised where errors are common. Errors are those of the naive evaluator.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kgraph.identifiers import SHIFT, Tag
from kgraph.plan.algebra import (
    Aggregate,
    Call,
    Exists,
    Expression,
    Term,
    TripleExpression,
    Variable,
    walk,
)
from kgraph.plan.functions.registry import builtins
from kgraph.plan.points.closures import (
    IdOf,
    TermOf,
    Truth,
    added,
    boolean_term,
    comparison,
    contextual,
    decided,
    fits,
    plain,
    unary,
)
from kgraph.plan.points.comparing import equal_ids, integer_sum
from kgraph.plan.points.environment import Env
from kgraph.plan.points.run import Run, Slots
from kgraph.plan.variables import TERMS
from kgraph.values.literals import ExpressionError, effective_boolean_value

if TYPE_CHECKING:
    from kgraph.plan.points.compiler import Compiler


REMEMBERED = 1 << 12
"""Of how many values of a variable it is kept what a condition says of them."""
_SUMS = frozenset("+-*")
_UNKNOWN = object()


def is_plain(part: object) -> bool:
    """Whether a part of an expression comes to the same whenever its variables do."""
    if not isinstance(part, Call):
        return not isinstance(part, Aggregate | Exists)
    if not isinstance(part.function, str):
        return False
    function = builtins().get(part.function)
    return function is None or not function.contextual


def _nothing(run: Run, row: Slots) -> None:
    return None


def remembered(truth: Truth, slot: int, number: int) -> Truth:
    """The same, worked out once for each value of a variable, as long as there are few.

    `number` tells it from all else that a run keeps (`Compiler.number`).
    """

    def known_or_found(run: Run, row: Slots) -> bool | None:
        known = run.tables.get(number)
        if known is None:
            known = run.tables[number] = {}
        held = row[slot]
        found = known.get(held, _UNKNOWN)
        if found is _UNKNOWN:
            found = truth(run, row)
            if len(known) < REMEMBERED:
                known[held] = found
        return found  # type: ignore[no-any-return]

    return known_or_found


class Expressions:
    """The closures of expressions in one place of a plan."""

    def __init__(self, env: Env, compiler: "Compiler") -> None:
        """`env` is what is known of the rows that the closures are given."""
        self._env, self._compiler = env, compiler

    # -- identifiers

    def native(self, expression: Expression) -> bool:
        """Whether the identifier is at hand before the term."""
        if isinstance(expression, Call):
            sums = expression.function in _SUMS and len(expression.arguments) == 2
            return sums and all(self.native(argument) for argument in expression.arguments)
        return isinstance(expression, (Variable, *TERMS))

    def ident(self, expression: Expression) -> IdOf:
        """The identifier of the value."""
        if isinstance(expression, Variable):
            slot = self._env.slot(expression.name)
            return lambda run, row: row[slot]
        if isinstance(expression, TERMS):
            constant = self._env.scope.layout.constant(expression)
            return lambda run, row: row[constant]
        term = self.term(expression)

        def ident_of_term(run: Run, row: Slots) -> int | None:
            found = term(run, row)
            return None if found is None else run.id_for(found)

        if not self.native(expression):
            return ident_of_term
        assert isinstance(expression, Call)
        assert isinstance(expression.function, str)
        operator, (left, right) = expression.function, map(self.ident, expression.arguments)

        def ident_of_sum(run: Run, row: Slots) -> int | None:
            one, other = left(run, row), right(run, row)
            if one is None or other is None:
                return None
            found = integer_sum(operator, one, other)
            return ident_of_term(run, row) if found is None else found

        return ident_of_sum

    # -- terms

    def term(self, expression: Expression) -> TermOf:
        """The value."""
        if isinstance(expression, TERMS):
            return lambda run, row: expression
        if isinstance(expression, Variable):
            slot = self._env.slot(expression.name)

            def variable(run: Run, row: Slots) -> Term | None:
                held = row[slot]
                return None if held is None else run.term_of(held)

            return variable
        truth = self._condition(expression)
        if truth is not None:
            return boolean_term(truth)
        if isinstance(expression, TripleExpression):
            parts = (expression.subject, expression.predicate, expression.object)
            return self._call("TRIPLE", parts)
        if isinstance(expression, Aggregate | Exists):
            return _nothing
        if expression.function == "IF":
            return self._if(expression.arguments)
        if expression.function == "COALESCE":
            return self._coalesce(expression.arguments)
        return self._call(expression.function, expression.arguments)

    def _if(self, arguments: tuple[Expression, ...]) -> TermOf:
        condition, then, otherwise = arguments
        truth, yes, no = self.truth(condition), self.term(then), self.term(otherwise)

        def chosen(run: Run, row: Slots) -> Term | None:
            decided = truth(run, row)
            if decided is None:
                return None
            return yes(run, row) if decided else no(run, row)

        return chosen

    def _coalesce(self, arguments: tuple[Expression, ...]) -> TermOf:
        terms = [self.term(argument) for argument in arguments]

        def first(run: Run, row: Slots) -> Term | None:
            for term in terms:
                found = term(run, row)
                if found is not None:
                    return found
            return None

        return first

    def _call(self, name: str | NamedNode, arguments: tuple[Expression, ...]) -> TermOf:
        terms = [self.term(argument) for argument in arguments]
        if isinstance(name, NamedNode):
            return added(name, terms)
        function = builtins().get(name)
        if function is None or not fits(function, len(terms)):
            return _nothing
        if function.contextual:
            return contextual(function, terms, remembers=name == "BNODE" and bool(terms))
        if len(terms) == 1:
            return unary(function.implementation, terms[0])
        return plain(function.implementation, terms)

    # -- truth

    def truth(self, expression: Expression) -> Truth:
        """The effective boolean value."""
        truth = self._condition(expression)
        if truth is not None:
            return truth
        term = self.term(expression)
        slot = self._env.slot(expression.name) if isinstance(expression, Variable) else None

        def truth_of_term(run: Run, row: Slots) -> bool | None:
            if slot is not None:
                held = row[slot]
                if held is not None and held >> SHIFT == Tag.BOOLEAN:
                    return bool(held & 1)
            found = term(run, row)
            try:
                return None if found is None else effective_boolean_value(found)
            except ExpressionError:
                return None

        only = self._only_variable(expression) if slot is None else None
        if only is None:
            return truth_of_term
        return remembered(truth_of_term, only, self._compiler.number())

    def _only_variable(self, expression: Expression) -> int | None:
        """The slot of the variable that alone decides what an expression comes to."""
        parts = list(walk(expression))
        if not all(map(is_plain, parts)):
            return None
        found = {part.name for part in parts if isinstance(part, Variable)}
        return self._env.slot(found.pop()) if len(found) == 1 else None

    def _condition(self, expression: Expression) -> Truth | None:
        """The closure of what is true, false or an error by itself; None for all else."""
        if isinstance(expression, Exists):
            return self._compiler.exists(expression, self._env)
        if not isinstance(expression, Call) or not isinstance(expression.function, str):
            return None
        name, arguments = expression.function, expression.arguments
        if name in ("&&", "||"):
            return decided([self.truth(one) for one in arguments], decisive=name == "||")
        if name in ("IN", "NOT IN"):
            return self._member(arguments, negated=name == "NOT IN")
        if name == "BOUND":
            return self._bound(arguments[0])
        if len(arguments) == 1:
            return self._unary_condition(name, arguments[0])
        if len(arguments) == 2 and all(self.native(argument) for argument in arguments):
            return comparison(name, *map(self.ident, arguments))
        return None

    def _bound(self, argument: Expression) -> Truth:
        if not isinstance(argument, Variable):
            return lambda run, row: False
        slot = self._env.slot(argument.name)
        return lambda run, row: row[slot] is not None

    def _unary_condition(self, name: str, argument: Expression) -> Truth | None:
        if name == "!":
            truth = self.truth(argument)

            def negation(run: Run, row: Slots) -> bool | None:
                found = truth(run, row)
                return None if found is None else not found

            return negation
        tags = _KINDS.get(name)
        if tags is None or not self.native(argument):
            return None
        ident = self.ident(argument)

        def is_kind(run: Run, row: Slots) -> bool | None:
            found = ident(run, row)
            return None if found is None else found >> SHIFT in tags

        return is_kind

    def _member(self, arguments: tuple[Expression, ...], *, negated: bool) -> Truth:
        """Section 17.4.1.9: one that is equal decides; otherwise an error in any is one here."""
        sought, *members = map(self.ident, arguments)

        def is_member(run: Run, row: Slots) -> bool | None:
            one = sought(run, row)
            if one is None:
                return None
            failed = False
            for member in members:
                other = member(run, row)
                same = None if other is None else equal_ids(run, one, other)
                if same:
                    return not negated
                failed = failed or same is None
            return None if failed else negated

        return is_member


_KINDS: Mapping[str, frozenset[int]] = {
    "ISIRI": frozenset({int(Tag.IRI)}),
    "ISURI": frozenset({int(Tag.IRI)}),
    "ISBLANK": frozenset({int(Tag.BLANK)}),
    "ISTRIPLE": frozenset({int(Tag.TRIPLE)}),
    "ISLITERAL": frozenset(int(tag) for tag in Tag if Tag.IRI < tag < Tag.TRIPLE),
    "ISNUMERIC": frozenset(int(tag) for tag in (Tag.INTEGER, Tag.DECIMAL, Tag.NUMBER)),
}
