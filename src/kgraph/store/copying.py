"""A copy of a store that another process has open, taken between two of its checkpoints.

DuckDB writes to blocks that its header points to only by writing a new header, so that a file
whose header is the same before and after it was copied is whole; the log beside it may end in the
middle of a commit, which was not acknowledged then.
"""

import shutil
import tempfile
import time
from pathlib import Path

from kgraph.errors import StoreError
from kgraph.store.engine import DATABASE

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
                return target
        except FileNotFoundError:  # a checkpoint took the log away
            pass
        for path in target.iterdir():
            path.unlink()
        time.sleep(_PAUSE)
    shutil.rmtree(target)
    raise StoreError(f"{folder}: its owner writes without pause; try again, or ask it over HTTP")


def _state(folder: Path) -> tuple[bytes, tuple[str, ...]]:
    """What changes with each checkpoint."""
    with (folder / DATABASE).open("rb") as file:
        headers = file.read(_HEADERS)
    return headers, tuple(sorted(path.name for path in folder.glob(f"{DATABASE}*")))
