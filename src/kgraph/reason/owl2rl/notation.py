"""Rules as people write them: the notation of the `.rules` files beside this module.

`owl2rl.rules` says at its top how it is read. Constants are numbered here, from -1 downwards;
`Ruleset.over` puts identifiers in their place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kgraph.reason.clauses import Atom, Condition, ConditionKind, Part
from kgraph.vocab import OWL, RDF, RDFS, XSD

Constant = NamedNode | Literal
PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD}
QUIET = "tells nothing"
"""How a section begins whose results are left out where nobody asks for them."""

_DATA_PREDICATES = frozenset(OWL + name for name in ("sameAs", "differentFrom"))
_DATA_CLASSES = frozenset(OWL + name for name in ("Thing", "Nothing"))
_TYPE = RDF + "type"
_TOKEN = re.compile(r'\s*("[^"]*"\^\^\w+:\w+|\?\w+|\w+:\w+|=>|[(),]|[A-Z]+)')
_WORDS: dict[tuple[str, ...], ConditionKind] = {
    ("IS", "OF"): "of datatype",
    ("IS", "NOT", "OF"): "not of datatype",
    ("IS", "NOT"): "other value",
}


class NotationError(ValueError):
    """A line of a rule file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Member:
    """`member IN of`."""

    member: Part
    of: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`first BEFORE second IN of`."""

    first: Part
    second: Part
    of: str


@dataclass(frozen=True, slots=True)
class Each:
    """`EACH member IN of (atoms)`."""

    member: str
    of: str
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """`CHAIN start of end`."""

    start: Part
    of: str
    end: Part


ListPart = Member | Pair | Each | Chain


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a rule file for one of its heads."""

    name: str
    axioms: tuple[Atom, ...]
    lists: tuple[ListPart, ...]
    body: tuple[Atom, ...]
    conditions: tuple[Condition, ...]
    head: Atom | None
    quiet: bool
    """Whether its results tell nothing."""
    about: tuple[str, ...] = ()
    sentence: str = ""
    """Of a rule without head: what it says is wrong, and the variables in that."""

    @property
    def atoms(self) -> Iterator[Atom]:
        """Every atom in it."""
        yield from self.axioms
        yield from self.body
        for part in self.lists:
            if isinstance(part, Each):
                yield from part.atoms
        if self.head is not None:
            yield self.head


def parse_rules(text: str) -> tuple[tuple[Rule, ...], tuple[Constant, ...]]:
    """The rules of a text, and the constants in them: the first is -1.

    Raises NotationError for a line that is none.
    """
    reader = _Reader()
    quiet = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("=="):
            quiet = line.removeprefix("==").strip().startswith(QUIET)
        elif line.strip() and not line.startswith("#"):
            try:
                reader.read(line, quiet)
            except (NotationError, IndexError) as error:
                raise NotationError(f"line {number}: {line!r}: {error}") from error
    return tuple(reader.rules), tuple(reader.constants)


class _Reader:
    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.constants: dict[Constant, int] = {}

    def read(self, line: str, quiet: bool) -> None:
        name, colon, rest = line.partition(": ")
        if not colon:
            raise NotationError("no name")
        body, arrow, heads = rest.partition("=>")
        if not arrow:
            raise NotationError("nothing follows")
        atoms: list[Atom] = []
        lists: list[ListPart] = []
        conditions: list[Condition] = []
        for tokens in _parts(_tokens(body)):
            found = self._element(tokens)
            if isinstance(found, Atom):
                atoms.append(found)
            elif isinstance(found, Condition):
                conditions.append(found)
            else:
                lists.append(found)
        axioms = tuple(atom for atom in atoms if self._is_axiom(atom))
        data = tuple(atom for atom in atoms if not self._is_axiom(atom))
        name, parts = name.strip(), (axioms, tuple(lists), data, tuple(conditions))
        if heads.strip().startswith("false"):
            variables, _, sentence = heads.strip().removeprefix("false about ").partition(": ")
            self.rules.append(Rule(name, *parts, None, quiet, tuple(variables.split()), sentence))
        for tokens in () if "false" in heads else _parts(_tokens(heads)):
            self.rules.append(Rule(name, *parts, self._atom(tokens), quiet))

    def _element(self, tokens: Sequence[str]) -> Atom | Condition | ListPart:
        if tokens[0] == "CHAIN":
            _, start, of, end = tokens
            return Chain(self._part(start), _variable(of), self._part(end))
        if tokens[0] == "EACH":
            inner = tokens[5:-1]
            atoms = tuple(self._atom(part) for part in _parts(inner))
            return Each(_variable(tokens[1]), _variable(tokens[3]), atoms)
        if tokens[1] == "IN":
            return Member(self._part(tokens[0]), _variable(tokens[2]))
        if tokens[1] == "BEFORE":
            return Pair(self._part(tokens[0]), self._part(tokens[2]), _variable(tokens[4]))
        if tokens[1:] == ["IS", "ILL", "TYPED"]:
            return Condition("ill typed", (self._part(tokens[0]),))
        if kind := _WORDS.get(tuple(tokens[1:-1])):
            return Condition(kind, (self._part(tokens[0]), self._part(tokens[-1])))
        return self._atom(tokens)

    def _atom(self, tokens: Sequence[str]) -> Atom:
        if len(tokens) != 3:
            raise NotationError(f"{' '.join(tokens)} is no triple")
        subject, predicate, object_ = (self._part(token) for token in tokens)
        return Atom(subject, predicate, object_)

    def _part(self, token: str) -> Part:
        if token.startswith("?"):
            return token[1:]
        constant = _constant(token)
        return self.constants.setdefault(constant, -1 - len(self.constants))

    def _is_axiom(self, atom: Atom) -> bool:
        """Whether a pattern is about the vocabulary of axioms, and not about data."""
        terms = list(self.constants)
        if isinstance(atom.predicate, str):
            return False
        predicate = terms[-1 - atom.predicate].value
        if predicate != _TYPE:
            return predicate not in _DATA_PREDICATES
        if isinstance(atom.object, str):
            return False
        return terms[-1 - atom.object].value not in _DATA_CLASSES


def _tokens(text: str) -> list[str]:
    found = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotationError(f"cannot be read from {text[position:]!r}")
        found.append(match[1])
        position = match.end()
    return found


def _parts(tokens: Sequence[str]) -> Iterator[list[str]]:
    """What stands between commas outside brackets."""
    part: list[str] = []
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token == "," and not depth:
            yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def _variable(token: str) -> str:
    if not token.startswith("?"):
        raise NotationError(f"{token} is no variable")
    return token[1:]


def _constant(token: str) -> Constant:
    if token.startswith('"'):
        lexical, _, datatype = token[1:].partition('"^^')
        return Literal(lexical, datatype=NamedNode(_iri(datatype)))
    return NamedNode(_iri(token))


def _iri(token: str) -> str:
    prefix, colon, local = token.partition(":")
    if not colon or prefix not in PREFIXES:
        raise NotationError(f"{token} is no name")
    return PREFIXES[prefix] + local
