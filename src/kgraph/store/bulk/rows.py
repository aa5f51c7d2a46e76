"""From N-Triples texts of terms to rows of the dictionary, in SQL over distinct texts.

Equals `kgraph.identifiers` and `kgraph.store.dictionary`, which do it for single terms; what SQL
would do with difficulty goes through them.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import Literal, NamedNode

from kgraph.identifiers import (
    DECIMAL_OFFSET,
    DECIMAL_SCALE_BITS,
    INTEGER_OFFSET,
    PAYLOAD,
    SHIFT,
    XSD,
    Tag,
    dictionary_tag,
    double_of,
)
from kgraph.store.bulk.feed import Feed
from kgraph.values.literals import DATATYPES
from kgraph.values.numbers import INTEGER_RANGES

TEXTS = "bulk_texts"
"""The name of the feed that texts come by."""
_BATCH = 1 << 15
"""Rows of an Arrow batch: what one of the engine's threads takes at a time."""
_VALUED = 255
"""Literals whose tag depends on their value."""

_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _lexical(datatype: str) -> str:
    return f"substr(text, 2, length(text) - {len(datatype) + len(XSD) + 6})"


def _days(text: str) -> str:
    # year 0 is a year for DuckDB, but not for the identifiers
    day = f"substr({text}, 1, 10)"
    return (
        f"CASE WHEN {text} >= '0001' "
        f"THEN date_diff('day', DATE '0001-01-01', TRY_CAST({day} AS DATE)) END"
    )


def _integer() -> str:
    value = f"TRY_CAST({_lexical('integer')} AS BIGINT)"
    return (
        f"CASE WHEN regexp_full_match({_lexical('integer')}, '0|-?[1-9][0-9]{{0,17}}') "
        f"AND {value} BETWEEN {-INTEGER_OFFSET} AND {PAYLOAD - INTEGER_OFFSET} "
        f"THEN {(Tag.INTEGER << SHIFT) + INTEGER_OFFSET} + {value} END"
    )


def _decimal() -> str:
    text = _lexical("decimal")
    digits = f"TRY_CAST(replace({text}, '.', '') AS HUGEINT)"
    return (
        f"CASE WHEN regexp_full_match({text}, '-?(0|[1-9][0-9]{{0,15}})\\.[0-9]{{1,15}}') "
        f"AND abs({digits}) < {DECIMAL_OFFSET} AND NOT (starts_with({text}, '-') AND {digits} = 0) "
        f"THEN {Tag.DECIMAL << SHIFT} + ((({digits})::BIGINT + {DECIMAL_OFFSET}) "
        f"<< {DECIMAL_SCALE_BITS}) + length({text}) - strpos({text}, '.') END"
    )


def _date() -> str:
    text = _lexical("date")
    return (
        f"CASE WHEN regexp_full_match({text}, '{_DAY}') "
        f"THEN {Tag.DATE << SHIFT} + {_days(text)} END"
    )


def _date_time() -> str:
    text = _lexical("dateTime")

    def part(first: int, length: int) -> str:
        return f"TRY_CAST(substr({text}, {first}, {length}) AS BIGINT)"

    fraction = f"TRY_CAST(rpad(rtrim(substr({text}, 21), 'Z'), 3, '0') AS BIGINT)"
    milliseconds = (
        f"((({_days(text)}) * 24 + {part(12, 2)}) * 60 + {part(15, 2)}) * 60000 "
        f"+ {part(18, 2)} * 1000 + {fraction}"
    )
    return (
        f"CASE WHEN regexp_full_match({text}, '{_DAY}T{_TIME}(\\.[0-9]{{0,2}}[1-9])?Z?') "
        f"THEN {Tag.DATE_TIME << SHIFT} + (({milliseconds}) << 1) "
        f"+ ends_with({text}, 'Z')::BIGINT END"
    )


def _ends(datatype: str) -> str:
    return f"ends_with(text, '\"^^<{XSD}{datatype}>')"


