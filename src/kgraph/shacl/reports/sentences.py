"""What is wrong, as one plain sentence for each constraint component (SHACL, section 4)."""

from collections.abc import Callable, Iterable

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.shacl.report import ValidationResult
from kgraph.shacl.reports.reading import Context, component_of
from kgraph.terms import Term
from kgraph.values.literals import ExpressionError, value_of

Sentence = Callable[[Context, ValidationResult], str]
SENTENCES: dict[str, Sentence] = {}
MANY = 8
"""Values that a sentence lists."""
KINDS = {
    "IRI": "an IRI",
    "BlankNode": "a blank node",
    "Literal": "a literal",
    "BlankNodeOrIRI": "an IRI or a blank node",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}
BOUNDS = {
    "MinExclusive": ("minExclusive", "greater than"),
    "MinInclusive": ("minInclusive", "at least"),
    "MaxExclusive": ("maxExclusive", "less than"),
    "MaxInclusive": ("maxInclusive", "at most"),
}


def sentence(context: Context, result: ValidationResult) -> str:
    """A plain sentence that says what is wrong, in words of our own."""
    made = SENTENCES.get(component_of(result))
    if made is not None:
        return made(context, result)
    shape = context.named_shape(result) or "the shape"
    if result.result_path is None:
        return f"{_focus(context, result)} is not as {shape} wants it."
    return f"{context.property(result)} of {_focus(context, result)} is not as {shape} wants it."


def kind_of(term: Term) -> str:
    """What sort of term it is, with its article."""
    if isinstance(term, NamedNode):
        return KINDS["IRI"]
    return KINDS["BlankNode" if isinstance(term, BlankNode) else "Literal"]


def listed(texts: Iterable[str], word: str = "or") -> str:
    """`a, b or c`; of many, the first ones."""
    shown = list(texts)
    if len(shown) > MANY:
        shown = [*shown[:MANY], f"{len(shown) - MANY} more"]
    return f" {word} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def _says(*names: str) -> Callable[[Sentence], Sentence]:
    def register(function: Sentence) -> Sentence:
        SENTENCES.update(dict.fromkeys(names, function))
        return function

    return register


def _focus(context: Context, result: ValidationResult) -> str:
    return context.name(result.focus_node)


def _whose(context: Context, result: ValidationResult) -> str:
    """The value, and whose it is."""
    value = result.focus_node if result.value is None else result.value
    name = context.name(value)
    if result.result_path is None or isinstance(value, BlankNode):
        return name
    return f"{name}, {context.property(result)} of {_focus(context, result)},"


def _named(context: Context, result: ValidationResult, parameter: str) -> str:
    return listed(context.name(term) for term in context.parameters(result, parameter))


def _number(context: Context, result: ValidationResult, parameter: str) -> str:
    return next((str(_text(t)) for t in context.parameters(result, parameter)), "")


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))


@_says("MinCount")
def _too_few(context: Context, result: ValidationResult) -> str:
    found = context.data.values(result.focus_node, result.result_path)
    has = "too few values for" if found is None else f"{len(found) or 'no'} value{_s(found)} for"
    least = _number(context, result, "minCount")
    wants = f"; at least {least} {'is' if least == '1' else 'are'} needed" if least else ""
    return f"{_focus(context, result)} has {has} {context.property(result)}{wants}."


@_says("MaxCount")
def _too_many(context: Context, result: ValidationResult) -> str:
    found = context.data.values(result.focus_node, result.result_path)
    has = "too many values for" if not found else f"{len(found)} value{_s(found)} for"
    most = _number(context, result, "maxCount")
    wants = f"; at most {most} may be given" if most else ""
    return f"{_focus(context, result)} has {has} {context.property(result)}{wants}."


def _s(values: list[Term]) -> str:
    return "" if len(values) == 1 else "s"


@_says("Class")
def _no_instance(context: Context, result: ValidationResult) -> str:
    return f"{_whose(context, result)} is no {_named(context, result, 'class') or 'instance'}."


