"""Seeded data about universities, any number of triples, with an ontology that has much to infer.

The kind of data that the Lehigh University Benchmark made common: departments with staff,
students, courses, papers; most classes follow from properties. Names and numbers are our own.
"""

import random
from collections.abc import Iterator
from pathlib import Path

NS = "https://example.org/university#"
DATA = "https://example.org/u/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
CHUNK = 1 << 20

ONTOLOGY = """
@prefix : <https://example.org/university#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Person a owl:Class ; owl:disjointWith :Body , :Course , :Paper .
:Body a owl:Class . :Work a owl:Class . :Paper rdfs:subClassOf :Work .
:Course rdfs:subClassOf :Work . :Seminar rdfs:subClassOf :Course .
:University rdfs:subClassOf :Body . :Department rdfs:subClassOf :Body .
:Group rdfs:subClassOf :Body .
:Employee rdfs:subClassOf :Person ; owl:equivalentClass [ owl:intersectionOf (
    :Person [ owl:onProperty :worksFor ; owl:someValuesFrom :Body ] ) ] .
:Teacher rdfs:subClassOf :Employee . :Professor rdfs:subClassOf :Teacher .
:FullProfessor rdfs:subClassOf :Professor . :JuniorProfessor rdfs:subClassOf :Professor .
:Lecturer rdfs:subClassOf :Teacher .
:Head rdfs:subClassOf :Professor ; owl:equivalentClass [ owl:intersectionOf (
    :Person [ owl:onProperty :heads ; owl:someValuesFrom :Department ] ) ] .
:Student rdfs:subClassOf :Person ; owl:equivalentClass [ owl:intersectionOf (
    :Person [ owl:onProperty :attends ; owl:someValuesFrom :Course ] ) ] .
:Bachelor rdfs:subClassOf :Student . :Graduate rdfs:subClassOf :Person ,
    [ owl:onProperty :attends ; owl:someValuesFrom :Seminar ] .
:Assistant rdfs:subClassOf :Person ; owl:equivalentClass [ owl:intersectionOf (
    :Person [ owl:onProperty :assistsIn ; owl:someValuesFrom :Course ] ) ] .
:heads rdfs:subPropertyOf :worksFor . :worksFor rdfs:subPropertyOf :memberOf .
:memberOf owl:inverseOf :member ; rdfs:domain :Person ; rdfs:range :Body .
:partOf a owl:TransitiveProperty ; rdfs:domain :Body ; rdfs:range :Body .
:bachelorFrom rdfs:subPropertyOf :degreeFrom . :masterFrom rdfs:subPropertyOf :degreeFrom .
:doctorFrom rdfs:subPropertyOf :degreeFrom .
:degreeFrom owl:inverseOf :alumnus ; rdfs:domain :Person ; rdfs:range :University .
:teaches rdfs:domain :Teacher ; rdfs:range :Course .
:advisedBy rdfs:domain :Person ; rdfs:range :Professor .
:writtenBy rdfs:domain :Paper ; rdfs:range :Person .
:attends rdfs:domain :Student . :assistsIn rdfs:domain :Assistant ; rdfs:range :Course .
"""
STAFF = (
    ("FullProfessor", 7, 10, 15, 20),
    ("JuniorProfessor", 8, 12, 5, 12),
    ("Lecturer", 4, 7, 0, 5),
)
UNIVERSITIES = 1000


class _Writer:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lines: list[str] = []
        self.count = 0

    def link(self, subject: str, predicate: str, object_: str) -> None:
        self.lines.append(f"<{DATA}{subject}> <{NS}{predicate}> <{DATA}{object_}> .\n")

    def is_a(self, subject: str, class_: str, label: str) -> None:
        self.lines.append(
            f"<{DATA}{subject}> <{TYPE}> <{NS}{class_}> .\n"
            f'<{DATA}{subject}> <{NS}name> "{label}" .\n'
        )
        self.count += 1

    def text(self, subject: str, predicate: str, value: str) -> None:
        self.lines.append(f'<{DATA}{subject}> <{NS}{predicate}> "{value}" .\n')

    def somewhere(self) -> str:
        return str(self.chance.randrange(UNIVERSITIES))


