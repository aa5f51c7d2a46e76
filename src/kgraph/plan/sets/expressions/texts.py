"""Functions on strings in SQL (SPARQL 1.1, section 17.4.3); a language is kept where there is one.

Python writes some letters in capitals as two, and knows the Greek sigma at the end of words: texts
with such letters are left to it.
"""

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from kgraph.plan.algebra import Term
from kgraph.plan.functions.regex import compiled as compiled_regex
from kgraph.plan.sets.expressions.compile import Handler, in_sql
from kgraph.plan.sets.expressions.encoding import literal
from kgraph.plan.sets.expressions.pieces import (
    Constant,
    Environment,
    Exact,
    NotInSQL,
    Piece,
    Text,
    Truth,
)
from kgraph.plan.sets.expressions.regex import as_re2
from kgraph.plan.sets.expressions.values import guarded, numeric, simple, string
from kgraph.values.literals import XSD_STRING, ExpressionError

MOST_LENGTH = 2**31
_CAPITALS = (
    "[ßŉǰΐΰև\u1e96-\u1e9a\u1f50\u1f52\u1f54\u1f56\u1f80-\u1faf\u1fb2-\u1fb4\u1fb6\u1fb7\u1fbc"
    "\u1fc2-\u1fc4\u1fc6\u1fc7\u1fcc\u1fd2\u1fd3\u1fd6\u1fd7\u1fe2-\u1fe4\u1fe6\u1fe7"
    "\u1ff2-\u1ff4\u1ff6\u1ff7\u1ffc\ufb00-\ufb06\ufb13-\ufb17]"
)


@in_sql("STRLEN")
def _length(environment: Environment, text: Piece) -> Piece:
    found = f"CAST(length({string(text).sql}) AS HUGEINT)"
    return Exact(found, "0", MOST_LENGTH, 0, "TRUE")


@in_sql("SUBSTR")
def _substring(
    environment: Environment, text: Piece, start: Piece, count: Piece | None = None
) -> Piece:
    source = string(text)
    first = _position(start, environment)
    begin = f"greatest({first}, 1)"
    if count is None:
        return Text(f"substring({source.sql}, {begin})", source.language)
    end = f"greatest({first} - 1 + {_position(count, environment)}, 0)"
    size = f"greatest({end} - {begin} + 1, 0)"
    return Text(f"substring({source.sql}, {begin}, {size})", source.language)


def _position(piece: Piece, environment: Environment) -> str:
    number = numeric(piece, environment)
    if number.exact is None or number.double is not None or number.exact.whole != "TRUE":
        raise NotInSQL("positions that are no integers")
    bound = 2**40
    return f"CAST(greatest(least({number.exact.digits}, {bound}), -{bound}) AS BIGINT)"


@in_sql("UCASE")
def _upper(environment: Environment, text: Piece) -> Piece:
    source = string(text)
    long = f"strlen({source.sql}) <> length({source.sql})"
    environment.doubt(f"({long} AND regexp_matches({source.sql}, {literal(_CAPITALS)}))")
    return Text(f"upper({source.sql})", source.language)


@in_sql("LCASE")
def _lower(environment: Environment, text: Piece) -> Piece:
    source = string(text)
    environment.doubt(f"(contains({source.sql}, 'Σ') OR contains({source.sql}, 'İ'))")
    return Text(f"lower({source.sql})", source.language)


def _compatible(environment: Environment, text: Piece, part: Piece) -> tuple[Text, str, str]:
    """Both texts, and whether their languages agree."""
    one, other = string(text), string(part)
    if other.language is None:
        return one, other.sql, "TRUE"
    spoken = one.language or "NULL::VARCHAR"
    agree = f"({other.language} IS NULL OR ({other.language} = {spoken}) IS TRUE)"
    return one, other.sql, agree


def _test(name: str) -> Handler:
    def handler(environment: Environment, text: Piece, part: Piece) -> Piece:
        source, sought, agree = _compatible(environment, text, part)
        return Truth(guarded(agree, f"{name}({source.sql}, {sought})"))

    return handler


in_sql("CONTAINS")(_test("contains"))
in_sql("STRSTARTS")(_test("starts_with"))
in_sql("STRENDS")(_test("ends_with"))


