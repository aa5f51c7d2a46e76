"""Universities, much as LUBM has them: people and courses by department, a few of them faulty."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

SCHOOL = "https://example.org/school#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TAUGHT = ("Professor", "Lecturer")
FAULTY = 0.004
"""The share of records that break a shape."""


class _Writer:
    """Lines of N-Triples about one subject after another."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.lines: list[str] = []

    def link(self, subject: str, name: str, target: str) -> None:
        predicate = TYPE if name == "a" else SCHOOL + name
        target = SCHOOL + target if name == "a" else target
        self.lines.append(f"<{subject}> <{predicate}> <{target}> .\n")

    def text(self, subject: str, name: str, value: str) -> None:
        self.lines.append(f'<{subject}> <{SCHOOL}{name}> "{value}" .\n')

    def faulty(self) -> bool:
        return self.chance.random() < FAULTY


def _department(out: _Writer, home: str, university: str) -> None:
    chance = out.chance
    out.link(home, "a", "Department")
    out.link(home, "partOf", university)
    staff, courses = [], []
    for number in range(chance.randint(25, 35)):
        person = f"{home}/staff{number}"
        staff.append(person)
        out.link(person, "a", TAUGHT[number % 3 == 0])
        out.text(person, "name", f"Staff {number}")
        out.text(person, "email", f"staff{number}@example.org")
        out.link(person, "worksFor", home)
        for at in range(chance.randint(1, 3)):
            course = f"{person}/course{at}"
            courses.append(course)
            out.link(course, "a", "Course")
            out.text(course, "name", f"Course {at}")
            out.link(person, "teaches", course)
        for at in range(chance.randint(2, 12)):
            paper = f"{person}/paper{at}"
            out.link(paper, "a", "Publication")
            out.text(paper, "name", "P" if out.faulty() else f"Paper {at}")
            out.link(paper, "author", person)
    for number in range(chance.randint(250, 400)):
        student = f"{home}/student{number}"
        graduate = number % 5 == 0
        out.link(student, "a", "GraduateStudent" if graduate else "UndergraduateStudent")
        if not out.faulty():
            out.text(student, "name", f"Student {number}")
        out.text(student, "email", "nobody" if out.faulty() else f"s{number}@example.org")
        out.link(student, "memberOf", university if out.faulty() else home)
        for course in chance.sample(courses, 1 if out.faulty() else chance.randint(2, 4)):
            out.link(student, "takes", course)
        if graduate:
            out.link(student, "advisor", student if out.faulty() else chance.choice(staff))
            out.link(student, "degreeFrom", university)


def _chunks(triples: int, chance: Random) -> Iterator[str]:
    written, number = 0, 0
    while written < triples:
        out = _Writer(chance)
        university = f"https://example.org/university{number}"
        out.link(university, "a", "University")
        out.text(university, "name", f"University {number}")
        for at in range(chance.randint(5, 9)):
            _department(out, f"{university}/department{at}", university)
        number += 1
        written += len(out.lines)
        yield "".join(out.lines)


def write(path: Path, triples: int, seed: int) -> None:
    """At least so many triples, as N-Triples."""
    with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
        for chunk in _chunks(triples, Random(seed)):
            out.write(chunk)
