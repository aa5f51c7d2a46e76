"""The claims point into the text, and the text itself is not in the tree."""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[2]
LONGEST_RUN = 12
LONGEST_RUN_IN_A_STATEMENT = 8
WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[i : i + length]) for i in range(len(found) - length + 1))


def test_positions_hashes_and_phrases_fit_the_text(document: ox.Store, text: str) -> None:
    passages = document.query("""
        PREFIX kg: <https://w3id.org/kgraph/ns#>
        SELECT ?passage ?start ?end ?hash ?phrase {
          ?passage kg:startOffset ?start ; kg:endOffset ?end ;
            kg:sha256 ?hash ; kg:phrase ?phrase }""")
    assert isinstance(passages, ox.QuerySolutions)
    checked = 0
    for passage, start, end, digest, phrase in passages:
        found = text[int(start.value) : int(end.value)]
        assert hashlib.sha256(found.encode()).hexdigest() == digest.value, passage
        assert phrase.value in found, passage
        checked += 1
    assert checked >= 475


def test_statements_are_in_our_own_words(document: ox.Store, text: str) -> None:
    taken = set(runs(text, LONGEST_RUN_IN_A_STATEMENT + 1))
    literals = document.query("""
        PREFIX kg: <https://w3id.org/kgraph/ns#>
        SELECT ?thing ?text { ?thing kg:statement|kg:content ?text }""")
    assert isinstance(literals, ox.QuerySolutions)
    close = [
        (thing.value, said.value)
        for thing, said in literals
        if any(run in taken for run in runs(said.value, LONGEST_RUN_IN_A_STATEMENT + 1))
    ]
    assert close == []


def test_no_file_of_the_project_holds_a_passage_of_the_text(text: str) -> None:
    taken = set(runs(text, LONGEST_RUN + 1))
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".ico"} or not path.exists():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            copied = [run for run in runs(line, LONGEST_RUN + 1) if run in taken]
            assert not copied, f"{name}: {' '.join(copied[0])}"
