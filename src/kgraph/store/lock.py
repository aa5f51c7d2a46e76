"""One process owns a data folder."""

import fcntl
import os
from pathlib import Path

from kgraph.errors import StoreError, StoreLocked


class FolderLock:
    """Held from `acquire` to `release`; the system frees it when the process dies."""

    def __init__(self, folder: Path) -> None:
        """The lock of a data folder, not yet held."""
        self._path = folder / "lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Take it, or raise StoreLocked with the process that has it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(
                f"{self._path.parent}: cannot be used as data folder: {error.strerror}. "
                "Set KGRAPH_DATA to a folder that this user can write"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise StoreLocked(
                f"{self._path.parent}: process {owner} holds this data folder. "
                "Send it your change over HTTP, stop it, or set KGRAPH_DATA to another folder"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._file = descriptor

    def release(self) -> None:
        """Let it go; safe to call twice."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
