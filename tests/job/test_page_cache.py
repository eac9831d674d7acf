"""What is asked of the system about a run's files, and that nothing of them is held open afterwards."""

from __future__ import annotations

import errno
import io
import os
import threading
from pathlib import Path
from unittest.mock import patch

import pytest

from interop.job import output_files, page_cache
from interop.job.output_files import OutputFiles
from interop.job.page_cache import let_go

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system takes no such wish")


def asked(folder: Path, error: OSError | None = None) -> list[int]:
    """Inodes in the order in which they were asked for, of a part of one line a type, all of it over the limit."""
    inodes: list[int] = []

    def advise(handle: int, *_: int) -> None:
        inodes.append(os.fstat(handle).st_ino)
        if error is not None:
            raise error

    with (
        patch.object(os, "posix_fadvise", advise),
        patch.object(output_files, "LET_GO", 4),
        patch.object(page_cache, "WRITTEN", 0.01),
    ):
        files = OutputFiles(folder, {})
        for kind in ("Patient", "Encounter"):
            files.write(kind, [b"abc\n"])
        files.close()
        for thread in threading.enumerate():
            if thread.name == "interop-pages":
                thread.join()
    return inodes


def test_each_file_is_asked_for_again_when_its_part_ends(tmp_path: Path) -> None:
    inodes = asked(tmp_path)
    assert {inodes.count((tmp_path / f"{kind}.ndjson").stat().st_ino) for kind in ("Patient", "Encounter")} == {3}
    assert (tmp_path / "Patient.ndjson").read_bytes() == b"abc\n"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize("error", [None, OSError(22, "not this file system")])
def test_no_handle_is_left(tmp_path: Path, error: OSError | None) -> None:
    asked(tmp_path, error)
    links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert not [link for link in links if link.startswith(str(tmp_path))]


def test_a_small_part_stays_in_memory(tmp_path: Path) -> None:
    with patch.object(output_files, "let_go") as let_go:
        files = OutputFiles(tmp_path, {})
        files.write("Patient", [b"abc\n"])
        files.close()
    let_go.assert_not_called()


def test_an_error_of_writing_is_not_taken_for_a_wish() -> None:
    class Full(io.BytesIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        let_go([Full()])
