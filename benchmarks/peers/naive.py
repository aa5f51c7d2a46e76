"""The naive evaluator of the algebra: no peer, but something to try the harness with."""

import shutil
from pathlib import Path

import pyoxigraph as ox

from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.queries import evaluate
from kgraph.plan.naive.results import results
from kgraph.sparql.parse import parse_query


class Naive:
    """Sets of triples in memory."""

    interruptible = True

    def load(self, data: Path, folder: Path) -> None:
        self._read(data)
        shutil.copyfile(data, folder / data.name)

    def prepare(self, folder: Path) -> None:
        """Nothing to do."""

    def open(self, folder: Path) -> None:
        self._read(next(folder.iterdir()))

    def _read(self, data: Path) -> None:
        self.data = Dataset()
        self.data.ensured(None).update(quad.triple for quad in ox.parse(path=str(data)))

    def answer(self, query: str) -> bytes:
        found = results(evaluate(parse_query(query), self.data))
        written = found.serialize(format=ox.QueryResultsFormat.JSON)
        assert written is not None
        return written

    def close(self) -> None:
        del self.data
