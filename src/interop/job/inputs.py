"""What a run reads: files, or standard input."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from interop.errors import UsageError
from interop.readers.protocol import Input


def check_inputs(paths: Sequence[Path | Literal["-"]]) -> None:
    """Raises UsageError unless there are inputs, and all files are there."""
    if not paths:
        raise UsageError("no input: name at least one file, or - for standard input")
    for path in paths:
        if isinstance(path, Path) and not path.exists():
            raise UsageError(f"no such file: {path}")
        if isinstance(path, Path) and not path.is_file():
            raise UsageError(f"{path} is no file; what comes by a pipe is read from standard input: -")


def file_name(path: Path) -> str:
    """A file's name without folders, as findings and reports have it: a byte that is no UTF-8 as its number."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def open_input(path: Path | Literal["-"], spool: Path) -> Input:
    """A file as an input. Standard input is copied to a file in `spool` first, since quarantine reads records again."""
    if isinstance(path, Path):
        return Input(file_name(path), lambda: path.open("rb"))
    copy = spool / "stdin"
    with copy.open("wb") as to:
        shutil.copyfileobj(sys.stdin.buffer, to)
    return Input("stdin", lambda: copy.open("rb"))
