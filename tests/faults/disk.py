"""A disk whose n-th operation fails: for files below one folder, as the job uses them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch


class Disk:
    """Counts operations on files below `folder`, and fails the one with the number `fails` (from 1; 0: none)."""

    def __init__(self, folder: Path, fails: int, number: int) -> None:
        self.folder = str(folder)
        self.fails = fails
        self.errno = number
        self.done = 0

    def touch(self, path: object) -> None:
        """One operation."""
        if str(path).startswith(self.folder):
            self.done += 1
            if self.done == self.fails:
                raise OSError(self.errno, os.strerror(self.errno))


class File(io.RawIOBase):
    """A file whose writes are operations. A write that fails has written half of its data."""

    def __init__(self, file: Any, disk: Disk, path: object) -> None:
        self._file, self._disk, self._path = file, disk, path

    def write(self, data: Any) -> int:
        try:
            self._disk.touch(self._path)
        except OSError:
            self._file.write(bytes(data)[: len(data) // 2])
            raise
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def tell(self) -> int:
        return int(self._file.tell())

    def seek(self, *words: Any) -> int:
        return int(self._file.seek(*words))

    def truncate(self, size: int | None = None) -> int:
        return int(self._file.truncate(size))

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        self._file.close()
        super().close()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._file.fileno())


@contextmanager
def failing(folder: Path, fails: int, number: int) -> Iterator[Disk]:
    """While it lasts, the operations of `pathlib`, `os.open` and `shutil` below `folder` are those of a `Disk`."""
    disk = Disk(folder, fails, number)
    opened: Callable[..., Any] = Path.open
    fdopen = os.fdopen
    paths: dict[int, str] = {}

    def open_path(self: Path, mode: str = "r", *words: Any, **named: Any) -> Any:
        writes = set(mode) & set("wa+")
        if writes:
            disk.touch(self)
        file = opened(self, mode, *words, **named)
        return File(file, disk, self) if writes and "b" in mode and self.name != "lock" else file

    def os_open(path: Any, *words: Any, **named: Any) -> int:
        disk.touch(path)
        handle = original_open(path, *words, **named)
        paths[handle] = str(path)
        return handle

    def os_fdopen(handle: int, *words: Any, **named: Any) -> Any:
        return File(fdopen(handle, *words, **named), disk, paths.get(handle, ""))

    original_open = os.open

    def counted(name: str) -> Callable[..., Any]:
        function = getattr(Path, name)

        def call(self: Path, *words: Any, **named: Any) -> Any:
            disk.touch(self)
            return function(self, *words, **named)

        return call

    with ExitStack() as stack:
        stack.enter_context(patch.object(Path, "open", open_path))
        stack.enter_context(patch.object(os, "open", os_open))
        stack.enter_context(patch.object(os, "fdopen", os_fdopen))
        for name in ("replace", "mkdir", "unlink", "write_bytes", "iterdir"):
            stack.enter_context(patch.object(Path, name, counted(name)))
        yield disk
