"""What is said of a part's records: counted, and written to its findings and its quarantine."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import orjson

from interop.errors import Finding
from interop.job.findings import finding_json
from interop.job.parts import File
from interop.job.quarantine import preamble_line, quarantine_file, quarantine_line
from interop.job.tally import PartTally
from interop.limits import FIXED
from interop.readers.protocol import Rejected


class PartLog:
    """`findings.ndjson`, there even when it is empty, and `quarantine.ndjson` when there is something to put in it.

    Without a folder (resources go to a stream) only the counts are kept.
    """

    def __init__(self, folder: Path | None, tally: PartTally) -> None:
        self.tally = tally
        self._folder = folder
        self._findings: IO[bytes] | None = (folder / "findings.ndjson").open("wb") if folder else None
        self._quarantine: IO[bytes] | None = None
        self._preambles: IO[bytes] | None = None
        self._begun: set[int] = set()  # inputs whose preamble is written

    def note(self, finding: Finding, number: int = 0) -> None:
        """One finding, of the input of that number; 0 where it is of none."""
        self.tally.note(finding)
        if self._findings is not None:
            self._findings.write(orjson.dumps(finding_json(finding, number)) + b"\n")

    def reject(self, file: File, rejected: Rejected) -> None:
        """One record that was not converted, or a whole file."""
        if rejected.number:
            self.tally.quarantined += 1
        else:
            self.tally.rejected_files += 1
        for finding in rejected.findings:
            self.note(finding, file.number)
        if self._folder is None:
            return
        if self._quarantine is None:
            self._quarantine = quarantine_file(self._folder / "quarantine.ndjson")
            self._preambles = quarantine_file(self._folder / "preambles.ndjson")
        self._quarantine.write(quarantine_line(file.name, file.number, rejected))
        if self._preambles is not None and file.number not in self._begun and file.preamble is not None:
            self._begun.add(file.number)
            self._preambles.write(preamble_line(file.number, file.spans.head(min(file.preamble, FIXED.preamble_bytes))))

    def close(self) -> None:
        """Lets go of the files. A full disk is heard of here at the latest."""
        for file in (self._findings, self._quarantine, self._preambles):
            if file is not None:
                file.close()
