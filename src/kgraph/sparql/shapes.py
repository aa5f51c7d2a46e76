"""Queries that differ in constants alone share one parsed query and its plans.

Scripts ask the same text with another IRI each time. Such texts have one shape: the text with IRIs
and strings taken out. What stands at the ends of triple and path patterns becomes a place, which
each query fills with its own term (`LocalTerms.stands_for`); all else belongs to the shape. That a
shape with its places filled is the query as parsed is verified when the shape is made.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from kgraph.errors import KGraphError
from kgraph.plan.algebra import PathPattern, Service, Term, TriplePattern, parts_of, walk
from kgraph.plan.execution import Context
from kgraph.plan.operations import AskQuery, Query, SelectQuery
from kgraph.sparql.cache import Cache
from kgraph.store.graphs import UnionOfAll

TEXTS, SHAPES, VARIANTS = 4096, 256, 256
"""Texts that are remembered with what they fill in; shapes, and variants of one, that are kept."""
_CHARACTER = r'[^<>"{}|^`\\\x00-\x20]'
_PART = re.compile(
    rf"""
    \#[^\r\n]*
  | \"\"\"(?:\"{{0,2}}[^"])*+\"\"\" | '''(?:'{{0,2}}[^'])*+''' | \"\" | ''
  | (?:[Pp][Rr][Ee][Ff][Ii][Xx]\s+[^\s:<]*:|[Bb][Aa][Ss][Ee]|\^\^)\s*<{_CHARACTER}*>
  | <([A-Za-z][A-Za-z0-9+.\-]*:{_CHARACTER}*)>
  | "([^"\r\n]+)" | '([^'\r\n]+)'
    """,
    re.VERBOSE,
)
_NONCE = secrets.token_hex(8)
_EVERYWHERE = UnionOfAll()
Parse = Callable[[str, str | None], Query]


class _Lasting:
    """Identifiers of constants that are in the runs: the same while the runs are."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        """None is known."""
        self._kept: tuple[object, dict[Term, int]] = (None, {})

    def id_for(self, context: Context, term: Term) -> int:
        """The identifier of a term, which is looked up once if it is in the runs."""
        dictionary = context.snapshot.dictionary
        runs, known = self._kept
        if runs is not dictionary.runs:
            runs, known = self._kept = (dictionary.runs, {})
        found = known.get(term)
        if found is None:
            found = dictionary.lasting_id(term)
            if found is None:
                return context.locals.id_for(term)
            known[term] = found
        return found


@dataclass(eq=False)
class Shape:
    """A query with places, and where among its text's constants they are filled from."""

    query: SelectQuery | AskQuery
    places: tuple[tuple[int, NamedNode | Literal], ...]

    def __post_init__(self) -> None:
        """Find the patterns whose size depends on what is filled in."""
        self._lasting = _Lasting()
        found = {place for _, place in self.places}
        triples = [part for part in walk(self.query.pattern) if isinstance(part, TriplePattern)]
        about = {t.subject for t in triples if t.subject in found}
        self._subjects = tuple(one for one in about if isinstance(one, NamedNode | Literal))
        self._objects = tuple(
            {
                (t.predicate if isinstance(t.predicate, NamedNode) else None, t.object)
                for t in triples
                if t.object in found and isinstance(t.object, NamedNode | Literal)
            }
        )

    def sizes(self, context: Context) -> tuple[int, ...]:
        """How many triples what is filled in has, in powers of two: plans are alike within one."""
        index, id_for = context.snapshot.index, context.locals.id_for
        assert index is not None, "an earlier commit has no index"
        counts = [index.estimate(_EVERYWHERE, id_for(s), None, None) for s in self._subjects]
        for p, o in self._objects:
            predicate = None if p is None else self._lasting.id_for(context, p)
            counts.append(index.estimate(_EVERYWHERE, None, predicate, id_for(o)))
        return tuple([count.bit_length() for count in counts])


@dataclass(frozen=True, slots=True)
class Filled:
    """A shape, and the terms for its places."""

    shape: Shape
    terms: tuple[tuple[Term, Term], ...]
    _lasting: _Lasting = field(default_factory=_Lasting)

    def fill(self, context: Context) -> None:
        """Have the places stand for the terms."""
        for place, term in self.terms:
            context.locals.stands_for_id(place, self._lasting.id_for(context, term))


class _Texts:
    """All texts that are alike but for their constants."""

    def __init__(self) -> None:
        self.seen = False
        self.open: frozenset[int] | None = None
        """Which constants stand where places can be; None as long as nobody has looked."""
        self.shapes: dict[tuple[str, ...], Shape | None] = {}


