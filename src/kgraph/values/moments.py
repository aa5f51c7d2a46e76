"""Dates, times and their parts: the seven-property model (XSD 1.1 part 2, appendices D and E).

Python's own dates end at the years 1 and 9999 and at microseconds; these do not. A moment without
time zone is comparable with one that has one only if 14 hours either way make no difference.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kgraph.values.spans import EXACT, Span, seconds_text

_DATE = r"(?P<year>-?(?:[1-9][0-9]{3,11}|0[0-9]{3}))-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3][0-9])"
_TIME = r"(?P<hour>[0-2][0-9]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]{1,40})?)"
_ZONE = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,11}|0[0-9]{3}))"
_FORMS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(form + _ZONE)
    for kind, form in {
        "dateTime": f"{_DATE}T{_TIME}",
        "dateTimeStamp": f"{_DATE}T{_TIME}",
        "date": _DATE,
        "time": _TIME,
        "gYearMonth": _YEAR + r"-(?P<month>0[1-9]|1[0-2])",
        "gYear": _YEAR,
        "gMonthDay": r"--(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3][0-9])",
        "gDay": r"---(?P<day>[0-3][0-9])",
        "gMonth": r"--(?P<month>0[1-9]|1[0-2])",
    }.items()
}
MOMENT_KINDS = tuple(_FORMS)

_FARTHEST_ZONE = 14 * 60
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a time, both, or parts of a date; what its kind does not have is None."""

    kind: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: Decimal | None = None
    zone: int | None = None
    """Minutes east of UTC."""


def parse_moment(kind: str, text: str) -> Moment | None:
    """The moment a lexical form stands for; None if it is none of that kind."""
    found = _FORMS[kind].fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    numbers = {
        name: int(parts[name])
        for name in ("year", "month", "day", "hour", "minute")
        if parts.get(name) is not None
    }
    second = Decimal(parts["second"]) if "second" in parts else None
    zone = _parse_zone(parts["zone"])
    name = "dateTime" if kind == "dateTimeStamp" else kind
    moment = Moment(name, **numbers, second=second, zone=zone)
    if not _possible(moment) or (kind == "dateTimeStamp" and zone is None):
        return None
    return _from_end_of_day(moment) if moment.hour == 24 else moment


def _parse_zone(text: str | None) -> int | None:
    if text is None or text == "Z":
        return None if text is None else 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _possible(moment: Moment) -> bool:
    last = days_in_month(2000 if moment.year is None else moment.year, moment.month or 1)
    day = moment.day is None or 1 <= moment.day <= last
    ends = moment.hour == 24 and not moment.minute and not moment.second
    hour = moment.hour is None or moment.hour < 24 or ends
    return day and hour and (moment.zone is None or abs(moment.zone) <= _FARTHEST_ZONE)


def _from_end_of_day(moment: Moment) -> Moment:
    """24:00:00 is the first instant of the next day."""
    if moment.kind == "time":
        return replace(moment, hour=0)
    return from_timeline("dateTime", timeline(replace(moment, zone=None)), moment.zone)


def days_in_month(year: int, month: int) -> int:
    """The number of days of a month, in the Gregorian calendar before and after it began."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, day: int) -> int:
    """Days since the year 0, March 1."""
    shifted = year - (month <= 2)
    months = (month + 9) % 12
    leap_days = shifted // 4 - shifted // 100 + shifted // 400
    return 365 * shifted + leap_days + (153 * months + 2) // 5 + day - 1


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day's number."""
    cycle, rest = divmod(days, 146097)
    year_of_cycle = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    day_of_year = rest - (365 * year_of_cycle + year_of_cycle // 4 - year_of_cycle // 100)
    months = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * months + 2) // 5 + 1
    month = months + 3 if months < 10 else months - 9
    return cycle * 400 + year_of_cycle + (month <= 2), month, day


def timeline(moment: Moment, zone: int = 0) -> Decimal:
    """Seconds on the time line, with `zone` where the moment has none (appendix E.3.4)."""
    year = 1971 if moment.year is None else moment.year
    month = 12 if moment.month is None else moment.month
    day = days_in_month(year, month) if moment.day is None else moment.day
    minutes = (moment.hour or 0) * 60 + (moment.minute or 0)
    minutes -= zone if moment.zone is None else moment.zone
    whole = day_number(year, month, day) * _DAY + minutes * 60
    return EXACT.add(Decimal(whole), moment.second or Decimal(0))


