"""The dictionary of new runs from that of the runs before: terms are only ever added."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kgraph.identifiers import PAYLOAD, SHIFT
from kgraph.store.index.queries import Source
from kgraph.store.index.runs import Runs

Array = npt.NDArray[np.generic]


@dataclass(slots=True)
class Dictionary:
    """The arrays of a dictionary as they are written."""

    tag: Array
    starts: Array
    texts: list[memoryview]
    """One after the other."""
    hashes: Array
    numbers: Array


def appended(before: Runs, source: Source, highest: int) -> Dictionary:
    """The dictionary up to a number, `before` having all up to its own highest."""
    old = before.dictionary()
    tags = np.zeros(highest + 1, np.uint8)
    tags[: before.highest + 1] = np.asarray(old.tag)
    lengths = np.zeros(highest - before.highest, np.int64)
    texts, hashes, numbers = [old.text], [], []
    for batch in source.terms_after(before.highest):
        ids = batch.column(0).to_numpy()
        at = ids & PAYLOAD
        text = batch.column(1).cast(pa.large_string())
        tags[at] = ids >> SHIFT
        lengths[at - before.highest - 1] = np.asarray(pc.binary_length(text))
        texts.append(bytes_of(text))
        hashes.append(batch.column(2).to_numpy())
        numbers.append(at)
    ends = len(old.text) + np.cumsum(lengths)
    starts = np.concatenate((np.asarray(old.starts).astype(np.int64), ends))
    merged = _merged(np.asarray(old.hashes), np.asarray(old.numbers), hashes, numbers)
    return Dictionary(tags, starts, texts, *merged)


def _merged(
    hashes: Array, numbers: Array, more: list[Array], theirs: list[Array]
) -> tuple[Array, Array]:
    """Sorted hashes with the numbers of their terms, and others put among them."""
    if not more:
        return hashes, numbers
    new, of = np.concatenate(more), np.concatenate(theirs)
    order = np.lexsort((of, new))
    places = np.searchsorted(hashes, new[order], side="right")
    return np.insert(hashes, places, new[order]), np.insert(numbers, places, of[order])


def bytes_of(texts: pa.LargeStringArray) -> memoryview:
    """The texts one after the other."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)
    low, high = ends[texts.offset], ends[texts.offset + len(texts)]
    return memoryview(data if data is not None else b"")[low:high]
