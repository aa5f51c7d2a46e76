"""A purge: terms and quads leave the graph, what follows from them, its past, and the data folder.

The store purges its own tables and files (`kgraph.store.purge`); here is what lies around it.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgraph.errors import MalformedRequest, StillInSources
from kgraph.ingest.aside import Doomed, Shelf
from kgraph.ingest.commits import Commit, commit_of
from kgraph.ingest.corpus import Corpus
from kgraph.ingest.delta import Delta
from kgraph.ingest.places import Source
from kgraph.ingest.theories import Theories
from kgraph.ingest.transaction import Writer
from kgraph.store import Store
from kgraph.terms import Term

PLACES_TOLD = 20
ALIKE_TOLD = 50
FEWEST_LETTERS = 3
"""Shorter texts are looked for in no other term: too many contain them."""


@dataclass(frozen=True)
class Purged:
    """What a purge did, and what it leaves to do."""

    commit: Commit
    removed: int
    """How many quads left the present, those included that followed from others."""
    files: tuple[Path, ...]
    """Files of the data folder that went, or that say less now: attached texts, changes aside."""
    alike: tuple[Term, ...]
    """Other terms that contain a purged text; they stand until they are named."""


@dataclass(frozen=True)
class Named:
    """What is to go."""

    terms: tuple[Term, ...]
    quads: frozenset[Quad]

    @property
    def texts(self) -> list[str]:
        """IRIs and lexical forms: what no file may say any more."""
        return [term.value for term in self.terms if isinstance(term, NamedNode | Literal)]

    @property
    def words(self) -> list[str]:
        """How people write names with a prefix: `:somebody`."""
        iris = (term.value for term in self.terms if isinstance(term, NamedNode))
        local = (re.split("[/#]", iri)[-1] for iri in iris)
        return [f":{name}" for name in local if name]

    def within(self, quad: Quad) -> bool:
        """Whether a quad is to go."""
        parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        return quad in self.quads or any(self._in(part) for part in parts)

    def _in(self, term: object) -> bool:
        if isinstance(term, Triple):
            return any(self._in(part) for part in (term.subject, term.predicate, term.object))
        if isinstance(term, Literal) and term.datatype in self.terms:
            return True
        return term in self.terms


def purge(
    writer: Writer,
    corpus: Corpus,
    folder: Path,
    shelf: Shelf,
    terms: Sequence[Term],
    quads: Sequence[Quad | Triple],
    author: str,
    message: str,
) -> Purged:
    """Purge; `writer` is locked. StillInSources where a source would bring it all back."""
    store, time = writer.store, writer.clock()
    named = Named(tuple(terms), frozenset(_everywhere(store, quads)))
    _refuse_sources(corpus, named)
    _refuse_words(named, author, message)
    out = writer.take_out(terms, named.quads, author) if writer.reasoning else Delta()
    gone = sorted({*named.quads, *out.removed}, key=str)
    record = store.purge(terms, gone, words=named.words, author=author, message=message, time=time)
    files = tuple(_sweep(folder, named.texts))
    files += tuple(shelf.purge(Doomed(named, tuple(quads))))
    files += tuple(Theories(folder).purge(named.texts))
    writer.register.compact()
    writer.begin_anew()
    alike = {
        term
        for text in named.texts
        if len(text) >= FEWEST_LETTERS
        for term in store.terms_with(text, limit=ALIKE_TOLD)
    }
    removed = len(out.removed) + record.removed
    return Purged(commit_of(record), removed, files, tuple(sorted(alike, key=str)))


def _everywhere(store: Store, quads: Sequence[Quad | Triple]) -> Iterator[Quad]:
    """The quads; a triple stands for itself in every graph that has it or had it."""
    for one in quads:
        if isinstance(one, Quad):
            yield one
        else:
            for name in store.graphs_ever(one):
                yield Quad(one.subject, one.predicate, one.object, name)


def _refuse_words(named: Named, author: str, message: str) -> None:
    said = f"{author}\n{message}"
    if any(text and text in said for text in (*named.texts, *named.words)):
        raise MalformedRequest(
            "the author or the message says what is to be purged, and both are kept; "
            "say it in other words"
        )


def _refuse_sources(corpus: Corpus, named: Named) -> None:
    places = list(_said_in(corpus, named))
    if places:
        more = len(places) - PLACES_TOLD
        told = [*places[:PLACES_TOLD], *([f"and {more} more"] if more > 0 else [])]
        raise StillInSources(
            "the sources say it, so the next opening would bring it back: take it out there "
            "first. Nothing was purged.\n  " + "\n  ".join(told)
        )


def _said_in(corpus: Corpus, named: Named) -> Iterator[str]:
    """Each place in a source that says what is to go: its file, and the line if one is found."""
    for source in corpus.sources:
        said = [quad for quad in source.quads() if named.within(quad)]
        if not said:
            continue
        document = Source(source.data.decode(errors="replace"))
        lines = {line for term in named.terms for line in document.lines_of(term)}
        lines |= (
            {line for quad in said for line in _lines_of(quad, document)} if not lines else set()
        )
        yield from (f"{source.path}, line {line}" for line in sorted(lines))
        if not lines:
            yield str(source.path)


def _lines_of(quad: Quad, document: Source) -> Iterator[int]:
    for part in (quad.object, quad.subject):
        if line := document.line_of(part):
            yield line
            return


def _sweep(folder: Path, texts: Sequence[str]) -> Iterator[Path]:
    """Remove what the data folder holds beside the store, where it may say what is purged.

    What is kept of computations goes untold: it is computed again.
    """
    shutil.rmtree(folder / "cache", ignore_errors=True)
    for path in sorted(path for path in folder.glob("patches*/**/*") if path.is_file()):
        path.unlink()
        yield path
    wanted = [text.encode() for text in texts if text]
    for path in sorted((folder / "texts").glob("*")):
        data = path.read_bytes()
        if any(text in data for text in wanted):
            path.unlink()
            yield path