def from_timeline(kind: str, seconds: Decimal, zone: int | None) -> Moment:
    """The dateTime, date or time at a place of the time line, as a zone's clocks show it."""
    local = EXACT.add(seconds, Decimal((zone or 0) * 60))
    whole = int(local.to_integral_value("ROUND_FLOOR"))
    days, rest = divmod(whole, _DAY)
    minutes, second = divmod(rest, 60)
    fraction = EXACT.subtract(local, Decimal(whole))
    year, month, day = date_of(days)
    if kind == "date":
        return Moment(kind, year, month, day, zone=zone)
    clock = (*divmod(minutes, 60), EXACT.add(Decimal(second), fraction))
    if kind == "time":
        return Moment(kind, None, None, None, *clock, zone)
    return Moment(kind, year, month, day, *clock, zone)


def compare_moments(left: Moment, right: Moment) -> int | None:
    """-1, 0 or 1; None if the two are of different kinds or the missing zone decides."""
    if left.kind != right.kind:
        return None
    if (left.zone is None) == (right.zone is None):
        return _sign(timeline(left), timeline(right))
    early = _sign(timeline(left, _FARTHEST_ZONE), timeline(right, _FARTHEST_ZONE))
    late = _sign(timeline(left, -_FARTHEST_ZONE), timeline(right, -_FARTHEST_ZONE))
    return early if early == late else None


def _sign(left: Decimal, right: Decimal) -> int:
    return (left > right) - (left < right)


def shift(moment: Moment, span: Span, *, sign: int = 1) -> Moment:
    """A dateTime, date or time, so much later (XSD 1.1, appendix E.3.3)."""
    seconds = EXACT.multiply(Decimal(sign), span.seconds)
    if moment.kind == "time":
        return from_timeline("time", EXACT.add(timeline(moment), seconds), moment.zone)
    months = (moment.year or 0) * 12 + (moment.month or 1) - 1 + sign * span.months
    year, month = divmod(months, 12)
    day = min(moment.day or 1, days_in_month(year, month + 1))
    moved = replace(moment, year=year, month=month + 1, day=day)
    return from_timeline(moment.kind, EXACT.add(timeline(moved), seconds), moment.zone)


def adjust(moment: Moment, zone: int | None) -> Moment:
    """fn:adjust-dateTime-to-timezone: the same instant elsewhere; without a zone, the clock's."""
    if zone is None or moment.zone is None:
        return replace(moment, zone=zone)
    return from_timeline(moment.kind, timeline(moment), zone)


def moment_text(moment: Moment) -> str:
    """The canonical lexical form, in the moment's own time zone."""
    year = None if moment.year is None else f"{'-' * (moment.year < 0)}{abs(moment.year):04}"
    text = {
        "gYear": f"{year}",
        "gYearMonth": f"{year}-{moment.month or 0:02}",
        "gMonth": f"--{moment.month or 0:02}",
        "gDay": f"---{moment.day or 0:02}",
        "gMonthDay": f"--{moment.month or 0:02}-{moment.day or 0:02}",
    }.get(moment.kind)
    if text is None:
        date = f"{year}-{moment.month or 0:02}-{moment.day or 0:02}"
        text = "T".join(
            part
            for part, kinds in (
                (date, ("date", "dateTime")),
                (_clock(moment), ("time", "dateTime")),
            )
            if moment.kind in kinds
        )
    return text + zone_text(moment.zone)


def _clock(moment: Moment) -> str:
    whole, _, fraction = seconds_text(moment.second or Decimal(0)).partition(".")
    rest = f".{fraction}" if fraction else ""
    return f"{moment.hour or 0:02}:{moment.minute or 0:02}:{whole:0>2}{rest}"


def zone_text(zone: int | None) -> str:
    """`Z`, `+05:00`, or nothing."""
    if not zone:
        return "" if zone is None else "Z"
    hours, minutes = divmod(abs(zone), 60)
    return f"{'-' if zone < 0 else '+'}{hours:02}:{minutes:02}"


_REFERENCES = tuple(
    Moment("dateTime", year, month, 1, 0, 0, Decimal(0))
    for year, month in ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
)


def compare_spans(left: Span, right: Span) -> int | None:
    """-1, 0 or 1; None if it depends on which months are meant (XSD 1.1, section 3.3.6.1)."""
    if (left.months, left.seconds) == (right.months, right.seconds):
        return 0
    found = {
        _sign(timeline(shift(start, left)), timeline(shift(start, right))) for start in _REFERENCES
    }
    return found.pop() if len(found) == 1 and 0 not in found else None


def span_size(span: Span) -> Decimal:
    """A number that orders durations wherever `compare_spans` does."""
    start = _REFERENCES[0]
    return EXACT.subtract(timeline(shift(start, span)), timeline(start))
