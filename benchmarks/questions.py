"""The queries, and the constants that the parametrised ones run over, drawn from the data.

A file in `queries/` says in comments its title, its class and, where it has a parameter (`$name`),
where in the data its constants stand: `# person: object of kg:accused`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

QUERIES = Path(__file__).with_name("queries")
CLASSES = (
    "look-up",
    "selective star",
    "broad star",
    "path and recursion",
    "aggregate",
    "OPTIONAL and negation",
    "text filter",
)
_PARAMETER = re.compile(r"^# (\w+): (subject|object) of (\w+):(\w+)$", re.MULTILINE)
_PREFIX = re.compile(r"^PREFIX (\w+): <([^>]*)>$", re.MULTILINE)
_LINE = re.compile(rb"(\S+) (\S+) (.*) \.")
_TRIES = 40


@dataclass(frozen=True)
class Question:
    """A query, and what its parameter stands for."""

    name: str
    class_: str
    title: str
    text: str
    parameter: str | None = None
    position: str = ""
    predicate: str = ""

    def texts(self, data: Path, number: int, seed: int) -> list[str]:
        """The query with each of some constants of the data; the query alone without parameter."""
        if self.parameter is None:
            return [self.text]
        drawn = constants(
            data, self.predicate, self.position, number, Random(f"{seed} {self.name}")
        )
        assert drawn, f"{self.name}: nothing in {data.name} has {self.predicate}"
        return [re.sub(rf"\${self.parameter}\b", lambda _, c=c: c, self.text) for c in drawn]


def questions(folder: Path = QUERIES) -> list[Question]:
    """All of them, by class and name."""
    found = [_question(path) for path in sorted(folder.glob("*.rq"))]
    return sorted(found, key=lambda q: (CLASSES.index(q.class_), q.name))


def _question(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    title, class_ = text.splitlines()[:2]
    prefixes = dict(_PREFIX.findall(text))
    parameter = _PARAMETER.search(text)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
    question = Question(
        path.stem, class_.removeprefix("# class: "), title.removeprefix("# "), body + "\n"
    )
    if parameter is None:
        return question
    name, position, prefix, local = parameter.groups()
    predicate = f"<{prefixes[prefix] if prefix in prefixes else _base(prefix)}{local}>"
    return Question(
        *(question.name, question.class_, question.title, question.text),
        *(name, position, predicate),
    )


def _base(prefix: str) -> str:
    """A prefix that only the comment uses."""
    return {"kg": "https://w3id.org/kgraph/ns#"}[prefix]


def constants(data: Path, predicate: str, position: str, number: int, chance: Random) -> list[str]:
    """Subjects or objects of triples with a predicate, from random places in an N-Triples file."""
    sought, size, found = predicate.encode(), data.stat().st_size, {}
    with data.open("rb") as file:
        for _ in range(number * _TRIES):
            if len(found) == number:
                break
            file.seek(int(chance.random() * size))
            file.readline()
            line = next(_with(file, sought), None)
            if line is not None:
                subject, _, object_ = line
                found[(subject if position == "subject" else object_).decode()] = None
    return list(found)


def _with(
    lines: Sequence[bytes] | Iterator[bytes], predicate: bytes
) -> Iterator[tuple[bytes, ...]]:
    for line in lines:
        if predicate in line and (match := _LINE.match(line)) and match[2] == predicate:
            yield match.groups()
