"""Whether a period ends before it starts, on JSON strings of any precision."""

from __future__ import annotations

import pytest

from interop.engine.period import ends_before


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("2024-03-02", "2024-03-01", True),
        ("2024-03-01", "2024-03-01", False),
        ("2024-03-01", "2024-03-02", False),
        ("2024-03", "2024", False),
        ("2024-03", "2023", True),
        ("2024", "2024-03", False),
        ("2025", "2024-12-31", True),
        ("2024-03-02T08:00:00Z", "2024-03-02", False),
        ("2024-03-03T08:00:00Z", "2024-03-02", True),
        ("2024-03-02", "2024-03-02T08:00:00Z", False),
        ("2024-03-01T10:00:00+02:00", "2024-03-01T09:30:00+00:00", False),
        ("2024-03-01T10:00:00+00:00", "2024-03-01T10:30:00+02:00", True),
        ("2024-03-01T10:00:00Z", "2024-03-01T10:00:00+00:00", False),
        ("2024-03-01T10:00:00.1234567Z", "2024-03-01T10:00:00.1234566Z", False),  # within a microsecond: no violation
        ("2024-03-01T10:00:00.5Z", "2024-03-01T10:00:00.25Z", True),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", True),
    ],
)
def test_ends_before(start: str, end: str, before: bool) -> None:
    assert ends_before(f'"{start}"', f'"{end}"') is before
