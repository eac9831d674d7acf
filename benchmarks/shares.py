"""One input file as several of about the same size, each whole by itself: a header is repeated, no record is cut."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

MESSAGE = b"\rMSH|"


def shared_out(inputs: Sequence[Path], shares: int, folder: Path) -> list[Path]:
    """The inputs as they are, or a single one in so many files of its name, in folders of their own."""
    if shares == 1 or len(inputs) != 1:
        return [*inputs]
    (whole,) = inputs
    data = whole.read_bytes()
    messages = data.startswith(MESSAGE[1:])
    mark = MESSAGE if messages else b"\n"  # its first byte ends a record
    head = b"" if messages else data[: data.index(b"\n") + 1]
    ends = [data.index(mark, len(data) * share // shares) + 1 for share in range(1, shares)]
    files = []
    for number, (start, end) in enumerate(zip((len(head), *ends), (*ends, len(data)), strict=True), 1):
        home = folder / f"share-{number}"
        home.mkdir(parents=True, exist_ok=True)
        (home / whole.name).write_bytes(head + data[start:end])
        files.append(home / whole.name)
    return files
