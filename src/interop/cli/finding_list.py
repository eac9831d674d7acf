"""Findings for a terminal: five lines each, at most so many of a code, then how many more there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import click

from interop.errors import CODES, Finding

MOST = 3
"""Findings of one code that are printed in full; all of them are in findings.ndjson."""


def most_of_each(findings: Iterable[Finding], most: int) -> Iterator[Finding]:
    """The first `most` findings of each code, in their order."""
    seen: dict[str, int] = {}
    for finding in findings:
        seen[finding.code] = seen.get(finding.code, 0) + 1
        if seen[finding.code] <= most:
            yield finding


def print_findings(findings: Iterable[Finding], counts: Mapping[str, int], most: int) -> None:
    """Prints to stderr.

    Args:
        findings: All of them, or a sample.
        counts: How many there are of each code.
        most: How many of one code are printed in full; 0 prints none.
    """
    shown: dict[str, int] = {}
    for finding in most_of_each(findings, most):
        shown[finding.code] = shown.get(finding.code, 0) + 1
        click.echo(f"{finding}\n", err=True)
    for code in sorted(shown):
        more = counts.get(code, 0) - shown[code]
        if more > 0:
            click.echo(f"… and {more:,} more of {code} {CODES[code].title}", err=True)
