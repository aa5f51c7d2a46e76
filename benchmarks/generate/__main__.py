"""`python -m benchmarks.generate --triples 1_000_000 --seed 7 --out FILE.nt[.gz]` (or .nq[.gz])."""

import argparse
import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import IO

from benchmarks.generate import Size, generate


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """No time stamp and no name in the gzip header: equal data are equal bytes."""
    with path.open("wb", buffering=1 << 20) as out:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", 4, out, mtime=0) as packed:
                yield packed
        else:
            yield out


def write(path: Path, triples: int, seed: int) -> Size:
    """The file, N-Quads if its name says so."""
    names = path.suffixes
    size = Size()
    with opened(path) as out:
        for chunk in generate(triples, seed, quads=".nq" in names, size=size):
            out.write(chunk.encode())
    return size


def main() -> None:
    """Write the file and say how much it is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate")
    parser.add_argument("--triples", type=int, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    start = perf_counter()
    size = write(given.out, given.triples, given.seed)
    seconds = perf_counter() - start
    sys.stderr.write(
        f"{size.triples:,} triples, {size.documents:,} documents, {size.people:,} people, "
        f"{seconds:.1f} s\n"
    )


if __name__ == "__main__":
    main()
