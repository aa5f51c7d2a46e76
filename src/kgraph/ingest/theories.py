"""The rules and shapes that a store is closed and judged by, kept beside it as they were accepted.

The files of the sources may have changed since, and may be refused: <data>/theory/<key> has those
of the last commit of the sources, under the key that this commit says.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgraph.ingest.closing import Theory
from kgraph.ingest.corpus import Corpus, rewritten
from kgraph.shacl.model import Document
from kgraph.vocab import Names

FOLDER, ABOUT, RULES, SHAPES = "theory", "about.json", "rules", "shapes"


@dataclass(frozen=True)
class Kept:
    """Rules and shapes as they were accepted."""

    theory: Theory
    namespace: str
    code: str
    """The digest of the code that closed the store by them."""


class Theories:
    """The folder of accepted rules and shapes."""

    def __init__(self, data: Path) -> None:
        """Of a data folder."""
        self._folder = data / FOLDER

    def load(self, mark: str) -> Kept | None:
        """Those that a commit of the sources was made with; None if they were not kept."""
        folder = self._folder / _key(mark)
        try:
            about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        names = Names(about["namespace"])
        shapes = [
            Document(name, rewritten((folder / SHAPES / name).read_bytes(), names))
            for name in about["shapes"]
        ]
        theory = Theory.load(folder / RULES, shapes, names.namespace)
        return Kept(theory, names.namespace, about["code"])

    def keep(self, mark: str, corpus: Corpus, names: Names, code: str) -> None:
        """Keep those of the sources for the commit that will have this mark."""
        folder = self._folder / _key(mark)
        half = folder.with_suffix(".writing")
        shutil.rmtree(half, ignore_errors=True)
        shapes = [path.name for path in corpus.shapes]
        for name, paths in ((RULES, sorted(corpus.rules.glob("*.rq"))), (SHAPES, corpus.shapes)):
            (half / name).mkdir(parents=True)
            for path in paths:
                shutil.copyfile(path, half / name / path.name)
        about = {"namespace": names.namespace, "code": code, "shapes": shapes}
        (half / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        half.replace(folder)

    def only(self, mark: str) -> None:
        """Forget all others: the commit with this mark is made."""
        for path in self._folder.glob("*"):
            if path.name != _key(mark):
                shutil.rmtree(path, ignore_errors=True)

    def purge(self, texts: Sequence[str]) -> Iterator[Path]:
        """Remove all of it where it says one of the texts; the next opening accepts the sources."""
        files = [path for path in self._folder.rglob("*") if path.is_file()]
        if any(_says(path, texts) for path in files):
            shutil.rmtree(self._folder)
            yield self._folder


def _key(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()[:16]


def _says(path: Path, texts: Iterable[str]) -> bool:
    data = path.read_bytes()
    return any(text.encode() in data for text in texts if text)
