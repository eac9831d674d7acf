"""What the system holds of a run's output in memory: it may forget it.

A run does not read its output again, and hundreds of gigabytes of it would push out all else that the machine keeps in
memory. It costs time as well: to write to memory that was just let go of is three times as fast as to memory that
nothing has touched yet, above all on a virtual machine. Measured on a million rows of mx/covid-linelist, which become
8.9 GB, by two workers: where the last pages of each part stayed, 2.7 GB of them at the end, copying the output into the
cache took 2.6 s of processor time, and takes 0.8 s now. With nothing let go of, it takes 6.4 s more in one process.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import IO

LET_GO = 16 << 20  # bytes of a file after which its pages are let go of
WRITTEN = 1.0  # seconds after which what the system was asked to write is written, as a rule


def let_go(files: Iterable[IO[bytes]], *, for_good: bool = False) -> None:
    """Asks the system to write what it holds of files, and to use that memory for what comes next.

    What is not yet written stays until it is asked again: with the next pages of the file or, `for_good`, after a
    while. Another thread asks, and waits for what is begun: a twentieth of the time of a process that converts.

    Raises:
        OSError: What the files hold back cannot be written. That they are let go of is a wish, and fails in silence.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    handles = []
    for file in files:
        file.flush()
        with suppress(OSError):  # no more handles to be had
            handles.append(os.dup(file.fileno()))
    threading.Thread(target=_let_go, args=(handles, for_good), name="interop-pages", daemon=True).start()


def _let_go(handles: Iterable[int], for_good: bool) -> None:
    try:
        _ask(handles)
        if for_good:
            time.sleep(WRITTEN)
            _ask(handles)
    finally:
        for handle in handles:
            os.close(handle)


def _ask(handles: Iterable[int]) -> None:
    with suppress(OSError):  # a wish: not every file system knows it
        for handle in handles:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