@_says("Datatype")
def _other_datatype(context: Context, result: ValidationResult) -> str:
    value, wanted = result.value, context.parameters(result, "datatype")
    name = listed(context.words.term(one) for one in wanted)
    if not isinstance(value, Literal):
        what = kind_of(value) if value is not None else "something else"
        return f"{_whose(context, result)} is {what}; a literal of {name} is needed."
    if value.datatype in wanted and not value.language:
        return f"{_whose(context, result)} is not written as {name} must be."
    kind = context.words.term(value.datatype)
    kind += f" in language {value.language}" if value.language else ""
    return f"{_whose(context, result)} is of {kind}; {name} is needed."


@_says("NodeKind")
def _other_kind(context: Context, result: ValidationResult) -> str:
    value = result.focus_node if result.value is None else result.value
    wanted = [_text(t).rpartition("#")[2] for t in context.parameters(result, "nodeKind")]
    names = listed(KINDS.get(name, name) for name in wanted)
    return f"{_whose(context, result)} is {kind_of(value)}; {names or 'another kind'} is needed."


@_says(*BOUNDS)
def _out_of_bounds(context: Context, result: ValidationResult) -> str:
    parameter, words = BOUNDS[component_of(result)]
    bound = next(iter(context.parameters(result, parameter)), None)
    value = result.value
    if isinstance(value, Literal) and isinstance(bound, Literal) and not _comparable(value):
        return f"{_whose(context, result)} cannot be compared with {context.name(bound)}."
    shown = "its bound" if bound is None else context.name(bound)
    return f"{_whose(context, result)} is not {words} {shown}."


def _comparable(value: Literal) -> bool:
    try:
        return not isinstance(value_of(value), str)
    except ExpressionError:
        return False


@_says("MinLength", "MaxLength")
def _other_length(context: Context, result: ValidationResult) -> str:
    least = component_of(result) == "MinLength"
    bound = _number(context, result, "minLength" if least else "maxLength")
    if isinstance(result.value, BlankNode):
        return f"{_whose(context, result)} is a blank node and has no length."
    length = len(_text(result.focus_node if result.value is None else result.value))
    words = "at least" if least else "at most"
    return f"{_whose(context, result)} has {length} characters; {words} {bound} are needed."


@_says("Pattern")
def _no_match(context: Context, result: ValidationResult) -> str:
    pattern = _number(context, result, "pattern")
    return f"{_whose(context, result)} does not match the pattern {pattern}".rstrip() + "."


@_says("LanguageIn")
def _other_language(context: Context, result: ValidationResult) -> str:
    allowed = [
        _text(tag)
        for head in context.parameters(result, "languageIn")
        for tag in context.shapes.members(head)
    ]
    language = getattr(result.value, "language", None)
    has = f"is in language {language}" if language else "has no language"
    return f"{_whose(context, result)} {has}; {listed(allowed)} is needed."


@_says("UniqueLang")
def _twice_in_a_language(context: Context, result: ValidationResult) -> str:
    values = context.data.values(result.focus_node, result.result_path) or []
    tags = [v.language for v in values if isinstance(v, Literal) and v.language]
    twice = sorted({tag for tag in tags if tags.count(tag) > 1})
    where = f"in language {listed(twice, 'and')}" if twice else "in one language"
    return f"{_focus(context, result)} has more than one {context.property(result)} {where}."


@_says("Equals")
def _not_equal(context: Context, result: ValidationResult) -> str:
    other = _named(context, result, "equals")
    value = "a value" if result.value is None else context.name(result.value)
    here = f"{context.property(result) or 'itself'} and {other} of {_focus(context, result)}"
    return f"{here} must be the same, and only one of them has {value}."


@_says("Disjoint")
def _not_disjoint(context: Context, result: ValidationResult) -> str:
    other = _named(context, result, "disjoint")
    return f"{_whose(context, result)} is also its {other}; it must not be both."


