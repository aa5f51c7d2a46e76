import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgraph.errors import StoreError, StoreLocked
from kgraph.store import FolderLock

HOLD = """
import sys
from pathlib import Path
from kgraph.store import FolderLock
lock = FolderLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); sys.stdin.read()
"""


def test_a_second_process_says_who_holds_the_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match=rf"process {owner.pid} holds"):
            FolderLock(tmp_path).acquire()
        owner.kill()
    again = FolderLock(tmp_path)
    again.acquire()
    again.release()


def test_a_released_lock_can_be_taken(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.acquire()
    with pytest.raises(StoreLocked, match=str(os.getpid())):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()


def test_a_folder_that_cannot_be_made_is_an_error_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="KGRAPH_DATA"):
        FolderLock(tmp_path / "file" / "var").acquire()
