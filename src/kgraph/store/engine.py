"""One DuckDB database, opened so that SQL reaches nothing but the store's own folders."""

import os
import shutil
import tempfile
from pathlib import Path
from time import monotonic, sleep
from weakref import WeakSet

import duckdb

from kgraph.errors import StoreError
from kgraph.store import going
from kgraph.store.faults import fault

DATABASE = "graph.duckdb"
TEMPORARY = "temp"
EXCHANGE = "exchange"
MAX_TEMPORARY = "100GB"
PATIENCE, NUDGE = 30.0, 0.01
"""Seconds for which a statement is asked to end, and those between two times."""
WAL_LIMIT = "256MB"
"""From here on a commit waits for a checkpoint; the store's own come much earlier."""


class Engine:
    """A database in a folder, or in memory, and the one folder whose files its SQL may use."""

    def __init__(
        self, folder: Path | None, *, memory_limit: str = "4GB", threads: int | None = None
    ) -> None:
        """Open it, in a folder that the caller has locked; StoreError if that cannot be done."""
        self._scratch = Path(tempfile.mkdtemp(prefix="kgraph-")) if folder is None else None
        home = folder or self._scratch
        assert home is not None
        self.folder = folder
        self.path = folder / DATABASE if folder else None
        """The database file; None in memory."""
        self.exchange = (home / EXCHANGE).absolute()
        """Files that SQL may read and write: bulk loads and exports pass through here."""
        self._temporary = (home / TEMPORARY).absolute()
        self._clear()
        self._config = _config(self._temporary, memory_limit, threads)
        self._cursors: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()
        self._database = self._connect()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        try:
            database = duckdb.connect(str(self.path or ":memory:"), config=self._config)
        except duckdb.Error as error:
            raise StoreError(f"{self.path}: the database cannot be opened: {error}") from error
        going.register(database)
        quoted = str(self.exchange).replace("'", "''")
        for setting in (
            f"allowed_directories = ['{quoted}']",
            "TimeZone = 'UTC'",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            database.execute(f"SET {setting}")
        return database

    def _clear(self) -> None:
        for folder in (self.exchange, self._temporary):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own: temporary tables, transactions and interrupts are its alone."""
        cursor = self._database.cursor()
        self._cursors.add(cursor)
        return cursor

    def wal_size(self) -> int:
        """Bytes in the database's log, which a checkpoint brings into the file."""
        if self.path is None:
            return 0
        wal = self.path.with_name(f"{self.path.name}.wal")
        return wal.stat().st_size if wal.exists() else 0

    def close_cursors(self) -> None:
        """Close all cursors, whoever has them: their reading ends with an error."""
        for cursor in list(self._cursors):
            _close(cursor)

    def replace(self, path: Path) -> None:
        """Put another database file in place of this one and open it; cursors are closed.

        `path` is in the same file system, and is gone afterwards.
        """
        assert self.path is not None
        self.close_cursors()
        self._database.execute("CHECKPOINT")
        self._database.close()
        try:
            fault("before a purge's rename")
            path.replace(self.path)
            sync(self.path.parent)
        finally:
            self._database = self._connect()

    def close(self) -> None:
        """Close the database and all cursors; what is in its log goes into the file."""
        self.close_cursors()
        self._database.close()
        for folder in (self.exchange, self._temporary, self._scratch):
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)


def _close(cursor: duckdb.DuckDBPyConnection) -> None:
    """Close a cursor, when the statement that it is at has been given up."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            cursor.close()
            return
        except duckdb.ResourceInUseException:
            if monotonic() > deadline:
                raise
            cursor.interrupt()
            sleep(NUDGE)


def sync(folder: Path) -> None:
    """What was renamed in a folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _config(
    temporary: Path, memory_limit: str, threads: int | None
) -> dict[str, str | bool | int | float | list[str]]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "allow_community_extensions": "false",
        "allow_unsigned_extensions": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "memory_limit": memory_limit,
        "temp_directory": str(temporary),
        "max_temp_directory_size": MAX_TEMPORARY,
        "wal_autocheckpoint": WAL_LIMIT,
    }
    if threads is not None:
        config["threads"] = str(threads)
    return config
