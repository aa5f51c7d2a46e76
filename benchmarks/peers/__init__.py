"""The systems that are measured: each in its fastest setting, behind one small interface."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class System(Protocol):
    """One triple store. It lives in a process of its own, which may be killed at any time."""

    interruptible: bool
    """Whether a signal ends an answer and leaves the system whole: so for pure Python."""

    def load(self, data: Path, folder: Path) -> None:
        """Load a file into an empty folder; on return it is durable."""

    def prepare(self, folder: Path) -> None:
        """What may be done once after loading so that queries are quick; not timed."""

    def open(self, folder: Path) -> None:
        """Make ready for queries."""

    def answer(self, query: str) -> bytes:
        """The whole answer as SPARQL results in JSON."""

    def close(self) -> None:
        """Let go of everything."""


def _kgraph() -> System:
    from benchmarks.peers.ours import KGraph

    return KGraph()


def _naive() -> System:
    from benchmarks.peers.naive import Naive

    return Naive()


def _pyoxigraph() -> System:
    from benchmarks.peers.pyoxigraph_store import PyOxigraph

    return PyOxigraph()


def _oxigraph() -> System:
    from benchmarks.peers.oxigraph_server import OxigraphServer

    return OxigraphServer()


def _rdflib() -> System:
    from benchmarks.peers.rdflib_graph import RDFLib

    return RDFLib()


OURS = "kgraph"
SYSTEMS: dict[str, Callable[[], System]] = {
    OURS: _kgraph,
    "pyoxigraph": _pyoxigraph,
    "oxigraph serve": _oxigraph,
    "rdflib": _rdflib,
    "naive": _naive,
}
"""What makes each; libraries are imported only in the process that uses them."""

PEERS = ("pyoxigraph", "oxigraph serve", "rdflib")
LARGEST = {"rdflib": 1_500_000, "naive": 50_000}
"""Triples above which a system is not asked: it would take hours, or more memory than there is."""
