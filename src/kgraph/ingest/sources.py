"""The sources in the store: what the files say, with the changes that people made since.

When the files change, the difference becomes a commit. A person's change to a graph of the sources
stands over the files: what was added stays, what was removed stays away.
"""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgraph.ingest.cache import code_digest, key_of
from kgraph.ingest.commits import SOURCES, Commit, Signed
from kgraph.ingest.corpus import Corpus
from kgraph.ingest.delta import Delta
from kgraph.ingest.patches import brought_in, waiting
from kgraph.ingest.transaction import Writer
from kgraph.progress import SILENT, Progress
from kgraph.store import Store


def mark_of(corpus: Corpus, *, reasoning: bool) -> str:
    """What the commit of these sources, by this code, is known by."""
    code = code_digest("reason", "shacl", "ingest") if reasoning else ""
    return SOURCES + key_of([corpus.digest, code])


def bring_in(writer: Writer, corpus: Corpus, *, progress: Progress = SILENT) -> Commit | None:
    """Commit what differs between the sources and the store; None if nothing can."""
    mark, store = mark_of(corpus, reasoning=writer.reasoning), writer.store
    last = _last_mark(store)
    if last == mark or (last is None and not corpus.says_anything):
        return None
    quads = set(corpus.quads(progress))
    names = {source.graph for source in corpus.sources} | set(store.graphs_written_by(SOURCES))
    edits = store.edits(names, SOURCES)
    wanted = quads - {quad for quad, added in edits if not added}
    wanted |= {quad for quad, added in edits if added}
    with store.snapshot() as snapshot:
        standing = {
            quad for name in names for quad in snapshot.quads_for_pattern(None, None, None, name)
        }
        created = [name for name in names if not snapshot.contains_named_graph(name)]
    delta = Delta(
        tuple(wanted - standing),
        tuple(standing - wanted),
        _sorted(set(created) & {quad.graph_name for quad in wanted}),
        _sorted(names - {source.graph for source in corpus.sources} - _graph_names(wanted)),
    )
    pristine = store.last_commit == 0
    if pristine and not delta:
        return None
    signed = Signed("sources", "the sources as they are", writer.clock(), mark)
    return writer.commit_anyway(delta, signed, anew=True)


def bring_in_patches(writer: Writer, folder: Path) -> None:
    """Make the changes that an earlier kgraph kept as files into commits, once."""
    for patch in waiting(folder):
        writer.commit_anyway(patch.delta, Signed(patch.author, patch.message, patch.time))
        brought_in(patch)


def _last_mark(store: Store) -> str | None:
    marks = (one.source for one in reversed(store.commits()))
    return next((mark for mark in marks if mark and mark.startswith(SOURCES)), None)


def _graph_names(quads: Iterable[Quad]) -> set[NamedNode]:
    return {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}


def _sorted(names: Iterable[object]) -> tuple[NamedNode, ...]:
    return tuple(sorted((n for n in names if isinstance(n, NamedNode)), key=str))
