"""Days and partial dates: four bounds, the EDTF string and how it was read."""

from dataclasses import dataclass
from datetime import date as Date

from benchmarks.generate.chance import Chance
from benchmarks.generate.terms import KG, KGV, date, edtf

START = Date(2010, 1, 1).toordinal()
LAST = Date(2022, 9, 8).toordinal() - START
DAYS = [Date.fromordinal(START + n) for n in range(LAST + 800)]
TERMS = [date(day.isoformat()) for day in DAYS]
MONTH_START = [n - day.day + 1 for n, day in enumerate(DAYS)]


def _month_end(n: int) -> int:
    day = DAYS[n]
    later = Date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return min(later.toordinal() - START - 1, len(DAYS) - 1)


MONTH_END = [_month_end(n) for n in range(len(DAYS))]


@dataclass(frozen=True, slots=True)
class Span:
    """A day as a source gives it: between two days, written so, read by such a policy."""

    first: int
    last: int
    written: str
    policy: str | None


def partial(chance: Chance, day: int) -> Span:
    """The day itself mostly, else only its month, the middle of it, or its year."""
    roll = chance.random()
    when = DAYS[day]
    if roll < 0.72:
        return Span(day, day, when.isoformat(), None)
    if roll < 0.9:
        return Span(MONTH_START[day], MONTH_END[day], f"{when:%Y-%m}", KGV.datepolicy_whole_month)
    if roll < 0.95 and 11 <= when.day <= 20:
        first = MONTH_START[day] + 10
        return Span(first, first + 9, f"{when:%Y-%m}", KGV.datepolicy_mid)
    if DAYS[day].year < 2022:
        year = when.year
        first, last = Date(year, 1, 1).toordinal() - START, Date(year, 12, 31).toordinal() - START
        return Span(first, last, str(year), KGV.datepolicy_whole_year)
    return Span(day, day, when.isoformat(), None)


def moment(span: Span) -> list[str]:
    """Predicates and objects, in turn, of what begins and ends within one span."""
    first, last = TERMS[span.first], TERMS[span.last]
    pairs = [
        *(KG.startEarliest, first, KG.startLatest, last),
        *(KG.endEarliest, first, KG.endLatest, last, KG.edtf, edtf(span.written)),
    ]
    return [*pairs, KG.datePolicy, span.policy] if span.policy else pairs


def period(begin: Span, end: Span) -> list[str]:
    """The same of what has a beginning and an end; bounds that cannot be are tightened."""
    return [
        *(KG.startEarliest, TERMS[begin.first]),
        *(KG.startLatest, TERMS[min(begin.last, end.last)]),
        *(KG.endEarliest, TERMS[max(begin.first, end.first)]),
        *(KG.endLatest, TERMS[end.last]),
        *(KG.edtf, edtf(f"{begin.written}/{end.written}")),
    ]


def open_period(begin: Span, attested: int) -> list[str]:
    """The same of what went on when it was last heard of."""
    return [
        *(KG.startEarliest, TERMS[begin.first], KG.startLatest, TERMS[begin.last]),
        *(KG.attestedOn, TERMS[attested], KG.edtf, edtf(f"{begin.written}/..")),
    ]
