"""Where the suites are: packed archives outside the tree, unpacked for one run, never changed."""

import atexit
import os
import shutil
import tarfile
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHIVES = ("rdf-tests", "shacl-tests", "owl2-approved", "json-ld-torfd")


class SuitesAbsent(Exception):
    """The archives are not there."""


def folder() -> Path:
    """Return the folder of the archives: KGRAPH_CONFORMANCE, or shared/ beside the tree."""
    found = Path(os.environ.get("KGRAPH_CONFORMANCE") or ROOT.parent / "shared" / "conformance")
    if not (found / "rdf-tests.tar.xz").is_file():
        raise SuitesAbsent(
            f"the W3C suites are not in {found}: set KGRAPH_CONFORMANCE to the folder that holds "
            + ", ".join(f"{name}.tar.xz" for name in ARCHIVES)
        )
    return found


def required() -> bool:
    """Whether absent suites are a failure."""
    return os.environ.get("KGRAPH_REQUIRE_ALL", "").lower() in ("1", "true", "yes", "on")


@cache
def unpacked(archive: str) -> Path:
    """Unpack an archive into a temporary folder that goes when this process ends."""
    packed = folder() / f"{archive}.tar.xz"
    target = Path(tempfile.mkdtemp(prefix="kgraph-conformance-"))
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    with tarfile.open(packed) as file:
        file.extractall(target, filter="data")
    return target
