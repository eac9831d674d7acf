"""Days and times as systems send them, read natively: `20240904`, `20240904183325+0100`, and both in ISO's way.

A time is another one in nearly every row, so a call for each distinct value is a call for each row. Here a regular
expression knows the ordinary ones, calendar, clock and offset. What it does not know goes to the scalar step:
29 February, leap seconds, the last offset, what is cut short or has no offset. The property tests hold both together.
Measured: 0.2 us a value, where the step and the check of its result take 6.
"""

from __future__ import annotations

from interop.immutable import immutable
from interop.plan import model as plan

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LONG, _SHORT = "(?:0[13578]|1[02])", "(?:0[469]|11)"
_TO_28, _TO_30, _TO_31 = "(?:0[1-9]|1[0-9]|2[0-8])", "(?:0[1-9]|[12][0-9]|30)", "(?:0[1-9]|[12][0-9]|3[01])"
_DAY = f"{_YEAR}(?:{_LONG}{_TO_31}|{_SHORT}{_TO_30}|02{_TO_28})"
_ISO_DAY = f"{_YEAR}-(?:{_LONG}-{_TO_31}|{_SHORT}-{_TO_30}|02-{_TO_28})"
_HOUR, _SIXTY, _FRACTION = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]", "(?:[.][0-9]+)?"
_OFFSET_HOUR = "[+-](?:0[0-9]|1[0-3])"
_MOMENT = f"{_DAY}{_HOUR}{_SIXTY}{_SIXTY}{_FRACTION}{_OFFSET_HOUR}{_SIXTY}"
_ISO_MOMENT = f"{_ISO_DAY}T{_HOUR}:{_SIXTY}:{_SIXTY}{_FRACTION}(?:Z|{_OFFSET_HOUR}:{_SIXTY})"
_PARTS = "^([0-9]{4})([0-9]{2})([0-9]{2})"
_CLOCK = "([0-9]{2})([0-9]{2})([0-9.]+[+-][0-9]{2})([0-9]{2})$"


@immutable()
class Shape:
    """Texts of one shape: `known` matches them, and what `parts` matches is written as `written`; None: as it is."""

    known: str
    parts: str = ""
    written: str | None = None


_DAYS = (Shape(f"^{_DAY}$", _PARTS, "$1-$2-$3"), Shape(f"^{_ISO_DAY}$"))
_CUT = (Shape(f"^{_MOMENT}$", _PARTS + ".*", "$1-$2-$3"), Shape(f"^{_ISO_MOMENT}$", "T.*", ""))
_MOMENTS = (Shape(f"^{_MOMENT}$", _PARTS + _CLOCK, "$1-$2-${3}T$4:$5:$6:$7"), Shape(f"^{_ISO_MOMENT}$"))

_SHAPES = {
    ("date", "date"): _DAYS + _CUT,
    ("date", "dateTime"): _DAYS + _CUT,
    ("dateTime", "date"): _DAYS,
    ("dateTime", "dateTime"): _DAYS + _MOMENTS,
    ("instant", "dateTime"): _MOMENTS,
    ("instant", "instant"): _MOMENTS,
}


def shapes_of(step: plan.Stepped, kind: str) -> tuple[Shape, ...]:
    """The shapes that a step and the check of an element's type read without a finding; none where it is another."""
    return () if step.args else _SHAPES.get((step.name, kind), ())
