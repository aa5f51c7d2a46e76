"""Solution mappings and what is done with two of them (SPARQL 1.1, section 18.3)."""

from collections.abc import Iterable

from pyoxigraph import BlankNode

from kgraph.plan.algebra import Term


class Solution(dict[str, Term]):
    """Terms by the names of variables; what is not in it is unbound.

    It carries the blank nodes that BNODE(text) has made for it, which its extensions share.
    """

    __slots__ = ("blank_nodes",)

    def __init__(
        self,
        terms: Iterable[tuple[str, Term]] = (),
        blank_nodes: dict[str, BlankNode] | None = None,
    ) -> None:
        """The mapping of some variables."""
        super().__init__(terms)
        self.blank_nodes: dict[str, BlankNode] = {} if blank_nodes is None else blank_nodes

    def extended(self, name: str, term: Term) -> "Solution":
        """The same solution with one variable more."""
        return Solution((*self.items(), (name, term)), self.blank_nodes)

    def restricted(self, names: Iterable[str]) -> "Solution":
        """The same solution with these variables only."""
        return Solution(((n, self[n]) for n in names if n in self), self.blank_nodes)

    def merged(self, other: "Solution") -> "Solution":
        """Both as one; they have to be compatible."""
        return Solution({**self, **other}.items(), {**other.blank_nodes, **self.blank_nodes})

    def compatible(self, other: "Solution") -> bool:
        """Whether they agree on every variable that both bind."""
        return all(other.get(name, term) == term for name, term in self.items())

    def key(self) -> frozenset[tuple[str, Term]]:
        """What two equal solutions have in common."""
        return frozenset(self.items())


def join(left: Iterable[Solution], right: list[Solution]) -> list[Solution]:
    """All compatible pairs, merged."""
    return [one.merged(other) for one in left for other in right if one.compatible(other)]


def minus(left: Iterable[Solution], right: list[Solution]) -> list[Solution]:
    """Those that no compatible solution shares a variable with."""
    return [
        one
        for one in left
        if not any(one.keys() & other.keys() and one.compatible(other) for other in right)
    ]


def distinct(solutions: Iterable[Solution]) -> list[Solution]:
    """Each once, in the order in which they first come."""
    return list({solution.key(): solution for solution in reversed(list(solutions))}.values())[::-1]
