"""`oxigraph serve-read-only` over HTTP: the program that the package `oxigraph` installs."""

import os
import shutil
import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from pathlib import Path
from time import sleep


def program() -> str | None:
    """The program beside this Python, or on the path."""
    beside = Path(sys.executable).parent
    return shutil.which("oxigraph", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")


def _run(*arguments: str) -> None:
    subprocess.run([_program(), *arguments], check=True, capture_output=True)


def _program() -> str:
    found = program()
    if found is None:
        raise FileNotFoundError("oxigraph is not installed")
    return found


class OxigraphServer:
    """A server on a free port, asked over one connection that is kept open."""

    interruptible = False

    def load(self, data: Path, folder: Path) -> None:
        _run("load", "--location", str(folder), "--file", str(data), "--lenient")

    def prepare(self, folder: Path) -> None:
        _run("optimize", "--location", str(folder))

    def open(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"127.0.0.1:{port}"
        self.server = subprocess.Popen(
            [_program(), "serve-read-only", "--location", str(folder), "--bind", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.connection = HTTPConnection("127.0.0.1", port)
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                self.connection.connect()
            except ConnectionRefusedError:
                assert self.server.poll() is None, "oxigraph serve ended"
                sleep(0.1)
            else:
                self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return
        raise TimeoutError("oxigraph serve does not answer")

    def answer(self, query: str) -> bytes:
        headers = {
            "Content-Type": "application/sparql-query",
            "Accept": "application/sparql-results+json",
        }
        try:
            response = self._response(query, headers)
        except (BrokenPipeError, ConnectionResetError, RemoteDisconnected):
            # It closes a connection that was idle while another system was asked.
            self.connection.close()
            self._wait()
            response = self._response(query, headers)
        body = response.read()
        assert response.status == 200, body[:500]
        return body

    def _response(self, query: str, headers: dict[str, str]) -> HTTPResponse:
        self.connection.request("POST", "/query", query.encode(), headers)
        return self.connection.getresponse()

    def close(self) -> None:
        self.connection.close()
        self.server.terminate()
        self.server.wait()
