"""What both executors run under and give back: dataset, limits, terms of one query, rows.

Rows hold identifiers (`kgraph.identifiers`); terms come in where an expression or a result needs
them, through `LocalTerms`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kgraph.errors import QueryStopped
from kgraph.identifiers import (
    DEFAULT_GRAPH_ID,
    INLINE,
    LOCAL,
    PAYLOAD,
    SHIFT,
    Tag,
    dictionary_tag,
    identifier,
    inline_id,
    inline_term,
)
from kgraph.plan.algebra import Service, Term
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.operations import DatasetClause
from kgraph.store.graphs import Graphs, Merge, Named, UnionOfAll

if TYPE_CHECKING:
    from kgraph.store import Snapshot

_EVERYWHERE, _DEFAULT, _ANY_NAMED = UnionOfAll(), Merge((DEFAULT_GRAPH_ID,)), Named(None)
Row = tuple[int | None, ...]
Endpoint = Callable[[NamedNode, Service], Iterable[Mapping[str, Term]]]
"""Asks another endpoint for the solutions of a pattern; raises KGraphError if it fails."""


class Flag:
    """Up or not, once and for all; lighter than an Event, as nobody waits for it."""

    __slots__ = ("_up",)

    def __init__(self) -> None:
        """It is not."""
        self._up = False

    def set(self) -> None:
        """Up, from any thread."""
        self._up = True

    def is_set(self) -> bool:
        """Whether it is."""
        return self._up


@dataclass(slots=True)
class Limits:
    """What a query may use, and the way to stop it; None is no limit."""

    deadline: float | None = None
    """Seconds on the clock of `time.monotonic`."""
    max_rows: int | None = None
    cancelled: Flag = field(default_factory=Flag)

    @classmethod
    def within(cls, seconds: float | None = None, max_rows: int | None = None) -> "Limits":
        """Limits from now on."""
        return cls(None if seconds is None else monotonic() + seconds, max_rows)

    def check(self) -> None:
        """Raise QueryStopped if the query is to stop; cheap: call it every few hundred rows."""
        if self.cancelled.is_set():
            raise QueryStopped("cancelled")
        if self.deadline is not None and monotonic() > self.deadline:
            raise QueryStopped("time")

    def check_rows(self, given: int) -> None:
        """Raise QueryStopped if an answer of so many rows is too long."""
        if self.max_rows is not None and given > self.max_rows:
            raise QueryStopped("rows", f"at most {self.max_rows}")


class LocalTerms:
    """Identifiers for whatever terms one query meets, its own included; not for several threads.

    Equal terms get equal identifiers, so that joins, DISTINCT and GROUP BY need no terms.
    """

    __slots__ = ("_ids", "_next", "_snapshot", "_terms", "made")

    def __init__(self, snapshot: "Snapshot") -> None:
        """Over the terms of a snapshot."""
        self._snapshot = snapshot
        self._ids: dict[Term, int] = {}
        self._terms: dict[int, Term] = {}
        self._next = LOCAL
        self.made: list[tuple[int, Term]] = []
        """The terms that neither the store nor an identifier holds, in order of appearance."""

    def id_for(self, term: Term, tag: Tag | None = None) -> int:
        """The identifier of a term: inline, the store's, or one that only this query knows.

        Who knows the tag of a term that is not inline may say it, which saves time.
        """
        known = self._ids.get(term)
        if known is None:
            known = inline_id(term) if tag is None else None
            if known is None:
                known = self._snapshot.dictionary.id_of(term)
            if known is None:
                known = identifier(dictionary_tag(term) if tag is None else tag, self._next)
                self._next += 1
                self.made.append((known, term))
            self._ids[term] = known
            self._terms[known] = term
        return known

    def term_of(self, identifier: int) -> Term:
        """The term of an identifier from this query or its snapshot."""
        term = self._terms.get(identifier)
        if term is None:
            if identifier >> SHIFT in INLINE:
                return inline_term(identifier)
            term = self._terms[identifier] = self._snapshot.term_of(identifier)
        return term

    def terms_of(self, identifiers: Sequence[int]) -> list[Term]:
        """The terms of many identifiers, in their order; the store is asked once."""
        known = self._terms
        missing = [
            one
            for one in dict.fromkeys(identifiers)
            if one not in known and one >> SHIFT not in INLINE
        ]
        if missing:
            known.update(zip(missing, self._snapshot.terms_of(missing), strict=True))
        return [known.get(one) or inline_term(one) for one in identifiers]

    def stands_for(self, place: Term, term: Term) -> None:
        """A term of the query's text is a place: another one is meant wherever it is asked for."""
        self._ids[place] = self.id_for(term)

    def stands_for_id(self, place: Term, identifier: int) -> None:
        """The same with the identifier of the other term."""
        self._ids[place] = identifier

    @staticmethod
    def is_local(identifier: int) -> bool:
        """Whether only this query knows the term."""
        return identifier >> SHIFT not in INLINE and identifier & PAYLOAD >= LOCAL


@dataclass(slots=True)
class Context:
    """A snapshot as one query sees it, and what the query may use."""

    snapshot: "Snapshot"
    default: Graphs
    """The default graph: no Named."""
    named: Named
    calling: FunctionContext | Callable[[], FunctionContext]
    """What functions know, or what makes that when the first one asks."""
    limits: Limits
    locals: LocalTerms
    endpoint: Endpoint | None = None
    counted: bool = False
    """Whether statistics are of what is staged, where that is what the snapshot sees."""

    @property
    def functions(self) -> FunctionContext:
        """What functions know: the same for the whole query, its NOW() too."""
        if not isinstance(self.calling, FunctionContext):
            self.calling = self.calling()
        return self.calling


@dataclass(slots=True)
class Rows:
    """Solutions as identifiers in the order of `variables`; None is unbound.

    `batches` may be read once. It raises QueryStopped when a limit is reached: rows that came
    before are then not the whole answer.
    """

    variables: tuple[str, ...]
    batches: Iterator[list[Row]]

    def __iter__(self) -> Iterator[Row]:
        """One row after the other."""
        for batch in self.batches:
            yield from batch


def context_for(
    snapshot: "Snapshot",
    clause: DatasetClause | None = None,
    *,
    union_default: bool,
    functions: FunctionContext | None = None,
    limits: Limits | None = None,
    endpoint: Endpoint | None = None,
    base_iri: str | None = None,
) -> Context:
    """What a query with these FROM or USING clauses is evaluated under.

    A graph that a clause names and the store has not is an empty one (SPARQL 1.1, section 13.2).
    `base_iri` is for the standard functions, where none are given.
    """
    terms = LocalTerms(snapshot)
    limits = limits or Limits()

    def calling() -> FunctionContext:
        made = functions or FunctionContext.standard(base_iri=base_iri)
        return replace(made, limits=limits)

    default: Graphs
    if clause is None:
        default, named = _EVERYWHERE if union_default else _DEFAULT, _ANY_NAMED
    else:
        default = Merge(tuple(dict.fromkeys(terms.id_for(name) for name in clause.default)))
        named = Named(tuple(dict.fromkeys(terms.id_for(name) for name in clause.named)))
    return Context(
        snapshot,
        default,
        named,
        calling,
        limits,
        terms,
        endpoint,
    )
