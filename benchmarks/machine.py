"""What a figure is of: revision, machine and versions; nothing that says where on the machine."""

import os
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ("src", "ontology", "shapes", "data", "benchmarks", ":!benchmarks/results")
"""Where a change may change a figure."""


def circumstances(packages: Iterable[str]) -> dict[str, str]:
    """Of this run, with the versions of packages."""
    return {
        "revision": revision(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: _version(name) for name in packages},
    }


def revision() -> str:
    """The commit, with `+` where what is measured is not what was committed."""
    found = commit()
    changed = _git("diff", "--quiet", "HEAD", "--", *MEASURED).returncode
    return f"{found}{'+' if changed else ''}" if found else "unknown"


def commit() -> str:
    """The commit that is checked out, in short; empty where there is none."""
    return _git("rev-parse", "--short", "HEAD").stdout.strip()


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False, cwd=ROOT)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
