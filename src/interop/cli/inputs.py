"""What INPUT names: files as they are, folders as the files below them, patterns as the files that they match.

The same tree gives the same files in the same order on every system: by the names on the way to them, compared as text.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import click

from interop.errors import UsageError

STDIN: Literal["-"] = "-"
LEFT_BY_PROGRAMS = ("_SUCCESS", "_metadata", "_common_metadata", "_committed_*", "_started_*", "_temporary")
LEFT_BY_SYSTEMS = ("Thumbs.db", "desktop.ini")
OF_A_RUN = ("report.json", "findings.ndjson")
WORK = ".interop"

inputs_argument = click.argument(
    "inputs", metavar="INPUT…", nargs=-1, required=True, type=click.Path(allow_dash=True, path_type=Path)
)
"""The argument of the commands that read files of records; `expand_inputs` says what its words mean."""


def expand_inputs(inputs: Sequence[Path], output: Path | None = None) -> list[Path | Literal["-"]]:
    """The files that words name, in the order of the words.

    A folder stands for all files below it, a pattern (`data/**/*.hl7`, where no file has that name) for the files and
    folders that it matches. Left out below a folder are hidden files and folders, what other programs leave beside
    their data (`_SUCCESS` …), and what this program has written: `output`, and any folder of an earlier run. Links are
    followed, each folder and file once.

    Args:
        inputs: Words of a command line, `-` for standard input.
        output: Where the run will write.

    Raises:
        UsageError: A file that is not there; a folder without files, or that is `output`; a pattern that matches
            nothing; a link to nothing; one file twice, or standard input twice.
        OSError: A folder cannot be read.
    """
    files: dict[str, Path | Literal["-"]] = {}
    for given in inputs:
        for real, file in _files(given, os.path.realpath(output) if output is not None else None):
            if real in files:
                raise UsageError(f"{file} is given twice")
            files[real] = file
    return list(files.values())


def _files(given: Path, output: str | None) -> Iterable[tuple[str, Path | Literal["-"]]]:
    """The files that a word names, each with where it really stands."""
    if str(given) == STDIN:
        return [(STDIN, STDIN)]
    if given.is_dir():
        if os.path.realpath(given) == output:
            raise UsageError(f"{given} is the output folder too: name another by -o, or the files one by one")
        found = _below(given, output)
        if not found:
            raise UsageError(f"the folder {given} holds no files")
        return found
    if os.path.lexists(given) or not _is_pattern(str(given)):
        if not given.exists():
            raise UsageError(f"no such file: {given}")
        return [(os.path.realpath(given), given)]
    return _matching(given, output)


def _is_pattern(word: str) -> bool:
    return any(mark in word for mark in "*?[")


def _below(folder: Path, output: str | None) -> list[tuple[str, Path]]:
    """The files below a folder, in order; of one that has several names the first."""
    real = os.path.realpath(folder)
    found: list[tuple[str, Path]] = []
    entered, waiting = {real}, [(real, folder)]
    while waiting:
        above, path = waiting.pop()
        with os.scandir(path) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            if _is_left_out(entry.name):
                continue
            below = path / entry.name
            real = os.path.realpath(below) if entry.is_symlink() else os.path.join(above, entry.name)
            if entry.is_symlink() and not os.path.exists(below):
                raise UsageError(f"{below} is a link to nothing")
            if entry.is_dir():
                if real not in entered and real != output and not _is_of_a_run(below):
                    entered.add(real)
                    waiting.append((real, below))
            elif entry.is_file():
                found.append((real, below))
    found.sort(key=lambda one: one[1].parts)
    return list({real: (real, below) for real, below in reversed(found)}.values())[::-1]


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or any(fnmatchcase(name, left) for left in (*LEFT_BY_PROGRAMS, *LEFT_BY_SYSTEMS))


def _is_of_a_run(folder: Path) -> bool:
    """Whether a run of this program has written a folder, or is writing it."""
    return (folder / WORK).is_dir() or all((folder / name).is_file() for name in OF_A_RUN)


def _matching(pattern: Path, output: str | None) -> list[tuple[str, Path]]:
    """The files that a pattern matches, and those below the folders that it matches."""
    parts = pattern.parts
    first = next(number for number, part in enumerate(parts) if _is_pattern(part))
    root = Path(*parts[:first])
    files = _below(root, output) if root.is_dir() else ()
    found = [(real, file) for real, file in files if _matches(file.relative_to(root).parts, parts[first:])]
    if not found:
        raise UsageError(f"no file matches {pattern}")
    return found


def _matches(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a path, or a folder on the way to it, matches the parts of a pattern; `**` is any folders or none."""
    if not parts:
        return True
    if parts[0] == "**":
        return any(_matches(names[start:], parts[1:]) for start in range(len(names) + 1))
    return bool(names) and fnmatchcase(names[0], parts[0]) and _matches(names[1:], parts[1:])
