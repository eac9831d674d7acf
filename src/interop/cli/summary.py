"""What a run did, on standard error: findings, then the figures. Never a value of the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interop.cli.finding_list import print_findings
from interop.cli.tables import aligned
from interop.errors import CODES

if TYPE_CHECKING:
    from interop.job.report import Report

MB = 1_000_000


def print_summary(report: Report, output: Path | None, most: int) -> None:
    """Prints the summary of a run.

    Args:
        report: What the run did.
        output: Where it wrote; None is standard output.
        most: Findings of one code that are printed in full.
    """
    samples = [finding for code in sorted(report.samples) for finding in report.samples[code]]
    print_findings(samples, report.findings, most)
    click.echo(f"{report.mapping} {report.version}", err=True)
    click.echo(aligned(_records(report), indent="  ", right=frozenset({1})), err=True)
    if report.findings:
        rows = [
            [code, f"{count:,}", CODES[code].title, CODES[code].fix] for code, count in sorted(report.findings.items())
        ]
        click.echo("findings", err=True)
        click.echo(aligned(rows, indent="  ", right=frozenset({1})), err=True)
    for law in report.broken_laws:
        click.echo(f"This is an error of interop: a law does not balance: {law}. Please report it.", err=True)
    click.echo(_closing(report, output), err=True)


def _records(report: Report) -> list[list[str]]:
    rows = [["files", f"{report.files:,}"], ["records", f"{report.framed:,}"], ["converted", f"{report.converted:,}"]]
    if report.quarantined:
        rows.append(["in quarantine", f"{report.quarantined:,}"])
    if report.left_out:
        rows.append(["left out by --sample", f"{report.left_out:,}"])
    if report.rejected_files:
        rows.append(["files refused", f"{report.rejected_files:,}"])
    rows += [[kind, f"{count:,}"] for kind, count in sorted(report.resources.items())]
    if report.again:
        rows.append(["ids seen again", f"{report.again:,}"])
    if report.dropped_versions:
        rows.append(["versions dropped", f"{report.dropped_versions:,}"])
    return rows


def _closing(report: Report, output: Path | None) -> str:
    seconds = max(report.seconds, 1e-9)
    resources = sum(report.resources.values())
    words = (
        f"{report.seconds:.2f} s: {report.framed / seconds:,.0f} records/s, {resources / seconds:,.0f} resources/s, "
        f"{report.bytes_in / MB / seconds:,.1f} MB/s in, {report.peak_memory / MB:,.0f} MB memory"
    )
    if output is None:
        return words
    kept = f"; quarantine: {output / 'quarantine'}" if report.quarantined or report.rejected_files else ""
    return f"{words}\nwritten to {output} (report.json, findings.ndjson{kept})"
