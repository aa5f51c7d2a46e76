"""Identifiers to terms, for answers: some at a time, and without keeping all of them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from kgraph.identifiers import INLINE, SHIFT, inline_term
from kgraph.plan.algebra import Term
from kgraph.plan.execution import Context, LocalTerms, Row, Rows
from kgraph.sparql.answers import Cells

BATCH = 1024
"""Most rows that are handled at a time: the interpreter's lock is not held for long."""
KEPT = 1 << 16
"""Most terms that are kept at a time."""


def terms_of(context: Context, identifiers: Sequence[int]) -> list[Term]:
    """The terms of identifiers, in their order; the store is asked once, nothing is kept."""
    asked = [one for one in identifiers if not (one >> SHIFT in INLINE or LocalTerms.is_local(one))]
    found = iter(context.snapshot.terms_of(asked)) if asked else iter(())
    local = context.locals
    return [
        inline_term(one)
        if one >> SHIFT in INLINE
        else local.term_of(one)
        if LocalTerms.is_local(one)
        else next(found)
        for one in identifiers
    ]


def places_of(there: Sequence[str], variables: Sequence[str]) -> list[int | None]:
    """Where each variable is among those that are there; None where it is not."""
    return [there.index(name) if name in there else None for name in variables]


def shown(rows: Rows, variables: Sequence[str], context: Context) -> Iterator[list[Row]]:
    """The rows of these variables, in batches that are not large; at most as many as allowed."""
    as_they_are = rows.variables == tuple(variables)
    places = () if as_they_are else places_of(rows.variables, variables)
    limits, given = context.limits, 0
    for whole in rows.batches:
        for start in range(0, len(whole), BATCH):
            batch = whole if len(whole) <= BATCH else whole[start : start + BATCH]
            limits.check()
            given += len(batch)
            limits.check_rows(given)
            if not as_they_are:
                batch = [tuple(None if p is None else row[p] for p in places) for row in batch]
            yield batch


def decoded(batches: Iterable[list[Row]], context: Context) -> Iterator[list[Cells]]:
    """The same rows as terms."""
    known: dict[int | None, Term | None] = {None: None}
    get = known.__getitem__
    for batch in batches:
        wanted = set(chain.from_iterable(batch))
        if len(known) > KEPT:
            known.clear()
            known[None] = None
        missing = [one for one in wanted if one is not None and one not in known]
        if missing:
            known.update(zip(missing, terms_of(context, missing), strict=True))
        yield [tuple(map(get, row)) for row in batch]
