"""Shapes taken apart: the constraints whose results shapes with targets give, by what they read.

A property shape has the focus nodes of the node shape around it, so its constraints are parts of
that one. A change can matter only to parts that read a predicate of a changed triple.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.operations import AskQuery
from kgraph.shacl.documents import SUBCLASS
from kgraph.shacl.engine.leads import Readers, links, predicates_read
from kgraph.shacl.engine.readings import predicates
from kgraph.shacl.model import (
    CheckedConstraint,
    ClassOf,
    Closed,
    ComponentConstraint,
    Constraint,
    Disjoint,
    Equals,
    LessThan,
    Property,
    Shape,
    Shapes,
    SparqlConstraint,
)
from kgraph.vocab import RDF_TYPE


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A constraint of a shape with targets, or of a property shape at the same focus nodes."""

    at: int
    """The place of the shape with targets among all such."""
    shape: Shape
    """Whose constraint it is: its results name this one."""
    constraint: Constraint


class Anything(Exception):
    """There is no saying which predicates are read."""


class Parts:
    """The parts of some shapes, by the predicates that they read."""

    def __init__(self, shapes: Shapes, readers: Readers) -> None:
        """Nothing is taken apart before it is asked for."""
        self._shapes, self._readers = shapes, readers

    def reading(self, changed: Iterable[Any]) -> Iterator[tuple[int, Sequence[Part]]]:
        """The parts that read some of these predicates, by the place of their shape."""
        by_predicate, always = self._table
        numbers = set(always)
        for predicate in changed:
            numbers.update(by_predicate.get(predicate, ()))
        found: dict[int, list[Part]] = {}
        for number in sorted(numbers):
            part = self._all[number]
            found.setdefault(part.at, []).append(part)
        return iter(found.items())

    @cached_property
    def _all(self) -> list[Part]:
        return [p for at, one in enumerate(self._shapes.targeting) for p in self._of(at, one)]

    def _of(self, at: int, shape: Shape) -> Iterator[Part]:
        for constraint in shape.constraints:
            if isinstance(constraint, Property) and shape.path is None:
                inner = self._shapes[constraint.shape]
                if not inner.deactivated:
                    yield from self._of(at, inner)
            else:
                yield Part(at, shape, constraint)

    @cached_property
    def _table(self) -> tuple[dict[NamedNode, list[int]], list[int]]:
        """Numbers of parts by predicate, and of those that may read any."""
        table: dict[NamedNode, list[int]] = {}
        always: list[int] = []
        for number, part in enumerate(self._all):
            try:
                read = {*self._read(part.constraint), *_of_path(part.shape)}
            except Anything:
                always.append(number)
            else:
                for predicate in read:
                    table.setdefault(predicate, []).append(number)
        return table, always

    def _read(self, constraint: Constraint) -> Iterator[NamedNode]:
        """The predicates that a constraint reads, beside those of its shape's path."""
        if isinstance(constraint, Closed | CheckedConstraint):
            raise Anything
        if isinstance(constraint, SparqlConstraint | ComponentConstraint):
            yield from self._of_query(constraint)
        if isinstance(constraint, Equals | Disjoint | LessThan):
            yield constraint.predicate
        if isinstance(constraint, ClassOf):
            yield RDF_TYPE
            yield SUBCLASS
        for node in constraint.shapes:
            inner = self._shapes[node]
            yield from _of_path(inner)
            for one in inner.constraints:
                yield from self._read(one)

    def _of_query(self, constraint: SparqlConstraint | ComponentConstraint) -> Iterator[NamedNode]:
        query = constraint.query
        if not isinstance(query, AskQuery) and isinstance(self._readers.of(constraint), str):
            raise Anything
        for read in predicates(query.pattern):
            yield from _known(predicates_read(read))


def _of_path(shape: Shape) -> Iterator[NamedNode]:
    if shape.path is not None:
        yield from _known(links(shape.path.walked))


def _known(found: Iterable[NamedNode | None]) -> Iterator[NamedNode]:
    for one in found:
        if one is None:
            raise Anything
        yield one
