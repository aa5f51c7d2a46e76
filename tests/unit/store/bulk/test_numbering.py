"""Terms are told apart by text, also where their hashes are equal."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.store.bulk.numbering import UNKNOWN, Identifiers, KnownTerms


class Dictionary:
    """Gives numbers to texts as the encoder does; `hashes` makes as many collisions as it likes."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.known = KnownTerms(self._same)

    def _same(self, identifiers: Identifiers, texts: pa.Array) -> np.ndarray:
        pairs = zip(identifiers.tolist(), texts.to_pylist(), strict=True)
        return np.array([self.texts[number] == text for number, text in pairs], np.bool_)

    def number(self, texts: list[str], hashes: list[int]) -> list[int]:
        found, taken = self.known.find(np.array(hashes, np.uint64), pa.array(texts, pa.string()))
        fresh = np.flatnonzero(found == UNKNOWN)
        self.known.add_new(
            np.array(hashes, np.uint64)[fresh],
            np.arange(len(self.texts), len(self.texts) + len(fresh)),
            pa.array(texts, pa.string()).take(pa.array(fresh)),
            taken[fresh],
        )
        found[fresh] = np.arange(len(self.texts), len(self.texts) + len(fresh))
        self.texts += [texts[at] for at in fresh]
        return found.tolist()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 60), unique=True, max_size=25), max_size=12),
    st.integers(1, 70),
)
def test_each_text_has_one_number_whatever_its_hash(batches: list[list[int]], buckets: int) -> None:
    dictionary = Dictionary()
    numbers: dict[str, int] = {}
    for batch in batches:
        texts = [f"<urn:{value}>" for value in batch]
        found = dictionary.number(texts, [value % buckets for value in batch])
        for text, number in zip(texts, found, strict=True):
            assert numbers.setdefault(text, number) == number
    assert sorted(numbers.values()) == list(range(len(numbers)))


def test_runs_stay_few() -> None:
    known = KnownTerms(lambda identifiers, _: np.ones(len(identifiers), np.bool_))
    for start in range(0, 100_000, 1000):
        hashes = np.arange(start, start + 1000, dtype=np.uint64)
        known.add(hashes[::-1].copy(), hashes[::-1].astype(np.int64))
    assert known.runs <= 8
    found, _ = known.find(np.array([99_999, 5, 100_000], np.uint64), pa.array(["a", "b", "c"]))
    assert found.tolist() == [99_999, 5, UNKNOWN]
