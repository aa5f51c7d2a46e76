"""Running queries: listed for the operator, and stopped by their id.

An id is told to whoever asks the query, and is not to be guessed: who knows it may stop it.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from kgraph.errors import UnknownQuery
from kgraph.web import requests

blueprint = Blueprint("queries", __name__)


@blueprint.get("/queries", strict_slashes=False)
def running() -> Response:
    """List the queries that run now, the oldest first."""
    requests.check_token("the list of running queries")
    now = datetime.now(UTC)
    return jsonify(
        [
            {
                "id": one.id,
                "query": one.text,
                "started": one.started.isoformat(),
                "seconds": round((now - one.started).total_seconds(), 3),
                "state": one.state,
                "executor": one.executor,
            }
            for one in requests.graph().running()
        ]
    )


@blueprint.delete("/queries/<query_id>")
def cancel(query_id: str) -> Response:
    """Stop a query; who waits for its answer is told so."""
    if not requests.graph().cancel(query_id):
        raise UnknownQuery(f"no query called {query_id} is running; it may have come to its end")
    return Response(status=204)
