"""`interop coverage`: which source fields a mapping uses, which it excuses, which it leaves over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interop.cli.inputs import expand_inputs
from interop.cli.options import mappings_option
from interop.cli.tables import aligned
from interop.errors import CODES

if TYPE_CHECKING:
    from interop.job.ledger import FieldLine, Ledger

BELOW = 1  # exit code: coverage is under --fail-under


@click.command()
@click.option("-m", "--mapping", required=True, metavar="ID", help="The id of a mapping package, or its folder.")
@mappings_option
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the ledger as CSV.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write it as one HTML page.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PCT",
    help="Exit with 1 when less of the filled fields is used or excused.",
)
@click.option("--all", "everything", is_flag=True, help="Print used and excused fields too.")
@click.option("--reveal", is_flag=True, help="Show codes that concept maps miss, and senders: values of the data.")
@click.argument(
    "inputs", metavar="INPUT…", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True, path_type=Path)
)
def coverage(
    mapping: str,
    mappings: tuple[Path, ...],
    csv_file: Path | None,
    html: Path | None,
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
      interop coverage -m us/elr --html coverage.html --csv coverage.csv messages/
      interop coverage -m mx/covid-linelist --fail-under 99.5 COVID19MEXICO.csv
    """
    import interop
    from interop.job.coverage import coverage as covered
    from interop.job.ledger_text import ledger_csv, ledger_html

    loaded = interop.load(mapping, mappings=mappings)
    ledger = covered(loaded.package, loaded.plan, expand_inputs(inputs), reveal=reveal)
    senders = {} if reveal else {name: f"sender {number}" for number, name in enumerate(sorted(ledger.by_sender), 1)}
    if csv_file is not None:
        csv_file.write_text(ledger_csv(ledger), encoding="utf-8")
    if html is not None:
        html.write_text(ledger_html(ledger, senders), encoding="utf-8")
    click.echo(_text(ledger, senders, everything=everything))
    return BELOW if fail_under is not None and ledger.covered * 100 < fail_under else 0


def _text(ledger: Ledger, senders: dict[str, str], *, everything: bool) -> str:
    parts = [f"{ledger.mapping} {ledger.version}: {ledger.records:,} records, {len(ledger.lines):,} fields filled"]
    lines = [line for line in ledger.lines if everything or line.state == "residue"]
    if lines:
        rows = [["FIELD", "STATE", "RECORDS", "SHARE", "GOES TO, OR WHY NOT"]]
        parts.append(aligned([*rows, *map(_row, lines)], right=frozenset({2, 3})))
    if ledger.misses:
        rows = [[name, f"{count:,}", _codes(ledger, name)] for name, count in sorted(ledger.misses.items())]
        parts.append(aligned([["CONCEPT MAP", "MISSES", ""], *rows], right=frozenset({1})))
    if ledger.lost:
        rows = [[target, code, CODES[code].title, f"{n:,}"] for (target, code), n in sorted(ledger.lost.items())]
        parts.append(aligned([["ELEMENT", "", "LOST SOMETHING", "VALUES"], *rows], right=frozenset({3})))
    for title, groups, names in (("FILE", ledger.by_file, {}), ("SENDER", ledger.by_sender, senders)):
        left = [[names.get(name, name), f"{n:,}", f"{of:,}"] for name, (n, of) in sorted(groups.items()) if n]
        if left and len(groups) > 1:
            parts.append(aligned([[title, "LEFT OVER", "RECORDS"], *left], right=frozenset({1, 2})))
    parts.append(
        f"{ledger.covered:.2%} of {ledger.filled:,} filled fields are used or excused; {ledger.residue:,} are left over"
    )
    return "\n\n".join(parts)


def _row(line: FieldLine) -> list[str]:
    where = ", ".join(line.targets[:3]) + (", …" if len(line.targets) > 3 else "")
    return [line.source, line.state, f"{line.records:,}", f"{line.share:.1%}", where or line.reason or line.title]


def _codes(ledger: Ledger, name: str) -> str:
    codes = ledger.codes.get(name)
    return ", ".join(f"{code} ({count:,})" for code, count in codes.most_common(20)) if codes else ""
