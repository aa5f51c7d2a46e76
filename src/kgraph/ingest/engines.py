"""The reasoner and the validator of a corpus, behind one object."""

from dataclasses import dataclass
from typing import Any

from pyoxigraph import Quad, Store, Triple

from kgraph.ingest.corpus import Corpus
from kgraph.progress import Progress
from kgraph.vocab import Names


@dataclass(frozen=True)
class _Report:
    results: tuple[Any, ...] = ()

    @property
    def conforms(self) -> bool:
        return not self.results

    @property
    def blocks(self) -> bool:
        return False


class Engines:
    """What concludes."""

    def mentions(self, quad: Quad) -> bool:
        """Whether a quad can take part in any inference or constraint."""
        return False

    def close(self, asserted: Store, progress: Progress) -> tuple[frozenset[Quad], tuple[Any, ...]]:
        """What follows, and the inconsistencies."""
        return frozenset(), ()

    def validate(self, store: Store, inconsistencies: tuple[Any, ...], progress: Progress) -> Any:
        """The report."""
        return _Report()

    def explain(self, store: Store, triple: Triple) -> Any:
        """The proof of an inferred triple."""
        return None

    def empty_report(self) -> Any:
        """A report of nothing."""
        return _Report()


def load_engines(corpus: Corpus, names: Names) -> Engines:
    """The engines of a corpus."""
    return Engines()
