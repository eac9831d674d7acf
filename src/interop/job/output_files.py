"""The files of a part, by the type that names them: written at the end, cut where lines have to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

import polars as pl

from interop.immutable import immutable
from interop.job.page_cache import LET_GO, let_go

BLOCK = 1 << 20  # bytes moved at a time
SUFFIX = ".ndjson"


@immutable()
class Written:
    """Lines at the end of a file. Units: `start` and `end` bytes in it."""

    kind: str
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


class OutputFiles:
    """The files of a folder. Units: `sizes` are bytes of those that stand already; what is beyond them goes."""

    def __init__(self, folder: Path, sizes: Mapping[str, int]) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        for kind, size in sizes.items():
            file = self._files[kind] = self._path(kind).open("r+b")
            file.truncate(size)
            file.seek(size)

    def write(self, kind: str, blocks: Iterable[bytes | memoryview]) -> Written:
        """Writes lines that come in blocks.

        Raises:
            OSError: They cannot be written.
        """
        if kind not in self._files:
            self._files[kind] = self._path(kind).open("w+b")
        file = self._files[kind]
        start = file.tell()
        for block in blocks:
            file.write(block)
        end = file.tell()
        if end // LET_GO > start // LET_GO:
            let_go([file])
        return Written(kind, start, end)

    def cut(self, written: Written, lengths: pl.Series, gone: pl.Series) -> int:
        """Takes some of the lines out, which are still the file's last. Returns their bytes.

        Args:
            written: The lines.
            lengths: Bytes of each, u32[lines].
            gone: bool[lines], those that go.

        Raises:
            OSError: The file cannot be written.
        """
        if not gone.any():
            return 0
        file = self._files[written.kind]
        (_, to), *rest = _kept(written, lengths, gone)
        for start, end in rest:
            to = _move(file, start, end, to)
        self._end_at(written.kind, to)
        return written.end - to

    def truncate(self, written: Written) -> None:
        """Takes all of the lines out."""
        self._end_at(written.kind, written.start)

    def _end_at(self, kind: str, size: int) -> None:
        file = self._files[kind]
        if size:
            file.truncate(size)
            file.seek(size)
        else:  # no file without a line
            self._files.pop(kind).close()
            self._path(kind).unlink()

    def _path(self, kind: str) -> Path:
        return self._folder / f"{kind}{SUFFIX}"

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
        if sum(file.tell() for file in self._files.values()) >= LET_GO:
            let_go(self._files.values(), for_good=True)
        for file in self._files.values():
            file.close()


def _kept(written: Written, lengths: pl.Series, gone: pl.Series) -> Iterator[tuple[int, int]]:
    """The stretches of bytes between lines that go: the first may be empty, the last too."""
    ends = lengths.cast(pl.UInt64).cum_sum() + written.start
    places = gone.arg_true()
    starts = [written.start, *ends.gather(places).to_list()]
    stops = [*(ends.gather(places) - lengths.gather(places)).to_list(), written.end]
    yield from zip(starts, stops, strict=True)


def _move(file: IO[bytes], start: int, end: int, to: int) -> int:
    """Moves a stretch of a file to the front. Returns where it ends then."""
    while start < end:
        file.seek(start)
        data = file.read(min(BLOCK, end - start))
        file.seek(to)
        file.write(data)
        start, to = start + len(data), to + len(data)
    return to
