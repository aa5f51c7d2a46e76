"""A load that is killed leaves the store as it was, or as it was to be."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kgraph.formats import by_suffix
from kgraph.store import Store
from kgraph.store.bulk import bulk_load
from kgraph.store.faults import VARIABLE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LOAD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kgraph.formats import by_suffix
from kgraph.store import Store
from kgraph.store.bulk import bulk_load
path = Path(sys.argv[2])
with Store.open(Path(sys.argv[1])) as store:
    bulk_load(store, [(path, by_suffix(path), None)], author="me", message="second",
              time=datetime(2026, 1, 1, tzinfo=UTC))
"""


def load(store: Store, path: Path) -> int:
    documents = [(path, by_suffix(path), None)]
    return bulk_load(store, documents, author="me", message="", time=NOW).added


@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize(
    ("point", "commits"),
    [
        ("in a bulk load", 0),
        ("before runs are renamed", 0),
        ("before commit", 0),
        ("after commit", 1),
    ],
)
def test_a_killed_load(tmp_path: Path, point: str, commits: int, before: int) -> None:
    folder = tmp_path / "store"
    small, large = tmp_path / "small.nt", tmp_path / "large.nt"
    small.write_text("".join(f"<urn:{n}> <urn:p> <urn:s> .\n" for n in range(before)))
    large.write_text("".join(f'<urn:{n % 300}> <urn:p> "{n}" .\n' for n in range(3000)))
    with Store.open(folder) as store:
        load(store, small)
    command = [sys.executable, "-c", LOAD, str(folder), str(large)]
    killed = subprocess.run(command, env=os.environ | {VARIABLE: point}, check=False)
    assert killed.returncode == -signal.SIGKILL
    with Store.open(folder) as store:
        assert len(store.commits()) == 1 + commits
        with store.snapshot() as snapshot:
            assert len(snapshot) == before + 3000 * commits
            found = list(snapshot.quads_for_pattern(NamedNode("urn:1"), None, None))
            assert len(found) == (before > 1) + 10 * commits
        assert load(store, large) == 3000 * (1 - commits)
        with store.snapshot() as snapshot:
            assert len(snapshot) == before + 3000
            found = list(snapshot.quads_for_pattern(NamedNode("urn:1"), None, None))
            assert len(found) == (before > 1) + 10
