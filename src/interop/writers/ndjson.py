"""NDJSON: one resource a line, one file a resource type (the FHIR bulk data layout)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def write_lines(lines: pl.Series, to: IO[bytes]) -> None:
    """Writes texts as lines, each ended by a line feed. The texts hold no raw line ends: they are JSON."""
    import polars as pl

    if len(lines):
        pl.DataFrame({"line": lines}).write_csv(to, include_header=False, quote_style="never", separator="\x1f")
