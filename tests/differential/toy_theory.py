"""Rules and shapes by name, of every form that the engines tell apart; a theory is a choice."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kgraph.ingest.closing import Theory
from kgraph.reason.domain import Rule, check_order, parse_rule
from kgraph.shacl.model import Document, Shapes
from kgraph.vocab import Names

TERMS = Names().terms
PREFIXES = f"""PREFIX : <{TERMS}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""
RULES: dict[str, tuple[int, str]] = {
    "near": (1, "{ ?a :near ?b } WHERE { ?a :p ?c . ?c a :A . ?b :p ?c }"),
    "heavy": (1, "{ ?x a :Heavy } WHERE { ?x :n ?n FILTER(?n > 3) }"),
    "open": (1, "{ ?x :is ?o } WHERE { ?x ?any ?o . ?o a :B FILTER(?x != ?o) }"),
    "few": (1, "{ ?a :few ?few } WHERE { ?a :r ?few }"),
    "ends": (1, "{ ?a :ends ?b } WHERE { { ?a :p ?b } UNION { ?b :q ?a } ?b a :C }"),
    "alone": (2, "{ ?a :alone ?b } WHERE { ?a :near ?b FILTER NOT EXISTS { ?a :q ?b } }"),
    "less": (2, "{ ?a :less ?v } WHERE { ?a :n ?v MINUS { ?a a :B } }"),
    "many": (
        2,
        "{ ?b :many ?n } WHERE {"
        " { SELECT ?b (COUNT(DISTINCT ?a) AS ?n) { ?a :p ?b } GROUP BY ?b } }",
    ),
    "light": (2, "{ ?x a :Light } WHERE { ?x a :C FILTER NOT EXISTS { ?x a :Heavy } }"),
    "far": (3, "{ ?a :far ?c } WHERE { { ?a :p ?c } UNION { ?a :far ?b . ?b :p ?c } }"),
    "way": (3, "{ ?a :way ?b } WHERE { ?a :q/:p* ?b . ?b a :A }"),
    "told": (
        3,
        "{ ?a :told ?l } WHERE { ?a :n ?n OPTIONAL { ?a :s ?m }"
        ' BIND(CONCAT(STR(?n), COALESCE(STR(?m), "-")) AS ?l) }',
    ),
    "best": (
        3,
        "{ ?a :best ?n } WHERE { ?a :less ?n FILTER NOT EXISTS { ?a :less ?m FILTER(?m > ?n) } }",
    ),
    "tied": (4, "{ ?a :tied ?b } WHERE { ?a :near ?b FILTER NOT EXISTS { ?a :r ?b } }"),
    "tied too": (4, "{ ?b :tied ?a } WHERE { ?a :ends ?b . ?a :alone ?c }"),
    "kept": (4, "{ ?x a :Kept } WHERE { ?x :many ?n FILTER(?n >= 2) }"),
    "below": (4, "{ ?x rdfs:subClassOf :B } WHERE { ?x :kind ?y FILTER NOT EXISTS { ?x :r ?y } }"),
    "same": (4, "{ ?x owl:sameAs ?y } WHERE { ?x :s ?v . ?y :s ?v . ?x :r ?y }"),
    "repeated": (4, "{ ?a :tied ?c } WHERE { ?a :tied ?b . ?b :tied ?c }"),
    "marked": (5, "{ ?a :marked ?b } WHERE { ?a :tied ?b . ?b :tied ?a }"),
    "single": (5, "{ ?a :single true } WHERE { ?a a :A FILTER NOT EXISTS { ?a :tied ?b } }"),
    "sum": (5, "{ ?a :sum ?m } WHERE { { SELECT ?a (SUM(?n) AS ?m) { ?a :n ?n } GROUP BY ?a } }"),
    "classes": (
        5,
        "{ ?c :size ?n } WHERE { { SELECT ?c (COUNT(?x) AS ?n) { ?x a ?c } GROUP BY ?c } }",
    ),
    "all": (6, "{ :all :count ?n } WHERE { { SELECT (COUNT(*) AS ?n) { ?a :marked ?b } } }"),
    "first": (
        6,
        "{ ?a :first ?b } WHERE {"
        " { SELECT ?a (MIN(?c) AS ?b) { ?a :tied ?x . ?x :n ?c } GROUP BY ?a }"
        " FILTER EXISTS { ?a a :Kept } }",
    ),
    "late": (
        6,
        "{ ?a :late ?b } WHERE { ?a :tied|^:marked ?b FILTER(?a != ?b) MINUS { ?b :single true } }",
    ),
}
"""By name: the stratum, and what stands behind CONSTRUCT."""
FIXPOINTS = {"far", "repeated"}
BOUNDS = {"few": "2 per ?a"}
MORE_SHAPES = '''
:Tied a sh:NodeShape ; sh:targetSubjectsOf :tied ; sh:property [ sh:path :s ; sh:minCount 1 ] .
:Marked a sh:NodeShape ; sh:targetObjectsOf :marked ; sh:severity sh:Warning ;
    sh:property [ sh:path :marked ; sh:maxCount 1 ] , [ sh:path :many ; sh:minCount 1 ] .
:Summed a sh:PropertyShape ; sh:targetClass :Kept ; sh:path :sum ; sh:maxInclusive 6 ;
    sh:severity sh:Info .
:Heavy a sh:NodeShape , rdfs:Class ;
    sh:not [ sh:property [ sh:path :single ; sh:hasValue true ] ] .
:Told a sh:NodeShape ; sh:targetSubjectsOf :told ; sh:sparql [ sh:prefixes :prefixes ;
    sh:select """SELECT $this ?value { $this t:told ?value
        FILTER NOT EXISTS { $this a ?c . ?c t:size ?n } }""" ] .
'''
RICH = Path(__file__).parents[1] / "unit" / "shacl" / "rich_shapes.ttl"


@cache
def rule(name: str) -> Rule:
    stratum, text = RULES[name]
    fields = {"id": name, "stratum": stratum, "title": name, "why": name}
    fields["bound"] = BOUNDS.get(name, "many")
    if name in FIXPOINTS:
        fields["fixpoint"] = "true"
    front = "".join(f"# {field}: {value}\n" for field, value in fields.items())
    return parse_rule(f"{front}{PREFIXES}CONSTRUCT {text}", f"{name}.rq")


def _pieces() -> tuple[str, dict[str, str]]:
    """What all shapes need; and those with targets, by name."""
    text = (RICH.read_text(encoding="utf-8") + MORE_SHAPES).replace("urn:t:", TERMS)
    head, *blocks = re.split(r"^(?=:)", text, flags=re.MULTILINE)
    named = {}
    for block in blocks:
        if " sh:target" in block or "rdfs:Class" in block:
            named[block[1 : block.index(" ")]] = re.sub(r"^#.*", "", block, flags=re.MULTILINE)
        else:
            head += block
    return head, named


COMMON, SHAPES = _pieces()


@cache
def shapes(names: frozenset[str]) -> Shapes:
    """The same names give the same object: engines are kept while it stays."""
    text = COMMON + "".join(SHAPES[name] for name in sorted(names))
    return Shapes.parse([Document("toy.ttl", text.encode())])


def theory(rules: Iterable[str], shape_names: Iterable[str]) -> Theory:
    chosen = sorted((rule(name) for name in rules), key=lambda one: (one.stratum, one.id))
    check_order(chosen)
    names = frozenset(shape_names)
    return Theory(tuple(chosen), shapes(names) if names else None)
