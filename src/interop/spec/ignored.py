"""ignored.csv: the source paths that a package leaves out on purpose, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import fnmatchcase, translate

from interop.errors import Finding, Place
from interop.immutable import immutable
from interop.spec.csv_table import parse_csv

HEADER = ("source_path", "reason")


@immutable()
class Ignored:
    """A row. `path` is `table.COLUMN` or a glob of one: `carrier.LINE_*`; of messages `PID-12` or `PV1-*`."""

    path: str
    reason: str
    place: Place

    def matches(self, path: str) -> bool:
        """Whether the row excuses the column of that path."""
        return fnmatchcase(path, self.path)

    def matching(self, paths: Collection[str]) -> list[str]:
        """Those of many paths, which are told apart by hash, whose columns the row excuses."""
        if not self.is_glob:
            return [self.path] if self.path in paths else []
        match = re.compile(translate(self.path)).match
        return [path for path in paths if match(path)]

    @property
    def is_glob(self) -> bool:
        return any(sign in self.path for sign in "*?[")


def read_ignored(data: bytes, file: str, *, messages: bool = False) -> tuple[tuple[Ignored, ...], tuple[Finding, ...]]:
    """Read ignored.csv.

    Args:
        data: The file.
        file: Its name, for places.
        messages: Paths are fields of messages.

    Errors: Y105, Y107, M149 no path, no dot (or dash) or no reason; C104 the same path twice.
    """
    table = parse_csv(data, file, HEADER)
    findings = list(table.findings)
    rows: dict[str, Ignored] = {}
    for row in table.rows:
        path, reason = (value.strip() for value in row.values)
        if ("-" if messages else ".") not in path:
            detail = f"`{path}` is not `{'PID-12' if messages else 'table.COLUMN'}`" if path else "no path"
            findings.append(Finding("M149", rule=row.place, detail=detail))
        elif not reason:
            findings.append(
                Finding("M149", rule=row.place, detail=f"`{path}` has no reason", fix="say why it is left out")
            )
        elif path in rows:
            findings.append(Finding("C104", rule=row.place, detail=f"`{path}`, first in line {rows[path].place.line}"))
        else:
            rows[path] = Ignored(path, reason, row.place)
    return tuple(rows.values()), tuple(findings)


def merge_ignored(base: tuple[Ignored, ...], over: tuple[Ignored, ...]) -> tuple[Ignored, ...]:
    """The base's rows, those of the overlay's paths replaced, new ones after."""
    return tuple({row.path: row for row in (*base, *over)}.values())
