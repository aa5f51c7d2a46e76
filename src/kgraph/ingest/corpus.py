"""The corpus: ontology, vocabularies, documents, rules and shapes, as they lie in folders.

Sources are written in the default namespace; where the setting names another, their text is
rewritten before it is parsed, so that rules and queries inside shapes follow too.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgraph.config import Settings
from kgraph.errors import SourcesError
from kgraph.formats import by_suffix
from kgraph.ingest.parse import in_graph, parse_quads, relabelled
from kgraph.progress import SILENT, Progress
from kgraph.vocab import DEFAULT_NAMESPACE, Names


@dataclass(frozen=True)
class Corpus:
    """What was found under a sources root, parsed."""

    root: Path
    quads: tuple[Quad, ...]
    documents: tuple[str, ...]
    rules: Path
    shapes: tuple[Path, ...]
    digest: str


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


def load_corpus(settings: Settings, *, progress: Progress = SILENT) -> Corpus:
    """Parse everything that the settings ask for."""
    root = find_root(settings)
    files = graph_files(root, settings)
    quads: list[Quad] = []
    digest = hashlib.sha256(settings.namespace.encode())
    for done, (path, graph) in enumerate(files):
        progress("reading sources", done, len(files))
        data = rewritten(path.read_bytes(), settings.names)
        relative = str(path.relative_to(root))
        digest.update(f"\n{relative} {hashlib.sha256(data).hexdigest()}".encode())
        parsed = parse_quads(data, by_suffix(path).rdf, source=relative)
        quads += relabelled(in_graph(parsed, graph), relative)
    progress("reading sources", len(files), len(files))
    rules, shapes = root / "ontology" / "rules", tuple(sorted((root / "shapes").glob("*.ttl")))
    for path in (*sorted(rules.glob("*.rq")), *shapes):
        digest.update(f"\n{path.relative_to(root)} ".encode() + path.read_bytes())
    documents = tuple(folder.name for folder in document_folders(root))
    return Corpus(root, tuple(quads), documents, rules, shapes, digest.hexdigest())


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
