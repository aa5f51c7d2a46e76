"""One refused change as a file: what it was, who sent it, when, and why it was refused.

Three lines of comment, then N-Quads or the text of a SPARQL update as it came. The second line has
the facts as JSON, the third the SHA-256 of all the rest, so that a damaged file is never sent.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from kgraph.errors import AsideDamaged
from kgraph.terms import from_lines

QUADS, UPDATE = "quads", "update"
SUFFIXES = {QUADS: ".nq", UPDATE: ".ru"}
_HEAD = b"# A change that kgraph refused; nothing of it is in the graph. See: kgraph aside --help"
_SHA256 = b"# sha256 "


@dataclass(frozen=True)
class Entry:
    """A change as it was sent, and what was said of it."""

    kind: str
    """`quads`: a document to add, or to put in place of graphs; `update`: SPARQL."""
    body: str
    author: str
    message: str
    time: datetime
    why: str
    """The refusal in a sentence."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """What the change would have added to the report, as JSON; only the first results."""
    how: Mapping[str, Any] = field(default_factory=dict)
    """What the sender said besides: `graph` and `replace`, or `base_iri` and using graphs."""
    number: int = 0

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.number:06}{SUFFIXES[self.kind]}"

    @property
    def same(self) -> tuple[str, str, str]:
        """What it shares with the same change sent twice."""
        return self.kind, json.dumps(dict(self.how), sort_keys=True), self.body

    def quads(self) -> list[Quad]:
        """The quads of its document; none of an update."""
        return list(from_lines([self.body])) if self.kind == QUADS else []

    def summary(self) -> dict[str, Any]:
        """It as plain JSON, without what it would change and without the report."""
        kept = ("number", "kind", "author", "message", "why")
        return {
            **{name: getattr(self, name) for name in kept},
            "time": self.time.isoformat(),
            "bytes": len(self.body.encode()),
            **self.how,
        }

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON."""
        return self.summary() | {"body": self.body, "report": dict(self.report)}

    def to_bytes(self) -> bytes:
        """Its file."""
        facts = asdict(self) | {"time": self.time.isoformat()}
        body = facts.pop("body").encode()
        second = b"# " + json.dumps(facts, ensure_ascii=False).encode()
        return b"\n".join([_HEAD, second, _SHA256 + _digest(second, body), body])

    @classmethod
    def read(cls, path: Path) -> "Entry":
        """From a file; AsideDamaged if it is not as it was written."""
        try:
            _, second, third, body = path.read_bytes().split(b"\n", 3)
            if third != _SHA256 + _digest(second, body):
                raise ValueError("its checksum is another one")
            facts = json.loads(second.removeprefix(b"# "))
            facts["time"] = datetime.fromisoformat(facts["time"])
            known = {one.name for one in fields(cls)}
            return cls(body=body.decode(), **{n: v for n, v in facts.items() if n in known})
        except (ValueError, KeyError, TypeError) as error:
            raise AsideDamaged(
                f"{path}: this change set aside is damaged ({error}); restore the file from a "
                "backup, or remove it"
            ) from None

    def numbered(self, number: int) -> "Entry":
        """The same under a number."""
        return replace(self, number=number)


def _digest(facts: bytes, body: bytes) -> bytes:
    return hashlib.sha256(facts + b"\n" + body).hexdigest().encode()
