"""The instant that Provenances are recorded with: an argument, never the clock (ADR 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from interop.errors import UsageError
from interop.fhir.primitives import checker

EPOCH = "SOURCE_DATE_EPOCH"
"""Seconds since 1970 in UTC, as reproducible builds have them: https://reproducible-builds.org/specs/source-date-epoch/."""


def recorded_instant(given: str | None, inputs: Sequence[Path | Literal["-"]], environment: Mapping[str, str]) -> str:
    """The instant: as given, else `SOURCE_DATE_EPOCH`, else when the newest of the files was last changed.

    Raises:
        UsageError: It is no FHIR instant; or none was given, and standard input has no time of change.

    >>> recorded_instant(None, [], {"SOURCE_DATE_EPOCH": "1704067200"})
    '2024-01-01T00:00:00Z'
    """
    if given is not None:
        return checked(given)
    if (seconds := environment.get(EPOCH, "")) != "":
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
            raise UsageError(f"{EPOCH} is no number of seconds")
        return instant_of(int(seconds))
    if "-" in inputs:
        raise UsageError("standard input has no time of change: say --recorded 2024-01-01T00:00:00Z")
    return instant_of(max(path.stat().st_mtime_ns // 1_000_000_000 for path in inputs if isinstance(path, Path)))


def checked(text: str) -> str:
    """The text, if it is a FHIR instant.

    Raises:
        UsageError: It is none.
    """
    if checker("instant")(text) != text:
        raise UsageError("--recorded takes a time with its offset: 2024-01-01T00:00:00Z")
    return text


def instant_of(seconds: int) -> str:
    """Seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