@_says("LessThan", "LessThanOrEquals")
def _not_less(context: Context, result: ValidationResult) -> str:
    strict = component_of(result) == "LessThan"
    others = context.parameters(result, "lessThan" if strict else "lessThanOrEquals")
    values = [
        context.name(value)
        for other in others
        if isinstance(other, NamedNode)
        for value in context.data.objects(result.focus_node, other)
    ]
    given = f", {listed(values)}" if values else ""
    name = listed(context.name(other) for other in others)
    than = "less than" if strict else "at most"
    return f"{_whose(context, result)} is not {than} its {name}{given}."


@_says("Not")
def _conforms_after_all(context: Context, result: ValidationResult) -> str:
    shape = _shapes(context, result, "not")
    return f"{_whose(context, result)} conforms to {shape}, and must not."


@_says("Node", "And")
def _does_not_conform(context: Context, result: ValidationResult) -> str:
    shape = _shapes(context, result, "node" if component_of(result) == "Node" else "and")
    return f"{_whose(context, result)} does not conform to {shape}."


@_says("Or")
def _conforms_to_none(context: Context, result: ValidationResult) -> str:
    return f"{_whose(context, result)} conforms to none of {_shapes(context, result, 'or')}."


@_says("Xone")
def _conforms_to_other_than_one(context: Context, result: ValidationResult) -> str:
    shapes = _shapes(context, result, "xone")
    return f"{_whose(context, result)} must conform to exactly one of {shapes}."


def _shapes(context: Context, result: ValidationResult, parameter: str) -> str:
    names = []
    for term in context.parameters(result, parameter):
        members = context.shapes.members(term) or [term]
        names += [_shape_name(context, member) for member in members]
    return listed(names) or "the shape"


def _shape_name(context: Context, shape: Term) -> str:
    if not isinstance(shape, BlankNode):
        return context.name(shape)
    said = context.shapes.triples(shape, None, None)
    words = [
        f"{context.words.iri(t.predicate.value)} {context.words.term(t.object)}"
        for t in said
        if not isinstance(t.object, BlankNode) and not t.predicate.value.endswith("#type")
    ]
    return f"[{', '.join(words[:3])}]" if words else "a shape without a name"


@_says("QualifiedMinCount", "QualifiedMaxCount")
def _qualified(context: Context, result: ValidationResult) -> str:
    least = component_of(result) == "QualifiedMinCount"
    bound = _number(context, result, "qualifiedMinCount" if least else "qualifiedMaxCount")
    shape = _shapes(context, result, "qualifiedValueShape")
    much, words = ("few", "at least") if least else ("many", "at most")
    return (
        f"{_focus(context, result)} has too {much} values for {context.property(result)} "
        f"that conform to {shape}; {words} {bound} may be given."
    ).replace("at least 1 may be given", "at least 1 is needed")


@_says("Closed")
def _closed(context: Context, result: ValidationResult) -> str:
    shape = context.named_shape(result) or "its shape"
    return f"{_focus(context, result)} has {context.property(result)}, which {shape} does not list."


@_says("HasValue")
def _lacks(context: Context, result: ValidationResult) -> str:
    wanted = _named(context, result, "hasValue")
    if result.result_path is None:
        return f"{_focus(context, result)} is not {wanted}."
    return f"{_focus(context, result)} lacks {wanted} for {context.property(result)}."


@_says("In")
def _not_among(context: Context, result: ValidationResult) -> str:
    allowed = [
        context.name(term)
        for head in context.parameters(result, "in")
        for term in context.shapes.members(head)
    ]
    return f"{_whose(context, result)} is none of {listed(allowed) or 'those allowed'}."


@_says("Expression")
def _expression(context: Context, result: ValidationResult) -> str:
    shape = context.named_shape(result) or "its shape"
    return f"{_whose(context, result)} does not make the expression of {shape} true."


@_says("Inconsistency")
def _contradiction(context: Context, result: ValidationResult) -> str:
    return f"What is said of {_focus(context, result)} contradicts the ontology."
