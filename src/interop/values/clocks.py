"""Times of day and offsets as text: `hh:mm:ss[.f]`, and `Z` or `±hh:mm`.

Source: FHIR R4 datatypes, time and dateTime; docs/clarifications.md (seconds, hour 24, leap seconds, offsets).
"""

from __future__ import annotations

from interop.values.failure import Failure
from interop.values.numbers import is_digits

HOURS = frozenset(f"{hour:02}" for hour in range(24))
SIXTY = frozenset(f"{minute:02}" for minute in range(60))
LEAP_SECOND_MINUTES = frozenset(("14", "29", "44", "59"))
"""23:59:60 UTC in any zone whose offset is a multiple of 15 minutes."""

LARGEST_OFFSET = 14 * 60
"""Minutes, either way: FHIR's bound."""


def clock_text(hour: str, minute: str, second: str, fraction: str) -> str | Failure:
    """A time of day. Missing minutes and seconds are zero, since FHIR has no shorter form; a fraction stays as sent.

    Args:
        hour: Two characters.
        minute: Two characters, or none.
        second: Two characters, or none.
        fraction: Digits without the point, or none.

    Errors: V211 not digits; V212 no such time, hour 24 among them.
    """
    if hour in HOURS and (minute in SIXTY or not minute) and (second in SIXTY or not second):
        if fraction and not is_digits(fraction):
            return Failure("V211")
        return f"{hour}:{minute or '00'}:{second or '00'}{'.' + fraction if fraction else ''}"
    if not is_digits(hour + minute + second + fraction):
        return Failure("V211")
    if second == "60" and minute in LEAP_SECOND_MINUTES and hour in HOURS:
        return f"{hour}:{minute}:60{'.' + fraction if fraction else ''}"
    return Failure("V212")


def read_clock(text: str, *, colons: bool) -> str | Failure:
    """`hh:mm[:ss[.f]]`, or without colons `hh[mm[ss[.f]]]`. A decimal comma is a point.

    Errors: V211 another form, V212 no such time.
    """
    end = 8 if colons else 6
    body, point, fraction = text[:end], text[end : end + 1], text[end + 1 :]
    if colons:
        hour, minute, second = body[:2], body[3:5], body[6:]
        formed = len(body) in (5, 8) and body[2] == ":" and body[5:6] in ("", ":")
    else:
        hour, minute, second = body[:2], body[2:4], body[4:]
        formed = len(body) in (2, 4, 6)
    if not formed or (point and (point not in ".," or not fraction)):
        return Failure("V211")
    return clock_text(hour, minute, second, fraction)


def read_offset(text: str) -> str | Failure:
    """`Z`, `±hh`, `±hhmm` or `±hh:mm` as FHIR writes it.

    Errors: V211 another form, V212 beyond 14 hours.

    >>> read_offset("+0215")
    '+02:15'
    """
    if text in ("Z", "z"):
        return "Z"
    sign, digits = text[:1], text[1:]
    if sign not in ("+", "-") or len(digits) not in (2, 4, 5):
        return Failure("V211")
    hour, minute = digits[:2], digits[-2:] if len(digits) > 2 else "00"
    if (len(digits) == 5 and digits[2] != ":") or not is_digits(hour + minute):
        return Failure("V211")
    if minute not in SIXTY or int(hour) * 60 + int(minute) > LARGEST_OFFSET:
        return Failure("V212")
    return f"{sign}{hour}:{minute}"
