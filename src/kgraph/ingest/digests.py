"""Digests of code and sources: what a commit of the sources is known by."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


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
