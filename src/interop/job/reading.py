"""What a run reads: its files, one after another, as entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from interop.errors import DataPlace, Finding, UsageError
from interop.job.inputs import open_input
from interop.job.parts import Entry, File
from interop.job.spans import SpanReader
from interop.limits import Limits
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Batch, Projection
from interop.spec.contexts import Layout
from interop.spec.hl7v2_layout import Hl7v2Layout


class Reading:
    """The files of a run, read once, in order."""

    def __init__(
        self,
        compiled: Plan,
        layout: Layout,
        paths: Sequence[Path | Literal["-"]],
        spool: Path,
        limits: Limits | None = None,
    ) -> None:
        self._layout = layout
        self._reader = open_reader(layout, limits)
        self._projection = Projection(compiled.reads)
        self._sources = [open_input(path, spool) for path in paths]
        self._sizes = [path.stat().st_size if isinstance(path, Path) else 0 for path in paths]
        self.total_bytes = sum(self._sizes)
        self.files: list[File] = []
        self._parents: tuple[str, ...] = ()

    def parents(self) -> tuple[Finding, ...]:
        """Reads the parent tables among the files, where the layout has any. Gives what is to be said of them.

        Raises:
            UsageError: Several files have the name of a parent table.
        """
        if isinstance(self._layout, Hl7v2Layout) or not any(table.lookup for table in self._layout.tables):
            return ()
        from interop.readers.delimited import DelimitedReader  # who reads messages does not load it

        assert isinstance(self._reader, DelimitedReader)
        parents = self._reader.load_parents(self._sources, self._projection)
        names = Counter(source.name for source in self._sources)
        for name, times in Counter(parents.files).items():
            if names[name] != times:
                raise UsageError(f"several inputs are called {name}, and one is a parent table: rename the others")
        self._parents = parents.files
        return tuple(parents.findings)

    @property
    def parent_files(self) -> tuple[tuple[int, str], ...]:
        """The parent tables among the files: their places from 1, and their names."""
        numbered = enumerate(self._sources, 1)
        return tuple((number, source.name) for number, source in numbered if source.name in self._parents)

    def entries(self, batch_rows: int) -> Iterator[Entry]:
        """The records of all files but those of parent tables."""
        before = start = 0
        for number, (source, size) in enumerate(zip(self._sources, self._sizes, strict=True), 1):
            if source.name not in self._parents:
                file = File(source.name, number, SpanReader(source), before, start)
                self.files.append(file)
                for batch in self._reader.framed(source, self._projection, batch_rows=batch_rows):
                    before += batch.framed if batch.last else 0
                    if file.preamble is None:
                        file.preamble = first_offset(batch)
                    yield Entry(file, batch)
            start += size

    def batches(self, batch_rows: int) -> Iterator[Batch]:
        """The same records with their tables, for those who look at what was read."""
        for source in self._sources:
            if source.name not in self._parents:
                yield from self._reader.batches(source, self._projection, batch_rows=batch_rows)

    def place(self, number: int) -> DataPlace:
        """A run-wide record number as file and number in it."""
        file = next(file for file in reversed(self.files) if file.before < number)
        return DataPlace(file.name, number - file.before)


def first_offset(batch: Batch) -> int | None:
    """Where the first record of a batch begins; None when it has none."""
    offsets = [one.offset for one in batch.rejected if one.number]
    if len(batch.offsets):
        offsets.append(int(batch.offsets[0]))
    return min(offsets, default=None)
