"""`interop coverage`: which source fields a mapping uses, which it excuses, which it leaves over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from interop.cli.inputs import expand_inputs, inputs_argument
from interop.cli.options import mappings_option
from interop.cli.tables import aligned

if TYPE_CHECKING:
    from interop.job.ledger import By, FieldLine, Ledger

BY: tuple[Literal["file", "sender"], ...] = ("file", "sender")
MOST = 50  # files or senders that are printed: those with the most left over
BELOW = 1  # exit code: coverage is under --fail-under


@click.command()
@click.option("-m", "--mapping", required=True, metavar="ID", help="The id of a mapping package, or its folder.")
@mappings_option
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the ledger as CSV.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write it as one HTML page.")
@click.option("--by", type=click.Choice(BY), help="Write the CSV with a line a field of each of these.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PCT",
    help="Exit with 1 when less of the filled fields is used or excused.",
)
@click.option("--all", "everything", is_flag=True, help="Print used and excused fields too.")
@click.option(
    "--reveal", is_flag=True, help="Show values of the data: codes that concept maps miss, senders, file names."
)
@inputs_argument
def coverage(
    mapping: str,
    mappings: tuple[Path, ...],
    csv_file: Path | None,
    html: Path | None,
    by: By | None,
    fail_under: float | None,
    everything: bool,
    reveal: bool,
    inputs: Sequence[Path],
) -> int:
    """Count the filled fields of files, and say what a mapping does with each: used, excused, or left over.

    No value of the data is shown, unless --reveal is given.

    \b
    Examples:
      interop coverage -m uk/immunisation in/*.csv
      interop coverage -m us/elr --html coverage.html --csv coverage.csv --by sender messages/
      interop coverage -m mx/covid-linelist --fail-under 99.5 COVID19MEXICO.csv
    """
    import interop
    from interop.job.coverage import coverage as covered
    from interop.job.ledger_page import ledger_html
    from interop.job.ledger_text import ledger_csv

    loaded = interop.load(mapping, mappings=mappings)
    ledger = covered(loaded.package, loaded.plan, expand_inputs(inputs), reveal=reveal)
    if csv_file is not None:
        csv_file.write_text(ledger_csv(ledger, by=by, reveal=reveal), encoding="utf-8")
    if html is not None:
        html.write_text(ledger_html(ledger, reveal=reveal), encoding="utf-8")
    click.echo(_text(ledger, everything=everything, reveal=reveal))
    return BELOW if fail_under is not None and ledger.covered * 100 < fail_under else 0


def _text(ledger: Ledger, *, everything: bool, reveal: bool) -> str:
    parts = [f"{ledger.mapping} {ledger.version}: {ledger.records:,} records, {len(ledger.lines):,} fields filled"]
    lines = [line for line in ledger.lines if everything or line.state == "residue"]
    if lines:
        rows = [["FIELD", "STATE", "RECORDS", "SHARE", "GOES TO, OR WHY NOT"]]
        parts.append(aligned([*rows, *map(_row, lines)], right=frozenset({2, 3})))
    if ledger.misses:
        rows = [[name, f"{count:,}", _codes(ledger, name)] for name, count in ledger.misses.items()]
        parts.append(aligned([["CONCEPT MAP", "MISSES", ""], *rows], right=frozenset({1})))
    if ledger.lost:
        rows = [[target, what, f"{count:,}"] for (target, what), count in ledger.lost.items()]
        parts.append(aligned([["ELEMENT", "LOST SOMETHING", "VALUES"], *rows], right=frozenset({2})))
    opens = [[line.source, f"{line.records:,}", line.reason] for line in ledger.lines if line.is_open]
    if opens and not everything:
        parts.append(aligned([["EXCUSED FOR NOW", "RECORDS", ""], *opens], right=frozenset({1})))
    lossy = [line for line in ledger.lines if line.lossy]
    if lossy:
        rows = [[line.source, f"{line.lossy:,}"] for line in lossy]
        parts.append(aligned([["FIELD", "READ IN ITS FIRST REPETITION ONLY"], *rows], right=frozenset({1})))
    unread = [part for line in ledger.lines for part in line.unread]
    if unread and everything:
        rows = [[part, f"{records:,}"] for part, records in unread]
        parts.append(aligned([["PART OF A FIELD", "NOT READ"], *rows], right=frozenset({1})))
    elif unread:
        parts.append(f"{len(unread):,} parts of fields that are used are not read: --all names them")
    for by in BY:
        groups, names = ledger.groups(by), ledger.names(by, reveal=reveal)
        left = sorted((name for name in groups if groups[name].residue), key=lambda name: (-groups[name].residue, name))
        if len(groups) > 1 and left:
            rows = [[names[name], f"{groups[name].residue:,}", f"{groups[name].records:,}"] for name in left[:MOST]]
            parts.append(aligned([[by.upper(), "LEFT OVER", "RECORDS"], *rows], right=frozenset({1, 2})))
    parts.append(
        f"{ledger.covered:.2%} of {ledger.filled:,} filled fields are used or excused; {ledger.residue:,} are left over"
    )
    return "\n\n".join(parts)


def _row(line: FieldLine) -> list[str]:
    where = ", ".join(line.targets[:3]) + (", …" if len(line.targets) > 3 else "")
    return [line.source, line.state, f"{line.records:,}", f"{line.share:.1%}", where or line.reason or line.title]


def _codes(ledger: Ledger, name: str) -> str:
    codes = ledger.codes.get(name)
    if not codes:
        return ""
    first = sorted(codes.items(), key=lambda one: (-one[1], one[0]))[:20]
    return ", ".join(f"{code} ({count:,})" for code, count in first)
