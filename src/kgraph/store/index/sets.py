"""Which copies a triple has, as one small number: each set of copies is listed once in the runs.

While rows are read, a set is a node of a tree of its copies in order; what is written in the end
are the nodes in use, numbered from 0.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kgraph.store.index.files import Kind
from kgraph.store.index.overlay import Copy
from kgraph.store.visibility import ALL

Numbers = npt.NDArray[np.int64]


_REST = 16
_REST_MASK = (1 << _REST) - 1


def ranks(numbers: Numbers) -> Numbers:
    """Number -> its rank among them; a table as long as the highest of them."""
    unique = np.unique(numbers)
    table = np.zeros(int(unique[-1]) + 1 if len(unique) else 0, dtype=np.int64)
    table[unique] = np.arange(len(unique))
    return table


class SetBuilder:
    """Numbers sets of copies; a set of one copy has the number of that copy."""

    def __init__(self, copies: Sequence[tuple[int, int, int, int]]) -> None:
        """`copies`: packed, and as graph, mask, round; sorted."""
        packed = np.array([copy[0] for copy in copies], dtype=np.int64)
        self._graphs, self._rests = ranks(packed >> _REST), ranks(packed & _REST_MASK)
        self._width = int(self._rests.max(initial=0)) + 1
        self._numbers = ranks(self._dense(packed))
        self._copies = [copy[1:] for copy in copies]
        self._nodes: dict[int, int] = {}
        self._paths: list[tuple[int, ...]] = [(n,) for n in range(len(copies))]
        self._used = np.full(len(copies), len(copies) < 2)

    def _dense(self, packed: Numbers) -> Numbers:
        """By tables: five times as quick as a search among the packed ones."""
        found: Numbers = self._graphs[packed >> _REST] * self._width
        found += self._rests[packed & _REST_MASK]
        return found

    @property
    def trivial(self) -> bool:
        """Whether all triples have the same copies: one."""
        return len(self._copies) < 2

    @property
    def copies(self) -> int:
        """How many copies there are to tell apart."""
        return len(self._copies)

    def numbered(self, packed: Numbers) -> Numbers:
        """The numbers of packed copies, in their order."""
        found: Numbers = self._numbers[self._dense(packed)]
        return found

    def nodes(self, packed: Numbers, starts: Numbers) -> Numbers:
        """The node of each group of rows; a group is one triple, its copies sorted."""
        return self.nodes_of(self.numbered(packed), starts)

    def nodes_of(self, at: Numbers, starts: Numbers | None) -> Numbers:
        """The same for copies by their numbers; None: each row is a triple of its own."""
        if starts is None:
            used = np.flatnonzero(np.bincount(at, minlength=len(self._copies)))
            self._mark(used)
            return at
        found: Numbers = at[starts]
        lengths = np.diff(starts, append=len(at))
        following, active = 1, np.flatnonzero(lengths > 1)
        while len(active):
            steps = found[active] * len(self._copies) + at[starts[active] + following]
            unique, inverse = np.unique(steps, return_inverse=True)
            found[active] = np.array([self._node(step) for step in unique.tolist()])[inverse]
            following += 1
            active = active[lengths[active] > following]
        self._mark(found)
        return found

    def _node(self, step: int) -> int:
        node = self._nodes.get(step)
        if node is None:
            node = self._nodes[step] = len(self._paths)
            before, copy = divmod(step, len(self._copies))
            self._paths.append((*self._paths[before], copy))
        return node

    def _mark(self, nodes: Numbers) -> None:
        missing = len(self._paths) - len(self._used)
        if missing:
            self._used = np.concatenate((self._used, np.zeros(missing, dtype=bool)))
        self._used[nodes] = True

    def finish(self) -> tuple[list[tuple[Copy, ...]], Numbers]:
        """The sets in use, and for each node its set's number."""
        numbers: Numbers = np.cumsum(self._used) - 1
        used = np.flatnonzero(self._used).tolist()
        sets = [tuple(self._copies[copy] for copy in self._paths[node]) for node in used]
        return sets, numbers


def kind_for(sets: int) -> Kind:
    """The type of array that holds a set's number."""
    if sets <= 1 << 8:
        return "B"
    return "H" if sets <= 1 << 16 else "I"


def full(sets: Sequence[tuple[Copy, ...]]) -> int:
    """The mask of the levels that see a copy in each set."""
    everywhere = ALL
    for copies in sets:
        seen = 0
        for _, mask, _ in copies:
            seen |= mask
        everywhere &= seen
    return everywhere


def packed_sets(sets: Sequence[tuple[Copy, ...]]) -> tuple[Numbers, Numbers]:
    """Where each set begins, and graph and mask-and-round of all copies, for a file."""
    starts = np.cumsum([0, *(2 * len(copies) for copies in sets)])
    flat = [n for copies in sets for g, mask, round_ in copies for n in (g, mask << 8 | round_)]
    return starts.astype(np.int64), np.array(flat, dtype=np.int64)


def unpacked_sets(starts: Sequence[int], flat: Sequence[int]) -> list[tuple[Copy, ...]]:
    """The sets, as `packed_sets` had them."""
    sets = []
    for low, high in zip(starts, starts[1:], strict=False):
        pairs = zip(flat[low:high:2], flat[low + 1 : high : 2], strict=True)
        sets.append(tuple((g, rest >> 8, rest & 255) for g, rest in pairs))
    return sets
