"""Documents and corpora become quads."""

from kgraph.ingest.corpus import Corpus, load_corpus
from kgraph.ingest.parse import parse_quads
from kgraph.ingest.sources import Sources, bring_in_patches
from kgraph.ingest.texts import Attachment, attach, passage_text

__all__ = [
    "Attachment",
    "Corpus",
    "Sources",
    "attach",
    "bring_in_patches",
    "load_corpus",
    "parse_quads",
    "passage_text",
]
