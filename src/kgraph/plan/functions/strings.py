"""Functions on strings (SPARQL 1.1, section 17.4.3): a language is kept where there is one.

Two arguments are compatible if the second is plain or has the language and direction of the first.
"""

from urllib.parse import quote

from pyoxigraph import Literal

from kgraph.plan.algebra import Term
from kgraph.plan.functions.regex import compiled, expand, timed
from kgraph.plan.functions.registry import FunctionContext, builtin
from kgraph.plan.functions.terms import simple_text
from kgraph.values.literals import XSD_STRING, ExpressionError, boolean, integer, whole


def string_literal(term: Term) -> Literal:
    """A string, plain or with a language."""
    if isinstance(term, Literal) and (term.language or term.datatype.value == XSD_STRING):
        return term
    raise ExpressionError(f"{term} is no string")


def like(model: Literal, text: str) -> Literal:
    """A text with the language and direction of another."""
    if model.language is None:
        return Literal(text)
    return Literal(text, language=model.language, direction=model.direction)


def _compatible(first: Term, second: Term) -> tuple[Literal, str]:
    one, other = string_literal(first), string_literal(second)
    same = (other.language, other.direction) == (one.language, one.direction)
    if other.language is not None and not same:
        raise ExpressionError(f"{one} and {other} differ in language")
    return one, other.value


@builtin("STRLEN")
def length(text: Term) -> Term:
    """The number of characters."""
    return integer(len(string_literal(text).value))


@builtin("SUBSTR")
def substring(text: Term, start: Term, count: Term | None = None) -> Term:
    """Characters from a position on, counted from 1; `count` of them at most."""
    source, first = string_literal(text), whole(start)
    end = None if count is None else max(first - 1 + whole(count), 0)
    return like(source, source.value[max(first - 1, 0) : end])


@builtin("UCASE")
def upper(text: Term) -> Term:
    """In capitals."""
    source = string_literal(text)
    return like(source, source.value.upper())


@builtin("LCASE")
def lower(text: Term) -> Term:
    """In small letters."""
    source = string_literal(text)
    return like(source, source.value.lower())


@builtin("STRSTARTS")
def starts(text: Term, start: Term) -> Term:
    """Whether a text begins so."""
    source, sought = _compatible(text, start)
    return boolean(source.value.startswith(sought))


@builtin("STRENDS")
def ends(text: Term, end: Term) -> Term:
    """Whether a text ends so."""
    source, sought = _compatible(text, end)
    return boolean(source.value.endswith(sought))


@builtin("CONTAINS")
def contains(text: Term, part: Term) -> Term:
    """Whether a text has a part."""
    source, sought = _compatible(text, part)
    return boolean(sought in source.value)


@builtin("STRBEFORE")
def before(text: Term, mark: Term) -> Term:
    """What stands before a mark; a plain empty string where the mark is not."""
    source, sought = _compatible(text, mark)
    head, found, _ = source.value.partition(sought) if sought else ("", "yes", "")
    return like(source, head) if found else Literal("")


@builtin("STRAFTER")
def after(text: Term, mark: Term) -> Term:
    """What stands after a mark; a plain empty string where the mark is not."""
    source, sought = _compatible(text, mark)
    _, found, tail = source.value.partition(sought) if sought else ("", "yes", source.value)
    return like(source, tail) if found else Literal("")


@builtin("ENCODE_FOR_URI")
def encode_for_iri(text: Term) -> Term:
    """With all but unreserved characters percent-encoded."""
    return Literal(quote(string_literal(text).value, safe="-_.~"))


@builtin("CONCAT")
def concatenate(*texts: Term) -> Term:
    """One after the other; the language stays if all have the same, and so does the direction."""
    sources = [string_literal(text) for text in texts]
    text = "".join(source.value for source in sources)
    if len({(source.language, source.direction) for source in sources}) == 1:
        return like(sources[0], text)
    return Literal(text)


@builtin("REGEX", contextual=True)
def matches(context: FunctionContext, text: Term, pattern: Term, flags: Term | None = None) -> Term:
    """Whether a regular expression matches somewhere in a text."""
    source = string_literal(text)
    expression = compiled(simple_text(pattern), "" if flags is None else simple_text(flags))
    with context.stopping() as seconds:
        found = timed(expression.search, source.value, seconds=seconds)
    return boolean(found is not None)


@builtin("REPLACE", contextual=True)
def replaced(
    context: FunctionContext,
    text: Term,
    pattern: Term,
    replacement: Term,
    flags: Term | None = None,
) -> Term:
    """A text with all that a regular expression matches replaced (fn:replace)."""
    source, letters = string_literal(text), "" if flags is None else simple_text(flags)
    expression = compiled(simple_text(pattern), letters)
    if expression.search("") is not None:
        raise ExpressionError(f"{pattern} matches the empty string")
    template = expand(simple_text(replacement), expression.groups, literally="q" in letters)
    with context.stopping() as seconds:
        found = timed(expression.sub, template, source.value, seconds=seconds)
    return like(source, found)
