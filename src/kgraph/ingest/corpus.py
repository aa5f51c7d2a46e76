"""The corpus: ontology, vocabularies, documents, rules and shapes, as they lie in folders.

Sources are written in the default namespace; where the setting names another, their text is
rewritten before it is parsed, so that rules and queries inside shapes follow too.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgraph.config import Settings
from kgraph.errors import SourcesError
from kgraph.formats import by_suffix
from kgraph.ingest.closing import Theory
from kgraph.ingest.parse import in_graph, parse_quads, relabelled
from kgraph.progress import SILENT, Progress
from kgraph.shacl.curation import check_for_curators
from kgraph.shacl.model import Document
from kgraph.vocab import DEFAULT_NAMESPACE, Names


@dataclass(frozen=True)
class Source:
    """One file of the corpus, in the namespace that is set, and the graph it belongs to."""

    name: str
    """Its path under the root."""
    path: Path
    data: bytes
    graph: NamedNode

    def quads(self) -> Iterator[Quad]:
        """Its quads; the same file gives the same blank nodes."""
        parsed = parse_quads(self.data, by_suffix(self.path).rdf, source=self.name)
        return relabelled(in_graph(parsed, self.graph), self.name)


@dataclass(frozen=True)
class Corpus:
    """What was found under a sources root, read and not yet parsed."""

    root: Path
    sources: tuple[Source, ...]
    documents: tuple[str, ...]
    rules: Path
    shapes: tuple[Path, ...]
    digest: str

    def theory(self, names: Names) -> Theory:
        """Its rules and shapes, in a namespace; RuleError or ShapesError with file and line."""
        shapes = [
            Document(str(path.relative_to(self.root)), rewritten(path.read_bytes(), names))
            for path in self.shapes
        ]
        theory = Theory.load(self.rules, shapes, names.namespace)
        if theory.shapes is not None:
            check_for_curators(theory.shapes)
        return theory

    @property
    def says_anything(self) -> bool:
        """Whether there is any source, shape or rule."""
        return bool(self.sources or self.shapes or any(self.rules.glob("*.rq")))

    def quads(self, progress: Progress = SILENT) -> Iterator[Quad]:
        """Everything the sources say, or RDFSyntaxError with file and line."""
        for done, source in enumerate(self.sources):
            progress("reading sources", done, len(self.sources))
            yield from source.quads()
        progress("reading sources", len(self.sources), len(self.sources))


def find_root(settings: Settings) -> Path:
    """The folder of the sources: the setting, else the checkout, else the current folder."""
    if settings.sources:
        root = Path(settings.sources)
        if not root.is_dir():
            raise SourcesError(f"KGRAPH_SOURCES is {settings.sources!r}, which is no folder")
        return root
    for folder in (Path(__file__).resolve().parents[3], Path.cwd()):
        if (folder / "ontology").is_dir():
            return folder
    raise SourcesError(
        "no sources found: set KGRAPH_SOURCES to the folder that has ontology/, shapes/ and "
        "data/, or to an empty folder to begin with nothing"
    )


def load_corpus(settings: Settings) -> Corpus:
    """Read everything that the settings ask for."""
    root = find_root(settings)
    sources: list[Source] = []
    digest = hashlib.sha256(settings.namespace.encode())
    for path, graph in graph_files(root, settings):
        name, data = str(path.relative_to(root)), rewritten(path.read_bytes(), settings.names)
        digest.update(f"\n{name} {hashlib.sha256(data).hexdigest()}".encode())
        sources.append(Source(name, path, data, graph))
    rules, shapes = root / "ontology" / "rules", tuple(sorted((root / "shapes").glob("*.ttl")))
    for path in (*sorted(rules.glob("*.rq")), *shapes):
        digest.update(f"\n{path.relative_to(root)} ".encode() + path.read_bytes())
    documents = tuple(folder.name for folder in document_folders(root))
    return Corpus(root, tuple(sources), documents, rules, shapes, digest.hexdigest())


def document_folders(root: Path) -> list[Path]:
    """One folder per source document, in order."""
    return sorted(p for p in (root / "data").glob("*") if p.is_dir() and any(p.glob("*.ttl")))


def graph_files(root: Path, settings: Settings) -> list[tuple[Path, NamedNode]]:
    """Each Turtle file of the corpus with the graph it belongs to, in order."""
    names, ontology = settings.names, root / "ontology"
    found = [(path, names.graph("ontology")) for path in sorted(ontology.glob("*.ttl"))]
    found += [(path, names.graph("ontology")) for path in _alignments(ontology, settings)]
    vocabulary = sorted((ontology / "vocabulary").glob("*.ttl"))
    found += [(path, names.graph("vocabulary")) for path in vocabulary]
    for folder in document_folders(root):
        found += [(path, names.graph(folder.name)) for path in sorted(folder.glob("*.ttl"))]
    context = root / "data" / "context.ttl"
    return found + ([(context, names.graph("context"))] if context.is_file() else [])


def _alignments(ontology: Path, settings: Settings) -> list[Path]:
    there = {path.stem: path for path in sorted((ontology / "alignments").glob("*.ttl"))}
    if settings.alignments == ("all",):
        return list(there.values())
    if unknown := set(settings.alignments) - there.keys():
        raise SourcesError(
            f"no such alignment: {', '.join(sorted(unknown))}; there are {', '.join(there)}"
        )
    return [there[name] for name in settings.alignments]


def rewritten(data: bytes, names: Names) -> bytes:
    """A source's text in the namespace that is set."""
    if names.namespace == DEFAULT_NAMESPACE:
        return data
    return data.replace(DEFAULT_NAMESPACE.encode(), names.namespace.encode())
