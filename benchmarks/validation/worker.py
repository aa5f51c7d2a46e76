"""One validation by one system in a process of its own; its figures as a line of JSON."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time

Figures = dict[str, float]


class Clock:
    """Seconds on the wall and of the processors since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = perf_counter(), process_time()

    def figures(self, name: str) -> Figures:
        return {name: perf_counter() - self._wall, f"{name}_cpu": process_time() - self._cpu}


def ours(data: Path, shapes: Path) -> Figures:
    from kgraph.formats import by_suffix
    from kgraph.shacl.engine import Engine
    from kgraph.shacl.model import Shapes
    from kgraph.store import Store
    from kgraph.store.bulk import bulk_load

    whole = Clock()
    with Store.open(None) as store:
        documents = [(data, by_suffix(data), None)]
        bulk_load(store, documents, author="", message="", time=datetime.now(UTC))
        with store.snapshot() as snapshot:
            proper = Clock()
            report = Engine(Shapes.parse([shapes])).validate(snapshot)
            found = proper.figures("proper")
    return whole.figures("files") | found | {"results": len(report.results)}


def shacl_rust(data: Path, shapes: Path) -> Figures:
    import shacl_rust as rust  # type: ignore[import-untyped]

    whole = Clock()
    report = rust.validate_file(str(data), str(shapes), experimental_index=True)
    return whole.figures("files") | {"results": len(report["results"])}


def pyshacl(data: Path, shapes: Path) -> Figures:
    from pyshacl import validate
    from rdflib import Graph
    from rdflib.namespace import SH

    whole = Clock()
    graph = Graph(bind_namespaces="none").parse(data)
    checked = Graph(bind_namespaces="none").parse(shapes)
    _, report, _ = validate(graph, shacl_graph=checked, inference="none", inplace=True)
    assert isinstance(report, Graph)
    results = sum(1 for _ in report.objects(None, SH.result))
    return whole.figures("files") | {"results": results}


SYSTEMS: Mapping[str, Callable[[Path, Path], Figures]] = {
    "kgraph": ours,
    "shacl-rust": shacl_rust,
    "pyshacl": pyshacl,
}


def main() -> None:
    """`worker SYSTEM DATA SHAPES`."""
    system, data, shapes = sys.argv[1:]
    figures = SYSTEMS[system](Path(data), Path(shapes))
    figures["memory"] = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
