"""Constraints on single terms in SQL: what a tag decides, what a row of the dictionary does.

What neither decides is asked of the distinct terms in Python (`engine.terms`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kgraph.identifiers import INLINE, SHIFT, Tag, inline_id
from kgraph.plan.functions.regex import compiled
from kgraph.plan.sets.expressions.pieces import NotInSQL
from kgraph.plan.sets.expressions.regex import as_re2
from kgraph.shacl.model import (
    Datatype,
    LanguageIn,
    Length,
    NodeKind,
    Pattern,
    ValueConstraint,
    ValueRange,
)
from kgraph.values.literals import LANG_STRINGS, RDF, XSD
from kgraph.values.moments import MOMENT_KINDS
from kgraph.values.numbers import INTEGER_RANGES, NUMERIC_KINDS
from kgraph.values.spans import SPAN_KINDS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a constraint holds of the terms with one tag.

    `value`: a condition on `v`, the identifier; `term`: one on `t`, a row of the dictionary. Both
    None: nobody knows.
    """

    value: str | None = None
    term: str | None = None


HOLDS, FAILS, ASK = Verdict("true"), Verdict("false"), Verdict()
_RESOURCES = {Tag.IRI: "IRI", Tag.BLANK: "BlankNode"}
_WHOLE = {"integer": Tag.INTEGER, "decimal": Tag.DECIMAL, "date": Tag.DATE}
_WHOLE |= {"dateTime": Tag.DATE_TIME, "boolean": Tag.BOOLEAN}
_TONGUE = "lower(split_part(t.language, '--', 1))"


def verdict(constraint: ValueConstraint, tag: int) -> Verdict:
    """What is known of terms with a tag."""
    rule = _RULES.get(type(constraint))
    return ASK if rule is None else rule(constraint, Tag(tag))


def text(value: str) -> str:
    """A string as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _node_kind(constraint: NodeKind, tag: Tag) -> Verdict:
    if tag is Tag.TRIPLE:
        return FAILS
    return HOLDS if _RESOURCES.get(tag, "Literal") in constraint.kinds else FAILS


def _datatype(constraint: Datatype, tag: Tag) -> Verdict:
    iri = constraint.datatype.value
    if tag in (Tag.IRI, Tag.BLANK, Tag.TRIPLE):
        return FAILS
    if tag is Tag.LANGUAGE_STRING:
        if iri not in LANG_STRINGS:
            return FAILS
        directed = iri == f"{RDF}dirLangString"
        return Verdict(term=f"{'' if directed else 'NOT '}contains(t.language, '--')")
    if tag is Tag.STRING:
        return HOLDS if iri == f"{XSD}string" else FAILS
    if tag in INLINE:
        return HOLDS if _WHOLE.get(iri.removeprefix(XSD)) is tag else FAILS
    if tag is Tag.OTHER and iri.removeprefix(XSD) in _KINDS_WITH_VALUES:
        return FAILS
    return Verdict(term=f"t.datatype = {text(iri)}")


_KINDS_WITH_VALUES = {*NUMERIC_KINDS, *INTEGER_RANGES, *MOMENT_KINDS, *SPAN_KINDS}
_KINDS_WITH_VALUES |= {"boolean", "string"}


def _range(constraint: ValueRange, tag: Tag) -> Verdict:
    if tag in (Tag.IRI, Tag.BLANK, Tag.TRIPLE, Tag.LANGUAGE_STRING):
        return FAILS
    bound = inline_id(constraint.bound)
    if bound is None or bound >> SHIFT != tag or tag not in (Tag.INTEGER, Tag.DATE):
        return ASK
    return Verdict(f"v {constraint.operator} {bound}")


def _length(constraint: Length, tag: Tag) -> Verdict:
    if tag in (Tag.BLANK, Tag.TRIPLE):
        return FAILS
    if tag in INLINE:
        return ASK
    sign = "<=" if constraint.at_most else ">="
    return Verdict(term=f"length(t.lexical) {sign} {constraint.characters}")


def _pattern(constraint: Pattern, tag: Tag) -> Verdict:
    if tag in (Tag.BLANK, Tag.TRIPLE):
        return FAILS
    if tag in INLINE:
        return ASK
    try:
        found = as_re2(constraint.pattern, constraint.flags)
    except NotInSQL:
        compiled(constraint.pattern, constraint.flags)
        return ASK
    if found.unsure is not None or found.dotted is not None:
        return ASK
    if found.literal is not None:
        return Verdict(term=f"contains(t.lexical, {text(found.literal)})")
    return Verdict(term=f"regexp_matches(t.lexical, {text(found.pattern)})")


def _language_in(constraint: LanguageIn, tag: Tag) -> Verdict:
    if tag is not Tag.LANGUAGE_STRING:
        return FAILS
    parts = [_in_range(one.lower()) for one in constraint.ranges]
    return Verdict(term=f"({' OR '.join(parts) or 'false'})")


def _in_range(wanted: str) -> str:
    if wanted == "*":
        return "true"
    return f"{_TONGUE} = {text(wanted)} OR starts_with({_TONGUE}, {text(wanted + '-')})"


_RULES: dict[type[Any], Callable[[Any, Tag], Verdict]] = {
    NodeKind: _node_kind,
    Datatype: _datatype,
    ValueRange: _range,
    Length: _length,
    Pattern: _pattern,
    LanguageIn: _language_in,
}