def _part(before: bool) -> Handler:
    def handler(environment: Environment, text: Piece, mark: Piece) -> Piece:
        source, sought, agree = _compatible(environment, text, mark)
        place = f"strpos({source.sql}, {sought})"
        kept = (
            f"CASE WHEN {sought} = '' THEN '' ELSE left({source.sql}, {place} - 1) END"
            if before
            else f"substring({source.sql}, {place} + length({sought}))"
        )
        if not before:
            kept = f"CASE WHEN {sought} = '' THEN {source.sql} ELSE {kept} END"
        found = f"contains({source.sql}, {sought})"
        text_sql = (
            f"CASE WHEN {agree} AND {found} THEN {kept} WHEN {agree} AND NOT {found} THEN '' END"
        )
        if source.language is None:
            return Text(text_sql)
        return Text(text_sql, f"CASE WHEN {found} THEN {source.language} END")

    return handler


in_sql("STRBEFORE")(_part(True))
in_sql("STRAFTER")(_part(False))


@in_sql("ENCODE_FOR_URI")
def _encode(environment: Environment, text: Piece) -> Piece:
    return Text(f"url_encode({string(text).sql})")


@in_sql("CONCAT")
def _concatenate(environment: Environment, *pieces: Piece) -> Piece:
    texts = [string(piece) for piece in pieces]
    if not texts:
        return Text("''")
    joined = "(" + " || ".join(f"{text.sql}" for text in texts) + ")"
    if any(text.language is None for text in texts):
        return Text(joined)
    first = texts[0].language
    same = " AND ".join(f"{first} = {text.language}" for text in texts[1:]) or "TRUE"
    return Text(joined, f"CASE WHEN {same} THEN {first} END")


def _hash(name: str) -> Handler:
    def handler(environment: Environment, text: Piece) -> Piece:
        return Text(f"{name}({simple(text)})")

    return handler


for _name in ("md5", "sha1", "sha256"):
    in_sql(_name.upper())(_hash(_name))


# Regular expressions


def _constant_text(piece: Piece | None) -> str:
    if piece is None:
        return ""
    if isinstance(piece, Constant) and isinstance(piece.term, Literal):
        return _plain(piece.term)
    raise NotInSQL("a pattern that is not known")


def _plain(term: Term) -> str:
    if isinstance(term, Literal) and term.datatype == NamedNode(XSD_STRING):
        return term.value
    raise NotInSQL("a pattern that is no plain string")


@in_sql("REGEX")
def _matches(
    environment: Environment, text: Piece, pattern: Piece, flags: Piece | None = None
) -> Piece:
    source = string(text)
    sought, letters = _constant_text(pattern), _constant_text(flags)
    if not _is_pattern(sought, letters):
        return Truth("NULL::BOOLEAN")
    expression = as_re2(sought, letters)
    if expression.literal is not None:
        return Truth(f"contains({source.sql}, {literal(expression.literal)})")
    _doubt(environment, source.sql, expression.unsure)
    found = f"regexp_matches({source.sql}, {literal(expression.pattern)})"
    if expression.dotted is not None:
        # RE2 is slower where a letter may be of one byte or of two.
        dots = f"contains({source.sql}, 'İ') OR contains({source.sql}, 'ı')"
        rare = f"regexp_matches({source.sql}, {literal(expression.dotted)})"
        found = f"CASE WHEN {dots} THEN {rare} ELSE {found} END"
    return Truth(f"({found})")


def _is_pattern(pattern: str, flags: str) -> bool:
    try:
        compiled_regex(pattern, flags)
    except ExpressionError:
        return False
    return True


def _doubt(environment: Environment, text: str, unsure: Callable[[str], str] | None) -> None:
    if unsure is not None:
        environment.doubt(unsure(text))


@in_sql("REPLACE")
def _replaced(
    environment: Environment,
    text: Piece,
    pattern: Piece,
    replacement: Piece,
    flags: Piece | None = None,
) -> Piece:
    source, letters = string(text), _constant_text(flags)
    sought, put = _constant_text(pattern), _constant_text(replacement)
    if "\\" in put or "$" in put:
        raise NotInSQL("a replacement with references")
    expression = as_re2(sought, letters)
    try:
        if compiled_regex(sought, letters).search("") is not None:
            raise NotInSQL("a pattern that matches nothing at all")
    except ExpressionError as error:
        raise NotInSQL(str(error)) from error
    if expression.literal is not None:
        found = f"replace({source.sql}, {literal(expression.literal)}, {literal(put)})"
        return Text(found, source.language)
    _doubt(environment, source.sql, expression.unsure)
    exact = expression.dotted or expression.pattern
    arguments = f"{source.sql}, {literal(exact)}, {literal(put)}, 'g'"
    return Text(f"regexp_replace({arguments})", source.language)
