"""Rows of text as aligned columns: whole in a pipe, never cut to the width of a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, indent: str = "", right: frozenset[int] = frozenset()) -> str:
    """The rows as lines, each column as wide as its widest cell; the columns numbered in `right` stand to the right.

    >>> print(aligned([["Patient", "3"], ["Immunization", "12"]], right=frozenset({1})))
    Patient        3
    Immunization  12
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(cells)).rstrip())
    return "\n".join(lines)
