"""Where resources go: a folder of NDJSON files, one NDJSON file of Bundles, or a stream."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO, Protocol

import polars as pl

from interop.engine.columns import ColumnResult
from interop.engine.output import bundles, lines_by_type
from interop.plan.model import Plan
from interop.writers.ndjson import write_lines

LET_GO = 16 << 20  # bytes of a file after which the system may forget what it holds of it in memory


class Output(Protocol):
    """Takes the results of batches, in order."""

    def write(self, result: ColumnResult, records: int) -> int:
        """Writes a batch of that many records. Returns the bytes written."""
        ...


def shaped(result: ColumnResult, compiled: Plan, records: int, *, as_bundles: bool) -> Iterator[tuple[str, pl.Series]]:
    """The lines of a batch, by the type that names their file."""
    if as_bundles:
        yield "Bundle", bundles(result, compiled, records)
    else:
        for kind, frame in lines_by_type(result, compiled):
            yield kind, frame.get_column("text")


def let_go(file: IO[bytes]) -> None:
    """Asks the system to write what it holds of a file, and to use that memory for what comes next.

    A run does not read its output again, and hundreds of gigabytes of it would push out all else that the machine keeps
    in memory. Measured on a million rows of mx/covid-linelist, which become 8.9 GB: 6.4 s of system time for 14 s.
    Another thread asks, and waits for what is begun: a twentieth of the time of a process that converts.
    """
    if hasattr(os, "posix_fadvise"):
        file.flush()
        with suppress(OSError):
            handle = os.dup(file.fileno())
            threading.Thread(target=_let_go, args=(handle,), name="interop-pages", daemon=True).start()


def _let_go(handle: int) -> None:
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:  # a wish: not every file system knows it
        pass
    finally:
        os.close(handle)


class FolderOutput:
    """`<folder>/<Type>.ndjson`, or `<folder>/Bundle.ndjson`. The folder is a part's: nobody else writes to it.

    Units: `sizes` are bytes of the files that stand already; what is beyond them goes.
    """

    def __init__(
        self, folder: Path, compiled: Plan, *, as_bundles: bool, sizes: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._folder = folder
        self._plan = compiled
        self._bundles = as_bundles
        self._files: dict[str, IO[bytes]] = {}
        for kind, size in sizes.items():
            file = self._files[kind] = self._path(kind).open("r+b")
            file.truncate(size)
            file.seek(size)

    def write(self, result: ColumnResult, records: int) -> int:
        return sum(
            self._lines(kind, lines)
            for kind, lines in shaped(result, self._plan, records, as_bundles=self._bundles)
            if len(lines)  # no file without a line
        )

    def _lines(self, kind: str, lines: pl.Series) -> int:
        if kind not in self._files:
            self._files[kind] = self._path(kind).open("wb")
        file = self._files[kind]
        before = file.tell()
        write_lines(lines, file)
        after = file.tell()
        if after // LET_GO > before // LET_GO:
            let_go(file)
        return after - before

    def _path(self, kind: str) -> Path:
        return self._folder / f"{kind}.ndjson"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types that have a file."""
        return tuple(sorted(self._files))

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each file; they are out of this process's hands."""
        for file in self._files.values():
            file.flush()
        return {kind: file.tell() for kind, file in self._files.items()}

    def close(self) -> None:
        """Lets go of the files."""
        for file in self._files.values():
            file.close()


class StreamOutput:
    """A binary stream, standard output as a rule. Nothing but lines goes there."""

    def __init__(self, stream: IO[bytes], compiled: Plan, *, as_bundles: bool) -> None:
        self._stream = stream
        self._plan = compiled
        self._bundles = as_bundles

    def write(self, result: ColumnResult, records: int) -> int:
        shapes = shaped(result, self._plan, records, as_bundles=self._bundles)
        return sum(self._lines(lines) for _, lines in shapes if len(lines))

    def _lines(self, lines: pl.Series) -> int:
        data = "\n".join(lines.to_list()).encode() + b"\n"
        self._stream.write(data)
        return len(data)

    @property
    def kinds(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        """The stream is its owner's, who wants all of it."""
        self._stream.flush()


class NoOutput:
    """Takes all, keeps nothing."""

    kinds: tuple[str, ...] = ()

    def write(self, result: ColumnResult, records: int) -> int:
        return 0

    @property
    def sizes(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        """There is nothing to close."""
