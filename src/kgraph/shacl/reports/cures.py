"""What would mend a result, where that can be told: in words, and as triples to add and remove.

A cure is a proposal. Several cures of one result are alternatives; each alone would do.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kgraph.plan.functions.comparison import compare
from kgraph.shacl.report import ValidationResult
from kgraph.shacl.reports.reading import PATH, PROPERTY, Context, component_of, is_path
from kgraph.shacl.reports.sentences import listed
from kgraph.shacl.reports.spelling import Spelling
from kgraph.terms import Term, to_lines
from kgraph.values.literals import ExpressionError, value_of
from kgraph.vocab import RDF_TYPE, SH, XSD

ALTERNATIVES = 5
"""Cures that one result has at most."""
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class Cure:
    """One way to mend a result; without triples it is advice."""

    text: str
    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The cure with its triples as lines of N-Quads, and as an update where there is one."""
        patch = {"removed": to_lines(self.removed), "added": to_lines(self.added)}
        update = self.update
        return {"text": self.text, "patch": patch} | ({"update": update} if update else {})

    @property
    def update(self) -> str:
        """The same in SPARQL; empty for advice, and where a blank node would have to be named."""
        quads = (*self.removed, *self.added)
        if any(isinstance(part, BlankNode) for q in quads for part in (q.subject, q.object)):
            return ""
        parts = [("DELETE", self.removed), ("INSERT", self.added)]
        return " ;\n".join(
            f"{word} DATA {{ {' '.join(map(_in_update, quads))} }}"
            for word, quads in parts
            if quads
        )


def _in_update(quad: Quad) -> str:
    triple = f"{quad.subject} {quad.predicate} {quad.object} ."
    if isinstance(quad.graph_name, DefaultGraph):
        return triple
    return f"GRAPH {quad.graph_name} {{ {triple} }}"


Finder = Callable[["_Case"], Iterable[Cure]]
FINDERS: dict[str, Finder] = {}


def cures(context: Context, result: ValidationResult) -> tuple[Cure, ...]:
    """The cures of a result, the likeliest first; none where none can be told."""
    find = FINDERS.get(component_of(result))
    if find is None:
        return ()
    found = dict.fromkeys(find(_Case(context, result)))
    return tuple(found)[:ALTERNATIVES]


def _for(*names: str) -> Callable[[Finder], Finder]:
    def register(function: Finder) -> Finder:
        FINDERS.update(dict.fromkeys(names, function))
        return function

    return register


class _Case:
    """One result, and how its triples are changed."""

    def __init__(self, context: Context, result: ValidationResult) -> None:
        self.context, self.result = context, result
        self.focus, self.value = result.focus_node, result.value
        self.name = context.name

    def parameters(self, name: str) -> list[Term]:
        return self.context.parameters(self.result, name)

    def allowed(self, name: str) -> list[Term]:
        """The members of the lists that are given for a parameter."""
        return [
            term for head in self.parameters(name) for term in self.context.shapes.members(head)
        ]

    @property
    def predicate(self) -> NamedNode | None:
        path = self.result.result_path
        return NamedNode(path.iri) if path is not None and is_path(path) else None

    def values(self) -> list[Term]:
        """What the focus node has for the path, if that is one property."""
        return self.context.data.objects(self.focus, self.predicate) if self.predicate else []

    def quad(self, subject: Term, predicate: NamedNode, object_: Term) -> Quad:
        name = self.result.graph_name if self.context.names_graphs else None
        graph = NamedNode(name) if name else DefaultGraph()
        return Quad(subject, predicate, object_, graph)  # type: ignore[arg-type]

    def replaced(self, term: Term, text: str = "") -> Iterator[Cure]:
        """Put a term in place of the value."""
        if self.predicate is None or self.value is None or isinstance(self.focus, Literal | Triple):
            return
        shown = self.context.words.turtle(term)
        label = self.context.label(term)
        shown += f" ({label})" if label else ""
        yield Cure(
            text or f"write {shown} in place of {self.name(self.value)}",
            (self.quad(self.focus, self.predicate, term),),
            (self.quad(self.focus, self.predicate, self.value),),
        )

    def added(self, term: Term) -> Iterator[Cure]:
        """Give the focus node a value."""
        if self.predicate is not None and not isinstance(self.focus, Literal | Triple):
            words = f"add {self.context.words.iri(self.predicate.value)} {self.name(term)}"
            yield Cure(words, (self.quad(self.focus, self.predicate, term),))

    def without(self, terms: Iterable[Term], text: str) -> Iterator[Cure]:
        """Take values away."""
        if self.predicate is not None and not isinstance(self.focus, Literal | Triple):
            gone = tuple(self.quad(self.focus, self.predicate, term) for term in terms)
            yield Cure(text, (), gone)

    def renamed(self, wrong: NamedNode, right: NamedNode) -> Cure:
        """Put a property in place of one that is spelt nearly so."""
        values = self.context.data.objects(self.focus, wrong)
        words = self.context.words
        return Cure(
            f"write {words.iri(right.value)} in place of {words.iri(wrong.value)}",
            tuple(self.quad(self.focus, right, value) for value in values),
            tuple(self.quad(self.focus, wrong, value) for value in values),
        )

    def near(self, wanted: Term, candidates: Iterable[Term]) -> list[Term]:
        """The candidates whose name or label is like that of a term, the nearest first."""
        return Spelling(candidates, self.context.label).near(wanted)


