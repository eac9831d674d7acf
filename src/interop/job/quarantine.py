"""Quarantine: the original bytes of records that were not converted, with their findings, for their owner's eyes."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import IO

import orjson

from interop.job.findings import finding_json
from interop.job.outputs import partial
from interop.readers.protocol import Rejected


def rejected_bytes(rejected: Rejected) -> int:
    """The length of a rejected record in its file; `data` may hold only its beginning."""
    return rejected.length if rejected.length >= 0 else len(rejected.data)


class Quarantine:
    """`<folder>/quarantine/records.ndjson`, mode 0600, made when the first record comes; nothing without a folder.

    What an earlier run left there goes: it would contradict this run's report.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "quarantine" / "records.ndjson" if folder else None
        self._file: IO[bytes] | None = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            partial(self._path).unlink(missing_ok=True)

    def put(self, file: str, rejected: Rejected) -> None:
        """One record, or a whole file (number 0; its bytes stay where they are).

        Of a record beyond the limit, `data` is only the beginning.
        """
        if self._path is None:
            return
        if self._file is None:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self._file = os.fdopen(os.open(partial(self._path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        entry = {
            "file": file,
            "record": rejected.number,
            "offset": rejected.offset,
            "length": rejected_bytes(rejected),
            "findings": [finding_json(finding) for finding in rejected.findings],
            "data": base64.b64encode(rejected.data).decode() if rejected.data else None,
        }
        self._file.write(orjson.dumps(entry) + b"\n")

    def commit(self) -> None:
        """Ends the run well: the file takes its name."""
        self.close()
        if self._file is not None and self._path is not None:
            partial(self._path).replace(self._path)

    def close(self) -> None:
        """Lets go of the file, whole or not."""
        if self._file is not None:
            self._file.close()
