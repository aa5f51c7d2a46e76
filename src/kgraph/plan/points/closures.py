"""Closures that expressions are made of: conditions, comparisons, calls of functions."""

from collections.abc import Callable, Mapping

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import Function, call
from kgraph.plan.points.comparing import compare_ids, equal_ids
from kgraph.plan.points.environment import Layout
from kgraph.plan.points.run import Run, Slots
from kgraph.values.literals import ExpressionError, boolean

Truth = Callable[[Run, Slots], bool | None]
TermOf = Callable[[Run, Slots], Term | None]
IdOf = Callable[[Run, Slots], int | None]

_ORDERS: Mapping[str, tuple[int, ...]] = {"<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}


def boolean_term(truth: Truth) -> TermOf:
    """A condition as a term."""

    def boolean_term(run: Run, row: Slots) -> Term | None:
        found = truth(run, row)
        return None if found is None else boolean(found)

    return boolean_term


def decided(truths: list[Truth], *, decisive: bool) -> Truth:
    """Section 17.2: an error counts only where no other operand decides."""

    def decided(run: Run, row: Slots) -> bool | None:
        failed = False
        for truth in truths:
            found = truth(run, row)
            if found is decisive:
                return decisive
            failed = failed or found is None
        return None if failed else not decisive

    return decided


def comparison(name: str, left: IdOf, right: IdOf) -> Truth | None:
    """A comparison of two identifiers; None if the name is of none."""
    if name in ("=", "!="):
        return equality(left, right, negated=name == "!=")
    if name == "SAMETERM":

        def same_term(run: Run, row: Slots) -> bool | None:
            one, other = left(run, row), right(run, row)
            return None if one is None or other is None else one == other

        return same_term
    wanted = _ORDERS.get(name)
    if wanted is None:
        return None

    def ordered(run: Run, row: Slots) -> bool | None:
        one, other = left(run, row), right(run, row)
        if one is None or other is None:
            return None
        found = compare_ids(run, one, other)
        if found is None or found is False:
            return found
        return found in wanted

    return ordered


def equality(left: IdOf, right: IdOf, *, negated: bool) -> Truth:
    """`=`, or `!=`."""

    def equality(run: Run, row: Slots) -> bool | None:
        one, other = left(run, row), right(run, row)
        if one is None or other is None:
            return None
        found = equal_ids(run, one, other)
        return None if found is None else found is not negated

    return equality


def fits(function: Function, count: int) -> bool:
    """Whether a function takes so many arguments."""
    return function.least <= count and (function.most is None or count <= function.most)


def unary(implementation: Callable[..., Term], argument: TermOf) -> TermOf:
    """A call with one argument."""

    def unary(run: Run, row: Slots) -> Term | None:
        found = argument(run, row)
        try:
            return None if found is None else implementation(found)
        except ExpressionError:
            return None

    return unary


def plain(implementation: Callable[..., Term], arguments: list[TermOf]) -> TermOf:
    """A call with any number of arguments."""

    def plain(run: Run, row: Slots) -> Term | None:
        terms = []
        for argument in arguments:
            found = argument(run, row)
            if found is None:
                return None
            terms.append(found)
        try:
            return implementation(*terms)
        except ExpressionError:
            return None

    return plain


def contextual(function: Function, arguments: list[TermOf], *, remembers: bool) -> TermOf:
    """A call with the query's context; `remembers`: rows keep the blank nodes made for texts."""

    def made(*terms: Term, run: Run, row: Slots) -> Term:
        context = run.functions
        if remembers:
            if row[Layout.blank_nodes] is None:
                row[Layout.blank_nodes] = {}
            context = context.within(row[Layout.blank_nodes])
        return function(terms, context)

    def contextual(run: Run, row: Slots) -> Term | None:
        terms = [argument(run, row) for argument in arguments]
        given = [term for term in terms if term is not None]
        if len(given) < len(terms):
            return None
        try:
            return made(*given, run=run, row=row)
        except ExpressionError:
            return None

    return contextual


def added(name: NamedNode, arguments: list[TermOf]) -> TermOf:
    """A cast or a program's function, as it is known when the query runs."""

    def added(run: Run, row: Slots) -> Term | None:
        terms = [argument(run, row) for argument in arguments]
        given = [term for term in terms if term is not None]
        if len(given) < len(terms):
            return None
        try:
            return call(name, given, run.functions)
        except ExpressionError:
            return None

    return added
