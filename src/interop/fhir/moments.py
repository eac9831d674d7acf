"""R4's date, dateTime, instant and time as text: the form, and whether there is such a day and time.

Source: FHIR R4 datatypes.html#date, #dateTime, #instant, #time; the ranges are those of the official regexes (a leap
second is written as 60, offsets end at 14:00, there is no year 0).
"""

from __future__ import annotations

import re

from interop.values.failure import Failure

__all__ = ["check_date", "check_date_time", "check_instant", "check_time"]

_NOT_THE_TYPE = Failure("V201")
_NO_SUCH_DAY = Failure("V212")

_DATE = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})%s)?)?"
_CLOCK = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
_OFFSET = r"(?:Z|[+-]([0-9]{2}):([0-9]{2}))"

_match_date = re.compile(_DATE % "").fullmatch
_match_date_time = re.compile(_DATE % f"(?:T{_CLOCK}{_OFFSET})?").fullmatch
_match_time = re.compile(_CLOCK).fullmatch

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_date(text: str) -> str | Failure:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    found = _match_date(text)
    if found is None:
        return _NOT_THE_TYPE
    return text if _is_day(found[1], found[2], found[3]) else _NO_SUCH_DAY


def check_date_time(text: str) -> str | Failure:
    """A date, or a day with a time to the second and its offset."""
    found = _match_date_time(text)
    if found is None:
        return _NOT_THE_TYPE
    year, month, day, *clock, hours, minutes = found.groups()
    good = _is_day(year, month, day) and _is_clock(*clock) and _is_offset(hours, minutes)
    return text if good else _NO_SUCH_DAY


def check_instant(text: str) -> str | Failure:
    """A day with a time to the second and its offset."""
    return check_date_time(text) if "T" in text else _NOT_THE_TYPE


def check_time(text: str) -> str | Failure:
    """`hh:mm:ss`, with a fraction or without, never with an offset."""
    found = _match_time(text)
    if found is None:
        return _NOT_THE_TYPE
    return text if _is_clock(found[1], found[2], found[3]) else _NO_SUCH_DAY


def _is_day(year: str, month: str | None, day: str | None) -> bool:
    if year == "0000":
        return False
    if month is None:
        return True
    if not "01" <= month <= "12":
        return False
    if day is None:
        return True
    last = 29 if month == "02" and _is_leap(int(year)) else _DAYS[int(month) - 1]
    return 1 <= int(day) <= last


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _is_clock(hours: str | None, minutes: str | None, seconds: str | None) -> bool:
    """Digits compare as text, two of them each; None when there is no time."""
    return hours is None or (hours <= "23" and minutes <= "59" and seconds <= "60")  # type: ignore[operator]


def _is_offset(hours: str | None, minutes: str | None) -> bool:
    """None for `Z` or no time."""
    return hours is None or (hours <= "13" and minutes <= "59") or (hours == "14" and minutes == "00")  # type: ignore[operator]
