"""rdflib's graph in memory: what it loads it keeps as long as the process lives."""

import logging
import shutil
from pathlib import Path

import rdflib


class RDFLib:
    """Nothing durable: loading again is how it opens."""

    interruptible = True

    def load(self, data: Path, folder: Path) -> None:
        self._read(data)
        shutil.copyfile(data, folder / data.name)

    def prepare(self, folder: Path) -> None:
        """Nothing to do."""

    def open(self, folder: Path) -> None:
        self._read(next(folder.iterdir()))

    def _read(self, data: Path) -> None:
        logging.getLogger("rdflib.term").setLevel(logging.ERROR)
        rdflib.NORMALIZE_LITERALS = False
        self.graph = rdflib.Graph(store="Memory")
        self.graph.parse(str(data), format="nt" if data.suffix == ".nt" else "turtle")

    def answer(self, query: str) -> bytes:
        found = self.graph.query(query).serialize(format="json")
        assert found is not None
        return found

    def close(self) -> None:
        del self.graph
