"""RDF that somebody wants to bring in: what the shapes say of it, on a page or as a report.

Nothing is changed. A script on the page asks for lines of JSON and is told how far the work is;
without the script, the form is answered with the same page.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, copy_current_request_context, jsonify, request
from flask import render_template as render

from kgraph.errors import KGraphError, MalformedRequest, RDFSyntaxError, UnsupportedMediaType
from kgraph.formats import RDF_FORMATS, by_suffix, choose, rdf_format
from kgraph.progress import SILENT, Progress
from kgraph.web import requests
from kgraph.web.claims import Linker
from kgraph.web.errors import report_text, status_of
from kgraph.web.findings import FindingReader
from kgraph.web.labels import Labels
from kgraph.web.negotiation import GRAPHS
from kgraph.web.streaming import Sink, stream

blueprint = Blueprint("checking", __name__)

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
LINES_OF_JSON = "application/x-ndjson"
SECONDS_BETWEEN = 0.1
SHOWN_AGAIN = 200_000
"""Characters: a longer text is not sent back with the page."""


@dataclass(frozen=True)
class Document:
    """What a form brought: bytes, the text to show again, and the media type."""

    data: bytes
    text: str
    media_type: str


@blueprint.get("/validate")
def form() -> str:
    """Show the form."""
    return page(Document(b"", "", ""))


@blueprint.post("/validate")
def validate() -> Response:
    """Read RDF, say what the shapes say of it, change nothing."""
    if request.mimetype not in FORMS:
        return answer_program()
    document = sent()
    if request.headers.get("Accept") == LINES_OF_JSON:
        return tell(document)
    text, status = check(document, SILENT)
    return Response(text, status, content_type="text/html; charset=utf-8")


def sent() -> Document:
    """Read the form; a file's name says its format better than the list that was not touched."""
    file = request.files.get("file")
    media_type = request.form.get("format") or "text/turtle"
    if not file or not file.filename:
        text = request.form.get("rdf", "")
        return Document(text.encode(), text, media_type)
    data = file.read()
    with suppress(UnsupportedMediaType):  # then the list decides
        media_type = by_suffix(file.filename).media_type
    return Document(data, data.decode("utf-8", errors="replace"), media_type)


def check(document: Document, progress: Progress) -> tuple[str, int]:
    """Make the page that answers a form."""
    graph = requests.graph()
    try:
        if not document.data.strip():
            raise MalformedRequest("there is nothing to check: paste RDF or choose a file")
        report = graph.validate(
            document.data, document.media_type, level=graph.level, progress=progress
        )
    except KGraphError as error:
        place = error.place if isinstance(error, RDFSyntaxError) else None
        marked = {place.line} if place else set()
        answer = page(document, error=error, place=place, marked=marked)
        return answer, status_of(type(error))
    link = Linker(graph, Labels(graph))
    nodes = FindingReader(graph, link, document.text).read(report.results)
    marked = {line for node in nodes for line in node.lines}
    return page(document, report=report, nodes=nodes, marked=marked), 200


def page(document: Document, **found: object) -> str:
    """Make the page, with what was found if anything was looked for."""
    formats = [(one.media_type, one.name) for one in RDF_FORMATS]
    too_long = len(document.text) > SHOWN_AGAIN
    text = "" if too_long else document.text
    shown = {"formats": formats, "chosen": document.media_type, "too_long": too_long}
    return render("validate.html", text=text, **shown, **found)


def tell(document: Document) -> Response:
    """Send a line for each stage of the work, and the page in the last one."""

    @copy_current_request_context
    def produce(announce: Callable[[str], None], sink: Sink) -> None:
        announce(LINES_OF_JSON)
        text, _ = check(document, teller(sink))
        sink.write(json.dumps({"page": text}).encode() + b"\n")

    made = stream(produce, seconds=None)
    return Response(made.chunks, content_type=made.media_type)


def teller(sink: Sink) -> Progress:
    """Make a listener that writes a line for each new stage, and some within a stage."""
    last, told = "", 0.0

    def listen(stage: str, done: int = 0, total: int | None = None) -> None:
        nonlocal last, told
        now = time.monotonic()
        if stage != last or now - told > SECONDS_BETWEEN:
            last, told = stage, now
            line = {"stage": stage, "done": done, "total": total}
            sink.write(json.dumps(line).encode() + b"\n")

    return listen


def answer_program() -> Response:
    """Answer programs: RDF in, the report out as JSON or as SHACL."""
    body = requests.body()
    rdf_format(body.media_type)
    graph = requests.graph()
    report = graph.validate(body.data, body.media_type, level=graph.level)
    offers = ["application/json", *(offer.media_type for offer in GRAPHS)]
    media_type = choose(requests.accept(), offers)
    if media_type == "application/json":
        response = jsonify(report.to_json())
    else:
        offer = next(offer for offer in GRAPHS if offer.media_type == media_type)
        response = Response(report_text(report, offer), content_type=media_type)
    response.vary.add("Accept")
    return response
