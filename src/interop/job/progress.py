"""Where a run is, told as batches are converted."""

from __future__ import annotations

from collections.abc import Callable

from interop.immutable import immutable
from interop.job.conversion import Done
from interop.job.parts import Entry
from interop.readers.protocol import Batch


@immutable()
class Progress:
    """Where a run is. Units: bytes of the files as they are on disk; `total_bytes` 0 when not known."""

    file: str
    records: int
    resources: int
    done_bytes: int
    total_bytes: int


class Watcher:
    """Adds up what is done, and tells it. Workers may be ahead of one another: the farthest counts."""

    def __init__(self, tell: Callable[[Progress], None] | None, total_bytes: int) -> None:
        self._tell = tell
        self._total = total_bytes
        self._records = self._resources = self._done = 0

    def seen(self, entry: Entry, done: Done) -> None:
        """A batch is done."""
        self._records += done.converted
        self._resources += sum(done.resources.values())
        if self._tell is not None:
            reached = min(entry.file.start + batch_end(entry.batch), self._total)
            self._done = max(self._done, reached)
            self._tell(Progress(entry.file.name, self._records, self._resources, self._done, self._total))


def batch_end(batch: Batch) -> int:
    """Where a batch ends in its file, in bytes."""
    return int(batch.offsets[-1]) + int(batch.lengths[-1]) if len(batch.offsets) else 0
