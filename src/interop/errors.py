"""What can go wrong, each with a code, a severity and a fix; and the exceptions that carry it.

A finding never holds a value of a record: only codes, places and names from the mapping.
`finding_codes.py` is the table; `docs/errors.md` is generated from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interop.finding_codes import CODES, Code, Severity
from interop.immutable import immutable

__all__ = ["CODES", "Code", "DataPlace", "Finding", "InteropError", "MappingError", "Place", "Severity", "UsageError"]


@immutable()
class Place:
    """A place in a package's files: file as given, line and column from 1."""

    file: str
    line: int
    column: int

    def __lt__(self, other: Place) -> bool:
        return (self.file, self.line, self.column) < (other.file, other.line, other.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class DataPlace:
    """A place in the data: never the value itself.

    Units: `record` counts from 1 in its file (0: the file as a whole); `offset` and `length` are bytes of the
    decompressed file, -1 when not known.
    """

    file: str
    record: int = 0
    field: str = ""
    offset: int = -1
    length: int = -1

    def __str__(self) -> str:
        text = self.file
        if self.record:
            text += f" record {self.record}"
        if self.field:
            text += f", {self.field}"
        if self.offset >= 0:
            text += f"   (bytes {self.offset}+{max(self.length, 0)})"
        return text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where. Five lines of text, always the same.

    `detail` and `fix` sharpen the table's texts with names from the mapping or the layout, never with source data.
    """

    code: str
    data: DataPlace | None = None
    target: str = ""
    rule: Place | None = None
    detail: str = ""
    fix: str = ""

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def title(self) -> str:
        return CODES[self.code].title

    def at(self, data: DataPlace) -> Finding:
        """The same finding at a place in the data."""
        return replace(self, data=data)

    def __str__(self) -> str:
        title = f"{self.title}: {self.detail}" if self.detail else self.title
        lines = [f"{self.code} {title}"]
        if self.data:
            lines.append(f"  data    {self.data}")
        if self.target:
            lines.append(f"  target  {self.target}")
        if self.rule:
            lines.append(f"  rule    {self.rule}")
        lines.append(f"  fix     {self.fix or CODES[self.code].fix}")
        return "\n".join(lines)


class InteropError(Exception):
    """Base of every exception that interop raises on purpose."""


class UsageError(InteropError):
    """The call is wrong: an unknown package, no input, two outputs. Exit code 2."""


class MappingError(InteropError):
    """A package is refused. Holds *all* findings of one load. Exit code 3."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"mapping refused: {len(self.findings)} finding(s)\n\n" + "\n\n".join(map(str, self.findings)))
