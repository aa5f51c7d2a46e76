"""What SQL tests texts with: patterns are Python's, and one look at a term decides all of it."""

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest
from pyoxigraph import RdfFormat, parse

from kgraph.plan.execution import context_for
from kgraph.plan.functions.regex import compiled
from kgraph.plan.sets.expressions.regex import as_re2
from kgraph.plan.sets.run import compile
from kgraph.sparql.parse import parse_query
from kgraph.store import Change, Store

CHARACTERS = [chr(code) for code in range(1, 0x1E944) if not 0xD800 <= code < 0xE000]
PATTERNS = (
    *("i", "I", "k", "s", "[iI]", "[^i]", "[^I]", "[a-z]", "[^a-z]", "[A-Z]", "[h-j]", "[!-~]"),
    *("[^!-~]", "[а-я]", "[^А-Я]", "[0-9]", "[^0-9]", "[i0-9]", "(i|ж)", "[^k]", "[r-t]"),
    *(r"\s", r"\S", r"[\si]", r"[\-i]", "."),
)


@pytest.mark.parametrize("flags", ["", "i"])
def test_a_pattern_finds_the_characters_that_python_finds(flags: str) -> None:
    with duckdb.connect() as database:
        database.register("characters", pa.table({"c": CHARACTERS}))
        for pattern in PATTERNS:
            search, read = compiled(pattern, flags).search, as_re2(pattern, flags)
            assert read.unsure is None
            chosen = "CASE WHEN c IN ('İ', 'ı') THEN ? ELSE ? END"
            rows = database.execute(
                f"SELECT c FROM characters WHERE regexp_matches(c, {chosen})",
                [read.dotted or read.pattern, read.pattern],
            ).fetchall()
            assert {c for (c,) in rows} == {c for c in CHARACTERS if search(c)}, pattern


@pytest.mark.parametrize(
    ("condition", "looks"),
    [
        ('LANGMATCHES(LANG(?x), "ru") && STRSTARTS(STR(?x), "a")', 1),
        ('CONTAINS(?x, "a") || (REGEX(?x, "^b") && !CONTAINS(?x, "c"))', 1),
        ('(CONTAINS(?x, "a") || CONTAINS(?y, "b")) && CONTAINS(?x, "c")', 3),
        ('CONTAINS(?x, "a") || CONTAINS(?y, "b") || CONTAINS(?x, "c")', 2),
    ],
)
def test_a_variable_is_looked_up_once(condition: str, looks: int) -> None:
    query = parse_query(f"SELECT * {{ ?s <urn:x> ?x ; <urn:y> ?y FILTER({condition}) }}")
    added = tuple(parse(b'_:a <urn:x> "a"@ru , "ac" ; <urn:y> "b" .', format=RdfFormat.TURTLE))
    with Store.open(None, threads=1) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=added))
            transaction.commit(author="a", message="m", time=datetime(2022, 8, 31, tzinfo=UTC))
        with store.snapshot() as snapshot:
            plan = compile(query.pattern, context_for(snapshot, union_default=True))
            assert plan.sql.count("FROM term") == looks


@pytest.mark.parametrize(
    ("condition", "beside"),
    [
        ('CONTAINS(?x, "a")', 1),
        ('CONTAINS(?x, "a") && STRSTARTS(?x, "b")', 1),
        ('CONTAINS(?x, "a") && STRSTARTS(?y, "b")', 2),
        ('CONTAINS(?x, "a") || STRSTARTS(?y, "b")', 0),
        ('CONTAINS(STR(?x), "1")', 0),
        ('CONTAINS(STR(?x), "b")', 1),
    ],
)
def test_rows_that_are_few_have_their_terms_put_beside_them(condition: str, beside: int) -> None:
    query = parse_query(f"SELECT * {{ ?s <urn:x> ?x ; <urn:y> ?y FILTER({condition}) }}")
    more = " , ".join(f'"{n}", {n}' for n in range(40))
    text = f'<urn:a> <urn:x> "a"@ru , 7 ; <urn:y> "b" . <urn:b> <urn:z> {more}, "x"@ru .'
    added = tuple(parse(text.encode(), format=RdfFormat.TURTLE))
    with Store.open(None, threads=1) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=added))
            transaction.commit(author="a", message="m", time=datetime(2022, 8, 31, tzinfo=UTC))
        with store.snapshot() as snapshot:
            plan = compile(query.pattern, context_for(snapshot, union_default=True))
            assert plan.sql.count(", term AS d") == beside
