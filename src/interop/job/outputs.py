"""Where resources go: a folder of NDJSON files, one NDJSON file of Bundles, or a stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import IO, Protocol

import polars as pl

from interop.engine.columns import without
from interop.engine.output import bundles, lines_by_type
from interop.engine.settled import Lines, Rules, Settled
from interop.job.output_files import OutputFiles, Written
from interop.plan.model import Plan
from interop.writers.ndjson import blocks

NO_FILES: Mapping[str, int] = MappingProxyType({})


class Output(Protocol):
    """Takes the resources of batches, in order."""

    def take(self, kind: str, settled: Settled) -> None:
        """Takes what a batch built of one resource type."""
        ...

    def end(self, failed: Collection[int], records: int) -> int:
        """The batch, of that many records, is done; what was taken of those that failed goes. Returns its bytes."""
        ...

    def undo(self) -> None:
        """The batch broke: what was taken of it goes."""
        ...


class _Held:
    """The resources of a batch, held until it is known which of its records failed."""

    def __init__(self, compiled: Plan, *, as_bundles: bool) -> None:
        self._plan = compiled
        self._bundles = as_bundles
        self._rules: Rules = []

    def take(self, kind: str, settled: Settled) -> None:
        """See `Output`."""
        self._rules += settled.rules()

    def undo(self) -> None:
        """See `Output`."""
        self._rules = []

    def _shaped(self, failed: Collection[int], records: int) -> Iterator[tuple[str, pl.Series]]:
        """The lines of a batch, by the type that names their file; none without a line."""
        held, self._rules = sorted(self._rules, key=itemgetter(0)), []  # a type's come together, whatever their rules
        rules = without(held, failed) if failed else held
        if not self._bundles:
            for kind, frame in lines_by_type(rules, self._plan):
                yield kind, frame.get_column("text")
        elif records > len(failed):
            yield "Bundle", bundles(rules, self._plan, records, failed)


class _InFiles:
    """What goes to files of a folder."""

    _files: OutputFiles

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types that have a file."""
        return self._files.kinds

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each file; they are out of this process's hands."""
        return self._files.sizes

    def close(self) -> None:
        """Lets go of the files."""
        self._files.close()


class TypesOutput(_InFiles):
    """`<folder>/<Type>.ndjson`: lines go there as soon as those of a type are made. The folder is a part's.

    Units: `sizes` are bytes of the files that stand already; what is beyond them goes.
    """

    def __init__(self, folder: Path, *, sizes: Mapping[str, int] = NO_FILES) -> None:
        self._files = OutputFiles(folder, sizes)
        self._written: list[tuple[Written, Lines]] = []

    def take(self, kind: str, settled: Settled) -> None:
        """See `Output`."""
        lines = settled.lines()
        self._written.append((self._files.write(kind, lines), lines))

    def end(self, failed: Collection[int], records: int) -> int:
        """See `Output`."""
        written, self._written = self._written, []
        size = sum(some.size for some, _ in written)
        if failed:
            gone = pl.Series(sorted(failed), dtype=pl.UInt32).implode()
            for some, lines in written:
                lengths = pl.Series(lines.lengths(), dtype=pl.UInt32)
                of = pl.Series(lines.records(), dtype=pl.UInt32)
                size -= self._files.cut(some, lengths, of.is_in(gone))
        return size

    def undo(self) -> None:
        """See `Output`."""
        written, self._written = self._written, []
        for some, _ in written:
            self._files.truncate(some)


class BundlesOutput(_Held, _InFiles):
    """`<folder>/Bundle.ndjson`, one Bundle a record. The folder is a part's; `sizes` as in `TypesOutput`."""

    def __init__(self, folder: Path, compiled: Plan, *, sizes: Mapping[str, int] = NO_FILES) -> None:
        super().__init__(compiled, as_bundles=True)
        self._files = OutputFiles(folder, sizes)

    def end(self, failed: Collection[int], records: int) -> int:
        """See `Output`."""
        shaped = self._shaped(failed, records)
        return sum(self._files.write(kind, blocks(texts)).size for kind, texts in shaped)


FolderOutput = TypesOutput | BundlesOutput


def folder_output(
    folder: Path, compiled: Plan, *, as_bundles: bool, sizes: Mapping[str, int] = NO_FILES
) -> FolderOutput:
    """The output of a part."""
    return BundlesOutput(folder, compiled, sizes=sizes) if as_bundles else TypesOutput(folder, sizes=sizes)


class StreamOutput(_Held):
    """A binary stream, standard output as a rule. Nothing but lines goes there."""

    def __init__(self, stream: IO[bytes], compiled: Plan, *, as_bundles: bool) -> None:
        super().__init__(compiled, as_bundles=as_bundles)
        self._stream = stream

    def end(self, failed: Collection[int], records: int) -> int:
        """See `Output`."""
        return sum(self._lines(texts) for _, texts in self._shaped(failed, records))

    def _lines(self, texts: pl.Series) -> int:
        data = "\n".join(texts.to_list()).encode() + b"\n"
        self._stream.write(data)
        return len(data)

    @property
    def kinds(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        """The stream is its owner's, who wants all of it."""
        self._stream.flush()


class NoOutput:
    """Takes all, keeps nothing."""

    kinds: tuple[str, ...] = ()

    def take(self, kind: str, settled: Settled) -> None:
        """See `Output`."""

    def end(self, failed: Collection[int], records: int) -> int:
        """See `Output`."""
        return 0

    def undo(self) -> None:
        """See `Output`."""

    @property
    def sizes(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        """There is nothing to close."""