@_for("Class")
def _make_an_instance(case: _Case) -> Iterator[Cure]:
    value = case.focus if case.value is None else case.value
    classes = [one for one in case.parameters("class") if isinstance(one, NamedNode)]
    for class_ in classes:
        if case.context.data.has(value, RDF_TYPE, class_):
            continue
        instances = case.context.data.instances(class_)
        for other in case.context.data.spelling(class_).near(value):
            if other != value:
                yield from case.replaced(other)
        if isinstance(value, Literal):
            named = [one for one in instances if case.context.label(one) == value.value]
            for one in named:
                yield from case.replaced(one)
        elif not isinstance(value, Triple):
            text = f"say that {case.name(value)} is a {case.context.words.iri(class_.value)}"
            yield Cure(text, (case.quad(value, RDF_TYPE, class_),))


@_for("Datatype")
def _write_the_datatype(case: _Case) -> Iterator[Cure]:
    value = case.value
    for datatype in case.parameters("datatype"):
        if isinstance(datatype, NamedNode) and isinstance(value, Literal):
            for text in dict.fromkeys((value.value, value.value.strip())):
                made = Literal(text, datatype=datatype)
                if made != value and _well_formed(made):
                    yield from case.replaced(made)
                    break


def _well_formed(literal: Literal) -> bool:
    if not literal.datatype.value.startswith(XSD):
        return False
    try:
        value_of(literal)
    except ExpressionError:
        return False
    return True


@_for("NodeKind")
def _write_the_kind(case: _Case) -> Iterator[Cure]:
    kinds = {getattr(t, "value", "").removeprefix(SH) for t in case.parameters("nodeKind")}
    value = case.value
    if isinstance(value, Literal) and any("IRI" in kind for kind in kinds):
        if IRI.fullmatch(value.value):
            yield from case.replaced(NamedNode(value.value))
    elif isinstance(value, NamedNode) and any("Literal" in kind for kind in kinds):
        label = case.context.label(value)
        yield from case.replaced(Literal(label or value.value))


@_for("In")
def _take_the_nearest(case: _Case) -> Iterator[Cure]:
    allowed = case.allowed("in")
    value = case.focus if case.value is None else case.value
    text = getattr(value, "value", None)
    same = [one for one in allowed if getattr(one, "value", "").lower() == str(text).lower()]
    for one in dict.fromkeys([*same, *case.near(value, allowed)]):
        yield from case.replaced(one)
    if not same and len(allowed) == 1:
        yield from case.replaced(allowed[0])


@_for("HasValue")
def _give_the_value(case: _Case) -> Iterator[Cure]:
    for wanted in case.parameters("hasValue"):
        if wanted not in case.values():
            yield from case.added(wanted)


@_for("MinCount", "QualifiedMinCount")
def _add_what_is_missing(case: _Case) -> Iterator[Cure]:
    predicate = case.predicate
    if predicate is None:
        return
    possible = [*case.parameters("hasValue"), *case.parameters("defaultValue")]
    allowed = case.allowed("in")
    possible += allowed if len(allowed) == 1 else []
    for class_ in case.parameters("class"):
        instances = case.context.data.instances(class_) if isinstance(class_, NamedNode) else ()
        possible += instances if len(instances) == 1 else ()
    has = case.values()
    for term in dict.fromkeys(possible):
        if term not in has:
            yield from case.added(term)
    for wrong in _misspelt(case, [predicate]):
        yield case.renamed(wrong, predicate)
    if not has and len(allowed) > 1:
        words = listed(map(case.name, allowed))
        yield Cure(f"add {case.context.words.iri(predicate.value)} with one of {words}")


def _misspelt(case: _Case, wanted: list[NamedNode]) -> Iterator[NamedNode]:
    """Properties of the focus node that no shape knows and that are spelt like a wanted one."""
    for triple in case.context.data.triples(case.focus, None, None):
        known = case.context.shapes.triples(None, None, triple.predicate)
        if not known and case.near(triple.predicate, wanted):
            yield triple.predicate


