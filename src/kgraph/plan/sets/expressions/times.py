"""Functions on dates and times in SQL (SPARQL 1.1, section 17.4.5), for those that are inside."""

from kgraph.identifiers import Tag
from kgraph.plan.sets.expressions.comparing import among, cases, identity
from kgraph.plan.sets.expressions.compile import ABSENT, Handler, in_sql
from kgraph.plan.sets.expressions.encoding import (
    MOMENTS,
    date_time_day,
    day_of,
    has_zone,
    milliseconds,
)
from kgraph.plan.sets.expressions.pieces import Environment, Exact, Piece, Text
from kgraph.plan.sets.expressions.values import tags_of

DATE, DATE_TIME, MOMENT = 1 << Tag.DATE, 1 << Tag.DATE_TIME, 1 << Tag.MOMENT


def _moment(environment: Environment, piece: Piece) -> str | None:
    """The identifier of what may be a moment; one that is not inside is left to Python."""
    if not tags_of(piece) & MOMENTS:
        return None
    if tags_of(piece) & MOMENT:
        environment.doubt(f"({among(piece, MOMENT)})")
    return identity(piece)


def _of_day(part: str) -> Handler:
    def handler(environment: Environment, piece: Piece) -> Piece:
        one = _moment(environment, piece)
        if one is None:
            return ABSENT
        found = cases(
            [
                (among(piece, DATE), f"{part}({day_of(one)})"),
                (among(piece, DATE_TIME), f"{part}({date_time_day(one)})"),
            ]
        )
        return Exact(f"CAST({found} AS HUGEINT)", "0", 10_000, 0, "TRUE")

    return handler


for _part in ("YEAR", "MONTH", "DAY"):
    in_sql(_part)(_of_day(_part.lower()))


def _of_clock(divisor: int, modulus: int, places: int) -> Handler:
    def handler(environment: Environment, piece: Piece) -> Piece:
        one = _moment(environment, piece)
        if one is None:
            return ABSENT
        clock = f"{milliseconds(one)} // {divisor} % {modulus}"
        found = cases([(among(piece, DATE_TIME), clock)])
        whole = "FALSE" if places else "TRUE"
        return Exact(f"CAST({found} AS HUGEINT)", str(places), 100_000, places, whole)

    return handler


in_sql("HOURS")(_of_clock(3_600_000, 24, 0))
in_sql("MINUTES")(_of_clock(60_000, 60, 0))
in_sql("SECONDS")(_of_clock(1, 60_000, 3))


@in_sql("TZ")
def _zone(environment: Environment, piece: Piece) -> Piece:
    one = _moment(environment, piece)
    if one is None:
        return ABSENT
    shown = f"CASE WHEN {has_zone(one)} THEN 'Z' ELSE '' END"
    found = cases([(among(piece, DATE), "''"), (among(piece, DATE_TIME), shown)])
    return Text(f"CASE WHEN {one} IS NOT NULL THEN {found} END")
