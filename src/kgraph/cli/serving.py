"""`kgraph serve`: one process that owns the store, with threads that answer."""

import gc
import logging
import signal
from types import FrameType
from typing import NoReturn

import click
from waitress.server import create_server

from kgraph.cli.frame import Call, pass_call
from kgraph.web import create_app, load_token


@click.command()
@click.option("--host", help="Address (KGRAPH_HOST).")
@click.option("--port", type=int, help="Port (KGRAPH_PORT).")
@click.option("--threads", type=int, help="Threads that answer (KGRAPH_THREADS).")
@pass_call
def serve(call: Call, host: str | None, port: int | None, threads: int | None) -> None:
    """Serve the graph: pages at /, queries at /sparql."""
    call.setting(host=host, port=port, threads=threads)
    settings = call.settings
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    with call.graph() as graph:
        graph.prepare()
        token = load_token(settings)
        server = create_server(
            create_app(graph, token),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            max_request_body_size=settings.max_body_bytes * 2,
            channel_request_lookahead=1,  # or nobody sees that a client has gone
        )
        click.echo(f"kgraph: {len(graph.graph_names())} graphs, {len(graph.commits())} commits")
        click.echo(f"kgraph: http://{settings.host}:{settings.port}/ (SPARQL at /sparql)")
        if token.path:
            click.echo(f"kgraph: the token for writes is in {token.path}")
        gc.collect()
        gc.freeze()  # what lives as long as the server is not looked through while it answers
        try:
            server.run()
        finally:
            gc.unfreeze()
            server.close()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