_INLINE = f"""
    CASE WHEN NOT starts_with(text, '"') OR NOT ends_with(text, '>') THEN NULL
    WHEN {_ends("date")} THEN {_date()}
    WHEN {_ends("integer")} THEN {_integer()}
    WHEN {_ends("decimal")} THEN {_decimal()}
    WHEN {_ends("dateTime")} THEN {_date_time()}
    WHEN text = '"true"^^<{XSD}boolean>' THEN {Tag.BOOLEAN << SHIFT | 1}
    WHEN text = '"false"^^<{XSD}boolean>' THEN {Tag.BOOLEAN << SHIFT} END"""
_KEYS = f"""
    SELECT coalesce({_INLINE}, -1) AS inline, md5_number_lower(
        CASE WHEN starts_with(text, '<<(') THEN substr(text, 5, length(text) - 8) ELSE text END
    ) AS hash, place FROM {TEXTS}"""

_ESCAPES = {"t": 9, "b": 8, "n": 10, "r": 13, "f": 12}


def _unescaped(text: str) -> str:
    # no canonical text has a raw U+0001, so it can stand for a backslash in between
    text = f"replace({text}, '\\\\', chr(1))"
    for letter, code in _ESCAPES.items():
        text = f"replace({text}, '\\{letter}', chr({code}))"
    return f"replace(replace({text}, '\\\"', '\"'), chr(1), '\\')"


_BODY = "substr(text, 2, length(text) - length(suffix) - 2)"
_DOUBLE = "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?"


def _number() -> str:
    """Values of the commonest numbers that do not go inside; the rest of them are for Python."""
    whole = f"TRY_CAST({_BODY} AS BIGINT)"
    cases = [
        f"WHEN suffix = '^^<{XSD}double>' AND regexp_full_match({_BODY}, '{_DOUBLE}') "
        f"THEN TRY_CAST({_BODY} AS DOUBLE)"
    ]
    for name, (low, high) in INTEGER_RANGES.items():
        bounds = [f"{whole} >= {low}"] if low is not None else []
        bounds += [f"{whole} <= {high}"] if high is not None else []
        fits = " AND ".join([f"regexp_full_match({_BODY}, '[+-]?[0-9]{{1,15}}')", *bounds])
        cases.append(f"WHEN suffix = '^^<{XSD}{name}>' AND {fits} THEN {whole}::DOUBLE")
    return (
        f"CASE WHEN suffix IS NULL OR NOT starts_with(suffix, '^') THEN NULL {' '.join(cases)} END"
    )


_WITH_VALUES = ", ".join(f"'^^<{XSD}{name}>'" for name in sorted(DATATYPES) if name != "string")
_DESCRIBE = f"""
    SELECT (CASE WHEN suffix IS NULL THEN CASE
            WHEN starts_with(text, '<<(') THEN {int(Tag.TRIPLE)}
            WHEN starts_with(text, '<') THEN {int(Tag.IRI)} ELSE {int(Tag.BLANK)} END
        WHEN suffix = '' THEN {int(Tag.STRING)}
        WHEN starts_with(suffix, '@') THEN {int(Tag.LANGUAGE_STRING)}
        WHEN number IS NOT NULL THEN {int(Tag.NUMBER)}
        WHEN suffix IN ({_WITH_VALUES}) THEN {_VALUED} ELSE {int(Tag.OTHER)} END)::UTINYINT AS tag,
    CASE WHEN suffix IS NOT NULL THEN
            CASE WHEN contains(text, '\\') THEN {_unescaped(_BODY)} ELSE {_BODY} END
        WHEN starts_with(text, '<<(') THEN text
        WHEN starts_with(text, '<') THEN substr(text, 2, length(text) - 2)
        ELSE substr(text, 3) END AS lexical,
    CASE WHEN starts_with(suffix, '^') THEN substr(suffix, 4, length(suffix) - 4) END AS datatype,
    CASE WHEN starts_with(suffix, '@') THEN substr(suffix, 2) END AS language,
    suffix IS NOT NULL AND contains(text, '\\u') AS unusual, number, place
    FROM (SELECT *, {_number()} AS number FROM (SELECT text, place, CASE WHEN starts_with(text, '"')
        THEN regexp_extract(text, '"([^"]*)$', 1) END AS suffix FROM {TEXTS}))"""

