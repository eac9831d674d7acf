"""Which table of the layout a file is, and where its columns stand.

A refusal names only columns of the layout. Names from the header are printed only where they are names: in a file that
was recognised, of letters, digits and `_`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from interop.errors import Finding
from interop.limits import Limits
from interop.readers.file_name import fits
from interop.spec.layout import DelimitedLayout, TableLayout
from interop.spec.suggestions import nearest

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's table and its header. `header` holds the layout's columns when the file has none of its own."""

    table: TableLayout
    header: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def recognise(
    layout: DelimitedLayout, name: str, header: tuple[str, ...] | None, limits: Limits
) -> Recognised | Finding:
    """The table that fits a file's name and header.

    Args:
        layout: Of the source.
        name: The file's name.
        header: The file's column names; None when the layout's files have no header.
        limits: `named_columns` bounds the names in a finding.

    Errors: R201 no table fits, R202 several do, R203 required columns are missing, R204 a column is named twice.
    """
    held = frozenset(header or ())
    fitting = [table for table in layout.tables if _fits(table, name, held if header is not None else None)]
    if not fitting:
        return _no_table(layout, header)
    most = max(map(_weight, fitting))
    best = [table for table in fitting if _weight(table) == most]
    if len(best) > 1:
        return Finding("R202", detail=", ".join(table.name for table in best))
    table = best[0]
    if header is None:
        return Recognised(table, tuple(column.name for column in table.columns))
    return _check_header(table, header, limits)


def _fits(table: TableLayout, name: str, header: frozenset[str] | None) -> bool:
    if table.when_file is not None and not fits(name, table.when_file):
        return False
    return header is None or header.issuperset(table.when_columns)


def _weight(table: TableLayout) -> tuple[int, bool]:
    return len(table.when_columns), table.when_file is not None


def _no_table(layout: DelimitedLayout, header: tuple[str, ...] | None) -> Finding:
    tables = ", ".join(table.name for table in layout.tables)
    fix = ""
    if header is not None and len(header) == 1 and any(len(table.columns) > 1 for table in layout.tables):
        fix = "check `delimiter:` in mapping.yaml: the header is one column"
    return Finding("R201", detail=f"the tables are {tables}", fix=fix)


def _check_header(table: TableLayout, header: tuple[str, ...], limits: Limits) -> Recognised | Finding:
    held = frozenset(header)
    known = [column.name for column in table.columns]
    if not held.intersection(known):
        fix = "check `delimiter:` and `header:` in mapping.yaml"
        return Finding("R201", detail=f"the header has no column of table {table.name}", fix=fix)
    twice = [name for name, times in Counter(header).items() if times > 1 and name]
    if twice:
        return Finding("R204", detail=_listing([name for name in twice if name in known], len(twice), limits))
    needed = {column.name: None for column in table.columns if column.required} | dict.fromkeys(table.record)
    missing = [name for name in needed if name not in held]
    if missing:
        listed = _listing(missing, len(missing), limits)
        return Finding("R203", detail=listed, fix=_suggestion(missing[0], held.difference(known)))
    unknown = [name for name in header if name not in known]
    if not unknown:
        return Recognised(table, header)
    sure = len(unknown) <= len(header) // 2
    shown = [name for name in unknown if sure and _NAME.fullmatch(name)]
    return Recognised(table, header, (Finding("R205", detail=_listing(shown, len(unknown), limits)),))


def _listing(names: Sequence[str], count: int, limits: Limits) -> str:
    """Names as far as they may be shown, and how many more there are."""
    shown = names[: limits.named_columns]
    more = count - len(shown)
    text = ", ".join(shown)
    if not more:
        return text
    return f"{text} and {more} more" if shown else f"{more} column{'s' if more > 1 else ''}"


def _suggestion(missing: str, unknown: frozenset[str]) -> str:
    """A header name that may be the missing one, misspelt: only names are looked at."""
    near = nearest(missing, sorted(name for name in unknown if _NAME.fullmatch(name)))
    return f"rename the column `{near}` to `{missing}`, if that is what it is" if near else ""