class Shapes:
    """The shapes of texts."""

    def __init__(self, parse: Parse) -> None:
        """`parse` may raise for a text that is no query."""
        self._parse = parse
        self._filled: Cache[Filled] = Cache(TEXTS)
        self._texts: Cache[_Texts] = Cache(SHAPES)

    def find(self, text: str, base_iri: str | None) -> Filled | None:
        """What a text fills into a shape; None where there is none, or its like comes first."""
        known = self._filled.known((text, base_iri))
        if known is not None or "\\" in text:
            return known
        around, constants = _taken_apart(text)
        if not constants:
            return None
        texts = self._texts.get((around, base_iri), _Texts)
        if not texts.seen:
            texts.seen = True
            return None
        found = self._shape(texts, text, base_iri, around, constants)
        if found is None:
            return None
        try:
            terms = [(place, _like(place, constants[at])) for at, place in found.places]
        except ValueError:
            return None
        return self._filled.get((text, base_iri), lambda: Filled(found, tuple(terms)))

    def _shape(
        self,
        texts: _Texts,
        text: str,
        base_iri: str | None,
        around: tuple[str, ...],
        constants: list[str],
    ) -> Shape | None:
        if texts.open is None:
            whole = self._parsed(around, [_place(at) for at in range(len(constants))], base_iri)
            texts.open = frozenset(at for at, _ in _ends(whole)) if whole else frozenset()
        if not texts.open:
            return None
        key = tuple([one for at, one in enumerate(constants) if at not in texts.open])
        if key not in texts.shapes:
            if len(texts.shapes) >= VARIANTS:
                texts.shapes.clear()
            texts.shapes[key] = self._made(texts.open, text, base_iri, around, constants)
        return texts.shapes[key]

    def _made(
        self,
        open_: frozenset[int],
        text: str,
        base_iri: str | None,
        around: tuple[str, ...],
        constants: list[str],
    ) -> Shape | None:
        filled = [_place(at) if at in open_ else one for at, one in enumerate(constants)]
        query = self._parsed(around, filled, base_iri)
        if query is None:
            return None
        places = tuple(dict.fromkeys(_ends(query)))
        terms: Mapping[Term, Term] = {p: _like(p, constants[at]) for at, p in places}
        if _substituted(query, terms) != self._parse(text, base_iri):
            return None
        return Shape(query, places)

    def _parsed(
        self, around: tuple[str, ...], constants: list[str], base_iri: str | None
    ) -> SelectQuery | AskQuery | None:
        pieces = [piece for pair in zip(around, constants, strict=False) for piece in pair]
        try:
            query = self._parse("".join([*pieces, around[-1]]), base_iri)
        except KGraphError:
            return None
        suits = isinstance(query, SelectQuery | AskQuery) and query.dataset is None
        if not suits or any(isinstance(part, Service) for part in walk(query)):
            return None
        assert isinstance(query, SelectQuery | AskQuery)
        return query


def _taken_apart(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The text around its constants, one piece more, and the constants, without their quotes."""
    around, constants, end = [], [], 0
    for match in _PART.finditer(text):
        group = match.lastindex
        if group is not None:
            around.append(text[end : match.start(group)])
            constants.append(match[group])
            end = match.end(group)
    around.append(text[end:])
    return tuple(around), constants


def _place(at: int) -> str:
    """What stands in the text for a constant: an absolute IRI, and as good a string."""
    return f"kgraph:{_NONCE}:{at}"


def _number(term: object) -> int | None:
    """Of the place that a term is."""
    if not isinstance(term, NamedNode | Literal):
        return None
    start, _, number = term.value.rpartition(":")
    return int(number) if start == f"kgraph:{_NONCE}" else None


def _ends(query: Query) -> list[tuple[int, NamedNode | Literal]]:
    """The places at the ends of triple and path patterns."""
    found = []
    for part in walk(query.pattern):
        if isinstance(part, TriplePattern | PathPattern):
            for end in (part.subject, part.object):
                number = _number(end)
                if number is not None and isinstance(end, NamedNode | Literal):
                    found.append((number, end))
    return found


def _like(place: NamedNode | Literal, value: str) -> NamedNode | Literal:
    """A term of the same kind with another value; ValueError for what is no IRI."""
    if isinstance(place, NamedNode):
        return NamedNode(value)
    if place.language is not None:
        return Literal(value, language=place.language, direction=place.direction)
    return Literal(value, datatype=place.datatype)


def _substituted(node: object, terms: Mapping[Term, Term]) -> object:
    """The same query with its places filled."""
    parts = parts_of(node)
    if not parts:
        return node
    made = [_substituted(part, terms) for part in parts]
    if isinstance(node, tuple):
        return tuple(made)
    kind = type(node)
    found = kind(*made)
    if isinstance(found, TriplePattern | PathPattern):
        subject, target = (
            terms.get(end, end) if isinstance(end, NamedNode | Literal) else end
            for end in (found.subject, found.object)
        )
        return replace(found, subject=subject, object=target)
    return found
