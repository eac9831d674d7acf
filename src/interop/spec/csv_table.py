"""A CSV file of a package: UTF-8, comma, a fixed header. Strict, with line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from interop.errors import Finding, Place
from interop.immutable import immutable


@immutable()
class CsvRow:
    """A row's values in the header's order, and where it begins."""

    values: tuple[str, ...]
    place: Place


@immutable()
class CsvTable:
    rows: tuple[CsvRow, ...]
    findings: tuple[Finding, ...]


def parse_csv(data: bytes, file: str, header: tuple[str, ...]) -> CsvTable:
    """Read a CSV file whose first row is exactly `header`. Empty lines are passed over.

    Errors: Y105 not UTF-8, Y107 another header, a row of another width, or a quote that is not closed.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return CsvTable((), (Finding("Y105", rule=Place(file, data[: error.start].count(b"\n") + 1, 1)),))
    rows: list[CsvRow] = []
    findings: list[Finding] = []
    fix = f"the first line is `{','.join(header)}`"
    seen_header = False
    try:
        for line, values in _lines(text):
            place = Place(file, line, 1)
            if not seen_header:
                seen_header = True
                if tuple(values) != header:
                    return CsvTable((), (Finding("Y107", rule=place, detail="another header", fix=fix),))
            elif len(values) != len(header):
                detail = f"{len(values)} values where the header has {len(header)}"
                findings.append(
                    Finding("Y107", rule=place, detail=detail, fix="put values with a comma in double quotes")
                )
            else:
                rows.append(CsvRow(tuple(values), place))
    except csv.Error:
        place = Place(file, rows[-1].place.line + 1 if rows else 1, 1)
        fix = "close it, and write a quote inside of quotes twice"
        findings.append(Finding("Y107", rule=place, detail="a quote that is not closed", fix=fix))
    if not seen_header and not findings:
        findings.append(Finding("Y107", rule=Place(file, 1, 1), detail="an empty file", fix=fix))
    return CsvTable(tuple(rows), tuple(findings))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    for values in reader:
        if values:
            yield before + 1, values
        before = reader.line_num
