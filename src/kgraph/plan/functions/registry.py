"""Functions by name: the built-in ones, casts, and those that a program adds.

>>> from pyoxigraph import Literal
>>> call("STRLEN", (Literal("qazaq"),), FunctionContext.standard()).value
'5'
"""

import inspect
import random
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib import import_module
from time import monotonic
from typing import Protocol

from pyoxigraph import BlankNode, NamedNode

from kgraph.plan.algebra import Term
from kgraph.values.literals import ExpressionError

Implementation = Callable[..., Term]


class Stoppable(Protocol):
    """Limits of a query."""

    deadline: float | None
    """Seconds on the clock of `time.monotonic`."""

    def check(self) -> None:
        """Raise what stops the query, if it is to stop."""


@dataclass(frozen=True)
class FunctionContext:
    """What functions know beside their arguments; one for a query, `within` for a solution."""

    now: datetime
    random: random.Random
    base_iri: str | None = None
    blank_nodes: MutableMapping[str, BlankNode] = field(default_factory=dict)
    """The blank node of each BNODE(text) in the present solution."""
    limits: "Stoppable | None" = None
    """What may stop a function that takes long."""

    @classmethod
    def standard(cls, *, base_iri: str | None = None) -> "FunctionContext":
        """The clock's time, and randomness that nobody can foresee."""
        return cls(datetime.now().astimezone(), random.SystemRandom(), base_iri)

    def within(self, blank_nodes: MutableMapping[str, BlankNode]) -> "FunctionContext":
        """The context of one solution."""
        return replace(self, blank_nodes=blank_nodes)

    @contextmanager
    def stopping(self) -> Iterator[float | None]:
        """The seconds that are left, for work that raises TimeoutError after them."""
        deadline = None if self.limits is None else self.limits.deadline
        try:
            yield None if deadline is None else max(deadline - monotonic(), 0.001)
        except TimeoutError as error:
            assert self.limits is not None
            self.limits.check()
            raise ExpressionError("it took too long") from error

    def fresh_blank_node(self) -> BlankNode:
        """A blank node that was nowhere before."""
        return BlankNode(f"b{self.random.getrandbits(128):032x}")


@dataclass(frozen=True)
class Function:
    """A function with the numbers of arguments that it takes."""

    implementation: Implementation
    least: int
    most: int | None
    contextual: bool

    def __call__(self, arguments: Sequence[Term], context: FunctionContext) -> Term:
        """Its value."""
        if len(arguments) < self.least or (self.most is not None and len(arguments) > self.most):
            raise ExpressionError(f"{len(arguments)} arguments are too few or too many")
        if self.contextual:
            return self.implementation(context, *arguments)
        return self.implementation(*arguments)


_BUILTINS: dict[str, Function] = {}
_BY_IRI: dict[str, Function] = {}


def _described(implementation: Implementation, contextual: bool) -> Function:
    parameters = list(inspect.signature(implementation).parameters.values())[contextual:]
    variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    named = [p for p in parameters if p.kind is not p.VAR_POSITIONAL]
    least = sum(p.default is p.empty for p in named)
    return Function(implementation, least, None if variadic else len(named), contextual)


def builtin(*names: str, contextual: bool = False) -> Callable[[Implementation], Implementation]:
    """Register a built-in under its upper-case names; a contextual one takes the context first."""

    def register(implementation: Implementation) -> Implementation:
        for name in names:
            _BUILTINS[name] = _described(implementation, contextual)
        return implementation

    return register


def function(iri: str) -> Callable[[Implementation], Implementation]:
    """Register a function of terms under an IRI, so that queries can call it.

    It raises ExpressionError where it has no value. The same IRI again replaces it.
    """

    def register(implementation: Implementation) -> Implementation:
        _BY_IRI[iri] = _described(implementation, contextual=False)
        return implementation

    return register


def without(iri: str) -> None:
    """Take a registered function out again; nothing where there is none."""
    _BY_IRI.pop(iri, None)


def call(name: str | NamedNode, arguments: Sequence[Term], context: FunctionContext) -> Term:
    """The value of a function or operator; ExpressionError if it has none or is not known."""
    found = (
        functions_by_iri().get(name.value) if isinstance(name, NamedNode) else builtins().get(name)
    )
    if found is None:
        raise ExpressionError(f"no function is called {name}")
    return found(arguments, context)


_MODULES = ("arithmetic", "casts", "comparing", "hashes", "numeric", "strings", "terms", "times")


@cache
def _load() -> None:
    for module in _MODULES:
        import_module(f"kgraph.plan.functions.{module}")


def builtins() -> Mapping[str, Function]:
    """The built-in functions and operators, by upper-case name."""
    _load()
    return _BUILTINS


def functions_by_iri() -> Mapping[str, Function]:
    """Casts and added functions, by IRI."""
    _load()
    return _BY_IRI
