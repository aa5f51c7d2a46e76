"""The texts that passages point into: checked when attached, kept beside the data.

A passage has kg:startOffset and kg:endOffset (code points from 0), and kg:sha256 of the text
between them as UTF-8; the text itself is never in the graph.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from kgraph.errors import MalformedRequest, UnknownResource
from kgraph.store import Snapshot
from kgraph.vocab import Names

Query = Callable[[str], Iterable[Iterable[Any]]]


@dataclass(frozen=True)
class Passage:
    """Where a document says something."""

    iri: str
    document: str
    start: int
    end: int
    sha256: str
    phrase: str | None


@dataclass(frozen=True)
class Mismatch:
    """A passage that the text does not bear out."""

    passage: str
    what: str


@dataclass(frozen=True)
class Attachment:
    """The outcome of holding a text against a document's passages."""

    document: str
    passages: int
    mismatches: tuple[Mismatch, ...]
    kept: Path | None


def passages(query: Query, names: Names, document: str | None = None) -> Iterator[Passage]:
    """All passages, or those of one document, in order of position."""
    text = f"""
        PREFIX kg: <{names.terms}>
        SELECT ?p ?d ?start ?end (MIN(?hash) AS ?sha256) (MIN(?words) AS ?phrase) WHERE {{
          ?p kg:inDocument ?d ; kg:startOffset ?start ; kg:endOffset ?end ; kg:sha256 ?hash .
          OPTIONAL {{ ?p kg:phrase ?words }}
        }} GROUP BY ?p ?d ?start ?end ORDER BY ?d ?start ?end ?p"""
    for row in query(text):
        iri, doc, start, end, sha256, phrase = (getattr(term, "value", "") for term in row)
        if document in (None, doc):
            yield Passage(iri, doc, int(start), int(end), sha256, phrase or None)


def attach(
    query: Query, names: Names, file: Path, folder: Path, document: str | None
) -> Attachment:
    """Check a text against every passage of its document; keep a copy if all agree.

    `query` answers SPARQL; without `document`, it is the only one that has passages.
    """
    data = file.read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRequest(
            f"{file}: byte {error.start} is not UTF-8; save the text as UTF-8"
        ) from error
    found = list(passages(query, names, document))
    documents = sorted({passage.document for passage in found})
    if len(documents) != 1:
        raise UnknownResource(
            f"passages of {len(documents)} documents; name one with --document"
            + "".join(f"\n  {one}" for one in documents)
        )
    wrong = tuple(m for passage in found if (m := _mismatch(passage, text)))
    kept = None if wrong else _keep(data, folder, documents[0])
    return Attachment(documents[0], len(found), wrong, kept)


def _mismatch(passage: Passage, text: str) -> Mismatch | None:
    if not 0 <= passage.start < passage.end <= len(text):
        where = f"{passage.start} to {passage.end}"
        return Mismatch(passage.iri, f"position {where} is outside the text of {len(text)}")
    stretch = text[passage.start : passage.end]
    if hashlib.sha256(stretch.encode()).hexdigest() != passage.sha256:
        hint = ""
        if passage.phrase and (at := text.find(passage.phrase)) >= 0:
            hint = f"; its phrase stands at {at}"
        where = f"{passage.start} to {passage.end}"
        return Mismatch(passage.iri, f"the SHA-256 of {where} differs{hint}")
    if passage.phrase and passage.phrase not in stretch:
        return Mismatch(passage.iri, "its phrase does not occur in it")
    return None


def _keep(data: bytes, folder: Path, document: str) -> Path:
    path = text_path(folder, document)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".writing")
    aside.write_bytes(data)
    aside.replace(path)
    return path


def text_path(folder: Path, document: str) -> Path:
    """Where the attached text of a document is kept."""
    name = hashlib.sha256(document.encode()).hexdigest()[:16]
    return folder / "texts" / f"{name}.txt"


def passage_text(store: Snapshot, names: Names, folder: Path, passage: str) -> str | None:
    """The words of a passage, None where its text is not attached or does not bear it out."""
    try:
        node = NamedNode(passage)
    except ValueError:
        return None
    found = {
        name: next(
            (
                getattr(q.object, "value", "")
                for q in store.quads_for_pattern(node, names.term(name), None)
            ),
            None,
        )
        for name in ("inDocument", "startOffset", "endOffset", "sha256")
    }
    if any(value is None for value in found.values()):
        return None
    path = text_path(folder, str(found["inDocument"]))
    if not path.is_file():
        return None
    text = path.read_bytes().decode()
    stretch = text[int(found["startOffset"] or 0) : int(found["endOffset"] or 0)]
    if hashlib.sha256(stretch.encode()).hexdigest() != found["sha256"]:
        return None
    return stretch
