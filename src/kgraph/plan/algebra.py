"""The algebra of SPARQL: SPARQL 1.1 Query, section 18.2, with the triple terms of SPARQL 1.2.

Nodes are frozen, hashable and say nothing about how they are evaluated. Terms are pyoxigraph's: two
are equal if they are the same term, lexical form included. A blank node of a query is a variable
whose name begins with `_:`; it can never be projected.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, by its name without the mark; `_:x` for a blank node of the query."""

    name: str

    @property
    def projectable(self) -> bool:
        """Whether SELECT * shows it."""
        return not self.name.startswith(("_:", "."))


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple with variables; also stands inside another as a triple-term pattern."""

    subject: "Node"
    predicate: "Node"
    object: "Node"


Node = Term | Variable | TriplePattern


# Property paths (SPARQL 1.1, section 18.1.7)


@dataclass(frozen=True, slots=True)
class Link:
    """One step along a predicate."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class SequencePath:
    """One path, then another."""

    first: "Path"
    second: "Path"


@dataclass(frozen=True, slots=True)
class AlternativePath:
    """One path or another; keeps duplicates."""

    left: "Path"
    right: "Path"


@dataclass(frozen=True, slots=True)
class ZeroOrMore:
    """A path any number of times; without duplicates."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A path at least once; without duplicates."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class ZeroOrOne:
    """A path once or not at all; without duplicates."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class NegatedPropertySet:
    """Any predicate but these, forward and backward."""

    forward: tuple[NamedNode, ...]
    inverse: tuple[NamedNode, ...]
    """Empty means that no inverse step was written; then none is taken."""


Path = (
    Link
    | Inverse
    | SequencePath
    | AlternativePath
    | ZeroOrMore
    | OneOrMore
    | ZeroOrOne
    | NegatedPropertySet
)


# Expressions (section 17)


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in by its upper-case name or operator sign, or a function by its IRI.

    Operators: `||` `&&` `!` `=` `!=` `<` `>` `<=` `>=` `IN` `NOT IN` `+` `-` `*` `/`, and `u+` and
    `u-` for the signs. URI and isURI are IRI and ISIRI. IRI has the query's base as its second
    argument where one is known. BOUND, IF, COALESCE, `||`, `&&` and IN have their own rules for
    errors (17.4.1).
    """

    function: str | NamedNode
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a pattern matches under the current solution (18.6, substitute); or not."""

    pattern: "Pattern"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TripleExpression:
    """A triple term built from expressions (SPARQL 1.2)."""

    subject: "Expression"
    predicate: "Expression"
    object: "Expression"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate over a group; `argument` None is COUNT(*)."""

    function: str | NamedNode
    argument: "Expression | None"
    distinct: bool = False
    separator: str | None = None


Expression = Term | Variable | Call | Exists | TripleExpression | Aggregate


# Patterns (section 18.2)


@dataclass(frozen=True, slots=True)
class BGP:
    """A basic graph pattern."""

    triples: tuple[TriplePattern, ...]


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A property path between two nodes."""

    subject: Node
    path: Path
    object: Node


@dataclass(frozen=True, slots=True)
class Join:
    """Solutions of both that are compatible."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """OPTIONAL; the condition belongs to the join."""

    left: "Pattern"
    right: "Pattern"
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Solutions for which the condition is true."""

    condition: Expression
    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Union:
    """Solutions of either."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Graph:
    """A pattern in a named graph."""

    name: NamedNode | Variable
    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Extend:
    """BIND, and expressions in SELECT."""

    pattern: "Pattern"
    variable: Variable
    expression: Expression


@dataclass(frozen=True, slots=True)
class Minus:
    """Solutions of the left that no compatible solution of the right shares a variable with."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Values:
    """Inline data; None is UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A pattern that another endpoint evaluates."""

    endpoint: NamedNode | Variable
    pattern: "Pattern"
    text: str
    """A query for the endpoint: SELECT * of the pattern as written, with the prologue it needs."""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """GROUP BY: keys (each bound to a variable) and the aggregates that are computed."""

    pattern: "Pattern"
    keys: tuple[tuple[Variable, Expression], ...]
    aggregates: tuple[tuple[Variable, Aggregate], ...]


@dataclass(frozen=True, slots=True)
class OrderBy:
    """Solutions in order; each condition ascending or not."""

    pattern: "Pattern"
    conditions: tuple[tuple[Expression, bool], ...]


@dataclass(frozen=True, slots=True)
class Project:
    """Only these variables."""

    pattern: "Pattern"
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Each solution once."""

    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Reduced:
    """Each solution at least once."""

    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Slice:
    """From an offset on, at most so many."""

    pattern: "Pattern"
    offset: int = 0
    limit: int | None = None


Pattern = (
    BGP
    | PathPattern
    | Join
    | LeftJoin
    | Filter
    | Union
    | Graph
    | Extend
    | Minus
    | Values
    | Service
    | Group
    | OrderBy
    | Project
    | Distinct
    | Reduced
    | Slice
)

UNIT = BGP(())
"""The pattern with one solution that binds nothing."""


def walk(node: object) -> Iterator[object]:
    """The node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(parts_of(one))


def parts_of(node: object) -> tuple[object, ...]:
    """What is directly below a node: the members of a tuple, the fields of a node."""
    if isinstance(node, tuple):
        return node
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
        _FIELDS[kind] = names
    return tuple([getattr(node, name) for name in names]) if names else ()


_FIELDS: dict[type, tuple[str, ...]] = {}
