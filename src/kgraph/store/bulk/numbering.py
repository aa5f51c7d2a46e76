"""Which texts are known already: 64-bit hashes in sorted arrays, texts compared after a hit.

The arrays grow as in a log-structured tree: a new one a batch, merged while the next is not twice
as long, so that each hash is copied a logarithmic number of times.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
Identifiers = npt.NDArray[np.int64]

UNKNOWN = -1
Flags = npt.NDArray[np.bool_]
Same = Callable[[Identifiers, pa.Array], Flags]
"""Whether terms have these texts, one by one."""


class KnownTerms:
    """The identifiers of dictionary terms by text."""

    def __init__(self, same: Same) -> None:
        """Knows nothing; `same` compares the texts of identifiers that it was told."""
        self._same = same
        self._runs: list[tuple[Hashes, Identifiers]] = []
        self._namesakes: dict[str, int] = {}
        """Terms whose hash another term had first."""

    def add_sorted(self, hashes: Hashes, identifiers: Identifiers) -> None:
        """Remember terms; equal hashes are no harm, but only one of them will be found."""
        if not len(hashes):
            return
        self._runs.append((hashes, identifiers))
        while len(self._runs) > 1 and len(self._runs[-2][0]) < 2 * len(self._runs[-1][0]):
            right, left = self._runs.pop(), self._runs.pop()
            self._runs.append(_merged(left, right))

    def add(self, hashes: Hashes, identifiers: Identifiers) -> None:
        """Remember terms whose hashes are all different, in any order."""
        order = np.argsort(hashes, kind="stable")
        self.add_sorted(hashes[order], identifiers[order])

    def add_new(
        self, hashes: Hashes, identifiers: Identifiers, texts: pa.Array, taken: Flags
    ) -> None:
        """Remember terms that `find` did not know, with what it said of their hashes."""
        _, firsts = np.unique(hashes, return_index=True)
        alone = np.zeros(len(hashes), np.bool_)
        alone[firsts] = True
        alone &= ~taken
        self.add(hashes[alone], identifiers[alone])
        for place in np.flatnonzero(~alone):
            self._namesakes[texts[int(place)].as_py()] = int(identifiers[place])

    @property
    def runs(self) -> int:
        """How many sorted arrays there are to look into."""
        return len(self._runs)

    def find(self, hashes: Hashes, texts: pa.Array) -> tuple[Identifiers, Flags]:
        """Identifiers (`UNKNOWN` where there is none); where a hash is another term's."""
        found = self._candidates(hashes)
        hits = np.flatnonzero(found != UNKNOWN)
        same = self._same(found[hits], texts.take(pa.array(hits)))
        taken = np.zeros(len(found), np.bool_)
        taken[hits[~same]] = True
        for place in np.flatnonzero(taken):
            found[place] = self._namesakes.get(texts[int(place)].as_py(), UNKNOWN)
        return found, taken

    def _candidates(self, hashes: Hashes) -> Identifiers:
        order = np.argsort(hashes)
        wanted = hashes[order]
        sorted_found = np.full(len(hashes), UNKNOWN, np.int64)
        for known, identifiers in self._runs:
            places = np.searchsorted(known, wanted)
            places[places == len(known)] = 0
            hit = known[places] == wanted
            sorted_found[hit] = identifiers[places[hit]]
        found = np.empty(len(hashes), np.int64)
        found[order] = sorted_found
        return found


def _merged(
    left: tuple[Hashes, Identifiers], right: tuple[Hashes, Identifiers]
) -> tuple[Hashes, Identifiers]:
    """Two sorted runs as one."""
    places = np.searchsorted(left[0], right[0]) + np.arange(len(right[0]))
    from_right = np.zeros(len(left[0]) + len(right[0]), np.bool_)
    from_right[places] = True
    hashes = np.empty(len(from_right), np.uint64)
    identifiers = np.empty(len(from_right), np.int64)
    hashes[places], identifiers[places] = right
    hashes[~from_right], identifiers[~from_right] = left
    return hashes, identifiers
