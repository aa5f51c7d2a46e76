"""What the engine finds, in identifiers; terms come in when it is reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kgraph.shacl.model import Constraint, Node, Shape
from kgraph.shacl.report import ResultPath


@dataclass(frozen=True, slots=True)
class Finding:
    """A validation result before it has words: shape, constraint, focus node, value.

    `path` where it is not the shape's; `bindings` are the variables of a SPARQL solution.
    """

    shape: Shape
    constraint: Constraint
    focus: int
    value: int | None = None
    path: ResultPath | None = None
    bindings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """A shape and a node that it is to be asked about."""

    shape: Node
    focus: int
