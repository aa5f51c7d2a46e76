"""A copy of a store that another process has open, taken between two of its checkpoints.

DuckDB writes to blocks that its header points to only by writing a new header, so that a file
whose header is the same before and after it was copied is whole; the log beside it may end in the
middle of a commit, which was not acknowledged then.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

from kgraph.errors import StoreError
from kgraph.store.engine import DATABASE
from kgraph.store.index.files import CURRENT, current
from kgraph.store.recovery import RUNS

_HEADERS = 3 * 4096
_TRIES = 20
_PAUSE = 0.1


def copy_of(folder: Path) -> Path:
    """A new temporary folder with the last commit of a store; the caller removes it."""
    target = Path(tempfile.mkdtemp(prefix="kgraph-"))
    for _ in range(_TRIES):
        try:
            before = _state(folder)
            for path in sorted(folder.glob(f"{DATABASE}*")):
                shutil.copy2(path, target / path.name)
            if _state(folder) == before:
                _copy_runs(folder / RUNS, target / RUNS)
                return target
        except FileNotFoundError:  # a checkpoint took the log away
            pass
        for path in target.iterdir():
            path.unlink()
        time.sleep(_PAUSE)
    shutil.rmtree(target)
    raise StoreError(f"{folder}: its owner writes without pause; try again, or ask it over HTTP")


def _copy_runs(folder: Path, target: Path) -> None:
    """The runs, which nobody writes to: where that can be, under a second name of the same files.

    Whether they are whole, and those of the copied commit, is seen when they are opened.
    """
    try:
        built = current(folder)
        if built is None:
            return
        (target / built.name).mkdir(parents=True)
        for path in built.iterdir():
            try:
                os.link(path, target / built.name / path.name)
            except OSError:
                shutil.copy2(path, target / built.name / path.name)
        (target / CURRENT).write_text(built.name, encoding="utf-8")
    except FileNotFoundError:  # a merge has put others in their place
        shutil.rmtree(target, ignore_errors=True)


def _state(folder: Path) -> tuple[bytes, tuple[str, ...]]:
    """What changes with each checkpoint."""
    with (folder / DATABASE).open("rb") as file:
        headers = file.read(_HEADERS)
    return headers, tuple(sorted(path.name for path in folder.glob(f"{DATABASE}*")))
