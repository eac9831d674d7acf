"""The ledger as CSV: a line a field, or a line a field of each file or sender."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from interop.job.ledger import By, FieldLine, Ledger

HEADER = ("field", "title", "state", "records", "share", "reaches", "reason", "repeats_dropped", "parts_unread")


def ledger_csv(ledger: Ledger, *, by: By | None = None, reveal: bool = False) -> str:
    """The lines of a ledger.

    Args:
        ledger: The ledger.
        by: Whether there is a line for each file, or sender, that has the field. A field's repetitions and parts are
            counted for all together: these two columns are left out.
        reveal: Whether files and senders are named though their names are values of the data.
    """
    to = io.StringIO()
    write = csv.writer(to, lineterminator="\n")
    if by is None:
        write.writerow(HEADER)
        write.writerows(_cells(line) for line in ledger.lines)
    else:
        write.writerow((by, *HEADER[:-2]))
        write.writerows(_grouped(ledger, by, ledger.names(by, reveal=reveal)))
    return to.getvalue()


def _cells(line: FieldLine) -> tuple[str, ...]:
    return (
        *_line(line, line.records, line.share),
        str(line.lossy) if line.lossy else "",
        " ".join(f"{part}:{records}" for part, records in line.unread),
    )


def _grouped(ledger: Ledger, by: By, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for name, group in sorted(ledger.groups(by).items()):
        for line in ledger.lines:
            records = group.filled[line.source] if group.filled is not None else 0
            if records:
                yield names[name], *_line(line, records, records / group.records)


def _line(line: FieldLine, records: int, share: float) -> tuple[str, ...]:
    return (line.source, line.title, line.state, str(records), f"{share:.4f}", " ".join(line.targets), line.reason)