@_for("MaxCount", "QualifiedMaxCount")
def _choose_among_values(case: _Case) -> Iterator[Cure]:
    values = case.values()
    most = [t.value for t in case.parameters("maxCount") if isinstance(t, Literal)]
    if most == ["0"]:
        yield from case.without(values, f"leave out {listed(map(case.name, values), 'and')}")
    elif most == ["1"] and 1 < len(values) <= ALTERNATIVES:
        for kept in values:
            gone = [value for value in values if value != kept]
            text = f"keep {case.name(kept)} and leave out {listed(map(case.name, gone), 'and')}"
            yield from case.without(gone, text)
    elif values and most:
        yield Cure(f"keep {most[0]} of {listed(map(case.name, values), 'and')}")


@_for("UniqueLang")
def _choose_among_texts(case: _Case) -> Iterator[Cure]:
    texts = [value for value in case.values() if isinstance(value, Literal) and value.language]
    for tag in sorted({text.language or "" for text in texts}):
        alike = [text for text in texts if text.language == tag]
        for kept in alike if len(alike) > 1 else ():
            gone = [text for text in alike if text != kept]
            yield from case.without(gone, f"keep {case.name(kept)} in language {tag}")


@_for("LanguageIn")
def _tag_the_text(case: _Case) -> Iterator[Cure]:
    tags = [getattr(term, "value", "") for term in case.allowed("languageIn")]
    if isinstance(case.value, Literal) and not case.value.language and len(tags) == 1:
        yield from case.replaced(Literal(case.value.value, language=tags[0]))


@_for("LessThan", "LessThanOrEquals")
def _swap(case: _Case) -> Iterator[Cure]:
    strict = component_of(case.result) == "LessThan"
    value, predicate = case.value, case.predicate
    for other in case.parameters("lessThan" if strict else "lessThanOrEquals"):
        if not isinstance(other, NamedNode) or predicate is None or value is None:
            continue
        later = case.context.data.objects(case.focus, other)
        if len(later) != 1 or not _less(later[0], value):
            continue
        words = case.context.words
        yield Cure(
            f"exchange {words.iri(predicate.value)} and {words.iri(other.value)}: "
            f"{case.name(later[0])} comes before {case.name(value)}",
            (case.quad(case.focus, predicate, later[0]), case.quad(case.focus, other, value)),
            (case.quad(case.focus, predicate, value), case.quad(case.focus, other, later[0])),
        )


def _less(one: Term, other: Term) -> bool:
    try:
        return compare(one, other) == -1
    except ExpressionError:
        return False


@_for("Closed")
def _leave_out_or_rename(case: _Case) -> Iterator[Cure]:
    wrong = case.predicate
    if wrong is None or case.value is None:
        return
    shape = case.context.shape(case.result)
    shapes = case.context.shapes
    known = [
        path
        for property_ in shapes.objects(shape, PROPERTY)
        for path in shapes.objects(property_, PATH)
        if isinstance(path, NamedNode)
    ]
    for right in case.near(wrong, known):
        assert isinstance(right, NamedNode)
        yield case.renamed(wrong, right)
    text = f"leave out {case.context.words.iri(wrong.value)} {case.name(case.value)}"
    yield from case.without([case.value], text)


@_for("Disjoint")
def _say_one_of_both(case: _Case) -> Iterator[Cure]:
    value, predicate = case.value, case.predicate
    for other in case.parameters("disjoint"):
        if isinstance(other, NamedNode) and predicate is not None and value is not None:
            for gone in (predicate, other):
                text = f"leave out {case.context.words.iri(gone.value)} {case.name(value)}"
                yield Cure(text, (), (case.quad(case.focus, gone, value),))


@_for("Equals")
def _say_both(case: _Case) -> Iterator[Cure]:
    value, predicate = case.value, case.predicate
    for other in case.parameters("equals"):
        if not isinstance(other, NamedNode) or predicate is None or value is None:
            continue
        pair = (predicate, other)
        missing, there = pair if case.context.data.has(case.focus, other, value) else pair[::-1]
        words = case.context.words
        added = (case.quad(case.focus, missing, value),)
        removed = (case.quad(case.focus, there, value),)
        yield Cure(f"add {words.iri(missing.value)} {case.name(value)}", added)
        yield Cure(f"leave out {words.iri(there.value)} {case.name(value)}", (), removed)


@_for("Pattern")
def _trim(case: _Case) -> Iterator[Cure]:
    value = case.value
    patterns = [t.value for t in case.parameters("pattern") if isinstance(t, Literal)]
    if not isinstance(value, Literal) or value.language or value.value == value.value.strip():
        return
    trimmed = value.value.strip()
    try:
        fits = all(re.search(pattern, trimmed) for pattern in patterns)
    except re.error:
        return
    if fits:
        yield from case.replaced(Literal(trimmed, datatype=value.datatype))
