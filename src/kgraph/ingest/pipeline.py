"""What follows from asserted quads and what is wrong with them: close, then validate.

Both are skipped where they cannot matter: a change that touches no predicate and no class that
the schema, the rules or the shapes look at cannot change what they conclude.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Quad, Store

from kgraph.ingest.cache import Cache, code_digest, key_of
from kgraph.ingest.engines import Engines
from kgraph.progress import SILENT, Progress
from kgraph.terms import from_lines, to_lines

ResultKey = tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What holds for one set of asserted quads: what follows, and what is wrong already."""

    inferred: frozenset[Quad]
    known: frozenset[ResultKey]


def result_key(result: Any) -> ResultKey:
    """What makes two validation results the same one, before and after a change."""
    parts = (
        result.focus_node,
        result.result_path,
        result.value,
        result.source_shape,
        result.constraint_component,
        result.severity,
    )
    return tuple(str(part) for part in parts)


class Pipeline:
    """The reasoner and the validator of one corpus, behind a cache."""

    def __init__(
        self, engines: Engines, cache: Cache, corpus_digest: str, progress: Progress = SILENT
    ) -> None:
        """`corpus_digest` covers the sources; the code that concludes is added here."""
        self._engines = engines
        self._cache = cache
        self._inputs = [corpus_digest, code_digest("reason", "shacl", "ingest")]
        self.progress = progress

    @property
    def engines(self) -> Engines:
        """The reasoner and the validator."""
        return self._engines

    def matters(self, quads: Iterable[Quad]) -> bool:
        """Whether adding or removing these can change what follows or what is wrong."""
        return any(self._engines.mentions(quad) for quad in quads)

    def infer(self, asserted: Store) -> tuple[frozenset[Quad], tuple[Any, ...]]:
        """The quads that follow and are not asserted, and the inconsistencies as results."""
        return self._engines.close(asserted, self.progress)

    def validate(self, store: Store, inconsistencies: tuple[Any, ...] = ()) -> Any:
        """The report on asserted and inferred quads together."""
        return self._engines.validate(store, inconsistencies, self.progress)

    def standing(
        self, patches: Iterable[str], asserted: Callable[[], Store], closed: Callable[..., Store]
    ) -> Standing:
        """What holds after these patches (digests), from the cache or computed and kept.

        `asserted` gives a store of the asserted quads; `closed` one with inferred quads added.
        """
        key = key_of([*self._inputs, *patches])
        lines, known = self._cache.get(key, "inferred.nq"), self._cache.get(key, "known.json")
        if lines is not None and known is not None:
            quads = frozenset(from_lines(lines.decode().splitlines()))
            return Standing(quads, frozenset(tuple(one) for one in json.loads(known)))
        inferred, inconsistencies = self.infer(asserted())
        report = self.validate(closed(inferred), inconsistencies)
        standing = Standing(inferred, frozenset(map(result_key, report.results)))
        self._cache.put(key, "inferred.nq", ("\n".join(to_lines(inferred)) + "\n").encode())
        self._cache.put(key, "known.json", json.dumps(sorted(standing.known)).encode())
        return standing
