"""`interop check`: everything that is wrong with a mapping, at once, without any data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from interop.cli.exit_codes import ExitCode
from interop.cli.options import mappings_option
from interop.errors import CODES, Finding, MappingError, Severity


@click.command()
@click.argument("packages", metavar="MAPPING…", nargs=-1, required=True)
@click.option("--output", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@mappings_option
def check(packages: tuple[str, ...], form: str, mappings: tuple[Path, ...]) -> int:
    """Check mapping packages: every finding, with its place and what to write instead.

    MAPPING is the id of a package, or its folder. Exit code 3 when one is refused; warnings refuse none.

    \b
    Examples:
      interop check mappings/uk/immunisation
      interop check uk/immunisation mx/covid-linelist
      interop check --output json mappings/zz/clinic | jq .
    """
    results = [(name, *_load(name, mappings)) for name in packages]
    if form == "json":
        click.echo(_json([(name, findings) for name, findings, _ in results]))
    else:
        for name, findings, words in results:
            for finding in findings:
                click.echo(f"{finding}\n")
            click.echo(f"{name}: {words}{_counted(findings)}")
    refused = any(finding.severity is Severity.ERROR for _, findings, _ in results for finding in findings)
    return ExitCode.REFUSED if refused else ExitCode.CONVERTED


def _load(name: str, mappings: Sequence[Path]) -> tuple[Sequence[Finding], str]:
    """The findings of a package, and what it is in words when it can be used."""
    import interop
    from interop.spec.hl7v2_layout import Hl7v2Layout

    try:
        mapping = interop.load(name, mappings=mappings)
    except MappingError as refused:
        return refused.findings, "refused, "
    package = mapping.package
    if isinstance(package.layout, Hl7v2Layout):
        size = (len(package.layout.fields), "field")
    else:
        size = (sum(len(table.columns) for table in package.layout.tables), "column")
    counts = ((len(package.rules), "rule"), size, (len(package.maps), "concept map"))
    return mapping.findings, "".join(f"{_plural(count, noun)}, " for count, noun in counts)


def _counted(findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = sum(finding.severity is Severity.WARNING for finding in findings)
    return f"{_plural(errors, 'error')}, {_plural(warnings, 'warning')}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _json(results: Sequence[tuple[str, Sequence[Finding]]]) -> str:
    import json

    rows = [{"mapping": name, "findings": [_row(finding) for finding in findings]} for name, findings in results]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _row(finding: Finding) -> dict[str, str | int | None]:
    place = finding.rule
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": finding.title,
        "detail": finding.detail,
        "target": finding.target,
        "fix": finding.fix or CODES[finding.code].fix,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
