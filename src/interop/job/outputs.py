"""Where resources go: a folder of NDJSON files, one NDJSON file of Bundles, or a stream.

Files are written under a temporary name and take their own when the run ends, so that a file that is there is whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Protocol

import polars as pl

from interop.engine.columns import ColumnResult
from interop.engine.output import bundles, lines_by_type
from interop.plan.model import Plan
from interop.writers.ndjson import write_lines

PARTIAL = ".partial"


def partial(path: Path) -> Path:
    """The temporary name of a file that is being written."""
    return path.with_name(path.name + PARTIAL)


class Output(Protocol):
    """Takes the results of batches, in order."""

    def write(self, result: ColumnResult, records: int) -> int:
        """Writes a batch of that many records. Returns the bytes written."""
        ...

    def commit(self) -> None:
        """Ends the run well: files take their names."""
        ...

    def close(self) -> None:
        """Lets go of the files, whole or not."""
        ...


class FolderOutput:
    """`<folder>/<Type>.ndjson`, or `<folder>/Bundle.ndjson`: replaces what has these names, leaves the rest alone."""

    def __init__(self, folder: Path, compiled: Plan, *, as_bundles: bool) -> None:
        self.folder = folder
        self._plan = compiled
        self._bundles = as_bundles
        self._files: dict[str, IO[bytes]] = {}

    def write(self, result: ColumnResult, records: int) -> int:
        if self._bundles:
            return self._lines("Bundle", bundles(result, self._plan, records))
        return sum(self._lines(kind, frame.get_column("text")) for kind, frame in lines_by_type(result, self._plan))

    def _lines(self, kind: str, lines: pl.Series) -> int:
        if len(lines) == 0:  # no file without a line
            return 0
        if kind not in self._files:
            self._files[kind] = partial(self._path(kind)).open("wb")
        file = self._files[kind]
        before = file.tell()
        write_lines(lines, file)
        return file.tell() - before

    def _path(self, kind: str) -> Path:
        return self.folder / f"{kind}.ndjson"

    @property
    def paths(self) -> dict[str, Path]:
        """The files written, by type, under their final names."""
        return {kind: self._path(kind) for kind in sorted(self._files)}

    def commit(self) -> None:
        self.close()
        for path in self.paths.values():
            partial(path).replace(path)

    def close(self) -> None:
        for file in self._files.values():
            file.close()


class StreamOutput:
    """A binary stream, standard output as a rule. Nothing but lines goes there."""

    def __init__(self, stream: IO[bytes], compiled: Plan, *, as_bundles: bool) -> None:
        self._stream = stream
        self._plan = compiled
        self._bundles = as_bundles

    def write(self, result: ColumnResult, records: int) -> int:
        if self._bundles:
            return self._lines(bundles(result, self._plan, records))
        return sum(self._lines(frame.get_column("text")) for _, frame in lines_by_type(result, self._plan))

    def _lines(self, lines: pl.Series) -> int:
        if len(lines) == 0:
            return 0
        data = "\n".join(lines.to_list()).encode() + b"\n"
        self._stream.write(data)
        return len(data)

    def commit(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """The stream is its owner's."""
