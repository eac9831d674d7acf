"""What a run did, on standard error: findings, then one screen of figures. Never a value of the data."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from interop.cli.finding_list import print_findings
from interop.cli.tables import aligned
from interop.errors import CODES, Severity
from interop.limits import Raised, raised_limits

if TYPE_CHECKING:
    from interop.job.report import Report

MB = 1_000_000
WIDTH = 80
CODES_SHOWN = 8
"""Codes of findings in the summary; report.json has all."""

_ORDER = list(Severity)


def print_summary(report: Report, output: Path | None, most: int) -> None:
    """Prints the summary of a run.

    Args:
        report: What the run did.
        output: Where it wrote; None is standard output.
        most: Findings of one code that are printed in full.
    """
    samples = [finding for code in sorted(report.samples) for finding in report.samples[code]]
    print_findings(samples, report.findings, most)
    for line in summary(report, output):
        click.echo(line, err=True)


def summary(report: Report, output: Path | None) -> list[str]:
    """The figures of a run, as lines of at most `WIDTH` characters but for the path of the output."""
    figures = aligned(_records(report), indent="  ", right=frozenset({1}))
    lines = [f"{report.mapping} {report.version}", *figures.splitlines()]
    lines += _resources(report)
    lines += _findings(report)
    for law in report.broken_laws:
        lines.append(f"This is an error of interop: a law does not balance: {law}. Please report it.")
    return [*lines, *_closing(report, output)]


def _records(report: Report) -> list[list[str]]:
    rows = [
        ["files", f"{report.files:,}", ""],
        ["records", f"{report.framed:,}", ""],
        ["converted", f"{report.converted:,}", _share(report.converted, report.framed)],
    ]
    if report.quarantined:
        rows.append(["in quarantine", f"{report.quarantined:,}", _share(report.quarantined, report.framed)])
    if report.left_out:
        rows.append(["left out by --sample", f"{report.left_out:,}", ""])
    if report.rejected_files:
        rows.append(["files refused", f"{report.rejected_files:,}", ""])
    if fields := report.fields:
        words = f"{fields.used:,} used, {fields.excused:,} excused, {fields.left_over:,} left over"
        rows.append(["fields of the layout", f"{fields.all:,}", words])
    if report.again:
        rows.append(["ids seen again", f"{report.again:,}", ""])
    if report.dropped_versions:
        rows.append(["versions dropped", f"{report.dropped_versions:,}", ""])
    rows += [[f"raised {one.name}", f"{one.value:,}", f"from {one.default:,}"] for one in _raised(report)]
    return [*rows, ["resources", f"{sum(report.resources.values()):,}", ""]]


def _raised(report: Report) -> Sequence[Raised]:
    return raised_limits(report.options.limits)


def _share(part: int, whole: int) -> str:
    """A share that is never rounded to all, nor to nothing."""
    if part in (0, whole):
        return ""
    return f"{min(max(part / whole, 0.0001), 0.9999):.2%}"


def _resources(report: Report) -> list[str]:
    """Resources by type, in as many columns as there is room for, down and then across."""
    counts = sorted(report.resources.items())
    for down in range(1, len(counts) + 1):
        columns = [_column(counts[at : at + down]) for at in range(0, len(counts), down)]
        rows = ["    " + "   ".join(cells) for cells in zip_longest(*columns, fillvalue="")]
        if max(map(len, rows)) <= WIDTH or down == len(counts):
            return [row.rstrip() for row in rows]
    return []


def _column(counts: Sequence[tuple[str, int]]) -> list[str]:
    kinds, figures = max(len(kind) for kind, _ in counts), max(len(f"{count:,}") for _, count in counts)
    return [f"{kind:{kinds}}  {count:>{figures},}" for kind, count in counts]


def _findings(report: Report) -> list[str]:
    """Findings by code, those that cost records first, then by how often; each with the remedy below."""
    listed = sorted(
        report.findings.items(), key=lambda item: (_ORDER.index(CODES[item[0]].severity), -item[1], item[0])
    )
    if not listed:
        return []
    figures = max(len(f"{count:,}") for _, count in listed)
    indent = " " * (10 + figures)
    lines = ["findings"]
    for code, count in listed[:CODES_SHOWN]:
        title, *rest = wrap(CODES[code].title, WIDTH - len(indent))
        lines.append(f"  {code}  {count:>{figures},}  {title}")
        lines += [indent + line for line in rest]
        lines += [indent + line for line in wrap(f"→ {CODES[code].fix}", WIDTH - len(indent), subsequent_indent="  ")]
    if len(listed) > CODES_SHOWN:
        lines.append(f"  … and {len(listed) - CODES_SHOWN} more codes, in report.json")
    return lines


def _closing(report: Report, output: Path | None) -> list[str]:
    seconds = max(report.seconds, 1e-9)
    resources = sum(report.resources.values())
    lines = [
        f"{report.seconds:.2f} s: {report.framed / seconds:,.0f} records/s, {resources / seconds:,.0f} resources/s, "
        f"{report.bytes_in / MB / seconds:,.1f} MB/s in",
        f"converted by {report.workers} process{'es' * (report.workers > 1)}, "
        f"{report.peak_memory / MB:,.0f} MB memory at most",
    ]
    if output is None:
        return lines
    lines.append(f"written to {output} (report.json, findings.ndjson)")
    if report.quarantined or report.rejected_files:
        lines.append(f"quarantine: interop quarantine list {output}")
    return lines
