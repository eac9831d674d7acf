"""NDJSON: one resource a line, one file a resource type (the FHIR bulk data layout)."""

from __future__ import annotations

import errno
import os
import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_NUMBER = re.compile(r"(?:os error|Errno) (\d+)")


def write_lines(lines: pl.Series, to: IO[bytes]) -> None:
    """Writes texts as lines, each ended by a line feed. The texts hold no raw line ends: they are JSON.

    Raises:
        OSError: With the system's number: a full disk is known as one.
    """
    import polars as pl

    if len(lines):
        frame = pl.DataFrame({"line": lines})
        try:
            frame.write_csv(to, include_header=False, quote_style="never", separator="\x1f")
        except OSError as error:
            raise _numbered(error) from None


def _numbered(error: OSError) -> OSError:
    """Polars' error has the system's number in its text only."""
    if error.errno:
        return error
    found = _NUMBER.search(str(error))
    number = int(found[1]) if found else errno.EIO
    return OSError(number, os.strerror(number))
