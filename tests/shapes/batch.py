"""Cases for shapes, many of them in one graph.

A case is a file `tests/cases/shapes/<constraint>/{pass,fail}*.ru`: a change to healthy records,
which are in `base/`. Its comments say which (`# base: case event`) and what else the change must
set off (`# also: S38`). Closing the ontology takes long and is done once for all cases: each has
its own copy of its records under IRIs of its own, so that every result belongs to one case.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import SH
from tests.concluded import concluded

from kgraph.ingest.closing import Theory
from kgraph.shacl import ValidationResult
from kgraph.terms import Term
from kgraph.vocab import RDF_TYPE, Names

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "shapes"
SOURCE_FILE = CASES / "base" / "source.ttl"
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
NAMES = Names()
SOURCE = NAMES.things + "source/"
OWN = NAMES.things + "case/"
SHARED = NAMES.graph("shared")
LABELS = tuple(
    ox.NamedNode(f"http://www.w3.org/2004/02/skos/core#{name}Label") for name in ("pref", "alt")
)


@dataclass(frozen=True)
class Constraint:
    """A shape: its id, its severity, what it says and what it looks at."""

    id: str
    severity: str
    message: str
    target_classes: frozenset[str]


@dataclass(frozen=True)
class Case:
    """One change and what it must set off."""

    name: str
    bases: tuple[str, ...]
    also: frozenset[str]
    update: str

    @property
    def constraint(self) -> str:
        return self.name.partition("/")[0]

    @property
    def fails(self) -> bool:
        return self.name.partition("/")[2].startswith("fail")

    @property
    def expected(self) -> frozenset[str]:
        """The ids of all constraints that have something to say."""
        return self.also | {self.constraint} if self.fails else self.also

    @classmethod
    def read(cls, path: Path) -> "Case":
        text = path.read_text(encoding="utf-8")
        fields = dict(re.findall(r"^# (base|also): (.+)$", text, re.MULTILINE))
        bases, also = fields["base"].split(), fields.get("also", "").split()
        return cls(f"{path.parent.name}/{path.stem}", tuple(bases), frozenset(also), text)


@dataclass(frozen=True)
class Batch:
    """All cases after inference, and what the shapes say of each; under "" is the rest."""

    store: ox.Store
    results: dict[str, list[ValidationResult]]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> "Batch":
        store, results = ox.Store(), defaultdict(list)
        with concluded(given(cases), Theory.load(ROOT / "ontology" / "rules", SHAPES)) as found:
            store.extend(found.snapshot.quads_for_pattern(None, None, None))
            for result in found.outcome.came.results:
                results[_case_of(result)].append(result)
        return cls(store, results)

    def focus_nodes(self, constraint: Constraint, case: Case) -> set[str]:
        """The nodes of a case that a constraint looks at; all, where it names no class."""
        own = {
            quad.subject for quad in self.store.quads_for_pattern(None, None, None, _graph(case))
        }
        if not constraint.target_classes:
            return set(map(str, own))
        return {
            str(node)
            for node in own
            for quad in self.store.quads_for_pattern(node, RDF_TYPE, None, None)
            if quad.object.value in constraint.target_classes
        }


def read_constraints() -> dict[str, Constraint]:
    """The shapes of shapes/ by their ids."""
    graph = Graph()
    for path in SHAPES:
        graph.parse(path)
    found = {}
    for shape, severity in graph.subject_objects(SH.severity):
        messages = [*graph.objects(shape, SH.message)]
        messages += graph.objects(graph.value(shape, SH.sparql), SH.message)
        classes = frozenset(map(str, graph.objects(shape, SH.targetClass)))
        name = str(shape).removeprefix(NAMES.shapes)
        found[name] = Constraint(name, str(severity), str(messages[0]), classes)
    return found


def read_cases() -> list[Case]:
    """Every change there is."""
    return [Case.read(path) for path in sorted(CASES.glob("*/*.ru"))]


def read_bases() -> list[Case]:
    """Every base as it is."""
    names = [path.stem for path in sorted((CASES / "base").glob("*.ttl"))]
    return [Case(f"base/{name}", (name,), frozenset(), "") for name in names]


def records(case: Case) -> Iterator[ox.Quad]:
    """The case's records after its change, in a graph and under IRIs of its own."""
    store = ox.Store()
    for base in case.bases:
        store.load(path=str(CASES / "base" / f"{base}.ttl"))
    before = set(store)
    if case.update:
        store.update(case.update)
        assert set(store) != before, f"{case.name} changes nothing"
    for quad in store:
        subject, value = _own(case, quad.subject), _own(case, quad.object)
        if isinstance(value, ox.Literal):
            value = _distinct(case, quad.predicate, value)
        yield ox.Quad(subject, quad.predicate, value, _graph(case))


def _graph(case: Case) -> ox.NamedNode:
    return NAMES.graph(case.name)


def _own(case: Case, term: Term) -> Term:
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(re.sub(r"\W", "", case.name) + term.value)
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(NAMES.things):
        return term
    if term.value.startswith(SOURCE) and "source" not in case.bases:
        return term
    return ox.NamedNode(f"{OWN}{case.name}/{term.value.removeprefix(NAMES.things)}")


def _distinct(case: Case, predicate: ox.NamedNode, value: ox.Literal) -> ox.Literal:
    """Names and hashes of its own too, or cases would be duplicates of each other."""
    if predicate in LABELS:
        return ox.Literal(f"{value.value} ({case.name})", language=value.language)
    if predicate == NAMES.term("sha256") and re.fullmatch(r"[0-9a-f]{64}", value.value):
        return ox.Literal(hashlib.sha256((case.name + value.value).encode()).hexdigest())
    return value


def given(cases: Iterable[Case]) -> Iterator[ox.Quad]:
    """The ontology, the vocabularies and all cases."""
    ontology = ROOT / "ontology"
    for path in (*ontology.glob("*.ttl"), *ontology.glob("vocabulary/*.ttl"), SOURCE_FILE):
        for quad in ox.parse(path=str(path), rename_blank_nodes=True):
            yield ox.Quad(*quad.triple, SHARED)
    for case in cases:
        yield from records(case)


def _case_of(result: ValidationResult) -> str:
    node = result.focus_node
    if isinstance(node, ox.NamedNode) and node.value.startswith(OWN):
        return "/".join(node.value.removeprefix(OWN).split("/")[:2])
    name = (result.graph_name or "").removeprefix(NAMES.graphs)
    return name if isinstance(node, ox.BlankNode) and "/" in name else ""
