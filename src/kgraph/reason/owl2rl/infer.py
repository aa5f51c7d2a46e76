"""Inference over files alone, without a store."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Quad, Triple

from kgraph.identifiers import dictionary_tag, identifier, inline_id
from kgraph.reason.clauses import TripleKey
from kgraph.reason.owl2rl.datatypes import DATATYPES, RDFS_DATATYPES
from kgraph.reason.owl2rl.inconsistencies import Inconsistency, inconsistency
from kgraph.reason.owl2rl.noise import is_beyond_rdf
from kgraph.reason.owl2rl.plain import close_plainly, run_plainly, run_program
from kgraph.reason.owl2rl.ruleset import Intern, load_rules
from kgraph.reason.owl2rl.values import Values
from kgraph.terms import Term


@dataclass(frozen=True)
class Inferred:
    """What follows from some triples, and what cannot be."""

    triples: tuple[Triple, ...]
    inconsistencies: tuple[Inconsistency, ...]

    @property
    def consistent(self) -> bool:
        """Whether nothing contradicts the axioms."""
        return not self.inconsistencies


class Dictionary:
    """Identifiers for terms, in memory."""

    def __init__(self) -> None:
        """Begin without any."""
        self._ids: dict[Term, int] = {}
        self._terms: dict[int, Term] = {}

    def intern(self, terms: Sequence[Term]) -> list[int]:
        """The identifiers of terms."""
        return [self.id_of(term) for term in terms]

    def id_of(self, term: Term) -> int:
        """The identifier of a term, a new one for a new term."""
        found = self._ids.get(term)
        if found is None:
            inline = inline_id(term)
            number = len(self._ids) + 1
            found = identifier(dictionary_tag(term), number) if inline is None else inline
            self._ids[term] = found
            self._terms[found] = term
        return found

    def term_of(self, identifier: int) -> Term:
        """The term of an identifier."""
        return self._terms[identifier]

    def keys(self, triples: Iterable[Quad | Triple]) -> set[TripleKey]:
        """Triples as identifiers."""
        return {
            (self.id_of(t.subject), self.id_of(t.predicate), self.id_of(t.object)) for t in triples
        }

    def triple(self, key: TripleKey) -> Triple:
        """A triple of identifiers as RDF."""
        return Triple(*(self._terms[part] for part in key))  # type: ignore[arg-type]


def infer(
    triples: Iterable[Quad | Triple], *, rdfs: bool = False, axiomatic: bool = False
) -> Inferred:
    """What follows from triples by OWL 2 RL, or with `rdfs` by RDFS, sorted; not the triples given.

    What tells nothing is left out (that everything is itself, membership of classes without a
    name, axioms about the vocabulary of RDF and OWL) unless it is `axiomatic` conclusions that
    are asked for too: at least a hundred triples, slowly found.

    >>> text = b"@prefix : <urn:x:> . :p a <http://www.w3.org/2002/07/owl#SymmetricProperty> ."
    >>> from pyoxigraph import RdfFormat, parse
    >>> [str(triple) for triple in infer(parse(text + b":a :p :b .", RdfFormat.TURTLE)).triples]
    ['<urn:x:b> <urn:x:p> <urn:x:a>']
    """
    dictionary = Dictionary()
    keys = dictionary.keys(triples)
    concluded = conclude(
        keys, dictionary.intern, dictionary.term_of, rdfs=rdfs, axiomatic=axiomatic
    )
    found = map(dictionary.triple, concluded.rounds)
    return Inferred(tuple(sorted(found, key=str)), concluded.inconsistencies)


@dataclass(frozen=True)
class Concluded:
    """What follows from triples of identifiers, each with its round, and what cannot be."""

    rounds: Mapping[TripleKey, int]
    inconsistencies: tuple[Inconsistency, ...]


def conclude(
    keys: Iterable[TripleKey],
    intern: Intern,
    term_of: Callable[[int], Term],
    *,
    rdfs: bool = False,
    axiomatic: bool = False,
) -> Concluded:
    """As `infer`, over identifiers; what RDF cannot hold is left out."""
    rules = load_rules("rdfs" if rdfs else "owl2rl", quiet=axiomatic).over(intern)
    values = Values(term_of, RDFS_DATATYPES if rdfs else DATATYPES)
    close = close_plainly if axiomatic else run_plainly if rdfs else run_program
    closure = close(rules, keys, values)
    wrong = {
        inconsistency(rules, d.clause, d.binding, d.premises, term_of)
        for d in closure.contradictions
    }
    rounds = {key: closure.rounds[key] for key in closure.inferred if not is_beyond_rdf(key)}
    return Concluded(rounds, tuple(sorted(wrong)))
