import hashlib
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from kgraph.errors import MalformedRequest, UnknownResource
from kgraph.ingest import attach, passage_text
from kgraph.vocab import Names

NAMES = Names()
TEXT = "Первая строка.\nThe court ruled on 3 June. Nothing more."
SPANS = {"p1": (0, 14), "p2": (15, 41), "p3": (42, 55)}
DOCUMENT = NAMES.things + "report"


def passage(name: str, document: str = "report", phrase: str = "") -> str:
    start, end = SPANS[name]
    digest = hashlib.sha256(TEXT[start:end].encode()).hexdigest()
    words = f' ; kg:phrase "{phrase}"@en' if phrase else ""
    return (
        f":{name} kg:inDocument :{document} ; kg:startOffset {start} ; kg:endOffset {end} ; "
        f'kg:sha256 "{digest}"{words} .\n'
    )


def store_of(*passages: str) -> Store:
    head = f"@prefix : <{NAMES.things}> . @prefix kg: <{NAMES.terms}> .\n"
    store = Store()
    store.extend(parse(head + "".join(passages), RdfFormat.TURTLE))
    return store


@pytest.fixture
def store() -> Store:
    return store_of(passage("p1"), passage("p2", phrase="court ruled"), passage("p3"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_bytes(TEXT.encode())
    return path


def test_a_text_that_agrees_is_kept_and_its_passages_can_be_shown(
    store: Store, file: Path, tmp_path: Path
) -> None:
    assert passage_text(store, NAMES, tmp_path, NAMES.things + "p2") is None
    found = attach(store.query, NAMES, file, tmp_path, None)
    assert (found.document, found.passages, found.mismatches) == (DOCUMENT, 3, ())
    assert found.kept is not None
    assert found.kept.read_text() == TEXT
    assert passage_text(store, NAMES, tmp_path, NAMES.things + "p1") == "Первая строка."
    assert passage_text(store, NAMES, tmp_path, NAMES.things + "p2") == TEXT[15:41]
    assert passage_text(store, NAMES, tmp_path, NAMES.things + "nothing") is None


def test_every_mismatch_is_reported_and_nothing_is_kept(
    store: Store, file: Path, tmp_path: Path
) -> None:
    file.write_bytes(TEXT.replace("Nothing", "A little").replace("Первая", "Первая-").encode())
    found = attach(store.query, NAMES, file, tmp_path, None)
    assert found.kept is None
    assert [m.passage.removeprefix(NAMES.things) for m in found.mismatches] == ["p1", "p2", "p3"]
    assert "its phrase stands at 20" in found.mismatches[1].what
    assert not (tmp_path / "texts").exists()


def test_a_position_outside_the_text_is_a_mismatch(
    store: Store, file: Path, tmp_path: Path
) -> None:
    file.write_bytes(TEXT[:50].encode())
    (mismatch,) = attach(store.query, NAMES, file, tmp_path, None).mismatches
    assert mismatch.what == "position 42 to 55 is outside the text of 50"


def test_a_phrase_must_occur_in_its_passage(file: Path, tmp_path: Path) -> None:
    store = store_of(passage("p2", phrase="no such words"))
    (mismatch,) = attach(store.query, NAMES, file, tmp_path, None).mismatches
    assert mismatch.what == "its phrase does not occur in it"


def test_of_several_documents_one_must_be_named(file: Path, tmp_path: Path) -> None:
    store = store_of(passage("p1"), passage("p2", "other"))
    with pytest.raises(UnknownResource, match="--document"):
        attach(store.query, NAMES, file, tmp_path, None)
    assert attach(store.query, NAMES, file, tmp_path, DOCUMENT).passages == 1


def test_a_text_in_another_encoding_is_refused(store: Store, file: Path, tmp_path: Path) -> None:
    file.write_bytes(TEXT.encode("cp1251"))
    with pytest.raises(MalformedRequest, match=r"report\.txt: byte 0 is not UTF-8"):
        attach(store.query, NAMES, file, tmp_path, None)


def test_a_kept_text_that_changed_is_not_shown(store: Store, file: Path, tmp_path: Path) -> None:
    kept = attach(store.query, NAMES, file, tmp_path, None).kept
    assert kept is not None
    kept.write_text(TEXT.replace("ruled", "waits"))
    assert passage_text(store, NAMES, tmp_path, NAMES.things + "p2") is None
