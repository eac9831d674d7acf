"""Whether a Period ends before it starts (R4 invariant per-1), on JSON fragments."""

from __future__ import annotations

from datetime import datetime


def ends_before(start: str, end: str) -> bool:
    """Compares two FHIR dates or dateTimes as JSON strings, quotes included.

    Two dates, or two times with the same offset, compare as text at the precision that both have; times with different
    offsets as instants. A date against a time compares by its date part, as FHIRPath's comparison of unequal precision
    is empty and so no violation. Instants that differ by less than a microsecond are the same.

    >>> ends_before('"2024-03-02"', '"2024-03-01"')
    True
    >>> ends_before('"2024-03-01T10:00:00+02:00"', '"2024-03-01T09:30:00+00:00"')
    False
    """
    left, right = start.strip('"'), end.strip('"')
    if "T" in left and "T" in right:
        try:
            return datetime.fromisoformat(right) < datetime.fromisoformat(left)
        except ValueError:
            pass  # a leap second: the text decides
        return right < left
    size = min(len(left), len(right), 10)
    return right[:size] < left[:size]
