"""Questions with recorded answers: a folder with one query each and `answers.json`."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from SPARQLWrapper import JSON, SPARQLWrapper

DOCUMENT = Path(__file__).resolve().parents[2] / "data" / "iphr-kazakhstan-2022"

Row = tuple[str, ...]


@dataclass(frozen=True)
class Questions:
    """The questions of one folder."""

    folder: Path
    answers: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, folder: str) -> "Questions":
        path = DOCUMENT / folder
        return cls(path, json.loads((path / "answers.json").read_text(encoding="utf-8")))

    @property
    def files(self) -> set[str]:
        """The names of the queries."""
        return {path.stem for path in self.folder.glob("*.rq")}

    def check(self, endpoint: str, question: str) -> None:
        """Ask over HTTP and compare with what is recorded."""
        expected, kind = self.answers[question]["answer"], self.answers[question]["kind"]
        rows = ask(endpoint, (self.folder / f"{question}.rq").read_text(encoding="utf-8"))
        if kind == "boolean":
            assert rows is expected[0]
            return
        assert isinstance(rows, list)
        if kind in ("number", "count"):
            assert [float(row[0]) for row in rows] == expected
        elif kind == "date":
            assert [date.fromisoformat(row[0]) for row in rows] == [
                date.fromisoformat(day) for day in expected
            ]
        elif kind == "ordered-list" and len(rows) == 1:
            assert list(rows[0]) == expected
        else:
            wanted = [cells(answer) for answer in expected]
            found = [row[: len(wanted[0])] for row in rows]
            if kind != "ordered-list":
                wanted, found = sorted(wanted), sorted(found)
            assert found == wanted


def ask(endpoint: str, query: str) -> bool | list[Row]:
    """A yes or no, or the rows, each a tuple of the lexical forms; unbound is empty."""
    client = SPARQLWrapper(endpoint)
    client.setReturnFormat(JSON)
    client.setQuery(query)
    answer = client.queryAndConvert()
    if "boolean" in answer:
        return bool(answer["boolean"])
    columns = answer["head"]["vars"]
    return [
        tuple(row[column]["value"] if column in row else "" for column in columns)
        for row in answer["results"]["bindings"]
    ]


def cells(answer: Any) -> Row:
    """One recorded answer as a row: a list has several columns, anything else is the first."""
    return tuple(map(str, answer)) if isinstance(answer, list) else (str(answer),)
