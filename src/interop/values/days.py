"""Calendar days as text: year, month and day checked by tables, at the precision that was sent.

Source: FHIR R4 datatypes, date; ISO 8601-1, proleptic Gregorian calendar, years 0001 to 9999.
"""

from __future__ import annotations

from interop.values.failure import Failure
from interop.values.numbers import is_digits

_LENGTHS = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_LEAP_DAY = "-02-29"


def _tails() -> dict[str, str]:
    """What may follow the year, compact or with hyphens, → the same with hyphens. 29 February stands for leap years."""
    tails = {"": ""}
    for month, length in _LENGTHS.items():
        tails[f"{month:02}"] = tails[f"-{month:02}"] = f"-{month:02}"
        for day in range(1, length + 1):
            tails[f"{month:02}{day:02}"] = tails[f"-{month:02}-{day:02}"] = f"-{month:02}-{day:02}"
    return tails


TAILS = _tails()


def read_day(text: str) -> str | Failure:
    """`YYYY[MM[DD]]` or `YYYY[-MM[-DD]]` as FHIR date text.

    Errors: V211 another form, V212 no such day (31 February, `99999999`, year 0000).

    >>> read_day("202305"), read_day("20230531")
    ('2023-05', '2023-05-31')
    """
    year = text[:4]
    tail = TAILS.get(text[4:])
    if tail is None or len(year) != 4 or not is_digits(year):
        return Failure("V212" if _has_form(text) else "V211")
    if year == "0000" or (tail == _LEAP_DAY and not is_leap(int(year))):
        return Failure("V212")
    return year + tail


def is_leap(year: int) -> bool:
    """Whether February has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _has_form(text: str) -> bool:
    """Whether the text is written as a day, whatever its numbers."""
    if len(text) in (4, 6, 8) and is_digits(text):
        return True
    parts = text.split("-")
    return [len(part) for part in parts] in ([4, 2], [4, 2, 2]) and is_digits("".join(parts))
