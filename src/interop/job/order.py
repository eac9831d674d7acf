"""What is said of records, in the order of their file, whatever the batches in which it came."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeAlias

from interop.errors import Finding
from interop.readers.protocol import Rejected

Said: TypeAlias = Finding | Rejected

END = sys.maxsize  # after all records: where what concerns the file as a whole stands
LATE = frozenset({"R511"})  # names a record, but is known at the end of the file only


class InOrder:
    """Findings and rejected records of one file, held back until all that stands before them has come.

    A batch may say more than what its records reach to, never less. What is said of one record keeps its order.
    """

    def __init__(self) -> None:
        self._waiting: list[Said] = []

    def add(self, said: Iterable[Said]) -> None:
        self._waiting.extend(said)

    def take(self, record: int) -> list[Said]:
        """What is said of the records up to this one; with `END` all that is left, the file as a whole last."""
        self._waiting.sort(key=_record)
        cut = bisect_right(self._waiting, record, key=_record)
        ready, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return ready


def _record(said: Said) -> int:
    if isinstance(said, Rejected):
        return said.number or END
    return (said.data.record if said.data is not None and said.code not in LATE else 0) or END
