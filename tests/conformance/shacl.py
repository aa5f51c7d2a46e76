"""SHACL core and SHACL-SPARQL: whole validation reports, compared by isomorphism.

Compared are conforms and, of each result, focus node, path, severity, component, value, shape and
constraint where they have an IRI, and the message where a message is expected.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from pyoxigraph import (
    BlankNode,
    NamedNode,
    RdfFormat,
    Store,
    Triple,
    parse,
)
from tests.conformance.archives import unpacked
from tests.conformance.manifests import MF, RDF, Manifest, Term, Test, Tree, quads
from tests.conformance.suites import Case, Suite
from tests.conformance.terms import canonical

import kgraph.store
from kgraph.errors import KGraphError
from kgraph.shacl import ValidationReport
from kgraph.shacl.engine import Engine
from kgraph.shacl.model import Document, Shapes
from kgraph.store import Change

SH = "http://www.w3.org/ns/shacl#"
SHT = "http://www.w3.org/ns/shacl-test#"
COMPARED = (
    "focusNode",
    "resultMessage",
    "resultPath",
    "resultSeverity",
    "sourceConstraint",
    "sourceConstraintComponent",
    "sourceShape",
    "value",
)


def cases(part: str, executor: str) -> Mapping[str, Case]:
    folder = unpacked("shacl-tests") / "data-shapes-test-suite" / "tests"
    tree = Tree(folder, "https://w3c.github.io/data-shapes/data-shapes-test-suite/tests/")
    return {
        test.iri: partial(run, test, executor)
        for test in tests(tree, f"{tree.iri}{part}/manifest.ttl")
    }


def tests(tree: Tree, iri: str) -> Iterator[Test]:
    """Yield the tests of a manifest; inclusions are plain values here, not lists."""
    manifest = Manifest(tree.path(iri), iri)
    for entry in manifest.lists(MF + "entries"):
        kinds = {kind.value for kind in manifest.values(entry, RDF + "type")}
        assert kinds == {SHT + "Validate"}, f"{entry}: {kinds}"
        yield Test(entry.value, frozenset(kinds), manifest, tree)
    for quad in manifest.store.quads_for_pattern(None, NamedNode(MF + "include"), None):
        yield from tests(tree, quad.object.value)


def run(test: Test, executor: str) -> None:
    action, expected = test.value(MF + "action"), test.value(MF + "result")
    data = test.manifest.text(action, SHT + "dataGraph")
    shapes = test.manifest.text(action, SHT + "shapesGraph")
    if expected == NamedNode(SHT + "Failure"):
        try:
            report = validate(executor, test, data, shapes)
        except KGraphError:
            return
        raise AssertionError(f"validated all the same: {report}")
    wanted = expected_report(test.manifest, expected)
    found = actual_report(validate(executor, test, data, shapes), has_messages(wanted))
    assert canonical(found, values=False) == canonical(wanted, values=False), (
        f"found {[str(t) for t in found]}, expected {[str(t) for t in wanted]}"
    )


def validate(executor: str, test: Test, data: str, shapes: str) -> ValidationReport:
    """The report, by sets or by points."""
    given = tuple(quads(test.tree.read(data), RdfFormat.TURTLE, data))
    document = Document("shapes.ttl", test.tree.read(shapes), shapes)
    with kgraph.store.Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=given))
            transaction.commit(author="", message="", time=datetime.now(UTC))
        with store.snapshot() as snapshot:
            return Engine(Shapes.parse([document])).validate(snapshot, executor=executor)


def expected_report(manifest: Manifest, node: Term) -> list[Triple]:
    """Cut the report out of the manifest, to what is compared."""
    report = BlankNode()
    found = [Triple(report, NamedNode(SH + "conforms"), manifest.value(node, SH + "conforms"))]
    for result in manifest.values(node, SH + "result"):
        found.append(Triple(report, NamedNode(SH + "result"), result))
        for name in COMPARED:
            for value in manifest.values(result, SH + name):
                found.append(Triple(result, NamedNode(SH + name), value))
                if name == "resultPath" and isinstance(value, BlankNode):
                    found += _closure(manifest.store, value)
    return [_plain(triple) for triple in found]


def has_messages(triples: list[Triple]) -> bool:
    return any(triple.predicate.value == SH + "resultMessage" for triple in triples)


def _closure(store: Store, node: BlankNode) -> Iterator[Triple]:
    for quad in store.quads_for_pattern(node, None, None):
        yield quad.triple
        if isinstance(quad.object, BlankNode):
            yield from _closure(store, quad.object)


def _plain(triple: Triple) -> Triple:
    """Let shapes and constraints without an IRI be any blank node, told apart by nothing."""
    source = triple.predicate.value in (SH + "sourceShape", SH + "sourceConstraint")
    if source and isinstance(triple.object, BlankNode):
        return Triple(triple.subject, triple.predicate, BlankNode())
    return triple


def actual_report(report: ValidationReport, messages: bool) -> list[Triple]:
    lines = report.to_graph().serialize(format="nt", encoding="utf-8")
    store = Store()
    store.extend(parse(lines, RdfFormat.N_TRIPLES))
    dropped = {RDF + "type"} if messages else {SH + "resultMessage", RDF + "type"}
    kept = [t for t in _outer(store) if t.predicate.value not in dropped]
    return [_plain(triple) for triple in kept]


def _outer(store: Store) -> Iterator[Triple]:
    """Leave out sh:detail, which is optional and which the suite's reports never have."""
    (top,) = store.quads_for_pattern(None, NamedNode(SH + "conforms"), None)
    todo, seen = [top.subject], set()
    while todo:
        node = todo.pop()
        for quad in store.quads_for_pattern(node, None, None):
            if quad.predicate.value == SH + "detail":
                continue
            yield quad.triple
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                todo.append(quad.object)


EXECUTORS = tuple(
    Suite(f"shacl-{part}-{executor}", f"{title}, {executor[:-1]} executor", size, case)
    for executor in ("points", "sets")
    for part, title, size in (("core", "SHACL Core", 98), ("sparql", "SHACL-SPARQL", 22))
    for case in (partial(cases, part, executor),)
)
