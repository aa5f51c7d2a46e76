"""What a pattern gives, kept for the whole run and found by the values of its variables."""

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from kgraph.plan.points.environment import Env
from kgraph.plan.points.run import Run, Slots, Step, put

Solution = tuple[Any, ...]
Produce = Callable[[Run, Slots], list[Solution]]


def getter(slots: Sequence[int]) -> Callable[[Slots], Solution]:
    """What reads some slots of a row as a tuple."""
    if not slots:
        return lambda row: ()
    if len(slots) == 1:
        (only,) = slots
        return lambda row: (row[only],)
    return itemgetter(*slots)


def collected(step: Step, slots: Sequence[int], env: Env) -> Produce:
    """The solutions of a step that begins with a clean row."""
    read, clean = getter(slots), env.cleaner()

    def produce(run: Run, row: Slots) -> list[Solution]:
        fresh = clean(run, row)
        return [read(fresh) for _ in step(run, fresh)]

    return produce


def looked_up(
    number: int, produce: Produce, slots: Sequence[int], env: Env, bound: Sequence[int], kept: bool
) -> Step:
    """The step that puts solutions into rows.

    `bound`: those of the slots that the row and every solution surely have; by them solutions
    are found. `kept`: whether `produce` gives the same for every row in one active graph.
    """
    places = [slots.index(slot) for slot in bound]
    key_of, key_in = getter(bound), getter(places)
    graph = env.graph

    def table(run: Run, row: Slots) -> dict[Solution, list[Solution]]:
        found: dict[Solution, list[Solution]] = {}
        for solution in produce(run, row):
            found.setdefault(key_in(list(solution)), []).append(solution)
        return found

    def run_looked_up(run: Run, row: Slots) -> Iterator[None]:
        if not kept:
            yield from put(row, slots, produce(run, row))
            return
        tables = run.tables.setdefault(number, {})
        active = None if graph is None else row[graph]
        if active not in tables:
            tables[active] = table(run, row)
        yield from put(row, slots, tables[active].get(key_of(row), ()))

    return run_looked_up
