"""Time zones: found by name in the packaged tz database only, and offsets of local times in them.

The host's own zone files are not read: two hosts with different ones would give different bytes.
Source: IANA tz database (package `tzdata`); RFC 5545 on times that a change of clocks skips or repeats;
docs/clarifications.md#clock-changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import cast
from zoneinfo import ZoneInfo

from interop.values.clocks import LARGEST_OFFSET


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """All names that `zone:` may have."""
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


@lru_cache(maxsize=64)
def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that name, `Europe/London`; None when there is none. The case of letters matters."""
    if name not in zone_names():
        return None
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offset_at(zone: ZoneInfo, day: str, clock: str) -> tuple[str, bool]:
    """The offset of a local time, and whether the time is in doubt: skipped or repeated by a change of clocks.

    A time in doubt is read with the smaller of both offsets, which is standard time. Offsets with seconds (local mean
    times before about 1920) are rounded to minutes, for FHIR has no others.

    Args:
        zone: As declared for the source.
        day: `YYYY-MM-DD`, checked.
        clock: `hh:mm:ss[.f]`, checked; second 60 counts as 59.

    Returns:
        `±hh:mm`, or empty when the offset is beyond FHIR's 14 hours; and the doubt.
    """
    steady = _day_offset(zone, day)
    if steady is not None:
        return steady, False
    once, again = _offsets(zone, day, clock)
    return _offset_text(min(once, again)), once != again


@lru_cache(maxsize=1 << 15)
def _day_offset(zone: ZoneInfo, day: str) -> str | None:
    """The offset of a whole day; None when the clock is changed on it. No zone has ever changed twice in a day."""
    offsets = {*_offsets(zone, day, "00:00:00"), *_offsets(zone, day, "23:59:59")}
    return _offset_text(offsets.pop()) if len(offsets) == 1 else None


def _offsets(zone: ZoneInfo, day: str, clock: str) -> tuple[timedelta, timedelta]:
    """The offsets of a first and of a second pass through a local time; they differ when it is skipped or repeated."""
    second = min(int(clock[6:8]), 59)
    moment = datetime(int(day[:4]), int(day[5:7]), int(day[8:]), int(clock[:2]), int(clock[3:5]), second, tzinfo=zone)
    return cast(timedelta, moment.utcoffset()), cast(timedelta, moment.replace(fold=1).utcoffset())


def _offset_text(offset: timedelta) -> str:
    minutes = (abs(offset) + timedelta(seconds=30)) // timedelta(minutes=1)
    if minutes > LARGEST_OFFSET:
        return ""
    return f"{'-' if offset < timedelta(0) and minutes else '+'}{minutes // 60:02}:{minutes % 60:02}"
