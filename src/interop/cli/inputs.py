"""What INPUT names: files as they are, folders as the files in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from interop.errors import UsageError

STDIN: Literal["-"] = "-"


def expand_inputs(inputs: Sequence[Path]) -> list[Path | Literal["-"]]:
    """The files in the order given; those of a folder by name, without hidden ones and without its subfolders.

    Raises:
        UsageError: A folder without files, one file twice, or standard input twice.
    """
    files: list[Path | Literal["-"]] = []
    seen: set[str] = set()
    for given in inputs:
        for file in _files(given):
            key = STDIN if file == STDIN else str(Path(file).resolve())
            if key in seen:
                raise UsageError(f"{file} is given twice")
            seen.add(key)
            files.append(file)
    return files


def _files(given: Path) -> Iterator[Path | Literal["-"]]:
    if str(given) == STDIN:
        yield STDIN
    elif given.is_dir():
        found = sorted(file for file in given.iterdir() if file.is_file() and not file.name.startswith("."))
        if not found:
            raise UsageError(f"the folder {given} holds no files")
        yield from found
    else:
        yield given
