"""Files with what is wrong in them, for the tests of reports."""

from pathlib import Path

from kgraph.shacl.files import Checked, validate

HEAD = """@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ; sh:property
    [ sh:path ex:name ; sh:minCount 1 ; sh:message "Give a name."@en , "Gib einen Namen."@de ] ,
    [ sh:path ex:born ; sh:datatype xsd:date ; sh:severity sh:Warning ] ,
    [ sh:path ex:status ; sh:in ( "active" "retired" ) ; sh:severity sh:Info ] ,
    [ sh:path ex:address ; sh:node ex:AddressShape ] .
ex:AddressShape a sh:NodeShape ; sh:property [ sh:path ex:street ; sh:minCount 1 ] .
ex:PlaceShape a sh:NodeShape ; sh:targetClass ex:Place ; sh:nodeKind sh:IRI .
"""
DATA = """
ex:ann a ex:Person ; rdfs:label "Ann"@en , "Анна"@ru ;
    ex:born "1980-05-06" ; ex:status "active2" ;
    ex:address [ ex:city "Almaty <&>" ] .
ex:bob a ex:Person ; ex:name "Bob" .
"""


def checked(folder: Path, data: str = DATA, shapes: str = SHAPES) -> Checked:
    (folder / "data.ttl").write_text(HEAD + data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(HEAD + shapes, encoding="utf-8")
    file = folder / "data.ttl"
    return validate(file, shapes=folder / "shapes.ttl", names={file: "people/data.ttl"})
