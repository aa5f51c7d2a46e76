"""Files checked against shapes, without a store: read, closed if asked for, validated, explained.

owl:imports is never followed: what is to be read is given. That it was not is said in the notes.
"""

import weakref
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyoxigraph import NamedNode
from rdflib.graph import Graph
from rdflib.namespace import OWL, RDF, SH
from rdflib.term import URIRef

from kgraph.errors import ShapesError
from kgraph.formats import by_suffix
from kgraph.progress import SILENT, Progress
from kgraph.reason.files import Clash, close, graph_of, read
from kgraph.shacl.engine import Engine
from kgraph.shacl.engine.validation import POINTS
from kgraph.shacl.model import Document as ShapesDocument
from kgraph.shacl.model import Shapes
from kgraph.shacl.report import ValidationReport
from kgraph.shacl.reports import FORMATS, Context, Document, Facts, Findings, write
from kgraph.shacl.rules import Advanced
from kgraph.store import Snapshot, Store
from kgraph.store.files import File, listed
from kgraph.vocab import OTHER_PREFIXES, Names

Regime = Literal["rdfs", "rl", "rules"]
ENTAILED = {
    "http://www.w3.org/ns/entailment/RDFS": ("rdfs", "rl"),
    "http://www.w3.org/ns/entailment/OWL-RL": ("rl",),
    str(SH) + "Rules": ("rules",),
}
"""What sh:entailment may ask for, and what is enough for it (SHACL, section 1.5; SHACL-AF, 8)."""


@dataclass(frozen=True)
class Checked(Findings):
    """The report on files, explained; and what the caller ought to know besides."""

    notes: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()

    def serialize(self, form: str = "text") -> str:
        """The report in a format: text, json, html, csv, sarif, junit, github, turtle ..."""
        return write(self, form)

    def __str__(self) -> str:
        """The report as text."""
        return FORMATS["text"](self)


def validate(
    data: File | Iterable[File],
    shapes: File | Iterable[File] | None = None,
    *,
    infer: Regime | Collection[Regime] = (),
    iterate_rules: bool = False,
    prefixes: Mapping[str, str] | None = None,
    names: Mapping[Path, str] | None = None,
    progress: Progress = SILENT,
) -> Checked:
    """What shapes say of files; without `shapes`, those that the data itself holds.

    Nothing is inferred unless `infer` says by what: `rdfs`, `rl` (OWL 2 RL) and then `rules` (the
    sh:rule of the shapes; with `iterate_rules` until they infer nothing more). Targets, functions
    and expressions of SHACL-AF are always heeded. `names` are what reports call the files.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.ttl"
    >>> _ = file.write_text('''@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:a> <urn:n> 1 .
    ...     <urn:S> a sh:NodeShape ; sh:targetSubjectsOf <urn:n> ; sh:nodeKind sh:BlankNode .''')
    >>> report = validate(file)
    >>> report.conforms, report.all[0].sentence
    (False, 'urn:a is an IRI; a blank node is needed.')
    """
    files = [Path(file) for file in listed(data)]
    called = {file: str(file) for file in files} | dict(names or {})
    given = files if shapes is None else [Path(file) for file in listed(shapes)]
    advanced = Advanced(Shapes.parse([_shapes_document(file, called) for file in given]))
    regimes = (infer,) if isinstance(infer, str) else tuple(infer)
    _refuse_entailment(advanced.shapes.graph, regimes)
    store = read(files, progress)
    try:
        clashes = _close(store, regimes, progress)
        with advanced.functions():
            if "rules" in regimes:
                advanced.infer(store, iterate=iterate_rules, progress=progress)
            report = _report(advanced, store, progress)
        report = report.with_inconsistencies(clashes, Names().shapes)
        snapshot = store.snapshot()
        context = _context(report, snapshot, files, called, prefixes)
        notes = (*_notes(advanced.shapes.graph, store), *_left(advanced, regimes))
        checked = Checked(report, context, notes, clashes)
    except BaseException:
        store.close()
        raise
    weakref.finalize(context, _end, snapshot, store)
    return checked


def _close(store: Store, regimes: Collection[Regime], progress: Progress) -> tuple[Clash, ...]:
    if not {"rdfs", "rl"} & set(regimes):
        return ()
    return close(store, rdfs="rl" not in regimes, progress=progress)


def _report(advanced: Advanced, store: Store, progress: Progress) -> ValidationReport:
    with store.snapshot() as snapshot:
        shapes, context = advanced.targeted(snapshot)
        executor = POINTS if advanced.by_points else None
        return Engine(shapes).validate(context, executor=executor, progress=progress)


def _left(advanced: Advanced, regimes: Collection[Regime]) -> list[str]:
    if advanced.has_rules and "rules" not in regimes:
        return ["the shapes have rules (sh:rule); they run with --infer rules"]
    return []


def _end(snapshot: Snapshot, store: Store) -> None:
    snapshot.close()
    store.close()


def _shapes_document(file: Path, called: Mapping[Path, str]) -> ShapesDocument:
    if not file.is_file():
        raise ShapesError(f"{file}: there is no such file")
    name = called.get(file, str(file))
    shown = name if Path(name).suffix else str(file)
    return ShapesDocument(shown, file.read_bytes(), base_iri=graph_of(file).value)


def _context(
    report: ValidationReport,
    snapshot: Snapshot,
    files: list[Path],
    called: Mapping[Path, str],
    prefixes: Mapping[str, str] | None,
) -> Context:
    documents = [
        Document(
            called[file],
            file.read_text(encoding="utf-8", errors="replace"),
            by_suffix(file).rdf,
            graph_of(file).value,
        )
        for file in (files if report.results else ())
    ]
    declared: dict[str, str] = {}
    for document in documents:
        for prefix, iri in document.prefixes.items():
            declared.setdefault(prefix, iri)
    known = (OTHER_PREFIXES if prefixes is None else dict(prefixes)) | declared
    return Context.of(report, Facts(snapshot), known, documents, names_graphs=False)


def _refuse_entailment(graph: Graph, regimes: Collection[Regime]) -> None:
    """Shapes that ask for inferences must get them, or the validation fails (section 1.5)."""
    for regime in sorted(set(graph.objects(None, SH.entailment)), key=str):
        enough = ENTAILED.get(str(regime))
        if enough is None:
            raise ShapesError(f"the shapes ask for sh:entailment <{regime}>, which is not known")
        if not set(regimes) & set(enough):
            hint = f"infer by {' or '.join(enough)} (--infer {enough[0]})"
            raise ShapesError(f"the shapes ask for sh:entailment <{regime}>: {hint}")


def _notes(shapes: Graph, store: Store) -> list[str]:
    imported = {str(iri) for iri in shapes.objects(None, OWL.imports)}
    here = {str(one) for one in shapes.subjects(RDF.type, OWL.Ontology) if isinstance(one, URIRef)}
    ontology, imports = NamedNode(str(OWL.Ontology)), NamedNode(str(OWL.imports))
    with store.snapshot() as snapshot:
        for quad in snapshot.quads_for_pattern(None, imports, None):
            imported.add(getattr(quad.object, "value", str(quad.object)))
        for quad in snapshot.quads_for_pattern(None, NamedNode(str(RDF.type)), ontology):
            here.add(getattr(quad.subject, "value", ""))
    return [
        f"owl:imports <{iri}> is not followed; give the file itself where it is wanted"
        for iri in sorted(imported - here)
    ]
