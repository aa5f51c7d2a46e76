"""Why things hold, do not hold, or are wrong: pages, pictures, text and JSON."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.errors import MalformedRequest, UnknownResource
from kgraph.provenance import Contradiction, ExplainedResult, Explanation, Saying
from kgraph.provenance.told import (
    Teller,
    contradiction_json,
    explanation_json,
    result_json,
)
from kgraph.reason.proofs import Fact, Proof, WhyNot
from kgraph.terms import graph_node, parse_term
from kgraph.web import requests
from kgraph.web.claims import Claim, ClaimReader, Linker
from kgraph.web.labels import Labels
from kgraph.web.negotiation import HTML, Offer, negotiate
from kgraph.web.triples import named, read_triple, triple_history, write_triple

blueprint = Blueprint("explaining", __name__)

PAGE = Offer(HTML, ("html", HTML))
JSON = Offer("application/json", ("json", "application/json"))
TEXT = Offer("text/plain", ("text", "text/plain"))
SVG = Offer("image/svg+xml", ("svg", "image/svg+xml"))
WITHOUT_PICTURE = (PAGE, JSON, TEXT)
MOST_DEPTH, MOST_WAYS = 100, 20


@blueprint.get("/explain")
def explain() -> Response:
    """Say why a triple holds or does not, or what is wrong with a thing and why.

    `triple` takes a triple in N-Triples, `node` an IRI; `inconsistencies=true` asks for all that
    contradicts the ontology.
    """
    asked = request.args
    if "node" in asked:
        return _node(asked["node"])
    if asked.get("inconsistencies") == "true":
        return _inconsistencies()
    if "triple" in asked or "subject" in asked:
        return _triple(_asked_triple())
    offer = _offer((PAGE, JSON, TEXT, SVG))
    if offer is not PAGE:
        raise MalformedRequest("why what? Give ?triple=, ?node= or ?inconsistencies=true")
    return _page("explain.html", asked=None)


def _asked_triple() -> Triple:
    """Read the triple, in N-Triples or as three terms of Turtle."""
    if "triple" in request.args:
        return read_triple(request.args["triple"])
    prefixes = requests.graph().names.prefixes
    texts = {name: request.args.get(name, "") for name in ("subject", "predicate", "object")}
    if texts["predicate"] == "a":
        texts["predicate"] = "rdf:type"
    subject, predicate, object_ = (parse_term(text, prefixes) for text in texts.values())
    if not isinstance(subject, NamedNode | BlankNode) or not isinstance(predicate, NamedNode):
        raise MalformedRequest("a triple has an IRI or a blank node, then an IRI, then any term")
    return Triple(subject, predicate, object_)


def _triple(triple: Triple) -> Response:
    graph, offer = requests.graph(), _offer((PAGE, JSON, TEXT, SVG))
    ways = _number("ways", 1, MOST_WAYS)
    found = graph.explain(*named(triple), ways=ways, depth=_depth())
    teller = Teller(graph.names.prefixes, graph.passage_text)
    if offer is SVG:
        picture = teller.svg(found)
        if picture is None:
            raise UnknownResource("the graph does not say this, so there is no proof to draw")
        return _answer(picture, SVG)
    missing = None if found.holds else graph.why_not(*named(triple))
    if offer is JSON:
        return _varied(jsonify(explanation_json(found, missing)))
    if offer is TEXT:
        return _answer(teller.why_not(missing) if missing else teller.text(found), TEXT)
    return _page(
        "explain.html",
        asked=triple,
        found=found,
        missing=missing,
        ways=ways,
        history=triple_history(triple),
        **_shown([found], missing),
    )


def _node(iri: str) -> Response:
    graph, offer = requests.graph(), _offer(WITHOUT_PICTURE)
    node = graph_node(iri)
    if not isinstance(node, NamedNode):
        raise MalformedRequest("which thing? ?node= takes an IRI")
    found = graph.explain_node(node, depth=_depth())
    if offer is JSON:
        return _varied(jsonify([result_json(each) for each in found]))
    if offer is TEXT:
        teller = Teller(graph.names.prefixes, graph.passage_text)
        text = "\n\n".join(teller.result(each) for each in found)
        return _answer(text or "nothing is said against it", TEXT)
    whys = [why for each in found for why in _whys(each)]
    return _page("objections.html", node=iri, found=found, **_shown(whys))


def _whys(explained: ExplainedResult) -> Iterable[Explanation | Contradiction]:
    yield from explained.targeted
    yield from explained.premises
    if explained.contradiction is not None:
        yield explained.contradiction
    for detail in explained.details:
        yield from _whys(detail)


def _inconsistencies() -> Response:
    graph, offer = requests.graph(), _offer(WITHOUT_PICTURE)
    found = graph.explain_inconsistencies(depth=_depth())
    if offer is JSON:
        return _varied(jsonify([contradiction_json(each) for each in found]))
    if offer is TEXT:
        teller = Teller(graph.names.prefixes, graph.passage_text)
        return _answer(teller.contradictions(found) or "nothing contradicts the ontology", TEXT)
    return _page("objections.html", node=None, found=found, **_shown(found))


def _shown(
    found: Iterable[Explanation | Contradiction], missing: WhyNot | None = None
) -> dict[str, Any]:
    """Return what templates need: labels, and the cards of all claims, numbered."""
    graph = requests.graph()
    labels = Labels(graph)
    link = Linker(graph, labels)
    reader = ClaimReader(graph, labels, link)
    found = list(found)
    labels.load(_iris(found, missing))
    sayings = [saying for each in found for saying in _sayings(each)]
    cards: dict[str, Claim] = {}
    for saying in sayings:
        if saying.claim not in cards:
            cards[saying.claim] = reader.one(saying.claim)
    numbers = {iri: number for number, iri in enumerate(cards, 1)}

    def cited(notes: Callable[[Fact], Iterable[Saying]], fact: Fact) -> list[tuple[int, Claim]]:
        return [(numbers[one.claim], cards[one.claim]) for one in notes(fact)]

    return {
        **{"link": link, "cards": cards, "cited": cited},
        **{"written": write_triple, "is_known": is_known},
    }


def is_known(fact: Fact) -> bool:
    """Whether a fact is a triple of RDF, so that it can be asked about."""
    subject, predicate, object_ = fact.parts
    nodes = isinstance(subject, NamedNode) and isinstance(predicate, NamedNode)
    return nodes and isinstance(object_, NamedNode | Literal)


def _sayings(found: Explanation | Contradiction) -> Iterable[Saying]:
    if isinstance(found, Explanation):
        yield from found.claims
    for ground in found.rests_on:
        yield from ground.claims


def _iris(found: Iterable[Explanation | Contradiction], missing: WhyNot | None) -> set[str]:
    terms: list[object] = []
    open_: list[Proof] = []
    for each in found:
        if each.proof is not None:
            open_.append(each.proof)
        if isinstance(each, Explanation):
            open_ += each.others
            terms += (each.triple.subject, each.triple.predicate, each.triple.object)
    while open_:
        proof = open_.pop()
        open_ += proof.premises
        terms += proof.triple.parts if proof.triple else ()
    for attempt in missing.attempts if missing else ():
        for fact in (*attempt.holds, *attempt.lacks, *attempt.hinders):
            terms += fact.parts
    return {term.value for term in terms if isinstance(term, NamedNode)}


def _offer(offers: tuple[Offer, ...]) -> Offer:
    return negotiate(requests.accept(), requests.format_override(), offers)


def _depth() -> int | None:
    return _number("depth", 0, MOST_DEPTH) if "depth" in request.args else None


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise MalformedRequest(f"{name}={text} is no number up to {most}")
    return int(text)


def _page(template: str, **found: Any) -> Response:
    return _answer(render_template(template, **found), PAGE)


def _answer(text: str, offer: Offer) -> Response:
    content_type = f"{offer.media_type}; charset=utf-8"
    return _varied(Response(text, content_type=content_type))


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response
