"""`interop quarantine`: records that were not converted: which, why, and again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interop.cli.options import mappings_option
from interop.cli.tables import aligned
from interop.errors import UsageError

if TYPE_CHECKING:
    from interop.job.quarantine import Quarantined

folder_argument = click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group()
def quarantine() -> None:
    """Records in quarantine: list them, show one, convert them again.

    DIR is the output folder of a run.

    \b
    Examples:
      interop quarantine list out/
      interop quarantine list out/ --as operationoutcome > outcomes.ndjson
      interop quarantine show out/ 3               its findings
      interop quarantine show out/ 3 --reveal      its original bytes too
      interop quarantine replay out/ -m uk/immunisation
    """


@quarantine.command("list")
@folder_argument
@click.option(
    "--as",
    "form",
    type=click.Choice(["table", "operationoutcome"]),
    default="table",
    show_default=True,
    help="A table, or a FHIR OperationOutcome for each record, one a line.",
)
def list_records(folder: Path, form: str) -> None:
    """What is in quarantine, a record a line. Never a value."""
    entries = _read(folder)
    if form == "operationoutcome":
        from interop.job.outcomes import quarantine_outcomes

        for line in quarantine_outcomes(entries):
            click.echo(line, nl=False)
        return
    rows = [[str(number), entry.file, _record(entry), _codes(entry)] for number, entry in enumerate(entries, 1)]
    click.echo(aligned([["no.", "file", "record", "findings"], *rows], right=frozenset({0, 2})))


@quarantine.command()
@folder_argument
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@click.option("--reveal", is_flag=True, help="Write the record's original bytes to standard output.")
def show(folder: Path, number: int, *, reveal: bool) -> None:
    """The findings of one record, by its number in `list`; with --reveal its bytes, which are a patient's."""
    entries = _read(folder)
    if number > len(entries):
        raise UsageError(f"there are {len(entries)} records in quarantine")
    entry = entries[number - 1]
    click.echo(f"{entry.file} record {_record(entry)}   (bytes {entry.offset}+{entry.length})", err=True)
    for found in entry.findings:
        detail = f": {found['detail']}" if found.get("detail") else ""
        click.echo(f"{found['code']} {found['title']}{detail}", err=True)
        for key, label in (("field", "field"), ("target", "target"), ("rule", "rule")):
            if found.get(key):
                click.echo(f"  {label:8}{found[key]}", err=True)
    if reveal:
        sys.stdout.buffer.write(entry.data)
        sys.stdout.buffer.flush()


@quarantine.command()
@folder_argument
@click.option("-m", "--mapping", required=True, metavar="ID", help="The mended mapping: its id, or its folder.")
@mappings_option
def replay(folder: Path, mapping: str, mappings: tuple[Path, ...]) -> int:
    """Convert the records in quarantine again; what converts now joins the output, the rest stays.

    Resources are added as a file of their own (Patient-00002.ndjson); quarantine, findings and report are written anew.
    """
    import interop
    from interop.job.replay import replay as convert_again

    loaded = interop.load(mapping, mappings=mappings)
    done = convert_again(loaded.plan, loaded.package.layout, folder)
    click.echo(f"{done.converted:,} records were converted, {done.left:,} stay in quarantine", err=True)
    return 1 if done.left else 0


def _read(folder: Path) -> list[Quarantined]:
    from interop.job.quarantine import read_quarantine

    return read_quarantine(folder)


def _record(entry: Quarantined) -> str:
    return str(entry.record) if entry.record else "(whole file)"


def _codes(entry: Quarantined) -> str:
    codes = dict.fromkeys(str(found["code"]) for found in entry.findings)
    fields = dict.fromkeys(str(found["field"]) for found in entry.findings if found.get("field"))
    return " ".join(codes) + (f" ({', '.join(fields)})" if fields else "")
