"""Computed things that are kept by the hash of everything they were computed from."""

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parents[1]


class Cache:
    """Files under <data>/cache; losing one costs time, never an answer."""

    def __init__(self, folder: Path | None) -> None:
        """None keeps nothing."""
        self._folder = folder

    def get(self, key: str, name: str) -> bytes | None:
        """What was kept under this key, None if nothing was."""
        if self._folder is None:
            return None
        path = self._folder / key / name
        return path.read_bytes() if path.is_file() else None

    def put(self, key: str, name: str, data: bytes) -> None:
        """Keep it, if the folder can be written; a reader sees all of it or nothing."""
        if self._folder is None:
            return
        path = self._folder / key / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(f".{os.getpid()}.writing")
            aside.write_bytes(data)
            aside.replace(path)
        except OSError as error:
            log.warning("%s: not kept, so it is computed again next time: %s", path, error)

    def put_alone(self, key: str, name: str, data: bytes) -> None:
        """Keep it, and nothing else under this key."""
        self.put(key, name, data)
        if self._folder is not None:
            for path in (self._folder / key).glob("*"):
                if path.name != name:
                    path.unlink(missing_ok=True)


def code_digest(*folders: str) -> str:
    """A digest of the code in these folders of the package: part of every key."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(parts: Iterable[str]) -> str:
    """One key of many digests."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
