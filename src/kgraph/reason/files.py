"""What follows from files alone: read into a store in memory, closed, and told.

OWL 2 RL/RDF or RDFS; what is inferred goes into a computed graph of the store, with rounds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, serialize

from kgraph.formats import by_suffix
from kgraph.progress import SILENT, Progress
from kgraph.reason.owl2rl import Inconsistency, Values, conclude, load_rules
from kgraph.reason.owl2rl.inconsistencies import binding_of, inconsistency
from kgraph.reason.sets import Asked, close_store, program_of
from kgraph.store import Snapshot, Store, Transaction, UnionOfAll
from kgraph.store.files import File, in_memory, listed, present
from kgraph.store.visibility import ALL
from kgraph.terms import to_lines
from kgraph.vocab import Names

LAST_ROUND = 255
MANY = 20_000
"""Triples from which on sets are quicker than the plain closure."""


@dataclass(frozen=True)
class Clash:
    """A rule that says that something cannot be, and the triples by which it came to be."""

    rule: str
    message: str
    premises: tuple[Triple, ...]

    @property
    def focus_node(self) -> NamedNode | None:
        """Whom it is about: the subject of the last premise that has a name."""
        named = (t.subject for t in reversed(self.premises) if isinstance(t.subject, NamedNode))
        return next(named, None)

    def __str__(self) -> str:
        """The rule, and its premises on lines of their own."""
        return "\n".join([f"{self.rule}: {self.message}", *(f"  {x}" for x in self._lines)])

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
    with read(listed(data), progress) as store:
        clashes = close(store, rdfs=rdfs, axiomatic=axiomatic, progress=progress)
        with store.snapshot() as snapshot:
            name = Names().graph("inferred/0")
            found = {quad.triple for quad in snapshot.quads_for_pattern(None, None, None, name)}
    return Inference(tuple(sorted(found, key=str)), clashes)


def read(files: Sequence[File], progress: Progress = SILENT) -> Store:
    """A store in memory with what the files say, each in a graph named after it.

    RDFSyntaxError names the place in a file that is not well-formed; nothing is kept then.
    """
    paths = map(present, files)
    return in_memory([(path, by_suffix(path), graph_of(path)) for path in paths], progress)


def graph_of(path: Path) -> NamedNode:
    """The graph that a file's triples are read into; relative IRIs are under its name."""
    return NamedNode(path.absolute().as_uri())


def close(
    store: Store,
    *,
    rdfs: bool = False,
    axiomatic: bool = False,
    by_sets: bool | None = None,
    progress: Progress = SILENT,
) -> tuple[Clash, ...]:
    """Commit what follows from a store to its computed graph; what contradicts itself.

    `by_sets`: by the executor for many triples; None chooses. RDFS and what tells nothing are
    for the plain one.
    """
    progress("RDFS" if rdfs else "OWL 2 RL")
    with store.write() as transaction:
        (graph,) = transaction.intern([Names().graph("inferred/0")])
        if by_sets is None:
            by_sets = transaction.snapshot.triples() > MANY
        if by_sets and not (rdfs or axiomatic):
            found = _by_sets(transaction, graph, progress)
        else:
            found = _plainly(transaction, graph, rdfs, axiomatic)
        transaction.commit(author="", message="", time=datetime.now(UTC))
    return tuple(map(_clash, found))


def _plainly(
    transaction: Transaction, graph: int, rdfs: bool, axiomatic: bool
) -> tuple[Inconsistency, ...]:
    found = conclude(
        list(_triples(transaction.snapshot)),
        transaction.intern,
        lambda identifier: transaction.snapshot.term_of(identifier),
        rdfs=rdfs,
        axiomatic=axiomatic,
    )
    transaction.stage_inferred(
        (*triple, graph, min(found.rounds[triple], LAST_ROUND), ALL)
        for triple in sorted(found.rounds)
    )
    return found.inconsistencies


def _by_sets(transaction: Transaction, graph: int, progress: Progress) -> tuple[Inconsistency, ...]:
    rules = load_rules().over(transaction.intern)
    term_of = transaction.snapshot.term_of
    program = program_of(rules, Values(term_of))
    closed = close_store(transaction, program, Asked(graph), progress=progress)
    found = {
        inconsistency(rules, clause, binding_of(clause, premises), premises, term_of)
        for clause, premises in ((one.clause, one.premises) for one in closed.findings)
    }
    return tuple(sorted(found))


def _triples(snapshot: Snapshot) -> Iterator[tuple[int, int, int]]:
    rows = snapshot.cursor().execute(f"SELECT s, p, o FROM {snapshot.relation(UnionOfAll())}")
    while batch := rows.fetchmany(10_000):
        yield from batch


def _clash(found: Inconsistency) -> Clash:
    rdf = [p for p in found.premises if isinstance(p[0], NamedNode | BlankNode)]
    return Clash(found.rule, found.message, tuple(Triple(*p) for p in rdf))  # type: ignore[arg-type]
