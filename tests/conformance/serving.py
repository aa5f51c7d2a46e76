"""A real server for the protocol suites: waitress on a free port, an empty graph, scratch data."""

import atexit
import http.client
import shutil
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from waitress.server import create_server

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

TOKEN = "conformance"
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


@dataclass(frozen=True)
class Server:
    """A server on this machine."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        """Send one request, with the headers given and no others that mean anything."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def empty(self) -> None:
        """Drop every graph."""
        headers = {"Content-Type": "application/sparql-update", **AUTHORIZATION}
        reply = self.send("POST", "/sparql", headers, b"DROP ALL")
        assert reply.status in (200, 204), f"DROP ALL: {reply.status} {reply.body!r}"


def empty_graph(folder: Path) -> KnowledgeGraph:
    """Open a graph without ontology, shapes, rules or data, in a folder of its own."""
    sources, data = folder / "sources", folder / "data"
    sources.mkdir(parents=True)
    return KnowledgeGraph.open(Settings(data=str(data), sources=str(sources), token=TOKEN))


@cache
def server() -> Server:
    """Start the server once per process."""
    folder = Path(tempfile.mkdtemp(prefix="kgraph-conformance-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = create_server(create_app(empty_graph(folder)), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=made.run, daemon=True).start()
    return Server("127.0.0.1", int(made.effective_port))
