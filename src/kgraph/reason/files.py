"""What follows from files alone: read into a store in memory, closed, and told.

OWL 2 RL/RDF or RDFS; what is inferred goes into a computed graph of the store, with rounds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from kgraph.errors import MalformedRequest
from kgraph.formats import Format, by_suffix
from kgraph.progress import SILENT, Progress
from kgraph.reason.owl2rl import Values, load_rules, run_plainly
from kgraph.reason.owl2rl.plain import Derivation
from kgraph.store import Snapshot, Store, UnionOfAll
from kgraph.store.bulk import bulk_load
from kgraph.store.visibility import ALL
from kgraph.terms import to_lines
from kgraph.vocab import Names

File = str | Path
LAST_ROUND = 255


@dataclass(frozen=True)
class Clash:
    """A rule that says that something cannot be, and the triples by which it came to be."""

    rule: str
    premises: tuple[Triple, ...]

    @property
    def message(self) -> str:
        """What cannot be, in a sentence."""
        return "these cannot all hold: " + " ".join(self._lines)

    @property
    def terms(self) -> tuple[str, ...]:
        """Whom it is about: the subject of the last premise that has a name."""
        subjects = [t.subject.value for t in self.premises if isinstance(t.subject, NamedNode)]
        return tuple(subjects[-1:])

    def __str__(self) -> str:
        """The rule, and its premises on lines of their own."""
        return "\n".join([f"{self.rule}: these cannot all hold", *(f"  {x}" for x in self._lines)])

    @property
    def _lines(self) -> list[str]:
        return to_lines(Quad(t.subject, t.predicate, t.object) for t in self.premises)


@dataclass(frozen=True)
class Inference:
    """The triples that follow and were not there, sorted; and what contradicts itself."""

    triples: tuple[Triple, ...]
    clashes: tuple[Clash, ...]

    @property
    def consistent(self) -> bool:
        """Whether nothing contradicts the ontology."""
        return not self.clashes

    def __iter__(self) -> Iterator[Triple]:
        """The inferred triples."""
        return iter(self.triples)

    def __len__(self) -> int:
        """How many triples were inferred."""
        return len(self.triples)

    def serialize(self, rdf_format: RdfFormat, prefixes: dict[str, str] | None = None) -> bytes:
        """The inferred triples as a document."""
        return serialize(self.triples, format=rdf_format, prefixes=prefixes) or b""


def infer(
    data: File | Iterable[File],
    *,
    rdfs: bool = False,
    axiomatic: bool = False,
    progress: Progress = SILENT,
) -> Inference:
    """What follows from files by OWL 2 RL, or by RDFS: the inferred triples alone.

    `axiomatic` keeps what tells nothing, such as that each thing is itself.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.ttl"
    >>> _ = file.write_text('''@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ...     <urn:p> rdfs:domain <urn:C> . <urn:a> <urn:p> <urn:b> .''')
    >>> print(infer(file).serialize(RdfFormat.N_TRIPLES).decode().strip())
    <urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:C> .
    """
    files = [data] if isinstance(data, str | Path) else list(data)
    with read(files, progress) as store:
        clashes = close(store, rdfs=rdfs, axiomatic=axiomatic, progress=progress)
        with store.snapshot() as snapshot:
            name = Names().graph("inferred/0")
            found = {quad.triple for quad in snapshot.quads_for_pattern(None, None, None, name)}
    return Inference(tuple(sorted(found, key=str)), clashes)


def read(files: Sequence[File], progress: Progress = SILENT) -> Store:
    """A store in memory with what the files say, each in a graph named after it.

    RDFSyntaxError names the place in a file that is not well-formed; nothing is kept then.
    """
    documents: list[tuple[Path, Format, NamedNode | None]] = []
    for file in files:
        path = Path(file)
        if not path.is_file():
            raise MalformedRequest(f"{path}: there is no such file")
        documents.append((path, by_suffix(path), graph_of(path)))
    store = Store.open(None)
    try:
        if documents:
            now = datetime.now(UTC)
            bulk_load(store, documents, progress=progress, author="", message="", time=now)
    except BaseException:
        store.close()
        raise
    return store


def graph_of(path: Path) -> NamedNode:
    """The graph that a file's triples are read into; relative IRIs are under its name."""
    return NamedNode(path.absolute().as_uri())


def close(
    store: Store, *, rdfs: bool = False, axiomatic: bool = False, progress: Progress = SILENT
) -> tuple[Clash, ...]:
    """Commit what follows from a store to its computed graph; what contradicts itself."""
    progress("RDFS" if rdfs else "OWL 2 RL")
    with store.write() as transaction:
        ruleset = load_rules("rdfs" if rdfs else "owl2rl", quiet=axiomatic)
        rules = ruleset.over(transaction.intern)
        (graph,) = transaction.intern([Names().graph("inferred/0")])
        snapshot = transaction.snapshot
        closure = run_plainly(rules, _triples(snapshot), Values(snapshot.term_of))
        transaction.stage_inferred(
            (*triple, graph, min(closure.rounds[triple], LAST_ROUND), ALL)
            for triple in sorted(closure.inferred)
        )
        clashes = tuple(_clash(one, transaction.snapshot) for one in closure.contradictions)
        transaction.commit(author="", message="", time=datetime.now(UTC))
    return clashes


def _triples(snapshot: Snapshot) -> Iterator[tuple[int, int, int]]:
    rows = snapshot.cursor().execute(f"SELECT s, p, o FROM {snapshot.relation(UnionOfAll())}")
    while batch := rows.fetchmany(10_000):
        yield from batch


def _clash(derivation: Derivation, snapshot: Snapshot) -> Clash:
    premises = (tuple(map(snapshot.term_of, triple)) for triple in derivation.premises)
    triples = [Triple(s, p, o) for s, p, o in premises]  # type: ignore[arg-type]
    return Clash(derivation.clause.rule, tuple(triples))
