"""JSON-LD 1.1 to RDF, through the parser that reads documents into kgraph.

Tests of the 1.0 processing mode alone are left out, as the suite says they should be. Every test
is read with the options that it states, over JSON-LD 1.1's defaults: a base direction is dropped
(kgraph keeps it unless told otherwise). Contexts of the suite are read from its files.
"""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse
from tests.conformance.archives import unpacked
from tests.conformance.suites import Case, Suite
from tests.conformance.terms import isomorphic

from kgraph.errors import RDFSyntaxError
from kgraph.ingest.jsonld import JsonLdOptions
from kgraph.ingest.parse import parse_quads

BASE = "https://w3c.github.io/json-ld-api/tests/"


def cases() -> Mapping[str, Case]:
    folder = unpacked("json-ld-torfd") / "tests"
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text(encoding="utf-8"))
    return {
        f"{BASE}toRdf-manifest{entry['@id']}": partial(run, folder, entry)
        for entry in manifest["sequence"]
        if entry.get("option", {}).get("specVersion") != "json-ld-1.0"
    }


def run(folder: Path, entry: dict) -> None:
    kind = next(kind for kind in entry["@type"] if kind != "jld:ToRDFTest")
    RUNNERS[kind.removeprefix("jld:")](folder, entry)


def read(folder: Path, entry: dict) -> list[Quad]:
    option = entry.get("option", {})
    context = option.get("expandContext")
    options = JsonLdOptions(
        load_context=partial(load, folder),
        expand_context=json.loads((folder / context).read_bytes()) if context else None,
        processing_mode=option.get("processingMode", "json-ld-1.1"),
        direction=option.get("rdfDirection", "none"),
    )
    data = (folder / entry["input"]).read_bytes()
    base = option.get("base", BASE + entry["input"])
    return parse_quads(data, RdfFormat.JSON_LD, base_iri=base, json_ld=options)


def load(folder: Path, url: str) -> bytes:
    """Read a context of the suite; no other can be had."""
    assert url.startswith(BASE), f"{url} is outside the suite"
    return (folder / url.removeprefix(BASE)).read_bytes()


def positive(folder: Path, entry: dict) -> None:
    found = read(folder, entry)
    wanted = list(parse((folder / entry["expect"]).read_bytes(), RdfFormat.N_QUADS))
    assert isomorphic(found, wanted, values=False), f"found {found}, expected {wanted}"


def syntax(folder: Path, entry: dict) -> None:
    read(folder, entry)


def negative(folder: Path, entry: dict) -> None:
    try:
        read(folder, entry)
    except RDFSyntaxError:
        return
    raise AssertionError(f"accepted, expected {entry['expectErrorCode']}")


RUNNERS = {
    "PositiveEvaluationTest": positive,
    "NegativeEvaluationTest": negative,
    "PositiveSyntaxTest": syntax,
}

JSON_LD = Suite("json-ld", "JSON-LD 1.1 to RDF", 456, cases)