_ESCAPE = re.compile(r"\\(u[0-9A-F]{4}|U[0-9A-F]{8}|.)", re.DOTALL)
_ESCAPED = {letter: chr(code) for letter, code in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class Keys:
    """What texts are found by."""

    inline: npt.NDArray[np.int64]
    """The whole identifier where the value goes inside; -1 elsewhere."""
    hashes: npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Described:
    """Columns of dictionary rows."""

    tags: npt.NDArray[np.int64]
    lexical: pa.Array
    datatype: pa.Array
    language: pa.Array
    number: pa.Array


def keys(feed: Feed, texts: pa.Array) -> Keys:
    """Identifiers of terms that carry their value inside, hashes of all."""
    table = _over(feed, texts, _KEYS)
    return Keys(table["inline"].to_numpy(), table["hash"].to_numpy())


def described(feed: Feed, texts: pa.Array) -> Described:
    """The dictionary's columns for texts whose value does not go inside."""
    table = _over(feed, texts, _DESCRIBE)
    tags = table["tag"].to_numpy().astype(np.int64)
    lexical, datatype = table["lexical"], table["datatype"]
    unusual = np.flatnonzero(table["unusual"].to_numpy())
    if len(unusual):
        lexical = _replaced(lexical, unusual, [_plain(texts[int(i)].as_py()) for i in unusual])
    number = table["number"]
    valued = np.flatnonzero(tags == _VALUED)
    if len(valued):
        literals = _literals(lexical, datatype, valued)
        tags[valued] = [dictionary_tag(literal) for literal in literals]
        number = _replaced(number, valued, [double_of(literal) for literal in literals])
    return Described(tags, lexical, datatype, table["language"], number)


def _over(feed: Feed, texts: pa.Array, query: str) -> pa.Table:
    """The query's rows in the order of the texts; the engine's threads do not keep it."""
    table = pa.table({"text": texts, "place": np.arange(len(texts), dtype=np.int32)})
    batches = table.to_batches(max_chunksize=_BATCH)
    with feed.giving(pa.Table.from_batches(batches, table.schema)) as cursor:
        found = cursor.sql(query).to_arrow_table().combine_chunks()
    places = found["place"].to_numpy()
    if (places[1:] > places[:-1]).all():
        return found
    order = np.empty(len(places), np.int32)
    order[places] = np.arange(len(places), dtype=np.int32)
    return found.take(pa.array(order)).combine_chunks()


def _literals(
    lexical: pa.Array, datatype: pa.Array, places: npt.NDArray[np.int64]
) -> list[Literal]:
    wanted = pa.array(places)
    kinds: dict[str, NamedNode] = {}
    return [
        Literal(text, datatype=kinds.setdefault(kind, NamedNode(kind)))
        for text, kind in zip(
            lexical.take(wanted).to_pylist(), datatype.take(wanted).to_pylist(), strict=True
        )
    ]


def _replaced(values: pa.Array, places: npt.NDArray[np.int64], new: list[object]) -> pa.Array:
    mask = np.zeros(len(values), np.bool_)
    mask[places] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(new, type=values.type))


def _plain(text: str) -> str:
    """The lexical form in the text of a literal."""

    def meant(found: re.Match[str]) -> str:
        sign = found[1]
        if sign[0] in "uU":
            return chr(int(sign[1:], 16))
        return _ESCAPED.get(sign, sign)

    return _ESCAPE.sub(meant, text[1 : text.rindex('"')])