def _department(write: _Writer, here: str, university: str) -> None:
    chance = write.chance
    write.is_a(here, "Department", f"Department {here}")
    write.link(here, "partOf", university)
    for number in range(chance.randint(10, 20)):
        write.is_a(f"{here}/g{number}", "Group", f"Group {number}")
        write.link(f"{here}/g{number}", "partOf", here)
    courses: list[str] = []
    seminars: list[str] = []
    staff = [one for kind in STAFF for one in _staff(write, here, kind, courses, seminars)]
    write.link(staff[0], "heads", here)
    professors = [one for one in staff if "Lecturer" not in one]
    for number in range(len(staff) * chance.randint(8, 14)):
        student = _student(write, here, f"{here}/b{number}", "Bachelor", courses, (2, 4))
        if chance.random() < 0.2:
            write.link(student, "advisedBy", chance.choice(professors))
    for number in range(len(staff) * chance.randint(3, 4)):
        student = _student(write, here, f"{here}/m{number}", "Graduate", seminars, (1, 3))
        write.link(student, "bachelorFrom", write.somewhere())
        write.link(student, "advisedBy", chance.choice(professors))
        if chance.random() < 0.2:
            write.link(student, "assistsIn", chance.choice(courses))


def _staff(
    write: _Writer,
    here: str,
    kind: tuple[str, int, int, int, int],
    courses: list[str],
    seminars: list[str],
) -> Iterator[str]:
    name, least, most, fewest, papers = kind
    chance = write.chance
    for number in range(chance.randint(least, most)):
        one = f"{here}/{name}{number}"
        write.is_a(one, name, f"{name} {number}")
        write.link(one, "worksFor", here)
        write.text(one, "mail", f"{name}{number}@{here.replace('/', '.')}")
        for degree in ("bachelorFrom", "masterFrom", "doctorFrom"):
            write.link(one, degree, write.somewhere())
        for sort, class_, most_of in ((courses, "Course", 2), (seminars, "Seminar", 2)):
            for _ in range(chance.randint(1, most_of)):
                taught = f"{here}/{class_}{len(sort)}"
                sort.append(taught)
                write.is_a(taught, class_, f"{class_} {len(sort)}")
                write.link(one, "teaches", taught)
        for paper in range(chance.randint(fewest, papers)):
            write.is_a(f"{one}/p{paper}", "Paper", f"Paper {paper}")
            write.link(f"{one}/p{paper}", "writtenBy", one)
        yield one


def _student(
    write: _Writer, here: str, one: str, class_: str, taught: list[str], many: tuple[int, int]
) -> str:
    write.is_a(one, class_, f"{class_} {one}")
    write.link(one, "memberOf", here)
    write.text(one, "mail", f"{one.replace('/', '.')}@example.org")
    for course in write.chance.sample(taught, write.chance.randint(*many)):
        write.link(one, "attends", course)
    return one


def generate(triples: int, seed: int) -> Iterator[str]:
    """N-Triples in pieces, a department each, until there are about so many lines."""
    write = _Writer(seed)
    made = university = 0
    while made < triples:
        name = str(university)
        write.is_a(name, "University", f"University {university}")
        for number in range(write.chance.randint(15, 25)):
            _department(write, f"{name}/d{number}", name)
            text = "".join(write.lines)
            write.lines.clear()
            made += text.count("\n")
            yield text
            if made >= triples:
                return
        university += 1


def write(path: Path, triples: int, seed: int) -> None:
    """The data as N-Triples."""
    with path.open("w", encoding="utf-8", buffering=CHUNK) as out:
        for text in generate(triples, seed):
            out.write(text)
