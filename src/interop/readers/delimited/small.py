"""A whole file in memory, read by `scan` alone: for one record at low latency."""

from __future__ import annotations

from interop.errors import DataPlace, Finding, UsageError
from interop.limits import Limits
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.embedded import Values
from interop.readers.delimited.header import FirstLine, read_names
from interop.readers.delimited.recognise import recognise
from interop.readers.delimited.scan import scan_record
from interop.readers.delimited.syntax import BOM, Syntax
from interop.readers.delimited.text import NOT_TEXT
from interop.spec.layout import DelimitedLayout, TableLayout


def read_small(
    data: str | bytes, name: str, layout: DelimitedLayout, limits: Limits
) -> tuple[TableLayout, list[Values], list[Finding]]:
    """All rows of a text with its header line, and findings about those that could not be read.

    Raises:
        UsageError: It is no text of the layout's charset, or fits none of the tables.
    """
    syntax = Syntax.of(layout)
    content = _utf8(data, layout).removeprefix(BOM).lstrip(b"\r\n")
    header: tuple[str, ...] | None = None
    if layout.header:
        line = content.splitlines()[0] if content else b""
        names = read_names(FirstLine(line), "utf-8", syntax, limits)
        if isinstance(names, str):
            raise UsageError(str(Finding(names)))
        header = names
        content = content[len(line) :]
    found = recognise(layout, name, header, limits)
    if isinstance(found, Finding):
        raise UsageError(str(found))
    rows: list[Values] = []
    findings: list[Finding] = []
    lines = content.splitlines(keepends=True)
    done = position = number = 0
    while done < len(lines):
        height = 1
        if lines[done].strip(b"\r\n"):
            number += 1
            scan = scan_record(content, position, len(found.header), syntax, limits, final=True)
            height = scan.lines
            if scan.fields is None:
                findings.append(Finding(scan.code, DataPlace(name, number)))
            else:
                pairs = zip(found.header, scan.fields, strict=True)
                rows.append({column: text.decode() for column, text in pairs if text})
        position += sum(map(len, lines[done : done + height]))
        done += height
    return found.table, rows, findings


def _utf8(data: str | bytes, layout: DelimitedLayout) -> bytes:
    try:
        return data.encode() if isinstance(data, str) else data.decode(codec_of(layout.charset)).encode()
    except UnicodeError:
        raise UsageError(str(Finding(NOT_TEXT))) from None
