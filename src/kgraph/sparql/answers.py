"""Answers to queries: solutions, a truth value, or triples; shaped like pyoxigraph's.

An answer is read once, and its query runs while it is read. Closing it, or letting go of it, stops
the query.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import IO, Protocol, Self

from pyoxigraph import QueryResultsFormat, RdfFormat, Triple, Variable
from pyoxigraph import serialize as serialize_triples

from kgraph.plan.algebra import Term
from kgraph.sparql.results.layouts import Layout, layout_of

Cells = tuple[Term | None, ...]


class Solution:
    """The terms of one solution: by name or place, None where unbound.

    >>> from pyoxigraph import Literal
    >>> solution = Solution({"x": 0, "y": 1}, (Literal("a"), None))
    >>> solution["x"].value, solution[1], len(solution), dict(solution.items()).keys()
    ('a', None, 2, dict_keys(['x']))
    """

    __slots__ = ("_places", "_terms")

    def __init__(self, places: dict[str, int], terms: Cells) -> None:
        """The place of each variable, and the terms."""
        self._places, self._terms = places, terms

    def __getitem__(self, key: "str | int | Variable") -> Term | None:
        """The term of a variable or at a place; KeyError for a variable that is not shown."""
        if isinstance(key, int):
            return self._terms[key]
        return self._terms[self._places[key if isinstance(key, str) else key.value]]

    def get(self, name: str, default: Term | None = None) -> Term | None:
        """The term of a variable; the default where it is unbound or not shown."""
        place = self._places.get(name)
        found = None if place is None else self._terms[place]
        return default if found is None else found

    def keys(self) -> list[str]:
        """The variables that are bound."""
        return [name for name, place in self._places.items() if self._terms[place] is not None]

    def items(self) -> list[tuple[str, Term]]:
        """The variables that are bound, with their terms."""
        found = ((name, self._terms[place]) for name, place in self._places.items())
        return [(name, term) for name, term in found if term is not None]

    def __iter__(self) -> Iterator[Term | None]:
        """The terms in the order of the variables."""
        return iter(self._terms)

    def __len__(self) -> int:
        """How many variables are shown."""
        return len(self._terms)

    def __eq__(self, other: object) -> bool:
        """Whether both have the same terms under the same names."""
        if not isinstance(other, Solution):
            return NotImplemented
        return self._places == other._places and self._terms == other._terms

    def __hash__(self) -> int:
        """As equal solutions have it."""
        return hash(self._terms)

    def __repr__(self) -> str:
        """Names and terms."""
        return f"Solution({', '.join(f'{name}={term}' for name, term in self.items())})"


class Source(Protocol):
    """Where an answer comes from; one of `cells` and `documents` is called, once."""

    id: str

    def cells(self) -> Iterator[Sequence[Cells]]:
        """Solutions, some at a time."""

    def document(self, layout: Layout) -> Iterator[bytes]:
        """The chunks of a document."""

    def triples(self) -> Iterator[Sequence[Triple]]:
        """Triples, some at a time."""

    def close(self) -> None:
        """Stop, if it is not at its end; let go of the snapshot."""


class _Answer:
    """What all answers that are read piece by piece have in common."""

    _source: Source

    def __del__(self) -> None:
        """Stop the query, if nobody read it to its end."""
        source = getattr(self, "_source", None)
        if source is not None:
            source.close()

    @property
    def id(self) -> str:
        """The id under which the query can be cancelled while it runs."""
        return self._source.id

    def close(self) -> None:
        """Stop the query, if it is not at its end."""
        self._source.close()

    def __enter__(self) -> Self:
        """Itself; closed at the end of the block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()


class Solutions(_Answer):
    """The answer of a SELECT query."""

    def __init__(self, variables: Sequence[str], source: Source) -> None:
        """The variables as shown, and where the solutions come from."""
        self._source, self._names = source, variables
        self._rows: Iterator[Solution] | None = None

    @property
    def variables(self) -> list[Variable]:
        """The variables as shown."""
        return [Variable(name) for name in self._names]

    def __iter__(self) -> Iterator[Solution]:
        """The solutions; QueryStopped is raised where a limit cuts them off."""
        return self

    def __next__(self) -> Solution:
        """The next solution."""
        if self._rows is None:
            places = {name: place for place, name in enumerate(self._names)}
            cells = chain.from_iterable(self._source.cells())
            self._rows = map(Solution, repeat(places), cells)
        return next(self._rows)

    def chunks(self, form: "str | QueryResultsFormat" = "json") -> Iterator[bytes]:
        """The bytes of a document as they come; they end before their tail if it is stopped."""
        document = self._source.document(layout_of(form))
        return _held(document, self)

    def serialize(
        self,
        output: IO[bytes] | None = None,
        format: QueryResultsFormat | None = None,  # noqa: A002 - as pyoxigraph calls it
    ) -> bytes | None:
        """The document as bytes, or written to a file."""
        document = self._source.document(layout_of(format or QueryResultsFormat.JSON))
        return _given(document, output)


class Triples(_Answer):
    """The answer of a CONSTRUCT or DESCRIBE query, each triple once."""

    def __init__(self, source: Source) -> None:
        """Where the triples come from."""
        self._source = source
        self._triples: Iterator[Triple] | None = None

    def __iter__(self) -> Iterator[Triple]:
        """The triples; QueryStopped is raised where a limit cuts them off."""
        return self

    def __next__(self) -> Triple:
        """The next triple."""
        if self._triples is None:
            self._triples = chain.from_iterable(self._source.triples())
        return next(self._triples)

    def serialize(
        self,
        output: IO[bytes] | None = None,
        format: RdfFormat | None = None,  # noqa: A002 - as pyoxigraph calls it
        *,
        prefixes: dict[str, str] | None = None,
    ) -> bytes | None:
        """The graph in an RDF format (N-Triples if none is said)."""
        chosen = format or RdfFormat.N_TRIPLES
        return serialize_triples(self, output, chosen, prefixes=prefixes)


class Boolean:
    """The answer of an ASK query."""

    def __init__(self, truth: bool, identifier: str = "") -> None:
        """It is known already."""
        self._truth, self.id = truth, identifier

    def __bool__(self) -> bool:
        """The truth."""
        return self._truth

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return bool(self) == other if isinstance(other, bool | Boolean) else NotImplemented

    def __hash__(self) -> int:
        """As its truth has it."""
        return hash(self._truth)

    def __repr__(self) -> str:
        """Its truth."""
        return f"Boolean({self._truth})"

    def close(self) -> None:
        """Nothing runs any more."""

    def chunks(self, form: "str | QueryResultsFormat" = "json") -> Iterator[bytes]:
        """The bytes of a document."""
        return iter([layout_of(form).boolean(self._truth).encode()])

    def serialize(
        self,
        output: IO[bytes] | None = None,
        format: QueryResultsFormat | None = None,  # noqa: A002 - as pyoxigraph calls it
    ) -> bytes | None:
        """The document as bytes, or written to a file."""
        return _given(self.chunks(format or QueryResultsFormat.JSON), output)


Answer = Solutions | Boolean | Triples


def _held(chunks: Iterator[bytes], answer: object) -> Iterator[bytes]:
    """The chunks, with the answer kept alive as long as they are read."""
    yield from chunks
    del answer


def _given(chunks: Iterator[bytes], output: IO[bytes] | None) -> bytes | None:
    if output is None:
        return b"".join(chunks)
    for chunk in chunks:
        output.write(chunk)
    return None
