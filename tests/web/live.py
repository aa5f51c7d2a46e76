"""A real server for a test, and its orderly end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server


@contextmanager
def serving(app: Flask, *, threads: int = 2, **how: int) -> Iterator[int]:
    """Serve an application on a free port; at the end its loop closes what it opened."""
    sockets: dict = {}
    server = create_server(app, host="127.0.0.1", port=0, threads=threads, map=sockets, **how)
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()
    try:
        yield int(server.effective_port)
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        loop.join(10)
