"""Reading test manifests: RDF lists of tests, under IRIs that no temporary folder shows through."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
NIL = RDF + "nil"

Term = NamedNode | BlankNode | Literal


class Manifest:
    """One manifest as a graph to walk in."""

    def __init__(self, path: Path, iri: str) -> None:
        self.iri = iri
        self.store = Store()
        self.store.load(path=str(path), format=RdfFormat.TURTLE, base_iri=iri)

    def values(self, subject: Term, predicate: str) -> list[Term]:
        found = self.store.quads_for_pattern(subject, NamedNode(predicate), None)
        return [quad.object for quad in found]

    def value(self, subject: Term, predicate: str) -> Term | None:
        return next(iter(self.values(subject, predicate)), None)

    def text(self, subject: Term, predicate: str) -> str | None:
        found = self.value(subject, predicate)
        return None if found is None or isinstance(found, BlankNode) else found.value

    def items(self, subject: Term, predicate: str) -> Iterator[Term]:
        """Yield the members of the list that is the value of a property."""
        for quad in self.store.quads_for_pattern(subject, NamedNode(predicate), None):
            node = quad.object
            while not (isinstance(node, NamedNode) and node.value == NIL):
                yield self.value(node, RDF + "first")
                node = self.value(node, RDF + "rest")

    def lists(self, predicate: str) -> Iterator[Term]:
        """Yield the members of all lists that are values of a property, whoever's it is."""
        for quad in self.store.quads_for_pattern(None, NamedNode(predicate), None):
            yield from self.items(quad.subject, predicate)


@dataclass(frozen=True)
class Test:
    """A test, the manifest it stands in, and where the manifest's files are."""

    iri: str
    kinds: frozenset[str]
    manifest: Manifest
    tree: "Tree"

    @property
    def node(self) -> NamedNode:
        return NamedNode(self.iri)

    def value(self, predicate: str) -> Term | None:
        return self.manifest.value(self.node, predicate)

    def base(self, file_iri: str) -> str:
        """Return the IRI that a file's relative IRIs are resolved against."""
        pattern = (None, NamedNode(MF + "assumedTestBase"), None)
        assumed = next(iter(self.manifest.store.quads_for_pattern(*pattern)), None)
        if assumed is None:
            return file_iri
        here = self.manifest.iri.rsplit("/", 1)[0] + "/"
        return assumed.object.value + file_iri.removeprefix(here)


@dataclass(frozen=True)
class Tree:
    """A folder of test files, and the IRI that stands for it."""

    folder: Path
    iri: str

    def path(self, iri: str) -> Path:
        """Return the file behind an IRI."""
        assert iri.startswith(self.iri), f"{iri} is outside {self.iri}"
        return self.folder / iri.removeprefix(self.iri)

    def read(self, iri: str) -> bytes:
        return self.path(iri).read_bytes()

    def tests(self, manifest: str) -> Iterator[Test]:
        """Yield the tests of a manifest and of those it includes, each manifest once."""
        yield from self._tests(self.iri + manifest, set())

    def _tests(self, manifest_iri: str, seen: set[str]) -> Iterator[Test]:
        if manifest_iri in seen:
            return
        seen.add(manifest_iri)
        manifest = Manifest(self.path(manifest_iri), manifest_iri)
        for entry in manifest.lists(MF + "entries"):
            kinds = {kind.value for kind in manifest.values(entry, RDF + "type")}
            yield Test(entry.value, frozenset(kinds), manifest, self)
        for included in manifest.lists(MF + "include"):
            yield from self._tests(included.value, seen)


@cache
def rdf_format(name: str) -> RdfFormat:
    """Return the RDF format that a test file's suffix stands for."""
    found = RdfFormat.from_extension(name.rsplit(".", 1)[1])
    assert found is not None, f"no RDF format for {name}"
    return found


def quads(data: bytes, form: RdfFormat, base: str, into: str | None = None) -> list[Quad]:
    """Parse a document; `into` moves what stands in its default graph to a named graph."""
    parsed = parse(data, form, base_iri=base, rename_blank_nodes=True)
    if into is None:
        return list(parsed)
    return [
        Quad(q.subject, q.predicate, q.object, NamedNode(into))
        if isinstance(q.graph_name, DefaultGraph)
        else q
        for q in parsed
    ]
